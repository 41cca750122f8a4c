package geo_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// TestCellFinder: a finder answers as Cell does, anywhere, and beside every edge of the cells that it remembers.
func TestCellFinder(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	centres := []orb.Point{{121.2, 30.8}, {179.9995, 10}, {-179.99, -60}, {0, 74.9}, {40, -76}, {10, 89.9}, {-157.9, 21.3}}
	for range 60 {
		centres = append(centres, orb.Point{360*r.Float64() - 180, 180 / math.Pi * math.Asin(2*r.Float64()-1)})
	}
	for resolution := 0; resolution <= 12; resolution++ {
		f, err := geo.NewCellFinder(resolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range centres {
			for _, p := range nearCell(t, r, c, resolution) {
				want, err := geo.Cell(p, resolution)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := f.Cell(p); got != want || err != nil {
					t.Fatalf("%v at %d: %x, %v, want %x", p, resolution, got, err, want)
				}
			}
		}
		for _, p := range []orb.Point{{math.NaN(), 31}, {121, math.Inf(1)}, {200, 31}} {
			if got, err := f.Cell(p); !errors.Is(err, geo.ErrCoordinate) || got != 0 {
				t.Errorf("%v: %x, %v", p, got, err)
			}
		}
	}
	for _, resolution := range []int{-1, 16} {
		if _, err := geo.NewCellFinder(resolution); !errors.Is(err, geo.ErrCell) {
			t.Errorf("resolution %d: %v", resolution, err)
		}
	}
}

// nearCell lists positions in and around the cell of a position: at random, and on both sides of its edges.
func nearCell(t *testing.T, r *rand.Rand, c orb.Point, resolution int) []orb.Point {
	t.Helper()
	cell, err := geo.Cell(c, resolution)
	if err != nil {
		t.Fatal(err)
	}
	ring := geo.CellBoundary(cell)[0]
	out := []orb.Point{c}
	for i := 1; i < len(ring); i++ {
		for range 6 {
			along, in := r.Float64(), 0.05*r.NormFloat64()*r.Float64()
			p := orb.Point{ring[i-1][0] + along*(ring[i][0]-ring[i-1][0]), ring[i-1][1] + along*(ring[i][1]-ring[i-1][1])}
			for k := range p {
				p[k] += in * (c[k] - p[k])
			}
			if math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90 {
				out = append(out, p)
			}
		}
	}
	return out
}

// BenchmarkCells finds the cells of positions in Morton order; the baseline asks the library for each.
func BenchmarkCells(b *testing.B) {
	var list []orb.Point
	for i := range 1 << 14 {
		x, y := 0, 0
		for bit := range 7 {
			x, y = x|i>>(2*bit)&1<<bit, y|i>>(2*bit+1)&1<<bit
		}
		list = append(list, orb.Point{121.2 + 0.0004*float64(x), 30.8 + 0.0003*float64(y)})
	}
	for _, resolution := range []int{6, 10} {
		for name, find := range map[string]func(orb.Point) (uint64, error){
			fmt.Sprint("resolution", resolution, "/baseline"): func(p orb.Point) (uint64, error) { return geo.Cell(p, resolution) },
			fmt.Sprint("resolution", resolution, "/finder"):   newFinder(b, resolution).Cell,
		} {
			b.Run(name, func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					if _, err := find(list[i%len(list)]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func newFinder(t testing.TB, resolution int) *geo.CellFinder {
	f, err := geo.NewCellFinder(resolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
