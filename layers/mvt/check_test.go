package mvt_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// checkPartition checks one tile of a partition layer: it is a valid tile whose polygons are valid, meet each other without gap or
// overlap, and are there for every area that the tile meets.
func checkPartition(t *testing.T, s *layers.Snapshot, a *mvt.Atlas, l layers.Layer, at geo.Tile) {
	t.Helper()
	layer := tile(t, a, at, l)[string(l)]
	for _, p := range append(partitionProblems(layer, outerBorderOf(s, l, at)), missing(s, layer, at)...) {
		t.Errorf("tile %s %s: %s", at, l, p)
	}
	full := float64((mvt.Extent + 128) * (mvt.Extent + 128))
	if sum := sumOfAreas(layer); wellInside(s, l, at) && sum != 2*full {
		t.Errorf("tile %s %s lies inside, but the areas fill %v of %v", at, l, sum/2, full)
	}
}

// partitionProblems says what is wrong with the polygons of a partition in one tile. A square of one unit may stand for an area
// without extent, which lies on top of its neighbours, or be the area itself: its edges may be the other side of one, and need none.
func partitionProblems(layer mvt.TileLayer, outer outerBorder) []string {
	var out []string
	edges, squares := map[[4]float64]int{}, map[[4]float64]int{}
	for _, f := range layer.Features {
		if why := invalid(f.Geometry); why != "" {
			out = append(out, fmt.Sprintf("%v: %s", f.Properties["id"], why))
		}
		count := edges
		if isUnit(f.Geometry) {
			count = squares
		}
		for _, pg := range f.Geometry.(orb.MultiPolygon) {
			for i, r := range pg {
				if (ringArea(r) > 0) != (i == 0) {
					out = append(out, fmt.Sprintf("%v: ring %d has the area %v", f.Properties["id"], i, ringArea(r)/2))
				}
				for i := 1; i < len(r); i++ {
					count[[4]float64{r[i-1][0], r[i-1][1], r[i][0], r[i][1]}]++
				}
			}
		}
	}
	// An edge is in two areas, once each way, unless it lies on the rim of the tile or on the outer border.
	for e, n := range edges {
		if n > 1 {
			out = append(out, fmt.Sprintf("%d areas have the edge %v the same way", n, e))
		}
		if back := [4]float64{e[2], e[3], e[0], e[1]}; edges[back]+squares[back] == 0 && !onRim(e) && !outer.near(e) {
			out = append(out, fmt.Sprintf("nobody has the other side of the edge %v", e))
		}
	}
	return out
}

// onRim reports whether an edge lies on the edge of the tile with its buffer of 64 units.
func onRim(e [4]float64) bool {
	const lo, hi = -64, mvt.Extent + 64
	return e[0] == e[2] && (e[0] == lo || e[0] == hi) || e[1] == e[3] && (e[1] == lo || e[1] == hi)
}

// outerBorder is the exact border between a partition and the outside about a tile, in units of the tile.
type outerBorder [][4]float64

func outerBorderOf(s *layers.Snapshot, l layers.Layer, at geo.Tile) outerBorder {
	x0, y0, side := at.Units()
	local := func(f geo.Fixed) (float64, float64) {
		x, y := geo.MercatorUnits(f.Point())
		return (float64(x) - float64(x0)) * mvt.Extent / float64(side), (float64(y) - float64(y0)) * mvt.Extent / float64(side)
	}
	b := at.Bound(500.0 / mvt.Extent)
	var out outerBorder
	for arc := range s.Partition(l, now).Coverage().Arcs() {
		if arc.Left != geo.Outside && arc.Right != geo.Outside {
			continue
		}
		for i := 1; i < len(arc.Line); i++ {
			if !meetsSegment(b, arc.Line[i-1], arc.Line[i]) {
				continue
			}
			ax, ay := local(arc.Line[i-1])
			bx, by := local(arc.Line[i])
			out = append(out, [4]float64{ax, ay, bx, by})
		}
	}
	return out
}

// near reports whether the middle of an edge lies within 12 units of the border, which is more than leaving vertices out moves it.
func (o outerBorder) near(e [4]float64) bool {
	x, y := (e[0]+e[2])/2, (e[1]+e[3])/2
	for _, s := range o {
		dx, dy := s[2]-s[0], s[3]-s[1]
		t := 0.0
		if d := dx*dx + dy*dy; d > 0 {
			t = max(0, min(1, ((x-s[0])*dx+(y-s[1])*dy)/d))
		}
		if math.Hypot(s[0]+t*dx-x, s[1]+t*dy-y) < 12 {
			return true
		}
	}
	return false
}

