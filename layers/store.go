package layers

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/paulmach/orb"
)

// Position is a place in a store's history: the epoch changes when the store is restored or replaced, the revision counts the
// committed transactions of the epoch, from 0 for an empty store.
type Position struct {
	Epoch    string `json:"epoch"`
	Revision int64  `json:"revision"`
}

// String returns <epoch>-<revision>, the form of the Wangge-Revision header.
func (p Position) String() string { return fmt.Sprintf("%s-%d", p.Epoch, p.Revision) }

// Settings are what a store fixes for all who use it.
type Settings struct {
	// Name is what the store is called for people.
	Name string `json:"name"`
	// Codes is the code space of districts, towns, grids and communities.
	Codes CodeSpace `json:"codes"`
	// Demo marks a store of invented data.
	Demo bool `json:"demo"`
}

// Row is one row of a load: a feature, or what is known of a row that cannot be read.
type Row struct {
	Feature Feature
	// Slice says that the row comes from the history: what applied before the head row, as known now.
	Slice bool
	// Broken is set instead of Feature for a row that cannot be decoded.
	Broken *Quarantined
}

// Base is what comes with a load beside the rows.
type Base struct {
	Position Position
	// RecordedAt is when the revision was committed.
	RecordedAt Instant
	Settings   Settings
	Tokens     []Token
}

// Key names a feature.
type Key struct {
	Layer Layer
	ID    string
}

// Delta is what happened between two positions of one epoch.
type Delta struct {
	Base
	// From is the position that was asked for; Base.Position is where the delta leads to.
	From Position
	// Keys are the features that changed, each once.
	Keys []Key
	// Rows are all head rows and open slices of those features as they are at Base.Position; a feature without any is gone.
	Rows []Row
}

// Op is what an edit does.
type Op string

// The operations of an edit.
const (
	Create  Op = "create"
	Replace Op = "replace"
	Delete  Op = "delete"
)

// Edit is one change of one feature.
type Edit struct {
	Op    Op
	Layer Layer
	ID    string
	// Feature is the new state for Create and Replace. The store sets Version and Revision on it; ID and ValidFrom are set.
	Feature Feature
	// IfMatch is the version that the edit replaces or deletes; it must be the current one. Zero for Create.
	IfMatch int64
	// End is when a deleted feature stops to apply; used by Delete only.
	End Instant
	// Revive lets a Create take an id or code that was in use before; only undoing an import does that.
	Revive bool
}

// Guard makes a transaction fail with a Conflict of kind GuardMoved if the layer has changed after the revision: the edits
// were checked against the layer as a whole (a partition) in that state.
type Guard struct {
	Layer    Layer
	Revision int64
}

// Actor is who edits.
type Actor struct {
	// Name is the token's name, or "cli", or "file" for a write by another program.
	Name  string `json:"name"`
	Role  Role   `json:"role"`
	Unit  string `json:"unit,omitempty"`
	Token string `json:"token,omitempty"` // the token's id
}

// Tx is a transaction: all its edits get one revision, or nothing happens.
type Tx struct {
	Actor Actor
	// At is the time of the injected clock; the store records the later of it and one millisecond after its last revision.
	At time.Time
	// Kind is edit, import, undo or init.
	Kind string
	// Note says in a sentence what it is about; shown in the history.
	Note      string
	RequestID string
	// Key is the idempotency key, "" for none; Body is the digest of the request that it stands for.
	Key  string
	Body [sha256.Size]byte
	// Settings replaces the store's settings if it is not nil (init and import of a demo only).
	Settings *Settings
	Guards   []Guard
	Edits    []Edit
}

// Result is what became of one edit.
type Result struct {
	Key
	Op      Op    `json:"op"`
	Version int64 `json:"version"`
}

// Receipt says that a transaction is committed and will not be lost.
type Receipt struct {
	Position   Position
	RecordedAt Instant
	// Results are in the order of the edits.
	Results []Result
	// Replayed says that the idempotency key was known, and this is the first answer again.
	Replayed bool
}

