package geo_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"wangge/geo"
)

// rule is Contains with its parts to be exchanged: right as written below, wrong in one place in each mutant.
type rule struct {
	meets  func(low, high, y int64) bool // whether the ray at height y meets an edge between two heights, if it is long enough
	cross  func(side int) bool           // whether an edge is crossed whose line has q left (1), right or on it, upwards
	side   func(low, high geo.Fixed, q geo.Query) int
	closed func(q geo.Query, beside []int) int // who has a position of the outer border
	match  func(on bool) geo.Match
}

func rightRule() rule {
	return rule{
		meets: func(low, high, y int64) bool { return low <= y && y < high },
		cross: func(side int) bool { return side > 0 },
		side: func(low, high geo.Fixed, q geo.Query) int {
			l, h := low.Query(), high.Query()
			d := (h.X-l.X)*(q.Y-l.Y) - (h.Y-l.Y)*(q.X-l.X) // below 2^63 for areas of a district
			return sign(d)
		},
		closed: func(_ geo.Query, beside []int) int { return beside[0] },
		match: func(on bool) geo.Match {
			if on {
				return geo.MatchEdge
			}
			return geo.MatchCovers
		},
	}
}

func sign(d int64) int {
	switch {
	case d > 0:
		return 1
	case d < 0:
		return -1
	}
	return 0
}

// locator asks every area whose box has the position.
func (w rule) locator(areas []geo.FixedMultiPolygon, o *exact) func(geo.Query) (int, geo.Match) {
	boxes := newBoxedScan(areas).boxes
	return func(q geo.Query) (int, geo.Match) {
		beside := o.beside(q)
		for i, m := range areas {
			if boxes[i].Contains(q.Point()) && w.contains(m, q) {
				return i, w.match(len(beside) > 0)
			}
		}
		if len(beside) > 0 {
			if a := w.closed(q, beside); a >= 0 {
				return a, w.match(true)
			}
		}
		return geo.Outside, geo.MatchNone
	}
}

func (w rule) contains(m geo.FixedMultiPolygon, q geo.Query) bool {
	odd := false
	for _, pg := range m {
		for _, r := range pg {
			for k := 1; k < len(r); k++ {
				low, high := r[k-1], r[k]
				if low.Y > high.Y {
					low, high = high, low
				}
				if w.meets(low.Query().Y, high.Query().Y, q.Y) && w.cross(w.side(low, high, q)) {
					odd = !odd
				}
			}
		}
	}
	return odd
}

// mutantAreas are a coverage with borders that run from west to east and from south to north, where several areas meet on the outer
// border, and the demonstration grids.
func mutantAreas(t testing.TB) map[string][]geo.FixedMultiPolygon {
	l := newLattice(6, 5, 4000)
	for i := range l.owner {
		l.owner[i] = i % 7
	}
	l.owner[14] = geo.Outside // a lake
	for i := range l.moved {
		if i%3 == 0 {
			l.moved[i] = [2]int32{int32(i*37%801) - 400, int32(i*91%801) - 400}
		}
	}
	return map[string][]geo.FixedMultiPolygon{"lattice": l.draw(), "demo-grids": demoAreas(t, "grids")}
}

// answers are questions with what the oracle says.
type answers struct {
	oracle *exact
	at     []question
	area   []int
	match  []geo.Match
}

// newAnswers asks the oracle, in a random order.
func newAnswers(areas []geo.FixedMultiPolygon, at []question) *answers {
	s := &answers{oracle: newExact(areas)}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(at), func(i, k int) { at[i], at[k] = at[k], at[i] })
	for _, q := range at {
		area, m, _ := s.oracle.where(q.at)
		s.at, s.area, s.match = append(s.at, q), append(s.area, area), append(s.match, m)
	}
	return s
}

// catch returns the first position where a locator contradicts the oracle.
func (s *answers) catch(locate func(geo.Query) (int, geo.Match)) (at question, caught bool) {
	for i, q := range s.at {
		if area, m := locate(q.at); area != s.area[i] || m != s.match[i] {
			return q, true
		}
	}
	return question{}, false
}

