package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

// lineagePatience bounds how long a request waits for two editions to be laid on each other, which happens once for each pair: a
// tenth of a second for the grids of a district, seconds for tens of thousands of areas that were all drawn anew.
const lineagePatience = 20 * time.Second

// translateOperations are the translations of codes between editions, one for each layer that has editions.
func (s *Server) translateOperations() []operation {
	var table []operation
	for _, info := range layers.All() {
		if info.Partition {
			table = append(table, translateOperation(info))
		}
	}
	return table
}

func translateOperation(info layers.Info) operation {
	when := &huma.Schema{Type: "string"}
	return operation{
		Method: http.MethodGet, Path: "/v1/" + string(info.Layer) + "/{id}/translate", ID: operationID("translate", singular(info.Layer)), Tag: "editions",
		Summary: "What a code became, or what it was, in another edition of the " + string(info.Layer),
		Text: "Lists the areas of the edition `to` that have ground of this one: its `successors`, or its `predecessors` if `to` is earlier than `from`. " +
			"`share` is the part of this area that lies in the other, `share_back` the part of the other that lies in this one, measured on the ellipsoid between borders as they are; " +
			"with `outside`, the shares of an area sum to 1 within 1e-9. A code that has ended is translated like any other. `kind` says what happened on the way " +
			"from the earlier edition to the later one: an area lies in another when 0.99 of it do.",
		Params: []param{
			idParam(),
			{Name: "to", In: "query", Required: true, Schema: when, Example: "2025-03", Text: "The code or the id of an edition, or a day (in Shanghai) or a time. " +
				"An edition is taken as it stands now, or stood last, or will stand first."},
			{Name: "from", In: "query", Schema: when, Example: "2025-05-20", Text: "Where the code comes from, in the same form. Now, if it is not given and the code applies now; else when it applied last."},
		},
		Answers: []answer{{Status: http.StatusOK, Text: "The areas, the largest share first.", Content: &content{Type: translation{}}}},
		Longest: lineagePatience + 5*time.Second,
		Handle:  func(c *call) error { return c.translate(info) },
	}
}

// translation is the answer.
type translation struct {
	Layer layers.Layer `json:"layer"`
	Code  string       `json:"code"`
	Name  string       `json:"name" doc:"In the edition of from"`
	From  standing     `json:"from"`
	To    standing     `json:"to"`
	// Kept says that the code itself is in the edition of to.
	Kept         bool        `json:"kept" doc:"The edition of to has the same code, whatever its ground"`
	Successors   []successor `json:"successors,omitempty" doc:"If to is from or later; left out if nobody has the ground"`
	Predecessors []successor `json:"predecessors,omitempty" doc:"If to is earlier; left out if nobody had the ground"`
	Outside      float64     `json:"outside" doc:"The share of this area that no area of the edition of to has"`
}

// standing is a partition at an instant.
type standing struct {
	Edition   string         `json:"edition,omitempty" doc:"The id of the edition in force; left out if the areas name none"`
	Code      string         `json:"code,omitempty"`
	Name      string         `json:"name,omitempty"`
	At        layers.Instant `json:"at" doc:"The instant at which the areas were compared"`
	ValidFrom layers.Instant `json:"valid_from" doc:"When the edition came into force"`
	ValidTo   layers.Instant `json:"valid_to,omitzero" doc:"When the next one does; left out if none is known"`
}

// successor is an area of another edition that has ground of the one that was asked about.
type successor struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	NameEn    string   `json:"name_en,omitempty"`
	Kind      edgeKind `json:"kind"`
	Share     float64  `json:"share" doc:"The part of the area asked about that lies in this one"`
	ShareBack float64  `json:"share_back" doc:"The part of this area that lies in the one asked about"`
	AreaM2    float64  `json:"area_m2" doc:"The ground in common"`
}

// edgeKind is layers.EdgeKind with its words in the document.
type edgeKind layers.EdgeKind

func (edgeKind) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Enum: []any{layers.EdgeSame, layers.EdgeRename, layers.EdgeSplit, layers.EdgeMerge, layers.EdgeShift, layers.EdgeRetired, layers.EdgeNew}}
}

func (c *call) translate(info layers.Info) error {
	id, l := c.path["id"], info.Layer
	versions := c.w.Set(l).Versions(id)
	if len(versions) == 0 {
		return notFound("there is no " + singular(l) + " " + quoted(id))
	}
	from, err := c.standing("from", l, versions)
	if err != nil {
		return err
	}
	to, err := c.standing("to", l, nil)
	if err != nil {
		return err
	}
	area, ok := c.w.Set(l).Get(id, from)
	if !ok {
		return &Problem{Status: http.StatusNotFound, Code: "not-in-edition", Parameter: "from", More: map[string]any{"editions": spansOf(versions)},
			Detail: singular(l) + " " + quoted(id) + " does not apply at " + from.String() + ", but at other times"}
	}
	edges, outside, err := c.trace(l, id, from, to)
	if err != nil {
		return err
	}
	out := translation{Layer: l, From: c.w.standing(l, from), To: c.w.standing(l, to), Outside: outside}
	out.Code, out.Name = area.Label()
	_, out.Kept = c.w.Set(l).Get(id, to)
	if to < from {
		out.Predecessors = edges
	} else {
		out.Successors = edges
	}
	return c.json(http.StatusOK, out)
}