// Change is one line of the audit: what one transaction did to one feature.
type Change struct {
	Revision   int64   `json:"revision"`
	Seq        int     `json:"seq"`
	RecordedAt Instant `json:"recorded_at"`
	Kind       string  `json:"kind"`
	Op         Op      `json:"op"`
	Layer      Layer   `json:"layer"`
	ID         string  `json:"id"`
	Version    int64   `json:"version"`
	Actor      string  `json:"actor"`
	Role       Role    `json:"role,omitempty"`
	Unit       string  `json:"unit,omitempty"`
	Note       string  `json:"note,omitempty"`
	RequestID  string  `json:"request_id,omitempty"`
}

// Asked is a question of history.
type Asked struct {
	Layer Layer
	// IDs limits the answer to some features; nil for all.
	IDs []string
	// At is the instant at which the rows apply; zero for every valid time.
	At Instant
	// KnownAt is the instant at which they were known; KnownRevision the revision; both zero for now.
	KnownAt       Instant
	KnownRevision int64
	// Heads limits the answer to the newest state that each feature had, as a load of that revision would have had it as its head row.
	Heads bool
	// Box limits the answer to rows whose box meets it; nil for all. A layer without geometry then has none.
	Box *orb.Bound
	// After and Limit page through the answer by id; Limit 0 is no limit.
	After string
	Limit int
}

// Takes reports whether a row meets the box that is asked for.
func (q *Asked) Takes(f Feature) bool {
	if q.Box == nil {
		return true
	}
	g := f.Shape()
	return g != nil && g.Bound().Intersects(*q.Box)
}

// Store keeps the layers. It is safe for concurrent use. Every method that waits gives up with ErrUnavailable when the store
// cannot be reached, is read-only, full or too slow, and with ctx's error when ctx ends.
type Store interface {
	// Head returns where the store is.
	Head(ctx context.Context) (Position, error)
	// Load reads every head row of every layer, and the open slices of the layers whose Info says so, in one snapshot of the
	// store, and calls each for each row, in the order of the layers and by id. A row that cannot be decoded is a Row with
	// Broken set, never skipped and never an error of the load.
	Load(ctx context.Context, each func(Row) error) (Base, error)
	// Since returns what happened after from, in one snapshot of the store. It is ErrEpoch when the epoch is another, from is
	// ahead of the store, or more than most features changed (load all again instead).
	Since(ctx context.Context, from Position, most int) (Delta, error)
	// Apply commits tx or does nothing. It checks versions, ids and codes in use, references to rows that must exist, guards
	// and the idempotency key inside the transaction. Errors: *Conflict, *Invalid, ErrKeyReused, ErrUnavailable.
	Apply(ctx context.Context, tx Tx) (Receipt, error)
	// History returns the rows that answer q, by id and valid time.
	History(ctx context.Context, q Asked) ([]Feature, error)
	// Known returns the last position that was recorded at an instant or before, and when that was: revision 0 and 0 before the first.
	Known(ctx context.Context, at Instant) (Position, Instant, error)
	// Changes returns up to limit lines of the audit after the revision since, in order, without gaps; a revision is never
	// cut in two unless it alone has more than limit lines.
	Changes(ctx context.Context, since int64, limit int) ([]Change, error)
	// Watch calls wake whenever there may be something new, until ctx ends; an error means that the connection is lost and
	// anything may have been missed. It never promises to call: whoever follows polls as well.
	Watch(ctx context.Context, wake func()) error
	// Tokens: SaveToken adds or replaces a token, and is a transaction of kind "token" with a revision of its own.
	SaveToken(ctx context.Context, actor Actor, at time.Time, t Token) (Position, error)
	// Backup writes a copy of the store as of one revision to a new file.
	Backup(ctx context.Context, file string) (Position, error)
	// Close ends all use of the store.
	Close() error
}

// Step is called by a store between the steps of a transaction with the name of the step that is done: "begin", "revision",
// "row", "history", "audit", "idempotency", "commit". Tests use it to stop the process there.
type Step func(name string)

// StoreOptions are what both stores take.
type StoreOptions struct {
	// Step may be nil.
	Step Step
	// ReadOnly opens the store without migrating it and refuses edits.
	ReadOnly bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Whole returns o with a clock and a Step, which does nothing, where they are nil.
func (o StoreOptions) Whole() StoreOptions {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Step == nil {
		o.Step = func(string) {}
	}
	return o
}