// everyCell asks for the middle of every cell.
func (a *asker) everyCell(l *geo.Locator) []question {
	var out []question
	cells, columns := l.PlainCells()
	side := int64(1) << a.shift
	for i := range cells {
		out = append(out, question{geo.Query{X: a.corner.X + int64(i%columns)*side + side/2, Y: a.corner.Y + int64(i/columns)*side + side/2}, "cell"})
	}
	return out
}

// everyStep asks, in a few of the cells that an edge passes, at the heights of its ends.
func (a *asker) everyStep() []question {
	var out []question
	side := int64(1) << a.shift
	for _, e := range a.edges {
		p, q := e[0].Query(), e[1].Query()
		for k := int64(1); k < 8; k += 2 {
			cell := (p.X + (q.X-p.X)*k/8 - a.corner.X) >> a.shift
			for _, y := range []int64{p.Y, q.Y} {
				out = append(out, question{geo.Query{X: a.corner.X + cell*side + side/2, Y: y}, "height of an end"})
			}
		}
	}
	return out
}

// spoilt requires that the right locator passes and that every wrong one is caught.
func (s *answers) spoilt(t *testing.T, right func(geo.Query) (int, geo.Match), wrong map[string]func(geo.Query) (int, geo.Match)) {
	t.Helper()
	if q, caught := s.catch(right); caught {
		t.Fatalf("the right locator is judged wrong at %s %v", q.kind, q.at)
	}
	for name, locate := range wrong {
		q, caught := s.catch(locate)
		if !caught {
			t.Errorf("not caught: %s", name)
			continue
		}
		t.Logf("caught by %s: %s", q.kind, name)
	}
}

// TestMutantRules proves that the oracle's suite catches a rule that is wrong in one place, and passes the right one.
func TestMutantRules(t *testing.T) {
	mutants := map[string]func(*rule){
		"an edge through the position is crossed (<= for <)": func(w *rule) { w.cross = func(side int) bool { return side >= 0 } },
		"the ray runs to the west":                           func(w *rule) { w.cross = func(side int) bool { return side < 0 } },
		"an end at the height counts as above":               func(w *rule) { w.meets = func(low, high, y int64) bool { return low < y && y <= high } },
		"the outer border is half-open":                      func(w *rule) { w.closed = func(geo.Query, []int) int { return geo.Outside } },
		"the highest has the outer border": func(w *rule) {
			w.closed = func(_ geo.Query, beside []int) int { return beside[len(beside)-1] }
		},
		"an end at the height counts for both edges":   func(w *rule) { w.meets = func(low, high, y int64) bool { return low <= y && y <= high && low < high } },
		"an end at the height counts for neither edge": func(w *rule) { w.meets = func(low, high, y int64) bool { return low < y && y < high } },
		"borders are not marked":                       func(w *rule) { w.match = func(bool) geo.Match { return geo.MatchCovers } },
		"positions are rounded to whole units": func(w *rule) {
			side := w.side
			w.side = func(low, high geo.Fixed, q geo.Query) int {
				return side(low, high, geo.Query{X: q.X &^ (geo.QueryScale - 1), Y: q.Y})
			}
		},
		"the side has a tolerance": func(w *rule) {
			w.side = func(low, high geo.Fixed, q geo.Query) int {
				l, h := low.Query(), high.Query()
				d := float64(h.X-l.X)*float64(q.Y-l.Y) - float64(h.Y-l.Y)*float64(q.X-l.X)
				if math.Abs(d) < 2*math.Hypot(float64(h.X-l.X), float64(h.Y-l.Y)) {
					return 0
				}
				return sign(int64(d))
			}
		},
		"the side is found in degrees of float32": func(w *rule) {
			w.side = func(low, high geo.Fixed, q geo.Query) int {
				l, h, p := low.Point(), high.Point(), q.Point()
				d := (float32(h[0])-float32(l[0]))*(float32(p[1])-float32(l[1])) - (float32(h[1])-float32(l[1]))*(float32(p[0])-float32(l[0]))
				return sign(int64(math.Copysign(1, float64(d))))
			}
		},
	}
	for name, areas := range mutantAreas(t) {
		t.Run(name, func(t *testing.T) {
			a := newAsker(areas, geo.NewLocator(mustCover(t, areas)), 3)
			s := newAnswers(areas, a.adversarial(4000, false))
			wrong := map[string]func(geo.Query) (int, geo.Match){}
			for mutant, spoil := range mutants {
				w := rightRule()
				spoil(&w)
				wrong[mutant] = w.locator(areas, s.oracle)
			}
			s.spoilt(t, rightRule().locator(areas, s.oracle), wrong)
		})
	}
}

