package api

import (
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// foundOf shows a feature as a find, with a detail in the language of the query.
func foundOf(s *layers.Snapshot, f layers.Feature, q *nameQuery) Found {
	code, name := f.Label()
	out := Found{Kind: strings.TrimSuffix(string(f.Layer()), "s"), Layer: f.Layer(), ID: f.Head().ID, Code: code, Name: name, NameEn: englishOf(f)}
	if out.Name == "" {
		out.Name = code
	}
	out.show(f.Shape())
	town := ""
	switch f := f.(type) {
	case *layers.Grid:
		town = f.Town
	case *layers.Community:
		out.Kind, town = "community", f.Town
	case *layers.Overlay:
		out.Kind, out.Detail = f.Kind, nameOfUnit(s, f.Unit, q)
	case *layers.Unit:
		town = f.Town
	case *layers.Segment:
		out.Detail = f.Road + "：" + f.From + " – " + f.To
	case *layers.Pole:
		out.Detail = strings.Join(nonEmpty(f.Plate, f.Road), " · ")
	case *layers.Space:
		if z, ok := layers.Get[*layers.Zone](s, layers.Zones, f.Zone, q.at); ok {
			out.Detail = z.Name
		}
	}
	if t, ok := layers.Get[*layers.Town](s, layers.Towns, town, q.at); ok {
		out.Detail = inLanguage(q, t.Name, t.NameEn)
	}
	return out
}

func nameOfUnit(s *layers.Snapshot, id string, q *nameQuery) string {
	u, ok := layers.Get[*layers.Unit](s, layers.Units, id, q.at)
	if !ok {
		return ""
	}
	return inLanguage(q, u.Name, u.NameEn)
}

func inLanguage(q *nameQuery, zh, en string) string {
	if q.lang == english && en != "" {
		return en
	}
	return zh
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// show sets where to look and what to show.
func (f *Found) show(g orb.Geometry) {
	if g == nil {
		return
	}
	b := g.Bound()
	f.BBox = boxOf(b)
	at := b.Center()
	switch g := g.(type) {
	case orb.Point:
		at = g
	case orb.LineString:
		at = g[len(g)/2]
	}
	f.Point = &orb.Point{round7(at[0]), round7(at[1])}
}

func boxOf(b orb.Bound) *[4]float64 {
	return &[4]float64{round7(b.Min[0]), round7(b.Min[1]), round7(b.Max[0]), round7(b.Max[1])}
}
