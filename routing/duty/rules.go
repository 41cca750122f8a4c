package duty

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
)

// Rules are the rules of a snapshot that count, and what they need to know of its units, posts, roads and agreements, arranged so that a
// case meets few of them. They are immutable and safe for concurrent use.
type Rules struct {
	version string
	rules   []*rule // by series and number
	shelf   shelf
	// What the rules, units and so on were when they were arranged.
	made map[layers.Layer]*layers.Set

	units      unitIndex
	agreements map[[2]string][]*layers.Agreement // by the pair of grids, each list by id

	// How far around a position rules look.
	poleReach, zoneReach, borderReach geo.Metres
}

// arrangedOf are the layers that Rules are made of.
var arrangedOf = [...]layers.Layer{layers.Rules, layers.Units, layers.Posts, layers.Agreements, layers.Roads}

// rule is a revision of a rule, ready to be held against cases.
type rule struct {
	*layers.Rule
	ref string
	// from and until are the days in force, half-open; until is the last day there is for no end.
	from, until calendar.Day
	// later are the revisions of the same series with a greater number: where one of them is in force this one is not.
	later []*rule
	// place is its number by series and number: what ranks the same goes by it.
	place int
	base  Rank // without the category

	drawn   *geo.Footprint
	road    road
	windows []calendar.Window

	primary, supervisor expression
	co, informed        []expression
	ack, arrive, due    *calendar.Clock
	basis               Basis
	// border says that its primary unit is that of the grid that leads along a border.
	border bool
	// nobody is the line of the trace for a case in which its primary unit is nobody.
	nobody string
}

// noRule selects nothing and names nobody.
var noRule = &rule{Rule: new(layers.Rule)}

// lastDay stands for no end.
const lastDay = calendar.Day(1<<31 - 1)

// NewRules arranges the rules of a snapshot that count: those that were published, whatever their days. A snapshot without any has the
// built-in ones. The result is never nil, and keeps nothing of s but what it is made of.
func NewRules(s *layers.Snapshot) *Rules {
	var list []*layers.Rule
	newest := int64(0)
	for f, slice := range s.Set(layers.Rules).Rows() {
		one, ok := f.(*layers.Rule)
		if !ok || slice {
			continue
		}
		if one.Counts() {
			list = append(list, one)
		}
		if one.Counts() || one.State == layers.Withdrawn {
			newest = max(newest, one.Revision)
		}
	}
	if len(list) == 0 {
		list = builtIn()
	}
	return Arrange(s, list, "r"+strconv.FormatInt(newest, 10))
}

// Arrange arranges the given rules, whatever their state, in the place of those of a snapshot: to see what a set of rules would do. The
// version is what Version returns. It keeps the rules, which may not be changed after that.
func Arrange(s *layers.Snapshot, list []*layers.Rule, version string) *Rules {
	r := &Rules{version: version, made: map[layers.Layer]*layers.Set{}, units: newUnitIndex(s), agreements: agreementsOf(s)}
	for _, l := range arrangedOf {
		r.made[l] = s.Set(l)
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b *layers.Rule) int {
		return cmp.Or(strings.Compare(a.Series, b.Series), cmp.Compare(a.Number, b.Number), strings.Compare(a.ID, b.ID))
	})
	roads := newRoads(s, list)
	for i, one := range list {
		r.rules = append(r.rules, newRule(one, i, roads))
		r.look(one)
	}
	for from := 0; from < len(r.rules); {
		to := from + 1
		for to < len(r.rules) && r.rules[to].Series == r.rules[from].Series {
			to++
		}
		for i := from; i < to; i++ {
			r.rules[i].later = r.rules[i+1 : to]
		}
		from = to
	}
	r.shelf = newShelf(r.rules)
	return r
}

// look widens how far around a position is looked.
func (r *Rules) look(one *layers.Rule) {
	if a := one.When.Area; a != nil {
		r.borderReach = max(r.borderReach, geo.Metres(a.NearBorderM))
	}
	if f := one.When.Feature; f != nil {
		switch f.Layer {
		case layers.Poles:
			r.poleReach = max(r.poleReach, geo.Metres(f.WithinM))
		case layers.Zones:
			r.zoneReach = max(r.zoneReach, geo.Metres(f.WithinM))
		}
	}
}

// newRule makes one rule ready. What a valid rule cannot have, such as a date that is none, makes it one that never holds.
func newRule(one *layers.Rule, place int, roads roads) *rule {
	r := &rule{Rule: one, ref: one.Ref(), place: place, until: lastDay, base: baseRank(one),
		basis: Basis{List: one.Base.List, Item: one.Base.Item, Invented: one.Base.Invented}}
	var err error
	if r.from, err = calendar.ParseDay(one.From); err != nil {
		r.until = 0
	}
	if one.Until != "" {
		r.until, _ = calendar.ParseDay(one.Until)
	}
	if a := one.When.Area; a != nil {
		if len(a.Polygon) > 0 {
			r.drawn, _ = geo.NewFootprint(orb.MultiPolygon{a.Polygon})
		}
		r.road = roads[a.Road]
	}
	for i := range one.When.Times {
		if w, err := one.When.Times[i].Window(); err == nil {
			r.windows = append(r.windows, w)
		}
	}
	r.primary, r.supervisor = newExpression(one.Then.Primary), newExpression(one.Then.Supervisor)
	r.co, r.informed = newExpressions(one.Then.Co), newExpressions(one.Then.Informed)
	r.border = r.primary.Of == layers.BorderLead
	r.nobody = r.ref + ": " + one.Then.Primary
	if k := one.Clock; k != nil {
		r.ack, r.arrive, r.due = clockOf(k.Ack), clockOf(k.Arrive), clockOf(k.Resolve)
	}
	return r
}

// Version names the rules that count: r and the greatest revision at which one of them, or one that counted once, was recorded; r0 for the
// built-in ones.
func (r *Rules) Version() string { return r.version }

// Len returns how many rules there are.
func (r *Rules) Len() int { return len(r.rules) }

// All returns the rules by series and number. The slice is the caller's, the rules are shared: read only.
func (r *Rules) All() []*layers.Rule {
	out := make([]*layers.Rule, len(r.rules))
	for i, one := range r.rules {
		out[i] = one.Rule
	}
	return out
}

// Fits reports whether NewRules of s would make the same rules, so that these can be kept for it.
func (r *Rules) Fits(s *layers.Snapshot) bool {
	for l, set := range r.made {
		if s.Set(l) != set {
			return false
		}
	}
	return true
}

// inForce reports whether the rule is in force on a day, and no later revision of it is.
func (one *rule) inForce(on calendar.Day) bool {
	if !one.holds(on) {
		return false
	}
	for _, next := range one.later {
		if next.holds(on) {
			return false
		}
	}
	return true
}

func (one *rule) holds(on calendar.Day) bool { return one.from <= on && on < one.until }
