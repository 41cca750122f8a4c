package geo_test

import (
	"math/rand/v2"
	"testing"

	"wangge/geo"
)

// nested draws a lattice twice: its cells, and larger areas made of whole cells. The cells may have two parts.
func nested(t *testing.T, owner []int, larger []int) (fine, coarse *geo.Coverage) {
	t.Helper()
	l := newLattice(4, 4, 20_000)
	r := rand.New(rand.NewPCG(4, 4))
	for i := range l.moved {
		l.moved[i] = [2]int32{r.Int32N(6000) - 3000, r.Int32N(6000) - 3000}
	}
	for key := range 2 * len(l.moved) {
		l.bends[key] = append(l.bends[key], [2]int32{r.Int32N(1000), r.Int32N(1000)})
	}
	l.owner = owner
	fine = mustCover(t, l.draw())
	l.owner = larger
	return fine, mustCover(t, l.draw())
}

func TestWithin(t *testing.T) {
	const no = geo.Outside
	coarse := []int{
		0, 0, 1, 1,
		0, 0, 1, 1,
		2, 2, 1, 1,
		2, 2, 2, no,
	}
	for _, c := range []struct {
		name string
		fine []int
		want bool
	}{
		{"themselves", coarse, true},
		{"each a cell", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, no}, true},
		{"two parts in one", []int{0, 1, 2, 3, 1, 0, 3, 2, 4, 4, 2, 2, 4, 4, 4, no}, true},
		{"a lake that is nobody's", []int{0, 1, 2, 3, 4, no, 6, 5, 7, 8, 9, 10, 11, 12, 13, no}, true},
		{"one sticks out to the outside", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, true},
		{"two parts in two", []int{0, 1, 0, 2, 3, 3, 2, 2, 4, 4, 2, 2, 4, 4, 4, no}, false},
		{"across a border", []int{0, 1, 1, 2, 3, 3, 2, 2, 4, 4, 2, 2, 4, 4, 4, no}, false},
		{"a border is missing", []int{0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, no}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			fine, parent := nested(t, c.fine, coarse)
			parents, ok := fine.Within(parent)
			if ok != c.want {
				t.Fatalf("nested: %v, want %v", ok, c.want)
			}
			if ok {
				sameAsLocated(t, fine, parent, parents)
			}
		})
	}
}

// sameAsLocated compares with lookups in both.
func sameAsLocated(t *testing.T, fine, parent *geo.Coverage, parents []int) {
	t.Helper()
	a, b := geo.NewLocator(fine), geo.NewLocator(parent)
	lo, hi, _ := fine.Bound()
	r := rand.New(rand.NewPCG(1, 9))
	for range 20_000 {
		q := geo.Query{X: int64(lo.X)*64 + r.Int64N(int64(hi.X-lo.X)*64), Y: int64(lo.Y)*64 + r.Int64N(int64(hi.Y-lo.Y)*64)}
		area, m := a.Locate(q)
		if m != geo.MatchCovers {
			continue
		}
		if want, _ := b.Locate(q); parents[area] != want {
			t.Fatalf("%v lies in %d, said to be in %d, but it is in %d", q, area, parents[area], want)
		}
	}
}

// BenchmarkWithin compares the communities of the demonstration district with its grids.
func BenchmarkWithin(b *testing.B) {
	fine, _ := geo.NewCoverage(demoAreas(b, "communities"), 0.5)
	coarse, _ := geo.NewCoverage(demoAreas(b, "grids"), 0.5)
	for b.Loop() {
		if _, ok := fine.Within(coarse); !ok {
			b.Fatal("not nested")
		}
	}
}
