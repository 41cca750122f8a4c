package layers_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wangge/layers"
)

func TestFollows(t *testing.T) {
	at := layers.Position{Epoch: "e", Revision: 5}
	for from, want := range map[layers.Position]bool{
		{Epoch: "e", Revision: 0}: true, {Epoch: "e", Revision: 5}: true,
		{Epoch: "e", Revision: 6}: false, {Epoch: "e", Revision: -1}: false, {Epoch: "f", Revision: 5}: false, {}: false,
	} {
		if got := at.Follows(from); got != want {
			t.Errorf("%v follows %v: got %v", at, from, got)
		}
	}
}

// Keys in any order come back sorted, layer by layer, each once.
func TestByLayer(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 30 {
		var keys []layers.Key
		for range n {
			keys = append(keys, layers.Key{Layer: []layers.Layer{layers.Poles, layers.Roads, layers.Zones}[random.IntN(3)], ID: string(rune('a' + random.IntN(26)))})
		}
		slices.SortFunc(keys, layers.Key.Compare)
		var again []layers.Key
		var order []layers.Layer
		for l, ids := range layers.ByLayer(keys) {
			order = append(order, l)
			if len(ids) == 0 || !slices.IsSorted(ids) {
				t.Errorf("%s: %v", l, ids)
			}
			for _, id := range ids {
				again = append(again, layers.Key{Layer: l, ID: id})
			}
		}
		if d := cmp.Diff(keys, again); d != "" || len(slices.Compact(order)) != len(order) {
			t.Errorf("layers %v (-want +got):\n%s", order, d)
		}
	}
	for range layers.ByLayer([]layers.Key{{Layer: layers.Poles, ID: "a"}, {Layer: layers.Roads, ID: "a"}}) {
		break // the iterator ends with its loop
	}
}

func TestWholeRevisions(t *testing.T) {
	lines := func(revisions ...int64) (out []layers.Change) {
		for _, r := range revisions {
			out = append(out, layers.Change{Revision: r})
		}
		return out
	}
	for name, c := range map[string]struct {
		lines []layers.Change
		limit int
		want  int
	}{
		"no limit":                       {lines(1, 1, 2), 0, 3},
		"fewer than the limit":           {lines(1, 1), 3, 2},
		"as many as the limit":           {lines(1, 1, 2), 3, 3},
		"the next revision is another":   {lines(1, 1, 2), 2, 2},
		"the next revision is cut":       {lines(1, 2, 2), 2, 1},
		"the first is longer than that":  {lines(1, 1, 1), 2, 2},
		"nothing":                        {nil, 2, 0},
		"two are left out of a revision": {lines(1, 2, 2, 2), 3, 1},
	} {
		if got := layers.WholeRevisions(c.lines, c.limit); len(got) != c.want {
			t.Errorf("%s: %d lines, want %d", name, len(got), c.want)
		}
	}
}