// sumOfAreas is twice the area of all polygons but squares of one unit.
func sumOfAreas(layer mvt.TileLayer) float64 {
	sum := 0.0
	for _, f := range layer.Features {
		if !isUnit(f.Geometry) {
			sum += areaOf(f.Geometry)
		}
	}
	return sum
}

func isUnit(g orb.Geometry) bool {
	mp := g.(orb.MultiPolygon)
	if len(mp) != 1 || len(mp[0]) != 1 || len(mp[0][0]) != 5 {
		return false
	}
	b := mp.Bound()
	return b.Max[0]-b.Min[0] == 1 && b.Max[1]-b.Min[1] == 1 && ringArea(mp[0][0]) == 2
}

// missing lists the areas of the snapshot that meet the tile and are not in it.
func missing(s *layers.Snapshot, layer mvt.TileLayer, at geo.Tile) []string {
	in := map[any]bool{}
	for _, f := range layer.Features {
		in[f.Properties["id"]] = true
	}
	var out []string
	b := at.Bound(0)
	s.Set(layers.Layer(layer.Name)).Search(b, now, func(f layers.Feature) bool {
		if !in[f.Head().ID] && meets(f.Shape().(orb.MultiPolygon), b) {
			out = append(out, f.Head().ID+" meets the tile and is not in it")
		}
		return true
	})
	return out
}

// meets reports whether a vertex of the area lies in the box, or the middle of the box in the area.
func meets(mp orb.MultiPolygon, b orb.Bound) bool {
	for _, pg := range mp {
		for _, r := range pg {
			for _, p := range r {
				if b.Contains(p) {
					return true
				}
			}
		}
	}
	fixed, err := geo.FixedMultiPolygonFrom(mp)
	if err != nil {
		panic(err)
	}
	q, err := geo.QueryFrom(b.Center())
	if err != nil {
		panic(err)
	}
	return geo.Contains(fixed, q)
}

// wellInside reports whether the tile and its buffer lie inside the union of the layer, and no outer border comes near.
func wellInside(s *layers.Snapshot, l layers.Layer, at geo.Tile) bool {
	b := at.Bound(0.1)
	q, err := geo.QueryFrom(b.Center())
	if err != nil {
		return false
	}
	if f, _ := s.Locate(l, q, now); f == nil {
		return false
	}
	for arc := range s.Partition(l, now).Coverage().Arcs() {
		if arc.Left != geo.Outside && arc.Right != geo.Outside {
			continue
		}
		for i := 1; i < len(arc.Line); i++ {
			if meetsSegment(b, arc.Line[i-1], arc.Line[i]) {
				return false
			}
		}
	}
	return true
}

// meetsSegment reports whether the box of a segment meets b.
func meetsSegment(b orb.Bound, p, q geo.Fixed) bool {
	lo, hi := geo.Fixed{X: min(p.X, q.X), Y: min(p.Y, q.Y)}.Point(), geo.Fixed{X: max(p.X, q.X), Y: max(p.Y, q.Y)}.Point()
	return lo[0] <= b.Max[0] && hi[0] >= b.Min[0] && lo[1] <= b.Max[1] && hi[1] >= b.Min[1]
}

// TestCheckFindsDefects plants defects in a good tile.
func TestCheckFindsDefects(t *testing.T) {
	s, a := demo()
	at := geo.TileAt(orb.Point{121.18, 30.83}, 12)
	good := func() mvt.TileLayer { return tile(t, a, at, layers.Grids)["grids"] }
	outer := outerBorderOf(s, layers.Grids, at)
	if p := append(partitionProblems(good(), outer), missing(s, good(), at)...); len(p) > 0 {
		t.Fatal(p)
	}
	for name, plant := range map[string]func(l *mvt.TileLayer){
		"moved vertex":  func(l *mvt.TileLayer) { ring(l, 0)[3][0] += 50 },
		"reversed ring": func(l *mvt.TileLayer) { ring(l, 0).Reverse() },
		"lost grid":     func(l *mvt.TileLayer) { l.Features = l.Features[1:] },
		"lost vertex": func(l *mvt.TileLayer) {
			l.Features[0].Geometry.(orb.MultiPolygon)[0][0] = append(ring(l, 0)[:4], ring(l, 0)[5:]...)
		},
		"twice": func(l *mvt.TileLayer) { l.Features = append(l.Features, l.Features[0]) },
	} {
		l := good()
		plant(&l)
		if p := append(partitionProblems(l, outer), missing(s, l, at)...); len(p) == 0 {
			t.Errorf("%s was not found", name)
		}
	}
}

func ring(l *mvt.TileLayer, feature int) orb.Ring {
	return l.Features[feature].Geometry.(orb.MultiPolygon)[0][0]
}
