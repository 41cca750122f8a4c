package layers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// The kinds of errors. Test with errors.Is; the typed errors below say what and where.
var (
	// ErrNotFound: no such layer, feature, revision or token.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: the input itself is wrong; *Invalid lists the issues.
	ErrInvalid = errors.New("invalid")
	// ErrConflict: the input is right but not on top of what is there; *Conflict says what is there.
	ErrConflict = errors.New("conflict")
	// ErrUnavailable: the store cannot be reached, is full, read-only or too slow; trying again may help.
	ErrUnavailable = errors.New("store unavailable")
	// ErrEpoch: the store's history is not the one that was followed (restored, replaced) or too far away: load all again.
	ErrEpoch = errors.New("another epoch")
	// ErrKeyReused: an idempotency key came back with another body.
	ErrKeyReused = errors.New("idempotency key reused with another body")
	// ErrPoisoned: rows of a partition do not form one, so that no Snapshot can be built on them; *Poisoned names them.
	ErrPoisoned = errors.New("the layer cannot be published")
)

// Issue is one thing that is wrong with an input.
type Issue struct {
	// Pointer is the JSON Pointer (RFC 6901) of the member, "" for the whole.
	Pointer string `json:"pointer"`
	// Code is a stable word, such as "required", "range", "unknown-field", "ring-self-crossing".
	Code string `json:"code"`
	// Detail says it in a sentence.
	Detail string `json:"detail"`
}

// Invalid is an error of kind ErrInvalid with every issue that was found.
type Invalid struct {
	Layer  Layer
	ID     string
	Issues []Issue
}

func (e *Invalid) Error() string {
	parts := make([]string, 0, len(e.Issues))
	for _, is := range e.Issues {
		parts = append(parts, strings.TrimSpace(is.Pointer+" "+is.Detail))
	}
	return fmt.Sprintf("%s %s: invalid: %s", e.Layer, e.ID, strings.Join(parts, "; "))
}

// Is makes errors.Is(err, ErrInvalid) true.
func (e *Invalid) Is(target error) bool { return target == ErrInvalid }

// ConflictKind says what an edit ran into.
type ConflictKind string

const (
	// StaleVersion: If-Match named another version than the current one.
	StaleVersion ConflictKind = "stale-version"
	// Exists: a create named an id or a code that is in use.
	Exists ConflictKind = "exists"
	// Retired: a create named an id or a code that was in use; codes are never given again.
	Retired ConflictKind = "code-retired"
	// Referenced: other rows refer to the feature that was to be deleted.
	Referenced ConflictKind = "referenced"
	// GuardMoved: a layer that the edit was checked against has changed meanwhile; check again and retry.
	GuardMoved ConflictKind = "guard-moved"
)

// Conflict is an error of kind ErrConflict.
type Conflict struct {
	Kind  ConflictKind
	Layer Layer
	ID    string
	// Version is the current version of the feature, 0 if there is none.
	Version int64
	Detail  string
}

func (e *Conflict) Error() string {
	return fmt.Sprintf("%s %s: %s (current version %d) %s", e.Layer, e.ID, e.Kind, e.Version, e.Detail)
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *Conflict) Is(target error) bool { return target == ErrConflict }

// Poisoned is an error of kind ErrPoisoned: the rows that keep a partition from being published, with a place of each.
type Poisoned struct {
	Layer Layer
	Rows  []Quarantined
}

func (e *Poisoned) Error() string {
	if len(e.Rows) == 0 {
		return fmt.Sprintf("%s cannot be published", e.Layer)
	}
	r := e.Rows[0]
	return fmt.Sprintf("%s cannot be published: row %s (id %q): %s; %d rows in all", e.Layer, r.Row, r.ID, r.Reason, len(e.Rows))
}

// Is makes errors.Is(err, ErrPoisoned) true.
func (e *Poisoned) Is(target error) bool { return target == ErrPoisoned }

// Quarantined is a row that a Snapshot leaves out because it cannot be read or is not valid on its own.
type Quarantined struct {
	Layer Layer `json:"layer"`
	// Row is the store's own name of the row (fid or ctid), so that it can be found when the id is the problem.
	Row string `json:"row"`
	ID  string `json:"id"`
	// Reason says why, in one sentence.
	Reason string `json:"reason"`
	// At is a place to look at, if there is one.
	At *orb.Point `json:"at,omitempty"`
}

// sortIssues puts issues into one order, whatever order they were found in.
func sortIssues(list []Issue) {
	slices.SortFunc(list, func(a, b Issue) int {
		return cmp.Or(strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.Code, b.Code), strings.Compare(a.Detail, b.Detail))
	})
}
