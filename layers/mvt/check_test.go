package mvt_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// checkPartition checks one tile of a partition layer.
func checkPartition(t *testing.T, s *layers.Snapshot, a *mvt.Atlas, l layers.Layer, at geo.Tile) {
	t.Helper()
	layer := tile(t, a, at, l)[string(l)]
	in := map[string]bool{}
	sum, units := 0.0, 0
	edges := map[[4]float64]int{}
	for _, f := range layer.Features {
		id := f.Properties["id"].(string)
		in[id] = true
		if why := invalid(f.Geometry); why != "" {
			t.Errorf("tile %s %s: %s", at, id, why)
		}
		if isUnit(f.Geometry) {
			units++
			continue
		}
		sum += areaOf(f.Geometry)
		for _, pg := range f.Geometry.(orb.MultiPolygon) {
			for _, r := range pg {
				for i := 1; i < len(r); i++ {
					edges[[4]float64{r[i-1][0], r[i-1][1], r[i][0], r[i][1]}]++
				}
			}
		}
	}
	// What is left when edges that two areas share cancel is the outline of the union.
	outline := 0.0
	for e, n := range edges {
		if n > 1 {
			t.Errorf("tile %s: the edge %v is in %d areas the same way", at, e, n)
		}
		if edges[[4]float64{e[2], e[3], e[0], e[1]}] == 0 {
			outline += e[0]*e[3] - e[2]*e[1]
		}
	}
	if math.Abs(outline-sum) > 1e-6 {
		t.Errorf("tile %s: the areas sum up to %v, their outline has %v", at, sum/2, outline/2)
	}
	// Inside the district the areas fill the tile and its buffer.
	if full := float64((mvt.Extent + 128) * (mvt.Extent + 128)); covers(s, l, at) && sum != 2*full {
		t.Errorf("tile %s lies inside, but its areas fill %v of %v", at, sum/2, full)
	}
	for f := range s.Set(l).All(now) {
		if !in[f.Head().ID] && meets(f.Shape().(orb.MultiPolygon), at) {
			t.Errorf("tile %s: %s %s meets it and is not in it", at, l, f.Head().ID)
		}
	}
	_ = units
}

func isUnit(g orb.Geometry) bool {
	mp := g.(orb.MultiPolygon)
	return len(mp) == 1 && len(mp[0]) == 1 && len(mp[0][0]) == 5 && ringArea(mp[0][0]) == 2
}

// meets reports whether a vertex of the area lies in the tile, or the tile's middle in the area.
func meets(mp orb.MultiPolygon, at geo.Tile) bool {
	b := at.Bound(0)
	for _, pg := range mp {
		for _, r := range pg {
			for _, p := range r {
				if b.Contains(p) {
					return true
				}
			}
		}
	}
	return contains(mp, b.Center())
}

func contains(mp orb.MultiPolygon, p orb.Point) bool {
	fixed, err := geo.FixedMultiPolygonFrom(mp)
	if err != nil {
		panic(err)
	}
	q, err := geo.QueryFrom(p)
	if err != nil {
		panic(err)
	}
	return geo.Contains(fixed, q)
}

// covers reports whether the tile and its buffer lie well inside the union of the layer.
func covers(s *layers.Snapshot, l layers.Layer, at geo.Tile) bool {
	b := at.Bound(0.1)
	const steps = 8
	for i := 0; i <= steps; i++ {
		for j := 0; j <= steps; j++ {
			p := orb.Point{b.Min[0] + (b.Max[0]-b.Min[0])*float64(i)/steps, b.Min[1] + (b.Max[1]-b.Min[1])*float64(j)/steps}
			q, err := geo.QueryFrom(p)
			if err != nil {
				return false
			}
			if f, _ := s.Locate(l, q, now); f == nil {
				return false
			}
		}
	}
	// No border with the outside comes near.
	for arc := range s.Partition(l, now).Coverage().Arcs() {
		if arc.Left != geo.Outside && arc.Right != geo.Outside {
			continue
		}
		for _, v := range arc.Line {
			if b.Contains(v.Point()) {
				return false
			}
		}
	}
	return true
}
