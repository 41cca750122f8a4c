package layers_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/storetest"
)

// model is the rows of a store that exists in this test alone.
type model struct {
	rows     map[layers.Key][]layers.Row
	position layers.Position
	settings layers.Settings
}

func newModel(features ...layers.Feature) *model {
	m := &model{rows: map[layers.Key][]layers.Row{}, position: layers.Position{Epoch: "e1", Revision: 1}, settings: storetest.Settings()}
	for _, f := range features {
		m.put(f)
	}
	return m
}

func keyOf(f layers.Feature) layers.Key { return layers.Key{Layer: f.Layer(), ID: f.Head().ID} }

func (m *model) put(f layers.Feature) { m.rows[keyOf(f)] = []layers.Row{{Feature: f}} }

func (m *model) base() layers.Base {
	return layers.Base{Position: m.position, RecordedAt: layers.Instant(1747706700000 + m.position.Revision), Settings: m.settings}
}

// full builds a snapshot of all rows, in a random order.
func (m *model) full(t testing.TB) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	for _, rows := range m.rows {
		for _, r := range rows {
			if err := b.Add(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	s, err := b.Snapshot(m.base())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// delta is a change of the keys, one revision later.
func (m *model) delta(keys ...layers.Key) layers.Delta {
	from := m.position
	m.position.Revision++
	d := layers.Delta{Base: m.base(), From: from, Keys: keys}
	for _, k := range keys {
		d.Rows = append(d.Rows, m.rows[k]...)
	}
	return d
}

// pole returns pole n as storetest has it, with its own position and a name.
func pole(n int, name string, version int64) *layers.Pole {
	p := storetest.Fresh(layers.Poles, n).(*layers.Pole)
	p.ID, p.Name, p.Version, p.Revision = fmt.Sprintf("p_%06d", n), name, version, version
	return p
}

func sample() []layers.Feature { return storetest.Sample() }

// TestStepByStep: a snapshot that was built by random deltas is the one that a full load gives: digests, rows, index and
// what is quarantined.
func TestStepByStep(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 1))
			m := newModel(sample()...)
			for n := range 700 {
				m.put(pole(n, "first", 1))
			}
			stepwise := m.full(t)
			for step := range 60 {
				var err error
				if stepwise, err = stepwise.With(m.delta(m.randomChange(rng)...)); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
				if step%10 == 9 {
					equalSnapshots(t, fmt.Sprintf("step %d", step), stepwise, m.full(t))
				}
			}
		})
	}
}

// randomChange changes up to forty features and returns their keys: new, moved, renamed, sliced, broken, invalid and removed
// poles, and renamed features of the other layers.
func (m *model) randomChange(rng *rand.Rand) []layers.Key {
	keys := map[layers.Key]bool{}
	for range 1 + rng.IntN(40) {
		n := rng.IntN(1200)
		p := pole(n, fmt.Sprintf("n%d", rng.IntN(1000)), m.position.Revision+1)
		switch k := keyOf(p); rng.IntN(9) {
		case 0:
			delete(m.rows, k)
			keys[k] = true
		case 1:
			m.rows[k] = []layers.Row{{Broken: &layers.Quarantined{Layer: k.Layer, Row: "fid 1", ID: k.ID, Reason: "broken"}}}
			keys[k] = true
		case 2:
			p.Condition = "no such word"
			m.put(p)
			keys[k] = true
		case 3:
			p.Geometry[0] += float64(rng.IntN(1000)) / 1e4
			m.put(p)
			keys[k] = true
		case 4:
			f := storetest.Fresh(layers.Segments, rng.IntN(3))
			f.Head().Revision = m.position.Revision + 1
			old := storetest.Fresh(layers.Segments, 0)
			old.Head().ID, old.Head().ValidTo = f.Head().ID, f.Head().ValidFrom
			old.Head().ValidFrom -= 1000
			m.rows[keyOf(f)] = []layers.Row{{Feature: f}, {Feature: old, Slice: true}}
			keys[keyOf(f)] = true
		case 5:
			g := storetest.Fresh(layers.Grids, rng.IntN(4)).(*layers.Grid)
			g.Name = fmt.Sprint("g", rng.IntN(50))
			m.put(g)
			keys[keyOf(g)] = true
		default:
			m.put(p)
			keys[k] = true
		}
	}
	list := slices.Collect(maps.Keys(keys))
	slices.SortFunc(list, func(a, b layers.Key) int { return strings.Compare(string(a.Layer)+a.ID, string(b.Layer)+b.ID) })
	return list
}

