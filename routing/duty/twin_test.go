package duty_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// perSpot is how many questions are asked about one place: finding what is there by scans takes longest.
const perSpot = 400

// compare asks both about n random questions, by the rules of the demo and by random ones, and returns the first difference.
func compare(t testing.TB, s *layers.Snapshot, n int, plant string) (asked int, difference string) {
	random := rand.New(rand.NewPCG(*seed, 6))
	g := groundOf(t, s)
	m := newMaker(g, random)
	var d duty.Decider
	for asked < n {
		list := publishedRules(s)
		if random.IntN(4) > 0 {
			list = m.rules(10 + random.IntN(250))
		}
		rules := duty.Arrange(s, list, "r1")
		twin := &naive{ground: g, list: list, plant: plant}
		for _, sp := range g.spots(random, 4) {
			for range min(perSpot, n-asked) {
				q := m.question(sp)
				a, err := d.Decide(s, rules, geo.Converter{}, q)
				if err != nil {
					t.Fatal(err)
				}
				if a.Grid == nil || a.Grid.Code != sp.grid.Code {
					t.Fatalf("%+v is not in %s", a.Grid, sp.grid.Code)
				}
				asked++
				if difference := cmp.Diff(twin.answer(sp, q), says(a)); difference != "" {
					return asked, difference + "\n" + marshal(t, a)
				}
			}
		}
	}
	return asked, ""
}

// TestTwin: an evaluator without an index that sorts nothing beforehand gives the same answers. -queries is how many.
func TestTwin(t *testing.T) {
	asked, difference := compare(t, demoDistrict(t), *queries, "")
	if difference != "" {
		t.Fatalf("question %d (-twin +engine), seed %d:\n%s", asked, *seed, difference)
	}
	t.Logf("%d questions, 0 differences", asked)
}

// TestTwinFindsDefects: a twin that is wrong in one way gives another answer to some question.
func TestTwinFindsDefects(t *testing.T) {
	for _, plant := range []string{"the older revision", "the last day", "category before area", "no band", "no context", "the last series", "the refused act",
		"make-up workdays", "no agreements", "additions of a higher rank", "several roles"} {
		if asked, difference := compare(t, demoDistrict(t), max(*queries, 12_000), plant); difference == "" {
			t.Errorf("%s: not found in %d questions", plant, asked)
		} else {
			t.Logf("%s: found by question %d", plant, asked)
		}
	}
}
