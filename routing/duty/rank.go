package duty

import (
	"cmp"
	"slices"
	"strings"

	"wangge/layers"
)

// Rank is where a rule stands among those that hold for the same case: band, then how much it asks for. The rule with the greater rank
// decides; of two with the same rank the one with the lower series does, and of those the one with the lower number.
type Rank struct {
	// Band is 3 for emergency rules, then 2, 1, and 0 for fallback rules.
	Band int8
	// Feature is 0 without a selector of features, else 1 and the number of its members beside the layer and the distance.
	Feature int8
	// Area is 5 for a polygon, a road, overlays or communities, 4 for nearness to a border, 3 for grids, 2 for kinds of overlays, 1 for
	// towns, 0 without; the greatest of what is set. Areas is how many are set.
	Area, Areas int8
	// Category is the number of words of the longest selector that has the category.
	Category int8
	// Time is 1 with stretches of time.
	Time int8
	// Context is how many members of the context are set.
	Context int8
}

// Compare orders ranks, the lower one first.
func (a Rank) Compare(b Rank) int {
	return cmp.Or(cmp.Compare(a.Band, b.Band), cmp.Compare(a.Feature, b.Feature), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Areas, b.Areas),
		cmp.Compare(a.Category, b.Category), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Context, b.Context))
}

// RankOf returns the rank of a rule for cases of a category that its selectors have.
func RankOf(one *layers.Rule, category string) Rank {
	r := baseRank(one)
	for _, c := range one.When.Categories {
		if within(category, c) {
			r.Category = max(r.Category, wordsOf(c))
		}
	}
	return r
}

// baseRank is the rank of a rule for cases that none of its categories has.
func baseRank(one *layers.Rule) Rank {
	r := Rank{Band: int8(len(layers.RuleBands()) - 1 - slices.Index(layers.RuleBands(), one.Band))}
	w := &one.When
	if f := w.Feature; f != nil {
		r.Feature = 1 + count(len(f.OwnerUnits) > 0, len(f.OwnerKinds) > 0, f.Unowned, len(f.States) > 0, len(f.ClaimStates) > 0, len(f.Modes) > 0)
	}
	if a := w.Area; a != nil {
		r.areas(5, len(a.Polygon) > 0, a.Road != "", len(a.Overlays) > 0, len(a.Communities) > 0)
		r.areas(4, a.NearBorderM > 0)
		r.areas(3, len(a.Grids) > 0)
		r.areas(2, len(a.OverlayKinds) > 0)
		r.areas(1, len(a.Towns) > 0)
	}
	if len(w.Times) > 0 {
		r.Time = 1
	}
	if x := w.Context; x != nil {
		r.Context = count(len(x.Channels) > 0, len(x.Severities) > 0, len(x.Reporters) > 0, x.MinConfidence > 0, x.MaxConfidence > 0)
	}
	return r
}

func (a *Rank) areas(worth int8, set ...bool) {
	if n := count(set...); n > 0 {
		a.Area = max(a.Area, worth)
		a.Areas += n
	}
}

func count(set ...bool) (n int8) {
	for _, is := range set {
		if is {
			n++
		}
	}
	return n
}

func wordsOf(category string) int8 {
	if category == "" {
		return 0
	}
	return int8(1 + strings.Count(category, "."))
}

// within reports whether a category is another one, or one of those below it.
func within(category, above string) bool {
	below, ok := strings.CutPrefix(category, above)
	return ok && (below == "" || below[0] == '.')
}