func equalSnapshots(t *testing.T, when string, got, want *layers.Snapshot) {
	t.Helper()
	if got.Digest() != want.Digest() || got.Position() != want.Position() || got.RecordedAt() != want.RecordedAt() {
		t.Fatalf("%s: digest %s at %s, want %s at %s", when, got.Digest(), got.Position(), want.Digest(), want.Position())
	}
	if d := cmp.Diff(want.Quarantined(), got.Quarantined()); d != "" {
		t.Fatalf("%s: quarantine (-want +got):\n%s", when, d)
	}
	for _, info := range layers.All() {
		a, b := got.Set(info.Layer), want.Set(info.Layer)
		if a.Digest() != b.Digest() || a.Len() != b.Len() {
			t.Fatalf("%s: %s has %d rows with digest %s, want %d with %s", when, info.Layer, a.Len(), a.Digest(), b.Len(), b.Digest())
		}
		if d := cmp.Diff(rowsOf(b), rowsOf(a)); d != "" {
			t.Fatalf("%s: rows of %s (-want +got):\n%s", when, info.Layer, d)
		}
		if d := cmp.Diff(found(b), found(a)); d != "" {
			t.Fatalf("%s: index of %s (-want +got):\n%s", when, info.Layer, d)
		}
	}
}

func rowsOf(s *layers.Set) (out []layers.Row) {
	for f, slice := range s.Rows() {
		out = append(out, layers.Row{Feature: f, Slice: slice})
	}
	return out
}

// found returns what the index has, as id and version, in order.
func found(s *layers.Set) (out []string) {
	world := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	for _, at := range []layers.Instant{1735660800000, 1735660799500} {
		s.Search(world, at, func(f layers.Feature) bool {
			out = append(out, fmt.Sprint(at, f.Head().ID, f.Head().Revision, f.Shape().Bound()))
			return true
		})
	}
	slices.Sort(out)
	return out
}

// TestPagesAreShared: an edit of one pole of 20,000 builds one page again, wherever it is, and leaves every other layer alone.
func TestPagesAreShared(t *testing.T) {
	const poles = 20_000
	m := newModel(sample()...)
	for n := range poles {
		m.put(pole(n, "first", 1))
	}
	before := m.full(t)
	for _, n := range []int{0, 1, poles / 2, poles - 1} {
		p := pole(n, "second", 2)
		m.put(p)
		after, err := before.With(m.delta(keyOf(p)))
		if err != nil {
			t.Fatal(err)
		}
		shared, all := layers.SharedPages(before, after, layers.Poles)
		if all < poles/layers.PageRows || shared != all-1 {
			t.Errorf("pole %d: %d of %d pages are shared, want all but one", n, shared, all)
		}
		for _, info := range layers.All() {
			if shared, all := layers.SharedPages(before, after, info.Layer); info.Layer != layers.Poles && shared != all {
				t.Errorf("%s: %d of %d pages are shared after an edit of a pole", info.Layer, shared, all)
			}
			if info.Partition && !layers.SharedPlans(before, after, info.Layer, p.ValidFrom) {
				t.Errorf("%s was arranged again for an edit of a pole", info.Layer)
			}
		}
		if f, _ := after.Set(layers.Poles).Head(p.ID); f.(*layers.Pole).Name != "second" {
			t.Errorf("pole %d has the name %q", n, f.(*layers.Pole).Name)
		}
		if f, _ := before.Set(layers.Poles).Head(p.ID); f.(*layers.Pole).Name == "second" && f.Head().Version == 2 {
			t.Errorf("the edit of pole %d changed the snapshot before it", n)
		}
		before = after
	}
}

