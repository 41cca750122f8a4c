package api_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// The size of the district that tiles are measured with.
const (
	crowdPoles = 500_000
	crowdRoads = 60_000
	// crowdColumns columns of grids, of which the last has a grid more: 37.
	crowdColumns, crowdRows = 6, 6
)

// crowdBox is where it lies, in degrees.
var crowdBox = orb.Bound{Min: orb.Point{120.98, 30.68}, Max: orb.Point{121.46, 30.96}}

// crowdLayers are its layers.
var crowdLayers = []layers.Layer{layers.Grids, layers.Roads, layers.Poles}

// crowd is a district with 500,000 poles, half of them in five towns, 60,000 roads, and 37 grids with fractal borders of about 1,500
// vertices. It is made once.
var crowd = sync.OnceValue(func() *layers.Snapshot {
	r := rand.New(rand.NewPCG(310116, 2))
	b := layers.NewBuilder()
	add := func(f layers.Feature) {
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			panic(err)
		}
	}
	for _, g := range crowdGrids(r) {
		add(g)
	}
	for i := range crowdRoads {
		add(crowdRoad(r, i))
	}
	for i := range crowdPoles {
		add(crowdPole(r, i))
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: epoch, Revision: 1}, RecordedAt: layers.InstantOf(noon),
		Settings: layers.Settings{Name: "crowd", Codes: layers.CodesFree}})
	if err != nil || len(s.Quarantined()) > 0 {
		panic(fmt.Sprint(err, s.Quarantined()))
	}
	return s
})

// onGrid puts a position on a multiple of 1e-7 degree.
func onGrid(x, y float64) orb.Point {
	f, err := geo.FixedFrom(orb.Point{x, y})
	if err != nil {
		panic(err)
	}
	return f.Point()
}

// crowdPlace is a place of half the district's things: in one of five towns, or anywhere.
func crowdPlace(r *rand.Rand, i int) (x, y float64) {
	x, y = 121+0.44*r.Float64(), 30.7+0.24*r.Float64()
	if i%2 == 0 {
		k := float64(r.IntN(5))
		x, y = 121.04+0.09*k+0.013*r.NormFloat64(), 30.74+0.04*k+0.013*r.NormFloat64()
	}
	return x, y
}

func crowdPole(r *rand.Rand, i int) *layers.Pole {
	states, uses := layers.PoleStates(), layers.PoleUses()
	x, y := crowdPlace(r, i)
	return &layers.Pole{
		Meta: layers.Meta{ID: fmt.Sprintf("p_%08x", i), Version: 1, Revision: 1, ValidFrom: 1},
		Code: fmt.Sprintf("JS-%07d", i), Name: fmt.Sprintf("龙皓路 %d", i%900), MainUse: uses[i%len(uses)], Batch: i % 12,
		Condition: "sound", Live: "no", State: states[i%len(states)], ClaimState: "claimed", Geometry: onGrid(x, y),
	}
}

func crowdRoad(r *rand.Rand, i int) *layers.Road {
	classes := []string{"residential", "residential", "residential", "service", "service", "unclassified", "tertiary", "secondary", "primary", "path"}
	f := &layers.Road{Meta: layers.Meta{ID: fmt.Sprintf("r_%06d", i), Version: 1, Revision: 1, ValidFrom: 1}, Code: fmt.Sprintf("R%06d", i),
		Name: fmt.Sprintf("亭林路%d号", i%1500), NameEn: fmt.Sprintf("Tinglin Road %d", i%1500), Class: classes[i%len(classes)], Oneway: i%5 == 0}
	x, y := crowdPlace(r, i)
	turn := 2 * math.Pi * r.Float64()
	for range 3 + r.IntN(8) {
		f.Geometry = append(f.Geometry, onGrid(x, y))
		turn += 0.3 * r.NormFloat64()
		x, y = x+0.0004*math.Cos(turn), y+0.0004*math.Sin(turn)
	}
	return f
}