// successors returns the areas of a partition that have the ground of an area that ended, the largest share first, never nil.
func (c *call) successors(l layers.Layer, last layers.Feature, at layers.Instant) ([]successor, error) {
	ended := last.Head().ValidTo - 1
	if c.w.Partition(l, ended) == nil || c.w.Partition(l, at) == nil {
		return []successor{}, nil
	}
	out, _, err := c.trace(l, last.Head().ID, ended, at)
	return out, err
}

// trace follows the ground of the area with the id from one instant to another, either of which may be the earlier. At both there
// is a partition. outside is the share of the area that no area has at the other.
func (c *call) trace(l layers.Layer, id string, from, to layers.Instant) (areas []successor, outside float64, err error) {
	ctx, cancel := context.WithTimeout(c.Request().Context(), lineagePatience)
	defer cancel()
	lineage, err := c.w.Partition(l, min(from, to)).Lineage(ctx, c.w.Partition(l, max(from, to)))
	if err != nil {
		return nil, 0, err
	}
	edges := lineage.Successors(id)
	if to < from {
		edges = lineage.Predecessors(id)
	}
	areas = []successor{}
	for _, e := range edges {
		other, share, back := e.To, e.ShareOfFrom, e.ShareOfTo
		if to < from {
			other, share, back = e.From, e.ShareOfTo, e.ShareOfFrom
		}
		if other == nil {
			outside += share
			continue
		}
		one := successor{Kind: edgeKind(e.Kind), Share: shown(share), ShareBack: shown(back), AreaM2: math.Round(e.AreaM2*1e4) / 1e4}
		one.NameEn = englishOf(other)
		if one.Code, one.Name = other.Label(); one.Share > 0 || one.ShareBack > 0 {
			areas = append(areas, one)
		}
	}
	return areas, shown(outside), nil
}

// shown rounds a share to what is known of it.
func shown(share float64) float64 { return math.Round(share*1e12) / 1e12 }

var (
	dayForm     = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	timeOpening = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]`)
)

// standing reads an edition, a day or a time, and returns the instant that stands for it, at which there is a partition. Without
// the parameter it is the instant for the versions of a code: now, or when the code applied last, or will apply first.
func (c *call) standing(name string, l layers.Layer, versions []layers.Feature) (layers.Instant, error) {
	at, err := c.now(), error(nil)
	switch {
	case c.query.Has(name):
		at, err = c.editionOrTime(name, l)
	case versions == nil:
		return 0, badParameter(name, name+" is missing: the code or the id of an edition, a day, or a time")
	default:
		at = standingOf(versions, at)
	}
	if err == nil && c.w.Partition(l, at) == nil {
		err = c.notInEdition(name, l, "no "+string(l)+" were in force at "+at.String())
	}
	return at, err
}

// standingOf returns the instant at which a code is taken that was asked about at now.
func standingOf(versions []layers.Feature, now layers.Instant) layers.Instant {
	for _, f := range versions {
		if f.Head().ValidAt(now) {
			return now
		}
	}
	last := layers.Instant(0)
	for _, f := range versions {
		if to := f.Head().ValidTo; to != 0 && to <= now {
			last = to - 1
		}
	}
	if last != 0 {
		return last
	}
	return versions[0].Head().ValidFrom
}

// editionOrTime reads the parameter. An edition comes first, because its code may look like a day.
func (c *call) editionOrTime(name string, l layers.Layer) (layers.Instant, error) {
	text := c.query.Get(name)
	if text == "" {
		return 0, badParameter(name, name+" is empty: the code or the id of an edition, a day, or a time")
	}
	if e, ok := c.w.FindEdition(l, text); ok {
		now := c.now()
		term, _, ok := c.w.TermOf(l, e.ID, now)
		if !ok {
			return 0, c.notInEdition(name, l, "no areas of the "+string(l)+" name the edition "+quoted(text)+", or a newer one is in force wherever they do")
		}
		return term.Standing(now), nil
	}
	switch {
	case dayForm.MatchString(text):
		at, err := layers.ParseDay(text)
		if err != nil {
			return 0, badTime(name, errors.New(text+" is no day"))
		}
		return at, nil
	case timeOpening.MatchString(text):
		at, err := parseTime(text)
		if err != nil {
			return 0, badTime(name, err)
		}
		return at, nil
	}
	return 0, c.notInEdition(name, l, "the "+string(l)+" have no edition "+quoted(text))
}

// notInEdition is a 404 that lists the editions of a layer.
func (c *call) notInEdition(name string, l layers.Layer, detail string) error {
	return &Problem{Status: http.StatusNotFound, Code: "not-in-edition", Parameter: name, Detail: detail, More: map[string]any{"editions": c.w.editionsOf(l)}}
}
