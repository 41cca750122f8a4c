package layers_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

var lineages = flag.Int("lineages", 300, "random editions to trace to the ones before them")

// rug is a partition for tests: rows of areas from west to east, with seams between them that bend. Everything is in Fixed units
// from 121° E 31° N.
type rug struct {
	levels []int32 // the southern side of each row, and the northern one of the last
	seams  [][]seam
}

// seam is a border from the southern to the northern side of its row, and the area east of it: "" for none.
type seam struct {
	x    []int32 // at the southern side, at heights between, at the northern side
	code string
	name string
}

// vertices lists the seam from south to north.
func (r *rug) vertices(row, k int) orb.LineString {
	x := r.seams[row][k].x
	low, high := r.levels[row], r.levels[row+1]
	var out orb.LineString
	for i, v := range x {
		y := low + int32(int64(high-low)*int64(i)/int64(len(x)-1))
		out = append(out, geo.Fixed{X: 1210000000 + v, Y: 310000000 + y}.Point())
	}
	return out
}

func (r *rug) grids(edition string, from, to layers.Instant) []*layers.Grid {
	var out []*layers.Grid
	for row, seams := range r.seams {
		for k := range len(seams) - 1 {
			if seams[k].code == "" {
				continue
			}
			ring := orb.Ring(r.vertices(row, k+1))
			west := r.vertices(row, k)
			slices.Reverse(west)
			ring = append(append(ring, west...), ring[0])
			code := seams[k].code
			out = append(out, &layers.Grid{Meta: layers.Meta{ID: code, Version: 1, Revision: 1, ValidFrom: from, ValidTo: to}, Code: code, Name: seams[k].name,
				Edition: edition, Geometry: orb.MultiPolygon{{ring}}})
		}
	}
	return out
}

func (r *rug) clone() *rug {
	out := &rug{levels: slices.Clone(r.levels)}
	for _, row := range r.seams {
		row = slices.Clone(row)
		for k := range row {
			row[k].x = slices.Clone(row[k].x)
		}
		out.seams = append(out.seams, row)
	}
	return out
}

const gap = 100_000 // between the seams of a new rug: about a kilometre

func newRug(r *rand.Rand, rows, columns int) *rug {
	out := &rug{levels: []int32{0}}
	for row := range rows {
		out.levels = append(out.levels, int32(row+1)*gap)
		var seams []seam
		for k := range columns + 1 {
			seams = append(seams, seam{x: bent(r, int32(k)*gap, gap/5), code: fmt.Sprintf("A%d_%d", row, k), name: "第一版"})
		}
		out.seams = append(out.seams, seams)
	}
	return out
}

// bent returns a seam at x of one to six pieces that stays within reach of it.
func bent(r *rand.Rand, x, reach int32) []int32 {
	out := make([]int32, 2+r.IntN(6))
	for i := range out {
		out[i] = x + r.Int32N(2*reach+1) - reach
	}
	return out
}

// change makes some random changes: areas are split, merged, renamed, lost and found, borders drawn anew, a row's side moved.
// Codes that are new begin with the prefix.
func (r *rug) change(rng *rand.Rand, prefix string) {
	fresh := 0
	code := func() string { fresh++; return fmt.Sprint(prefix, fresh) }
	for range 1 + rng.IntN(5) {
		row := rng.IntN(len(r.seams))
		seams := r.seams[row]
		k := rng.IntN(len(seams) - 1)
		switch rng.IntN(7) {
		case 0: // split where there is room
			if west, east := slices.Max(seams[k].x), slices.Min(seams[k+1].x); east-west > gap/4 {
				made := seam{x: bent(rng, west+(east-west)/2, (east-west)/3), code: code(), name: "新"}
				if rng.IntN(2) == 0 {
					seams[k].code = code()
				}
				r.seams[row] = slices.Insert(seams, k+1, made)
			}
		case 1: // merge with the next
			if k+2 < len(seams) && seams[k].code != "" && seams[k+1].code != "" {
				if rng.IntN(2) == 0 {
					seams[k].code = code()
				}
				r.seams[row] = slices.Delete(seams, k+1, k+2)
			}
		case 2: // the border is drawn anew between its neighbours
			if k > 0 {
				if west, east := slices.Max(seams[k-1].x), slices.Min(seams[k+1].x); east-west > gap/4 {
					seams[k].x = bent(rng, west+(east-west)/2, (east-west)/3)
				}
			}
		case 3:
			seams[k].name = "改名"
		case 4: // a new code for the same ground
			seams[k].code = code()
		case 5: // ground is lost, or found
			if seams[k].code = ""; rng.IntN(2) == 0 {
				seams[k].code = code()
			}
		case 6: // a row's side moves, the outer ones too
			r.levels[row] += rng.Int32N(gap/5) - gap/10
		}
	}
}

