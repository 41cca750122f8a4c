package api

import (
	"context"
	"math"
	"net/http"

	"wangge/layers"
)

// mostNoted bounds how many editions a problem lists: the last ones.
const mostNoted = 50

// editionOperations are what is asked of an edition beyond its own row.
func (s *Server) editionOperations() []operation {
	return append(s.translateOperations(), operation{
		Method: http.MethodGet, Path: "/v1/editions/{id}/lineage", ID: "getEditionLineage", Tag: "editions",
		Summary: "How the areas of an edition descend from those of the edition before it",
		Text: "Every pair of areas that have ground in common, by their codes, and what happened to it. An edition is taken as it stands now, or stood last, or will " +
			"stand first; the one before it as it stood last. The shares of all edges of one area sum to 1 within 1e-9. An area that is `same` is listed too.",
		Params:  []param{{Name: "id", In: "path", Required: true, Schema: idParam().Schema, Text: "The id of the edition."}},
		Answers: []answer{{Status: http.StatusOK, Text: "The edges.", Content: &content{Type: descent{}}}},
		Longest: lineagePatience + lineagePatience/4,
		Handle:  editionLineage,
	})
}

// descent is the answer.
type descent struct {
	Layer layers.Layer `json:"layer"`
	// From is nil for the first edition.
	From  *standing `json:"from" doc:"The edition before; null for the first one, which has no edges"`
	To    standing  `json:"to"`
	Edges []edge    `json:"edges"`
}

type edge struct {
	Kind        edgeKind `json:"kind"`
	From        *end     `json:"from" doc:"The earlier area; null for new ground"`
	To          *end     `json:"to" doc:"The later area; null for ground that no area has any more"`
	AreaM2      float64  `json:"area_m2" doc:"The ground in common"`
	ShareOfFrom float64  `json:"share_of_from" doc:"As a part of the earlier area; 0 without one"`
	ShareOfTo   float64  `json:"share_of_to" doc:"As a part of the later area; 0 without one"`
}

// end is the area at one end of an edge.
type end struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
}

func endOf(f layers.Feature) *end {
	if f == nil {
		return nil
	}
	code, name := f.Label()
	return &end{code, name, englishOf(f)}
}

func editionLineage(c *call) error {
	id := c.path["id"]
	e, ok := c.w.Set(layers.Editions).Head(id)
	if !ok {
		return notFound("there is no edition " + quoted(id))
	}
	l, now := e.(*layers.Edition).Of, c.now()
	term, before, ok := c.w.TermOf(l, id, now)
	if !ok {
		return c.notInEdition("id", l, "no areas of the "+string(l)+" name this edition, or a newer one is in force wherever they do")
	}
	to := term.Standing(now)
	out := descent{Layer: l, To: c.w.standing(l, to), Edges: []edge{}}
	if before == (layers.Term{}) {
		return c.json(http.StatusOK, out)
	}
	from := before.To - 1
	of := c.w.standing(l, from)
	out.From = &of
	ctx, cancel := context.WithTimeout(c.Request().Context(), lineagePatience)
	defer cancel()
	lineage, err := c.w.Partition(l, from).Lineage(ctx, c.w.Partition(l, to))
	if err != nil {
		return err
	}
	for _, e := range lineage.Edges() {
		out.Edges = append(out.Edges, edge{edgeKind(e.Kind), endOf(e.From), endOf(e.To), math.Round(e.AreaM2*1e4) / 1e4, shown(e.ShareOfFrom), shown(e.ShareOfTo)})
	}
	return c.json(http.StatusOK, out)
}

// standing describes the partition of a layer at an instant, at which there is one.
func (w *World) standing(l layers.Layer, at layers.Instant) standing {
	out := standing{At: at}
	for _, t := range w.Terms(l) {
		if t.Holds(at) {
			out.Edition, out.ValidFrom, out.ValidTo = t.Edition, t.From, t.To
		}
	}
	if e, ok := w.Set(layers.Editions).Head(out.Edition); ok && out.Edition != "" {
		out.Code, out.Name = e.Label()
	}
	return out
}

// termNote is an edition as a problem of its layer shows it.
type termNote struct {
	Edition   string         `json:"edition,omitempty"`
	Code      string         `json:"code,omitempty"`
	Name      string         `json:"name,omitempty"`
	ValidFrom layers.Instant `json:"valid_from"`
	ValidTo   layers.Instant `json:"valid_to,omitzero"`
}

// editionsOf lists when which edition of a layer is in force, never nil.
func (w *World) editionsOf(l layers.Layer) []termNote {
	out := []termNote{}
	for _, t := range w.Terms(l) {
		s := w.standing(l, t.From)
		out = append(out, termNote{s.Edition, s.Code, s.Name, s.ValidFrom, s.ValidTo})
	}
	return out[max(0, len(out)-mostNoted):]
}
