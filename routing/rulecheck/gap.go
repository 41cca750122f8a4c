package rulecheck

import (
	"fmt"
	"slices"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
)

// gap is a kind of cases of a category in one place that no rule but one of the band fallback decides at some times.
type gap struct {
	category string
	spot     *spot
	feature  string
	open     []moment
	always   bool
	rule     *layers.Rule   // that decides at the other times
	covered  layers.Instant // the first of them; 0 without one
}

// hole is where a gap belongs in the report.
type hole struct{ category, feature, times string }

// later reports whether no rule decides until some instant, and from then on one always does.
func (g *gap) later() bool {
	return g.covered > 0 && !slices.ContainsFunc(g.open, func(m moment) bool { return m.at > g.covered })
}

// holes reports the gaps: of those of one kind one finding, with its grids.
func (k *check) holes() {
	plain := map[string]bool{} // categories that no rule decides in a plain place without any feature
	for _, g := range k.gaps {
		if g.always && g.spot.what == "" && g.feature == "" {
			plain[g.category] = true
		}
	}
	grids := map[hole][]string{}
	first := map[hole]*gap{}
	var order []hole
	for _, g := range k.gaps {
		if g.spot.what != "" || !k.leaf(g.category) || g.always && g.feature != "" && !plain[g.category] {
			continue // whatever a place selects is more than a plain one has
		}
		h := hole{category: g.category, feature: g.feature}
		if !g.always {
			h.times = fmt.Sprint(g.later(), slotsOf(g.open))
		}
		if first[h] == nil {
			first[h] = g
			order = append(order, h)
		}
		grids[h] = append(grids[h], g.spot.grid.Code)
	}
	for _, h := range order {
		g := first[h]
		name := k.categoryName(g.category)
		if h.feature != "" {
			name += " with " + h.feature
		}
		var f *Finding
		switch {
		case g.later():
			f = k.add(BeginsLater, false, fmt.Sprintf("%s: no rule decides until %s begins on %s", name, g.rule.Ref(), day(g.covered)), g.category, g.rule.Ref())
			f.First, f.Date = g.covered, day(g.covered)
		case !g.always:
			times := slotsOf(g.open)
			f = k.add(TimeGap, true, fmt.Sprintf("%s: %s decides at other times, and no rule %s", name, g.rule.Ref(), sayTimes(times)), g.category, g.rule.Ref())
			f.Times = times
			f.First = g.open[0].at
		case h.feature != "":
			if !k.someFeature(g.category, g.spot.grid) {
				continue // the category has no rule at all there, which is said once
			}
			f = k.add(FeatureGap, false, name+": no rule decides", g.category)
		default:
			f = k.add(Gap, false, name+": no rule decides but the last one", g.category)
		}
		slices.Sort(grids[h])
		f.Category, f.Grids = g.category, grids[h]
		f.All = len(grids[h]) == len(k.plain)
	}
}

// leaf reports whether a category has none below it: of the others nobody should report anything.
func (k *check) leaf(category string) bool { return slices.Contains(k.leaves, category) }

// someFeature reports whether a rule decides about a category in a plain place of a grid where there is some feature.
func (k *check) someFeature(category string, grid *layers.Grid) bool {
	classes := len(k.features(having(k.list, category)))
	open := 0
	for _, g := range k.gaps {
		if g.category == category && g.spot.what == "" && g.spot.grid == grid && g.always {
			open++
		}
	}
	return open < classes
}

func (k *check) categoryName(code string) string {
	if c := k.categories[code]; c != nil {
		return code + " (" + c.Name + ")"
	}
	return code
}

func day(at layers.Instant) string {
	d, _ := calendar.DayAt(int64(at))
	return d.String()
}

func sayTimes(list []Slot) string {
	var parts []string
	for _, s := range list {
		parts = append(parts, fmt.Sprintf("on a %s as %s from %s to %s", strings.ReplaceAll(s.Days, "_", "-"), s.Date, s.From, s.Until))
	}
	if len(parts) == 0 {
		return "on other days"
	}
	return strings.Join(parts, ", ")
}
