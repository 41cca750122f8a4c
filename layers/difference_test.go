package layers_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// Between any two snapshots of a random history, what Difference reports turns the rows of the one into those of the other.
func TestDifferenceTurnOneSetIntoAnother(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	pole := func(n, state int) *layers.Pole {
		p := &layers.Pole{Meta: layers.Meta{ID: fmt.Sprintf("p_%05d", n), Version: 1, Revision: 1, ValidFrom: 1}, Code: fmt.Sprintf("C-%05d", n), Name: fmt.Sprint(state),
			MainUse: "light", Condition: "sound", Live: "no", State: "in_use", ClaimState: "none"}
		p.Geometry = orb.Point{121.3, 30.8}
		return p
	}
	b := layers.NewBuilder()
	for n := 0; n < 3000; n += 2 {
		if err := b.Add(layers.Row{Feature: pole(n, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	snap, err := b.Snapshot(layers.Base{})
	if err != nil {
		t.Fatal(err)
	}
	history := []*layers.Snapshot{snap}
	for i := range 40 {
		d := layers.Delta{}
		seen := map[int]bool{}
		for range 1 + random.IntN(60) {
			n := random.IntN(3000)
			if i%4 == 0 {
				n = n % 300 // many in one page, so that it splits or empties
			}
			if seen[n] {
				continue
			}
			seen[n] = true
			d.Keys = append(d.Keys, layers.Key{Layer: layers.Poles, ID: fmt.Sprintf("p_%05d", n)})
			if random.IntN(3) > 0 {
				d.Rows = append(d.Rows, layers.Row{Feature: pole(n, i+1)})
			}
		}
		if snap, err = snap.With(d); err != nil {
			t.Fatal(err)
		}
		history = append(history, snap)
	}
	rows := func(s *layers.Set) map[layers.Feature]bool {
		out := map[layers.Feature]bool{}
		for f := range s.Rows() {
			out[f] = true
		}
		return out
	}
	for range 200 {
		from, to := history[random.IntN(len(history))].Set(layers.Poles), history[random.IntN(len(history))].Set(layers.Poles)
		got := rows(from)
		to.Difference(from, func(f layers.Feature) {
			if !got[f] {
				t.Errorf("%s is said to be gone and was not there", f.Head().ID)
			}
			delete(got, f)
		}, func(f layers.Feature) {
			if got[f] {
				t.Errorf("%s is said to have come and was there", f.Head().ID)
			}
			got[f] = true
		})
		if !maps.Equal(got, rows(to)) {
			t.Fatal("the differences do not lead from one set to the other")
		}
	}
	all := 0
	snap.Set(layers.Poles).Difference(nil, func(layers.Feature) { t.Error("something is gone from nothing") }, func(layers.Feature) { all++ })
	if all != len(rows(snap.Set(layers.Poles))) {
		t.Errorf("%d rows have come, want %d", all, len(rows(snap.Set(layers.Poles))))
	}
}
