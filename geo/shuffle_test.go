package geo_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"wangge/geo"
)

// How many shuffles of each coverage are asked how much; `make oracle` asks for 1,000 and 100,000.
var (
	shuffleCount = flag.Int("shuffles", 1, "shuffles of each coverage")
	shuffleAsked = flag.Int("shuffled", 2_000, "positions that each shuffle is asked, half of them adversarial")
)

// shuffled returns the areas in another order, their polygons, holes and rings too, the rings beginning elsewhere and wound
// either way. place is where each area went.
func shuffled(r *rand.Rand, areas []geo.FixedMultiPolygon) (out []geo.FixedMultiPolygon, place []int) {
	place = r.Perm(len(areas))
	out = make([]geo.FixedMultiPolygon, len(areas))
	for i, m := range areas {
		m = m.Clone()
		r.Shuffle(len(m), func(a, b int) { m[a], m[b] = m[b], m[a] })
		for _, pg := range m {
			holes := pg[1:]
			r.Shuffle(len(holes), func(a, b int) { holes[a], holes[b] = holes[b], holes[a] })
			for k, ring := range pg {
				open := ring[:len(ring)-1]
				first := r.IntN(len(open))
				turned := append(slices.Clone(open[first:]), open[:first]...)
				if r.IntN(2) == 0 {
					slices.Reverse(turned)
				}
				pg[k] = append(turned, turned[0])
			}
		}
		out[place[i]] = m
	}
	return out, place
}

// TestShuffles builds each coverage anew in other orders: the answers are those of the first locator. Only a position on the outer
// border where several areas meet goes to the lowest of them, and so to another one when the numbers change.
func TestShuffles(t *testing.T) {
	for _, c := range testedCoverages(false) {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			p := c.prepare(t)
			s := newShuffler(p.areas, p.locator, *shuffleAsked)
			var mu sync.Mutex
			done, meetings := 0, 0
			shown := time.Now()
			each(*shuffleCount, func(i int) {
				n, err := s.compare(rand.New(rand.NewPCG(*oracleSeed, uint64(i))))
				mu.Lock()
				defer mu.Unlock()
				done++
				meetings += n
				if err != nil {
					t.Errorf("shuffle %d, seed %d: %v", i, *oracleSeed, err)
				}
				if time.Since(shown) > 10*time.Second {
					shown = time.Now()
					t.Logf("%d of %d shuffles", done, *shuffleCount)
				}
			})
			t.Logf("%d shuffles of %d areas, %d positions each; %d answers on the outer border where areas meet; %.1f s", done, len(p.areas),
				len(s.at), meetings, time.Since(began).Seconds())
		})
	}
}

// shuffler has positions and what the first locator says of them.
type shuffler struct {
	areas  []geo.FixedMultiPolygon
	oracle *exact
	at     []geo.Query
	area   []int
	match  []geo.Match
}

func newShuffler(areas []geo.FixedMultiPolygon, l *geo.Locator, n int) *shuffler {
	s := &shuffler{areas: areas, oracle: newExact(areas)}
	a := newAsker(areas, l, *oracleSeed)
	hard := a.adversarial(n/2, false)
	a.r.Shuffle(len(hard), func(i, k int) { hard[i], hard[k] = hard[k], hard[i] })
	for _, q := range hard[:min(len(hard), n/2)] {
		s.at = append(s.at, q.at)
	}
	for len(s.at) < n {
		s.at = append(s.at, a.anywhere())
	}
	for _, q := range s.at {
		area, m := l.Locate(q)
		s.area, s.match = append(s.area, area), append(s.match, m)
	}
	return s
}

// compare asks a locator of the areas in another order; meetings is how many answers depend on the numbers.
func (s *shuffler) compare(r *rand.Rand) (meetings int, err error) {
	areas, place := shuffled(r, s.areas)
	c, defects := geo.NewCoverage(areas, 0)
	if c == nil {
		return 0, fmt.Errorf("no coverage: %v", geo.Summarize(defects))
	}
	l := geo.NewLocator(c)
	for i, q := range s.at {
		got, m := l.Locate(q)
		want := geo.Outside
		if s.area[i] >= 0 {
			want = place[s.area[i]]
		}
		if m == s.match[i] && got == want {
			continue
		}
		if count, _, _ := s.oracle.owners(q); m == geo.MatchEdge && s.match[i] == m && count == 0 {
			lowest := len(areas)
			for _, a := range s.oracle.beside(q) {
				lowest = min(lowest, place[a])
			}
			if meetings++; got == lowest {
				continue
			}
		}
		return meetings, fmt.Errorf("%v: %d %v, want %d %v", q, got, m, want, s.match[i])
	}
	return meetings, nil
}
