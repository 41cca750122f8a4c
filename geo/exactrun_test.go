package geo_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangge/geo"
)

// How much the oracle is asked on each coverage; `make oracle` asks more.
var (
	uniformCount = flag.Int("n", 10_000, "uniform positions for the oracle, on each coverage")
	hardCount    = flag.Int("adv", 10_000, "adversarial positions for the oracle, on each coverage; from 1000000 with every vertex and midpoint")
	oracleSeed   = flag.Uint64("seed", 1, "seed of the oracle's positions and of the shuffles")
)

// fullOracle tells whether this is the full run.
func fullOracle() bool { return *hardCount >= 1_000_000 }

// judgement is how a locator fared against the oracle.
type judgement struct {
	asked, outside   int
	wrong, two, none int // another area or match than the oracle's; in two areas; on the ground and in none
	kinds            map[string]int
	examples         []string // of what was wrong
}

func (j *judgement) bad() int { return j.wrong + j.two + j.none }

func (j *judgement) example(format string, args ...any) {
	if len(j.examples) < 5 {
		j.examples = append(j.examples, fmt.Sprintf(format, args...))
	}
}

func (j *judgement) add(other judgement) {
	j.asked, j.outside = j.asked+other.asked, j.outside+other.outside
	j.wrong, j.two, j.none = j.wrong+other.wrong, j.two+other.two, j.none+other.none
	for k, n := range other.kinds {
		if j.kinds == nil {
			j.kinds = map[string]int{}
		}
		j.kinds[k] += n
	}
	j.examples = append(j.examples, other.examples...)
	j.examples = j.examples[:min(len(j.examples), 5)]
}

func (j *judgement) String() string {
	var kinds []string
	for k, n := range j.kinds {
		kinds = append(kinds, fmt.Sprintf("%s %d", k, n))
	}
	slices.Sort(kinds)
	return fmt.Sprintf("%d asked, %d outside: %d wrong, %d in two areas, %d in none inside (%s)", j.asked, j.outside, j.wrong, j.two, j.none,
		strings.Join(kinds, ", "))
}

// judge holds a locator against the oracle, whose ground has exactly one area everywhere.
type judge struct {
	oracle *exact
	ground ground
	locate func(geo.Query) (int, geo.Match)
}

func (j judge) ask(out *judgement, k question) {
	out.asked++
	if out.kinds == nil {
		out.kinds = map[string]int{}
	}
	out.kinds[k.kind]++
	want, match, count := j.oracle.where(k.at)
	got, m := j.locate(k.at)
	if got != want || m != match {
		out.wrong++
		out.example("%s %v: %d %v, want %d %v", k.kind, k.at, got, m, want, match)
	}
	switch {
	case count > 1:
		out.two++
		out.example("%s %v is in %d areas", k.kind, k.at, count)
	case count == 0:
		out.outside++
		if j.ground.has(k.at) {
			out.none++
			out.example("%s %v is on the ground and in no area", k.kind, k.at)
		}
	}
}

// chunk is how many positions are made and asked at a time.
const chunk = 50_000

// each calls work for the numbers below n, on all processors.
func each(n int, work func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1) - 1); i < n; i = int(next.Add(1) - 1) {
				work(i)
			}
		})
	}
	wg.Wait()
}

// TestOracle asks uniform and adversarial positions of each coverage: none is wrong, none in two areas, none in no area inside.
func TestOracle(t *testing.T) {
	for _, c := range testedCoverages(fullOracle()) {
		t.Run(c.name, func(t *testing.T) {
			p := c.prepare(t)
			areas, locator := p.areas, p.locator
			g, lakes := groundOf(areas)
			if lakes != c.lakes {
				t.Errorf("%d lakes, want %d", lakes, c.lakes)
			}
			if strings.HasPrefix(c.name, "demo-") { // whose ground is known beside its areas
				g.around = newExact(demoAreas(t, "districts"))
			}
			j := judge{newExact(areas), g, locator.Locate}
			a := newAsker(areas, locator, *oracleSeed)
			began := time.Now()
			total := askUniform(t, j, locator, a, *uniformCount)
			hard := a.adversarial(*hardCount, fullOracle())
			total.add(askAll(j, locator, hard))
			took := time.Since(began)
			t.Logf("%d areas, %d vertices: %v; %.1f s, %.2f us a position", len(areas), len(a.vertices), &total, took.Seconds(),
				took.Seconds()*1e6/float64(max(1, total.asked)))
			if total.bad() > 0 {
				t.Errorf("seed %d:\n%s", *oracleSeed, strings.Join(total.examples, "\n"))
			}
		})
	}
}

// askUniform asks n positions anywhere, and shows how far it is every ten seconds.
func askUniform(t *testing.T, j judge, l *geo.Locator, a *asker, n int) judgement {
	var total judgement
	var mu sync.Mutex
	shown := time.Now()
	each((n+chunk-1)/chunk, func(i int) {
		r := rand.New(rand.NewPCG(*oracleSeed, uint64(i)))
		qs := make([]question, min(chunk, n-i*chunk))
		for k := range qs {
			qs[k] = question{a.uniform(r), "uniform"}
		}
		found := askChunk(j, l, qs)
		mu.Lock()
		defer mu.Unlock()
		total.add(found)
		if time.Since(shown) > 10*time.Second {
			shown = time.Now()
			t.Logf("%d of %d uniform positions, %d bad", total.asked, n, total.bad())
		}
	})
	return total
}

func askAll(j judge, l *geo.Locator, qs []question) judgement {
	var total judgement
	var mu sync.Mutex
	each((len(qs)+chunk-1)/chunk, func(i int) {
		found := askChunk(j, l, qs[i*chunk:min(len(qs), (i+1)*chunk)])
		mu.Lock()
		defer mu.Unlock()
		total.add(found)
	})
	return total
}

// askChunk asks each position by itself, and all at once where there is a locator that can: the areas are the same.
func askChunk(j judge, l *geo.Locator, qs []question) judgement {
	var out judgement
	at := make([]geo.Query, len(qs))
	for i, q := range qs {
		j.ask(&out, q)
		at[i] = q.at
	}
	if l == nil {
		return out
	}
	for i, got := range l.LocateAll(nil, at) {
		if want, _ := l.Locate(at[i]); int(got) != want {
			out.wrong++
			out.example("%v in a batch: %d, alone %d", at[i], got, want)
		}
	}
	return out
}