// TestPagesSplitAndVanish: pages stay within twice their size while rows are added in one place, and go when all rows go.
func TestPagesSplitAndVanish(t *testing.T) {
	m := newModel(sample()...)
	s := m.full(t)
	var keys []layers.Key
	for n := range 3000 {
		p := pole(n, "x", 1)
		m.put(p)
		keys = append(keys, keyOf(p))
		var err error
		if s, err = s.With(m.delta(keyOf(p))); err != nil {
			t.Fatal(err)
		}
	}
	equalSnapshots(t, "after adding", s, m.full(t))
	if _, all := layers.SharedPages(s, s, layers.Poles); all < 3000/(2*layers.PageRows) || all > 3000/(layers.PageRows/2) {
		t.Errorf("3,000 rows are in %d pages", all)
	}
	for _, k := range keys {
		delete(m.rows, k)
	}
	s, err := s.With(m.delta(keys...))
	if err != nil {
		t.Fatal(err)
	}
	equalSnapshots(t, "after removing", s, m.full(t))
	if _, all := layers.SharedPages(s, s, layers.Poles); all > 1 {
		t.Errorf("%d pages are left of 3 poles", all)
	}
}

// TestNameOfGrid: an edit of a name arranges no borders again; an edit of a border does.
func TestNameOfGrid(t *testing.T) {
	m := newModel(sample()...)
	before := m.full(t)
	g := storetest.Fresh(layers.Grids, 0).(*layers.Grid)
	g.Name = "另一个"
	m.put(g)
	after, err := before.With(m.delta(keyOf(g)))
	if err != nil {
		t.Fatal(err)
	}
	if !layers.SharedPlans(before, after, layers.Grids, g.ValidFrom) {
		t.Error("a new name arranged the borders again")
	}
	inside := geo.Query{}
	if inside, err = geo.QueryFrom(orb.Point{121.305, 30.705}); err != nil {
		t.Fatal(err)
	}
	f, match := after.Locate(layers.Grids, inside, g.ValidFrom)
	if match == geo.MatchNone || f.(*layers.Grid).Name != "另一个" {
		t.Errorf("located %v (%v), want the grid with its new name", f, match)
	}
	if f, _ := before.Locate(layers.Grids, inside, g.ValidFrom); f.(*layers.Grid).Name == "另一个" {
		t.Error("the snapshot before has the new name")
	}
	if f, match := after.Locate(layers.Grids, inside, g.ValidFrom-1); f != nil || match != geo.MatchNone {
		t.Errorf("before its start the grid is located: %v", f)
	}
}

// TestPoisonedPartition: grids that overlap, leave a gap or cannot be read keep a snapshot from being built, and are named;
// other rows that cannot be read are left out.
func TestPoisonedPartition(t *testing.T) {
	m := newModel(sample()...)
	good := m.full(t)
	k := layers.Key{Layer: layers.Grids, ID: "310116101Z01"}
	invalid := storetest.Fresh(layers.Grids, 0).(*layers.Grid)
	invalid.Name = ""
	overlapping := storetest.Fresh(layers.Grids, 0).(*layers.Grid)
	overlapping.Geometry = storetest.Fresh(layers.Towns, 0).(*layers.Town).Geometry
	for name, row := range map[string]layers.Row{
		"unreadable":  {Broken: &layers.Quarantined{Layer: layers.Grids, Row: "fid 7", ID: k.ID, Reason: "no geometry"}},
		"invalid":     {Feature: invalid},
		"overlapping": {Feature: overlapping},
	} {
		t.Run(name, func(t *testing.T) {
			m := newModel(sample()...)
			m.rows[k] = []layers.Row{row}
			_, err := good.With(m.delta(k))
			var bad *layers.Poisoned
			if !asError(err, &bad) || bad.Layer != layers.Grids || len(bad.Rows) == 0 {
				t.Fatalf("got %v, want the grids poisoned", err)
			}
			if !strings.Contains(bad.Rows[0].ID, k.ID) || bad.Rows[0].Reason == "" {
				t.Errorf("the row is not named: %+v", bad.Rows)
			}
			m.put(storetest.Fresh(layers.Grids, 0))
			mended, err := good.With(m.delta(k))
			if err != nil {
				t.Fatalf("mended: %v", err)
			}
			equalSnapshots(t, "mended", mended, m.full(t))
		})
	}
}