// crowdGrids cuts the box into columns by lines that run from south to north, and each column into grids. No line turns back, and the
// lines across run straight where those of the sides may be.
func crowdGrids(r *rand.Rand) []*layers.Grid {
	const along, across = 1680, 460 // segments of a line, both multiples of what they are cut into
	width, height := (crowdBox.Max[0]-crowdBox.Min[0])/crowdColumns, crowdBox.Max[1]-crowdBox.Min[1]
	sides := make([][]orb.Point, crowdColumns+1)
	for c := range sides {
		for i, d := range fractal(r, along) {
			sides[c] = append(sides[c], onGrid(crowdBox.Min[0]+width*(float64(c)+0.08*d), crowdBox.Min[1]+height*float64(i)/along))
		}
	}
	var out []*layers.Grid
	for c := range crowdColumns {
		rows := crowdRows + c/(crowdColumns-1)
		line := func(j int) []orb.Point { // the line below row j
			from, to := sides[c][j*along/rows], sides[c+1][j*along/rows]
			points := []orb.Point{from}
			for i, d := range fractal(r, across)[1:across] {
				t := float64(i+1) / across
				if t < 0.12 || t > 0.88 {
					d = 0
				}
				points = append(points, onGrid(from[0]+(to[0]-from[0])*t, from[1]+height/float64(rows)*0.12*d))
			}
			return append(points, to)
		}
		below := line(0)
		for j := range rows {
			above := line(j + 1)
			ring := append(orb.Ring{}, below...)
			ring = append(ring, sides[c+1][j*along/rows+1:(j+1)*along/rows]...)
			for i := range above {
				ring = append(ring, above[len(above)-1-i])
			}
			for i := (j+1)*along/rows - 1; i >= j*along/rows; i-- {
				ring = append(ring, sides[c][i])
			}
			code := fmt.Sprintf("Z%02d", len(out)+1)
			out = append(out, &layers.Grid{Meta: layers.Meta{ID: code, Version: 1, Revision: 1, ValidFrom: 1}, Code: code, Name: "综合网格" + code, Town: "T",
				Geometry: orb.MultiPolygon{{ring}}})
			below = above
		}
	}
	return out
}

// fractal is a line of n segments from 0 to 0 between about -1 and 1, by halving and moving the middle.
func fractal(r *rand.Rand, n int) []float64 {
	out := make([]float64, n+1)
	var halve func(lo, hi int, step float64)
	halve = func(lo, hi int, step float64) {
		if hi-lo < 2 {
			return
		}
		m := (lo + hi) / 2
		out[m] = max(-1, min(1, (out[lo]+out[hi])/2+step*(2*r.Float64()-1)))
		halve(lo, m, step*0.6)
		halve(m, hi, step*0.6)
	}
	halve(0, n, 0.6)
	return out
}

// zoomShares says how many of 100 tiles are of each zoom from 8 on: viewers mostly look at streets.
var zoomShares = [...]int{2, 3, 4, 5, 3, 8, 20, 28, 18, 9}

// crowdTiles lists 100 × n tiles as viewers ask for them: a quarter of them where the poles are dense. On average such a tile has about
// 4,000 features.
func crowdTiles(n int) []geo.Tile {
	r := rand.New(rand.NewPCG(17, 8))
	var out []geo.Tile
	for i, share := range zoomShares {
		for k := range share * n {
			x, y := crowdPlace(r, min(1, k%4))
			out = append(out, geo.TileAt(orb.Point{x, y}, uint8(8+i)))
		}
	}
	r.Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
	return out
}

// denseTile returns the tile of zoom 12 that has the number of poles next to 40,000, and how many.
func denseTile(s *layers.Snapshot) (best geo.Tile, poles int) {
	count := map[geo.Tile]int{}
	for f := range s.Set(layers.Poles).All(layers.InstantOf(noon)) {
		count[geo.TileAt(f.Shape().(orb.Point), 12)]++
	}
	far := func(n int) float64 { return math.Abs(float64(n) - 40_000) }
	for t, n := range count {
		if far(n) < far(poles) || far(n) == far(poles) && t.String() < best.String() {
			best, poles = t, n
		}
	}
	return best, poles
}
