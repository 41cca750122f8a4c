package api

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

const (
	usualChanges = 100
	mostChanges  = 1000
	// changesPatience bounds a read of the audit.
	changesPatience = 2 * time.Second
)

func (s *Server) changeOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/changes", ID: "changes", Tag: "changes",
		Summary: "What was changed since a revision, in order and without gaps",
		Text: "One line for each feature that a transaction changed, read from the store's audit. `next` is the `since` of the next page. A revision is cut in two only if it alone has more lines " +
			"than `limit`; `next` then names the line too. Who did it is shown to an auditor, and of one's own edits to whoever made them.",
		Params: []param{
			{Name: "since", In: "query", Schema: &huma.Schema{Type: "string", Pattern: sinceForm.String()}, Example: "0",
				Text: "The last revision that was seen, 0 for all from the beginning; or `next` of the page before."},
			{Name: "limit", In: "query", Schema: wholeSchema(1, mostChanges), Example: usualChanges, Text: "The most lines of a page; 100 if it is not given."},
		},
		Answers:  []answer{{Status: http.StatusOK, Content: &content{Type: changesDocument{}}}},
		Problems: []int{http.StatusUnauthorized},
		Handle:   (*call).changes,
	}}
}

// changesDocument is the answer of /v1/changes.
type changesDocument struct {
	Epoch string          `json:"epoch"`
	Items []layers.Change `json:"items"`
	Next  string          `json:"next" doc:"The since of the next page; what was asked for if there is nothing new"`
	More  bool            `json:"more" doc:"There may be further lines now"`
}

// place is where a reader of the audit has come: after all of a revision, or after one of its lines.
type place struct {
	revision int64
	seq      int // 0 for all of it
}

func (p place) String() string {
	if p.seq == 0 {
		return strconv.FormatInt(p.revision, 10)
	}
	return fmt.Sprintf("%d.%d", p.revision, p.seq)
}

var sinceForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})(\.[1-9][0-9]{0,8})?$`)

func (c *call) since() (p place, err error) {
	s := c.query.Get("since")
	if !c.query.Has("since") {
		return p, nil
	}
	if !sinceForm.MatchString(s) {
		return p, badParameter("since", fmt.Sprintf("%.40q is neither a revision nor the next of a page", s))
	}
	revision, seq, _ := strings.Cut(s, ".")
	p.revision, _ = strconv.ParseInt(revision, 10, 64) // the form has few enough digits
	p.seq, _ = strconv.Atoi(seq)
	return p, nil
}

func (c *call) changes() error {
	since, err := c.since()
	if err != nil {
		return err
	}
	limit, err := c.whole("limit", usualChanges, 1, mostChanges)
	if err != nil {
		return err
	}
	if c.Request().Header.Get("Authorization") != "" && c.tokenError != nil {
		return c.unauthenticated()
	}
	type page struct {
		lines []layers.Change
		next  place
	}
	got, err := ask(c, changesPatience, func(ctx context.Context) (p page, err error) {
		p.lines, p.next, err = c.s.changesAfter(ctx, since, int(limit))
		return p, err
	})
	if err != nil {
		return err
	}
	out := changesDocument{Epoch: c.w.Position().Epoch, Items: []layers.Change{}, Next: got.next.String()}
	for _, one := range got.lines {
		if readers := readersOf(one.Layer); readers == nil || slices.Contains(readers, c.actor.Role) {
			out.Items = append(out.Items, c.seen(one))
		}
	}
	out.More = len(got.lines) > 0 && (got.next.seq > 0 || got.next.revision < c.w.Position().Revision)
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, out)
}

// changesAfter reads a page of the audit. The store gives whole revisions, or the beginning of one that has more lines than are
// asked for.
func (s *Server) changesAfter(ctx context.Context, since place, limit int) ([]layers.Change, place, error) {
	after, most := since.revision, limit
	if since.seq > 0 {
		after, most = after-1, limit+since.seq+1
	}
	list, err := s.Store.Changes(ctx, after, most)
	if err != nil || len(list) == 0 {
		return nil, since, err
	}
	first, last := list[0], list[len(list)-1]
	next := place{revision: last.Revision}
	if len(list) >= most && first.Revision == last.Revision {
		next.seq = last.Seq
	}
	list = slices.DeleteFunc(list, func(c layers.Change) bool { return c.Revision == since.revision && c.Seq <= since.seq })
	return list, next, nil
}

// seen leaves out of a line who did it, unless the one who asks may know.
func (c *call) seen(one layers.Change) layers.Change {
	own := c.actor.Name != "" && one.Actor == c.actor.Name && one.Role == c.actor.Role
	if c.actor.Role == layers.Auditor || own {
		return one
	}
	one.Actor, one.Role, one.Unit, one.Note, one.RequestID = "", "", "", "", ""
	return one
}
