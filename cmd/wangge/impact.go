package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
	"wangge/routing/duty"
	"wangge/routing/impact"
	"wangge/routing/rulecheck"
)

// withImpact says what would change hands before anything is written.
type withImpact struct {
	Impact string `help:"Say what would change hands, and write the places as GeoJSON to this file; - writes none." placeholder:"FILE.geojson"`
}

// impactResolution is that of the H3 cells of a comparison: some 1,050 of the district.
const impactResolution = 8

// compare asks the store as it is, and as it would be after an import.
func (c *importCmd) compare(ctx context.Context, h *host, store layers.Store, plan *source.Plan) error {
	s, err := layers.LoadSnapshot(ctx, store)
	if err != nil {
		return err
	}
	at := layers.InstantOf(h.now())
	var changed []layers.Feature
	var gone []layers.Key
	for _, e := range plan.Edits() {
		key := layers.Key{Layer: e.Layer, ID: e.ID}
		if e.Op == layers.Delete {
			gone = append(gone, key)
			continue
		}
		changed = append(changed, e.Feature)
	}
	changed, err = copies(changed)
	if err != nil {
		return err
	}
	after, err := impact.AsIf(s, changed, gone, at)
	if err != nil {
		return err
	}
	return c.withImpact.show(ctx, h, impact.Side{Snapshot: s, Rules: duty.NewRules(s)}, impact.Side{Snapshot: after, Rules: duty.NewRules(after)}, at)
}

// copies returns features of their own: those of a plan are still to be written.
func copies(list []layers.Feature) (out []layers.Feature, err error) {
	for _, f := range list {
		values, err := layers.Values(f)
		if err != nil {
			return nil, err
		}
		info, _ := f.Layer().Info()
		one := info.New()
		if err := layers.SetValues(one, values); err != nil {
			return nil, err
		}
		*one.Head() = *f.Head()
		if err := one.SetShape(f.Shape()); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// compareRules asks the rules in force, and those with a revision as if it were published.
func (c *checkCmd) compareRules(ctx context.Context, h *host, s *layers.Snapshot, one *layers.Rule, at layers.Instant) error {
	rules := duty.NewRules(s)
	after := duty.Arrange(s, rulecheck.With(rules.All(), one), "")
	if from, err := layers.ParseDay(one.From); err == nil {
		at = max(at, from)
	}
	return c.withImpact.show(ctx, h, impact.Side{Snapshot: s, Rules: rules}, impact.Side{Snapshot: s, Rules: after}, at)
}

// show compares two states, says what changes hands, and writes where.
func (w *withImpact) show(ctx context.Context, h *host, before, after impact.Side, at layers.Instant) error {
	bar := h.progress("comparing", 1000, false)
	r, err := impact.Compare(ctx, before, after, at, impactResolution, func(share float64) { bar.at(int64(share * 1000)) })
	bar.end()
	if err != nil {
		return err
	}
	sayImpact(h.err, r)
	if w.Impact == "-" {
		return nil
	}
	content, err := json.Marshal(impactMap(r))
	if err != nil {
		return err
	}
	return os.WriteFile(w.Impact, append(content, '\n'), 0o644)
}

// mostSaid bounds how many lines of one kind are said.
const mostSaid = 10

func sayImpact(w io.Writer, r *impact.Report) {
	share := func(n, of int) string {
		if of == 0 {
			return "0 of 0"
		}
		return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(of))
	}
	fmt.Fprintf(w, "changes hands at %s: %s places, %s categories by grid, %s poles, %s zones\n", r.At,
		share(len(r.Changed), r.Spots), share(len(r.Cells), r.CellCount), share(len(r.Poles.Changed), r.Poles.Of), share(len(r.Zones.Changed), r.Zones.Of))
	for i, c := range r.Cells {
		if i == mostSaid {
			fmt.Fprintf(w, "  … and %d more categories by grid\n", len(r.Cells)-mostSaid)
			break
		}
		fmt.Fprintf(w, "  %s in %s: %s, was %s (%d of %d places)\n", c.Category, c.Grid, heldIn(c.After, c.Grid), held(c.Before), c.Changed, c.Of)
	}
	for _, moves := range []impact.Moves{r.Poles, r.Zones} {
		for i, m := range moves.Changed {
			if i == mostSaid {
				fmt.Fprintf(w, "  … and %d more %s\n", len(moves.Changed)-mostSaid, m.Layer)
				break
			}
			fmt.Fprintf(w, "  %s %s: %s in %s, was %s in %s\n", m.Layer, m.Code, held(m.After), m.After.Grid, held(m.Before), m.Before.Grid)
		}
	}
	for _, z := range r.Times {
		fmt.Fprintf(w, "  %s is used otherwise on %d days, from %s on\n", z.Name, len(z.Dates), z.Dates[0])
	}
}

func held(h impact.Holder) string {
	if h.Unit == "" {
		return string(h.Outcome)
	}
	return h.Unit
}

// heldIn names the grid too if it is another one.
func heldIn(h impact.Holder, grid string) string {
	if h.Grid == grid {
		return held(h)
	}
	return held(h) + " in " + h.Grid
}

// mapFeature is a feature of GeoJSON.
type mapFeature struct {
	Type       string          `json:"type"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties map[string]any  `json:"properties"`
}

// impactMap is where something changes hands, as a FeatureCollection: cells as areas, poles and zones as points.
func impactMap(r *impact.Report) any {
	list := []mapFeature{}
	add := func(g orb.Geometry, properties map[string]any) {
		list = append(list, mapFeature{"Feature", layers.AppendGeoJSON(nil, g), properties})
	}
	for _, c := range r.Changed {
		cell, err := geo.ParseCell(c.Cell)
		if err != nil {
			continue // cannot be: it is a cell's name
		}
		add(geo.CellBoundary(cell), map[string]any{"kind": "cell", "cell": c.Cell, "grid_before": c.Before, "grid_after": c.After, "categories": c.Categories, "example": c.Example})
	}
	for _, moves := range []impact.Moves{r.Poles, r.Zones} {
		for _, m := range moves.Changed {
			add(m.Point(), map[string]any{"kind": string(m.Layer), "id": m.ID, "code": m.Code, "grid_before": m.Before.Grid, "grid_after": m.After.Grid,
				"unit_before": m.Before.Unit, "unit_after": m.After.Unit})
		}
	}
	return map[string]any{"type": "FeatureCollection", "features": list}
}
