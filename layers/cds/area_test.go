package cds_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/cds"
)

// ground is a coverage of one area.
func ground(t testing.TB, p orb.Polygon) *geo.Coverage {
	t.Helper()
	area, err := geo.FixedMultiPolygonFrom(p)
	if err != nil {
		t.Fatal(err)
	}
	c, defects := geo.NewCoverage([]geo.FixedMultiPolygon{area}, 0)
	if geo.HasErrors(defects) {
		t.Fatal(defects)
	}
	return c
}

// TestAreasOfZones lays small zones at corners of grids and blocks and inside of them, and compares the areas of each with those in which all of
// its ground lies, measured.
func TestAreasOfZones(t *testing.T) {
	features := demo(t)
	var parts []orb.Polygon
	for _, f := range features {
		if o, ok := f.(*layers.Overlay); f.Layer() == layers.Grids || ok && o.Kind == layers.Block {
			parts = append(parts, f.Shape().(orb.MultiPolygon)...)
		}
	}
	grounds := make([]*geo.Coverage, len(parts))
	for i, p := range parts {
		grounds[i] = ground(t, p)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var zones []*layers.Zone
	for i := range 150 {
		ring := parts[r.IntN(len(parts))][0]
		at := ring[r.IntN(len(ring))]
		if i%2 == 0 {
			at = orb.Point{at[0] + (r.Float64()-0.5)*0.002, at[1] + (r.Float64()-0.5)*0.002}
		}
		z := zoneOf(i, layers.Travel)
		snapped, err := geo.Snap(orb.Bound{Min: at, Max: orb.Point{at[0] + 0.0002, at[1] + 0.00003}}.ToPolygon())
		if err != nil {
			t.Fatal(err)
		}
		z.Geometry = snapped.(orb.Polygon)
		zones, features = append(zones, z), append(features, z)
	}
	f := cds.New(snapshotOf(t, features...), 2026, nil)
	shown := map[string]int{}
	for _, z := range f.Zones(noon, false) {
		shown[z.ID] = len(z.AreaIDs)
	}
	inside, across := 0, 0
	for _, z := range zones {
		want, outline := 0, ground(t, z.Geometry)
		for i, p := range parts {
			if !p.Bound().Intersects(z.Geometry.Bound()) {
				continue
			}
			o, err := geo.NewOverlay(context.Background(), outline, grounds[i])
			if err != nil {
				t.Fatal(err)
			}
			both, alone := 0.0, 0.0
			for _, c := range o.Common {
				if c.A >= 0 && c.B >= 0 {
					both += c.AreaM2
				} else if c.A >= 0 {
					alone += c.AreaM2
				}
			}
			if both > 0 && alone <= 0.05 {
				want++
			} else if both > 0 {
				across++
			}
		}
		inside += want
		if got := shown[f.ZoneOf(z.ID, noon)]; got != want {
			t.Errorf("%s lies in %d areas, want %d", z.ID, got, want)
		}
	}
	if inside < 50 || across < 50 {
		t.Errorf("%d times inside, %d times across a border: nothing is tested", inside, across)
	}
}