// editions makes a snapshot of grids in editions that follow each other, each from its start on.
func editions(t testing.TB, now layers.Instant, starts []layers.Instant, rugs ...*rug) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	add := func(f layers.Feature, slice bool) {
		if err := b.Add(layers.Row{Feature: f, Slice: slice}); err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range rugs {
		from, to := starts[i], layers.Instant(0)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		id := fmt.Sprint("e_", i+1)
		add(&layers.Edition{Meta: layers.Meta{ID: id, Version: 1, Revision: 1, ValidFrom: from}, Code: fmt.Sprint("2025-0", i+1), Name: id, Of: layers.Grids}, false)
		for _, g := range r.grids(id, from, to) {
			add(g, to != 0)
		}
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "test", Revision: 1}, RecordedAt: now,
		Settings: layers.Settings{Codes: layers.CodesFree}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lineage(t testing.TB, s *layers.Snapshot, from, to layers.Instant) *layers.Lineage {
	t.Helper()
	l, err := s.Partition(layers.Grids, from).Lineage(t.Context(), s.Partition(layers.Grids, to))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestRandomLineage: the shares of every area, measured one by one, add up to 1 both ways, and whoever follows an edge there
// finds it on the way back.
func TestRandomLineage(t *testing.T) {
	worst, kinds := 0.0, map[layers.EdgeKind]int{}
	for seed := range uint64(*lineages) {
		rng := rand.New(rand.NewPCG(seed, 6))
		before := newRug(rng, 1+rng.IntN(3), 2+rng.IntN(4))
		after := before.clone()
		after.change(rng, "B")
		if len(after.grids("", 1, 0)) == 0 {
			continue
		}
		s := editions(t, 1500, []layers.Instant{1000, 2000}, before, after)
		l := lineage(t, s, 1000, 2000)
		for _, e := range l.Edges() {
			kinds[e.Kind]++
		}
		follow := func(where string, areas []layers.Feature, there, back func(string) []layers.Edge, share func(layers.Edge) float64, other func(layers.Edge) layers.Feature) {
			for _, f := range areas {
				sum, last := 0.0, math.Inf(1)
				for _, e := range there(f.Head().ID) {
					sum += share(e)
					if share(e) > last || share(e) <= 0 {
						t.Fatalf("seed %d: the shares of %s are not falling: %v after %v", seed, f.Head().ID, share(e), last)
					}
					last = share(e)
					if o := other(e); o != nil && !slices.Contains(back(o.Head().ID), e) {
						t.Fatalf("seed %d: %s: the way back from %s does not lead to %s", seed, where, o.Head().ID, f.Head().ID)
					}
				}
				worst = max(worst, math.Abs(sum-1))
				if math.Abs(sum-1) > 1e-9 {
					t.Fatalf("seed %d: the shares of %s %s add up to %v", seed, f.Head().ID, where, sum)
				}
			}
		}
		follow("forward", s.Partition(layers.Grids, 1000).Features(), l.Successors, l.Predecessors,
			func(e layers.Edge) float64 { return e.ShareOfFrom }, func(e layers.Edge) layers.Feature { return e.To })
		follow("backward", s.Partition(layers.Grids, 2000).Features(), l.Predecessors, l.Successors,
			func(e layers.Edge) float64 { return e.ShareOfTo }, func(e layers.Edge) layers.Feature { return e.From })
	}
	t.Logf("%d editions: sums of shares at most %.1e from 1; edges %v", *lineages, worst, kinds)
	for _, k := range []layers.EdgeKind{layers.EdgeSame, layers.EdgeRename, layers.EdgeSplit, layers.EdgeMerge, layers.EdgeShift, layers.EdgeRetired, layers.EdgeNew} {
		if kinds[k] == 0 {
			t.Errorf("no edge of the kind %s was drawn", k)
		}
	}
}

// straight is a rug of one row with straight seams at the given places, and codes between them.
func straight(codes string, at ...int32) *rug {
	r := &rug{levels: []int32{0, gap}, seams: [][]seam{nil}}
	for i, code := range append(strings.Fields(codes), "") {
		if code == "-" {
			code = ""
		}
		name := strings.TrimSuffix(code, "'")
		r.seams[0] = append(r.seams[0], seam{x: []int32{at[i] * gap / 100, at[i] * gap / 100}, code: name, name: code + "网格"})
	}
	return r
}

func TestEdgeKinds(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after *rug
		want          string
	}{
		{"nothing", straight("a b", 0, 100, 200), straight("a b", 0, 100, 200), "a=a same, b=b same"},
		{"a name", straight("a b", 0, 100, 200), straight("a' b", 0, 100, 200), "a=a rename, b=b same"},
		{"a code", straight("a b", 0, 100, 200), straight("c b", 0, 100, 200), "a=c rename, b=b same"},
		{"split, the code ends", straight("a b", 0, 100, 200), straight("c d b", 0, 40, 100, 200), "a=c split, a=d split, b=b same"},
		{"split, the code goes on", straight("a b", 0, 100, 200), straight("a d b", 0, 40, 100, 200), "a=a split, a=d split, b=b same"},
		{"merge under a new code", straight("a b", 0, 100, 200), straight("c", 0, 200), "a=c merge, b=c merge"},
		{"merge into one of them", straight("a b", 0, 100, 200), straight("b", 0, 200), "a=b merge, b=b merge"},
		{"a border moved", straight("a b", 0, 100, 200), straight("a b", 0, 130, 200), "a=a shift, b=a shift, b=b shift"},
		{"a border moved by a metre", straight("a b", 0, 100, 200), &rug{levels: []int32{0, gap}, seams: [][]seam{{{x: []int32{0, 0}, code: "a", name: "a网格"},
			{x: []int32{gap + 100, gap + 100}, code: "b", name: "b网格"}, {x: []int32{2 * gap, 2 * gap}}}}}, "a=a shift, b=a shift, b=b shift"},
		{"most to a new one, the rest to a neighbour", straight("a b", 0, 100, 200), straight("c b", 0, 70, 200), "a=b shift, a=c split, b=b shift"},
		{"retired", straight("a b", 0, 100, 200), straight("a", 0, 100), "a=a same, b=- retired"},
		{"new", straight("a", 0, 100), straight("a b", 0, 100, 200), "-=b new, a=a same"},
		{"some ground lost", straight("a b", 0, 100, 200), straight("a b", 20, 100, 200), "a=- retired, a=a shift, b=b same"},
	} {
		s := editions(t, 1500, []layers.Instant{1000, 2000}, c.before, c.after)
		var got []string
		for _, e := range lineage(t, s, 1000, 2000).Edges() {
			id := func(f layers.Feature) string {
				if f == nil {
					return "-"
				}
				return f.Head().ID
			}
			got = append(got, fmt.Sprintf("%s=%s %s", id(e.From), id(e.To), e.Kind))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s, want %s", c.name, strings.Join(got, ", "), c.want)
		}
	}
}

// TestThreeEditions: past, present and future editions, each found by its date, its code and its standing.
func TestThreeEditions(t *testing.T) {
	s := editions(t, 2500, []layers.Instant{1000, 2000, 3000}, straight("a b", 0, 100, 200), straight("c b", 0, 150, 200), straight("c d e", 0, 50, 150, 200))
	want := []layers.Term{{Edition: "e_1", From: 1000, To: 2000}, {Edition: "e_2", From: 2000, To: 3000}, {Edition: "e_3", From: 3000}}
	if got := s.Terms(layers.Grids); !slices.Equal(got, want) {
		t.Errorf("terms %v, want %v", got, want)
	}
	if got := s.Terms(layers.Poles); got != nil {
		t.Errorf("the poles have terms: %v", got)
	}
	q, err := geo.QueryFrom(orb.Point{121.012, 31.005}) // 1.2 gaps from the west
	if err != nil {
		t.Fatal(err)
	}
	for at, code := range map[layers.Instant]string{999: "", 1000: "b", 1999: "b", 2000: "c", 2500: "c", 2999: "c", 3000: "d", 9999: "d"} {
		f, _ := s.Locate(layers.Grids, q, at)
		got := ""
		if f != nil {
			got = f.Head().ID
		}
		if got != code {
			t.Errorf("at %d the position lies in %q, want %q", at, got, code)
		}
	}
	for _, c := range []struct {
		edition   string
		now, want layers.Instant
		before    string
	}{{"e_1", 2500, 1999, ""}, {"e_2", 2500, 2500, "e_1"}, {"e_3", 2500, 3000, "e_2"}, {"e_1", 500, 1000, ""}, {"e_2", 500, 2000, "e_1"}} {
		term, before, ok := s.TermOf(layers.Grids, c.edition, c.now)
		if !ok || term.Edition != c.edition || term.Standing(c.now) != c.want || before.Edition != c.before {
			t.Errorf("%s at %d: %v after %v, standing at %d; want %d", c.edition, c.now, term, before, term.Standing(c.now), c.want)
		}
	}
	if _, _, ok := s.TermOf(layers.Grids, "e_4", 2500); ok {
		t.Error("an edition that is not there has a term")
	}
	for _, text := range []string{"2025-02", "e_2"} {
		if e, ok := s.FindEdition(layers.Grids, text); !ok || e.ID != "e_2" {
			t.Errorf("%s is not found as an edition of the grids", text)
		}
	}
	if e, ok := s.FindEdition(layers.Towns, "2025-02"); ok {
		t.Errorf("%s is no edition of the towns", e.ID)
	}
	// From the first edition to the third, over the one between.
	var went []string
	for _, e := range lineage(t, s, 1000, 3000).Successors("b") {
		went = append(went, fmt.Sprintf("%s %.2f of %.2f %s", e.To.Head().ID, e.ShareOfFrom, e.ShareOfTo, e.Kind))
	}
	if got := strings.Join(went, ", "); got != "d 0.50 of 0.50 shift, e 0.50 of 1.00 split" && got != "e 0.50 of 1.00 split, d 0.50 of 0.50 shift" {
		t.Errorf("b went to %s", got)
	}
}

// TestEditionOfSomeAreas: an edition that changes one area alone is the one in force all the same, and a correction afterwards does
// not bring the older one back.
func TestEditionOfSomeAreas(t *testing.T) {
	b := layers.NewBuilder()
	add := func(r *rug, code, edition string, from, to layers.Instant) {
		for _, g := range r.grids(edition, from, to) {
			if g.Code == code {
				if err := b.Add(layers.Row{Feature: g, Slice: to != 0}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	r := straight("a b c", 0, 100, 200, 300)
	add(r, "a", "e_1", 1000, 2000)
	add(r, "a", "e_2", 2000, 0)
	add(r, "b", "e_1", 1000, 3000)
	add(straight("a b' c", 0, 100, 200, 300), "b", "e_1", 3000, 0)
	add(r, "c", "e_1", 1000, 0)
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "x", Revision: 1}, RecordedAt: 4000, Settings: layers.Settings{Codes: layers.CodesFree}})
	if err != nil {
		t.Fatal(err)
	}
	want := []layers.Term{{Edition: "e_1", From: 1000, To: 2000}, {Edition: "e_2", From: 2000}}
	if got := s.Terms(layers.Grids); !slices.Equal(got, want) {
		t.Errorf("terms %v, want %v", got, want)
	}
	if e := s.Partition(layers.Grids, 3000).Edition(); e != "e_2" {
		t.Errorf("after the correction of b the edition is %s", e)
	}
}

// TestLineageIsMeasuredOnce: whoever asks at the same time gets the same; who gives up leaves the work to the next; a snapshot with
// another name of an area measures nothing again.
func TestLineageIsMeasuredOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	before := newRug(rng, 3, 5)
	after := before.clone()
	after.change(rng, "B")
	s := editions(t, 1500, []layers.Instant{1000, 2000}, before, after)
	from, to := s.Partition(layers.Grids, 1000), s.Partition(layers.Grids, 2000)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := from.Lineage(gone, to); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end: %v", err)
	}
	var all [16]*layers.Lineage
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() {
			l, err := from.Lineage(t.Context(), to)
			if err != nil {
				t.Error(err)
			}
			all[i] = l
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	for _, l := range all[1:] {
		if !layers.SharedLineage(all[0], l) {
			t.Error("measured twice")
		}
	}
	changed := to.Features()[0].(*layers.Grid)
	renamed := *changed
	renamed.Name, renamed.Version = "又改", 2
	rows := []layers.Row{{Feature: &renamed}}
	for _, f := range s.Set(layers.Grids).Versions(changed.ID) {
		if f != changed {
			rows = append(rows, layers.Row{Feature: f, Slice: true})
		}
	}
	next, err := s.With(layers.Delta{Base: layers.Base{Position: layers.Position{Epoch: "test", Revision: 2}, RecordedAt: 1600,
		Settings: s.Settings()}, From: s.Position(), Keys: []layers.Key{keyOf(changed)}, Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	l := lineage(t, next, 1000, 2000)
	if !layers.SharedLineage(all[0], l) {
		t.Error("a new name was measured again")
	}
	if e := l.Predecessors(changed.ID); len(e) == 0 || e[0].To.(*layers.Grid).Name != "又改" {
		t.Errorf("the lineage shows the old name: %v", e)
	}
}
