package api

import (
	"cmp"
	"math"
	"net/http"
	"slices"

	"wangge/layers"
)

func contentsOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/v1/grids/{id}/contents", ID: "gridContents", Tag: "features",
		Summary: "What lies in a grid, and who works there",
		Text: "The communities, blocks, parks, buildings, areas of police stations and grounds kept clear that lie in a grid at `at`, wholly or in part: `share` is the part of each that lies in the grid, " +
			"`covers` the part of the grid that it covers, both of areas on the ellipsoid; those with less than 0.001 are left out. `posts` are the posts for the grid.",
		Params:   []param{idParam(), atParam()},
		Answers:  []answer{{Status: http.StatusOK, Content: &content{Type: gridContents{}}}},
		Problems: []int{http.StatusNotFound},
		Handle:   (*call).gridContents,
	}
}

// gridContents is the answer.
type gridContents struct {
	Grid  string         `json:"grid"`
	Items []gridContent  `json:"items" doc:"Communities first, then overlays by kind, each by code"`
	Posts []gridPost     `json:"posts" doc:"By kind, then id"`
	Count map[string]int `json:"count" doc:"How many there are of communities and of each kind of overlays"`
}

// gridContent is something that lies in a grid.
type gridContent struct {
	Layer  layers.Layer `json:"layer"`
	ID     string       `json:"id"`
	Code   string       `json:"code"`
	Name   string       `json:"name"`
	NameEn string       `json:"name_en,omitempty"`
	Kind   string       `json:"kind"`
	Unit   string       `json:"unit,omitempty" doc:"The unit that answers for an overlay"`
	Share  float64      `json:"share" doc:"The part of it that lies in the grid, to 0.001"`
	Covers float64      `json:"covers" doc:"The part of the grid that it covers, to 0.001"`
}

// gridPost is a post for a grid.
type gridPost struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	Unit   string `json:"unit"`
}

func (c *call) gridContents() error {
	at, err := c.at()
	if err != nil {
		return err
	}
	id := c.path["id"]
	g, ok := layers.Get[*layers.Grid](c.w.Snapshot, layers.Grids, id, at)
	if !ok {
		return notFound("there is no grid " + quoted(id) + " at " + at.String())
	}
	list, err := c.w.Contents(g, at)
	if err != nil {
		return err
	}
	out := gridContents{Grid: g.Code, Items: []gridContent{}, Posts: []gridPost{}, Count: map[string]int{}}
	for _, one := range list {
		item := gridContent{Layer: one.Feature.Layer(), ID: one.Feature.Head().ID, Share: math.Round(one.Share*1000) / 1000, Covers: math.Round(one.Covers*1000) / 1000}
		of := string(layers.Communities)
		switch f := one.Feature.(type) {
		case *layers.Community:
			item.Code, item.Name, item.NameEn, item.Kind = f.Code, f.Name, f.NameEn, f.Kind
		case *layers.Overlay:
			item.Code, item.Name, item.NameEn, item.Kind, item.Unit, of = f.Code, f.Name, f.NameEn, f.Kind, f.Unit, f.Kind
		}
		out.Items = append(out.Items, item)
		out.Count[of]++
	}
	for f := range c.w.Set(layers.Posts).All(at) {
		if p, ok := f.(*layers.Post); ok && p.Grid == g.Code {
			out.Posts = append(out.Posts, gridPost{p.ID, p.Kind, p.Name, p.NameEn, p.Unit})
		}
	}
	kinds := layers.PostKinds()
	slices.SortFunc(out.Posts, func(a, b gridPost) int {
		return cmp.Or(slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return c.json(http.StatusOK, out)
}
