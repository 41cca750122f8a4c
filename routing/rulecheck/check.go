package rulecheck

import (
	"slices"

	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/duty"
)

// Report is the result of a check.
type Report struct {
	// From is the first instant that was looked at; a year from there on is.
	From layers.Instant `json:"from"`
	// Rules is how many rules there are, Cases how many cases were held against them.
	Rules int `json:"rules"`
	Cases int `json:"cases"`
	// Blocking and Warnings count the findings.
	Blocking int       `json:"blocking"`
	Warnings int       `json:"warnings"`
	Findings []Finding `json:"findings"`
	// Whistle is nil where no category is an item of the whistle list.
	Whistle *WhistleMatrix `json:"whistle,omitempty"`
}

// horizon is how many days are looked at.
const horizon = 366

// InForce lists the rules of a snapshot that count, or the built-in ones of a snapshot without any: what Check is mostly given.
func InForce(s *layers.Snapshot) []*layers.Rule { return duty.NewRules(s).All() }

// With returns the rules with a revision as if it had been published: those that it ends have their end, and it stands among them.
func With(list []*layers.Rule, one *layers.Rule) []*layers.Rule {
	var others, out []*layers.Rule
	for _, o := range list {
		switch {
		case o.Series == "" || o.ID == one.ID || o.Series == one.Series && o.Number == one.Number:
		case o.Series == one.Series:
			others = append(others, o)
		default:
			out = append(out, o)
		}
	}
	_, beside := one.Succession(others)
	return append(append(out, beside...), one)
}

// Check examines rules, whatever their states, as they would act on a snapshot from an instant on. The report is the caller's.
func Check(s *layers.Snapshot, list []*layers.Rule, from layers.Instant) *Report {
	k := &check{s: s, cal: s.Calendar(), from: from, list: current(list, from), tallies: map[*layers.Rule]*tally{}, acting: map[string]bool{}, told: map[heard]bool{}}
	k.rules = duty.Arrange(s, k.list, "")
	k.known()
	k.references()
	k.conflicts()
	k.spread()
	k.judgeAll()
	k.holes()
	k.unused()
	k.leftOut()
	k.people()
	k.foreignCodes()
	k.dates()
	matrix := k.whistle()
	sortFindings(k.found)
	r := &Report{From: from, Rules: len(k.list), Cases: k.cases, Findings: k.found, Whistle: matrix}
	for _, f := range k.found {
		if f.Blocks {
			r.Blocking++
		} else {
			r.Warnings++
		}
	}
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	return r
}

// check is the work on one set of rules.
type check struct {
	s     *layers.Snapshot
	cal   *calendar.Calendar
	from  layers.Instant
	list  []*layers.Rule // that are in force from then on
	rules *duty.Rules

	categories map[string]*layers.Category
	leaves     []string // codes of categories with none below, sorted
	all        []string // codes of all categories, sorted
	units      map[string]*layers.Unit
	plain      []spot // one for each grid, by code

	cases   int
	tallies map[*layers.Rule]*tally
	gaps    []*gap
	acting  map[string]bool // ids of units that have something to do
	told    map[heard]bool
	found   []Finding
}

// tally counts what became of a rule.
type tally struct {
	matched, decided, added int
	// over are the rules that decided in its place.
	over map[*layers.Rule]bool
}

func (k *check) tally(r *layers.Rule) *tally {
	t := k.tallies[r]
	if t == nil {
		t = &tally{over: map[*layers.Rule]bool{}}
		k.tallies[r] = t
	}
	return t
}

func (k *check) add(code layers.FindingCode, blocks bool, detail string, ids ...string) *Finding {
	k.found = append(k.found, Finding{Finding: layers.Finding{Code: code, Blocks: blocks, IDs: ids, Detail: detail}})
	return &k.found[len(k.found)-1]
}

// current leaves out what has ended.
func current(list []*layers.Rule, from layers.Instant) []*layers.Rule {
	today, _ := calendar.DayAt(int64(from))
	return slices.DeleteFunc(slices.Clone(list), func(r *layers.Rule) bool { return r.Until != "" && r.Until <= today.String() })
}

// known reads the categories and units of the snapshot.
func (k *check) known() {
	k.categories, k.units = map[string]*layers.Category{}, map[string]*layers.Unit{}
	for f := range k.s.Set(layers.Categories).All(k.from) {
		if c, ok := f.(*layers.Category); ok {
			k.categories[c.Code] = c
			k.all = append(k.all, c.Code)
		}
	}
	slices.Sort(k.all)
	for _, c := range k.s.LeafCategories(k.from) {
		k.leaves = append(k.leaves, c.Code)
	}
	for f := range k.s.Set(layers.Units).All(k.from) {
		if u, ok := f.(*layers.Unit); ok {
			k.units[u.ID] = u
		}
	}
}