// TestMutantCells proves that the suite catches a locator whose cells are spoilt, in all cells, in a few or in one.
func TestMutantCells(t *testing.T) {
	const rest = 1<<24 - 1
	every := func(fit func(geo.CellList) bool, spoil func(geo.CellList)) func(*geo.Locator) bool {
		return func(l *geo.Locator) bool {
			done := false
			for _, c := range l.Lists() {
				if fit(c) {
					spoil(c)
					done = true
				}
			}
			return done
		}
	}
	some := func(fit func(geo.CellList) bool, spoil func(geo.CellList)) func(*geo.Locator) bool { // one cell in a hundred
		n := 0
		return every(func(c geo.CellList) bool {
			if !fit(c) {
				return false
			}
			n++
			return n%100 == 1
		}, spoil)
	}
	anyList := func(geo.CellList) bool { return true }
	narrow := func(c geo.CellList) bool { return !c.Wide }
	stepped := func(c geo.CellList) bool { return len(c.Steps) > 0 }
	mutants := map[string]func(*geo.Locator) bool{
		"all steps a unit too high":  every(stepped, func(c geo.CellList) { c.Steps[0]++ }),
		"all steps a unit too low":   every(stepped, func(c geo.CellList) { c.Steps[0]-- }),
		"some steps a unit too high": some(stepped, func(c geo.CellList) { c.Steps[0]++ }),
		"some steps are missing":     some(stepped, func(c geo.CellList) { c.Steps[1] = 0 }),
		"the rest of the highest row for that of the lowest": every(stepped, func(c geo.CellList) {
			for i := 1; i < len(c.Steps); i += 2 {
				*c.Head ^= c.Steps[i] & rest
			}
		}),
		"some rests are of another area": some(anyList, func(c geo.CellList) { *c.Head ^= 1 }),
		"a segment of some cells is missing": some(narrow, func(c geo.CellList) {
			run := c.Runs[0]
			run[len(run)-1] = run[len(run)-2]
		}),
		"a vertex of some cells a unit to the east":         some(narrow, func(c geo.CellList) { c.Runs[0][1] = c.Runs[0][1]&^0xffff | (c.Runs[0][1]+1)&0xffff }),
		"a vertex of some cells a unit to the north":        some(narrow, func(c geo.CellList) { c.Runs[0][1] += 1 << 16 }),
		"a run of some cells has the neighbours of another": some(anyList, geo.CellList.OtherPair),
		"a cell without borders has the number of another": func(l *geo.Locator) bool {
			cells, _ := l.PlainCells()
			for i := len(cells) / 2; i < len(cells); i++ {
				if cells[i] > 0 && cells[i] < 1<<24 {
					cells[i] ^= 1
					return true
				}
			}
			return false
		},
		"a cell without borders is taken for the one to its west": func(l *geo.Locator) bool {
			cells, columns := l.PlainCells()
			done := false
			last := uint32(0)
			for i := range cells {
				if i%columns == 0 {
					last = 0
				}
				if cells[i] < 1<<24 {
					done = done || cells[i] != last
					cells[i], last = last, cells[i]
				}
			}
			return done
		},
	}
	for name, areas := range mutantAreas(t) {
		t.Run(name, func(t *testing.T) {
			right := geo.NewLocator(mustCover(t, areas))
			wrong := map[string]func(geo.Query) (int, geo.Match){}
			for mutant, spoil := range mutants {
				l := right.Copy()
				if !spoil(l) {
					t.Errorf("nothing to spoil for: %s", mutant)
				}
				wrong[mutant] = l.Locate
			}
			a := newAsker(areas, right, 3)
			at := slices.Concat(a.adversarial(100_000, true), a.everyCell(right), a.everyStep())
			newAnswers(areas, at).spoilt(t, right.Locate, wrong)
		})
	}
}
