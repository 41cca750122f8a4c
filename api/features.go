package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

// historyPatience bounds a read of history, the one kind of read that waits for the store.
const historyPatience = 5 * time.Second

// featureOperations are the lists and the single features of every layer, each with a path and a schema of its own.
func (s *Server) featureOperations() []operation {
	var table []operation
	for _, info := range layers.All() {
		table = append(table, listOperation(info), readOperation(info))
	}
	return table
}

func readOperation(info layers.Info) operation {
	return operation{
		Method: http.MethodGet, Path: "/v1/" + string(info.Layer) + "/{id}", ID: operationID("get", singular(info.Layer)), Tag: "features",
		Summary: "One of the " + string(info.Layer),
		Text: "The state that applies at `at`, as known at `known_at`. `ETag` is what an edit names in `If-Match`. " +
			"A feature that has gone is 410 with what took its place; one that applies only at another time is 404 `not-in-edition` with those times.",
		Params: []param{idParam(), atParam(), knownAtParam()},
		Answers: []answer{
			{Status: http.StatusOK, Text: "The feature.", Content: &content{Type: featureSchema(info.Layer)}, Headers: []string{"ETag"}},
			{Status: http.StatusNotModified, Text: "It is what `If-None-Match` names.", Headers: []string{"ETag"}},
		},
		Problems: []int{http.StatusGone},
		Roles:    readersOf(info.Layer),
		Handle:   noted(info, func(c *call) error { return c.readFeature(info) }),
	}
}

// operationID joins a verb and a thing: getPole.
func operationID(verb, thing string) string { return verb + strings.ToUpper(thing[:1]) + thing[1:] }

// singular is the word for one feature of a layer, for operation ids.
func singular(l layers.Layer) string {
	switch l {
	case layers.Communities:
		return "community"
	case layers.Categories:
		return "category"
	}
	return strings.TrimSuffix(string(l), "s")
}

func idParam() param {
	return param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Text: "The id; in the layers of areas with an official code it is that code."}
}

func knownAtParam() param {
	return param{Name: "known_at", In: "query", Schema: timeSchema(), Example: "2025-05-20T10:05:00+08:00",
		Text: "As it was known then. It is read from the store, and so the only kind of read that may wait, or be refused while the store is away."}
}

// times reads at and known_at; known is zero for the present knowledge.
func (c *call) times() (at, known layers.Instant, err error) {
	if at, err = c.at(); err != nil {
		return 0, 0, err
	}
	known, err = c.instant("known_at", 0)
	return at, known, err
}

func (c *call) readFeature(info layers.Info) error {
	at, known, err := c.times()
	if err != nil {
		return err
	}
	f, earlier, err := c.find(info, c.path["id"], at, known, c.query.Has("at"))
	if err != nil {
		return err
	}
	return c.feature(http.StatusOK, f, earlier)
}

// find returns the state of a feature that applies at an instant, as known then or now, and whether it is not the newest. dated
// says that the request named the instant.
func (c *call) find(info layers.Info, id string, at, known layers.Instant, dated bool) (f layers.Feature, earlier bool, err error) {
	if known != 0 {
		f, err = c.fromHistory(info.Layer, id, at, known)
		return f, true, err
	}
	set := c.w.Set(info.Layer)
	head, present := set.Head(id)
	if f, ok := set.Get(id, at); ok {
		return f, !present || f != head, nil
	}
	if !info.Slices && dated {
		f, err = c.fromHistory(info.Layer, id, at, 0)
		return f, true, err
	}
	return nil, false, c.absent(info, id, at)
}

// fromHistory reads one state of a feature from the store.
func (c *call) fromHistory(l layers.Layer, id string, at, known layers.Instant) (layers.Feature, error) {
	list, err := c.history(layers.Asked{Layer: l, IDs: []string{id}, At: at, KnownAt: known})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, notFound("there was no " + singular(l) + " " + quoted(id) + " then")
	}
	return list[0], nil
}

// history asks the store, within bounds.
func (c *call) history(q layers.Asked) ([]layers.Feature, error) {
	return ask(c, historyPatience, func(ctx context.Context) ([]layers.Feature, error) { return c.s.Store.History(ctx, q) })
}

// feature answers with a feature and its ETag, or 304. earlier marks a state that is not the newest. An answer with an ETag is
// sent uncompressed: the tag is strong, because edits name it, and a compressed form would need another.
func (c *call) feature(status int, f layers.Feature, earlier bool) error {
	h := c.Response().Header()
	etag := etagOf(c.w.Position().Epoch, f, earlier)
	h.Set("ETag", etag)
	h.Set("Cache-Control", "no-cache")
	if status == http.StatusOK && unchanged(c.Request(), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	body, err := layers.MarshalFeature(f)
	if err != nil {
		return err
	}
	return c.bytes(status, "application/json; charset=utf-8", append(body, '\n'))
}

// quoted shows an id in a text.
func quoted(id string) string { return fmt.Sprintf("%.80q", id) }

// absent says why a feature is not there at the instant: it applies at another time, it has gone, or it never was.
func (c *call) absent(info layers.Info, id string, at layers.Instant) error {
	set := c.w.Set(info.Layer)
	versions := set.Versions(id)
	if len(versions) == 0 {
		return notFound("there is no " + singular(info.Layer) + " " + quoted(id))
	}
	_, present := set.Head(id)
	if last := versions[len(versions)-1]; !present && last.Head().ValidTo != 0 && last.Head().ValidTo <= at {
		return c.gone(info, last, at)
	}
	return &Problem{Status: http.StatusNotFound, Code: "not-in-edition", Parameter: "at", More: map[string]any{"editions": spansOf(versions)},
		Detail: singular(info.Layer) + " " + quoted(id) + " does not apply at " + at.String() + ", but at other times"}
}

// span is when one state of a feature applies.
type span struct {
	Edition   string         `json:"edition,omitempty"`
	Version   int64          `json:"version"`
	ValidFrom layers.Instant `json:"valid_from"`
	ValidTo   layers.Instant `json:"valid_to,omitzero"`
}

func spansOf(versions []layers.Feature) []span {
	out := make([]span, 0, len(versions))
	for _, f := range versions {
		m := f.Head()
		out = append(out, span{Edition: layers.EditionOf(f), Version: m.Version, ValidFrom: m.ValidFrom, ValidTo: m.ValidTo})
	}
	return out
}

// gone answers for a feature that was ended: its code is never given again.
func (c *call) gone(info layers.Info, last layers.Feature, at layers.Instant) error {
	id := last.Head().ID
	took, err := c.successors(info.Layer, last, at)
	if err != nil {
		return err
	}
	return &Problem{Status: http.StatusGone, Code: string(layers.Retired), More: map[string]any{"successors": took, "editions": spansOf(c.w.Set(info.Layer).Versions(id))},
		Detail: singular(info.Layer) + " " + quoted(id) + " ended at " + last.Head().ValidTo.String() + "; its code is not given again"}
}
