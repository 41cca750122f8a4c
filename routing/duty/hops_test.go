package duty_test

import (
	"fmt"
	"testing"

	"wangge/layers"
	"wangge/routing/duty"
)

// The third unit that refuses leaves the case to the unit above all of them, whatever rules say.
func TestHops(t *testing.T) {
	features := district()
	add := func(id, kind, parent string) {
		u := unit(id, kind)
		u.Parent = parent
		features = append(features, u)
	}
	for _, f := range features {
		if u, ok := f.(*layers.Unit); ok && (u.ID == "u_a" || u.ID == "u_c") {
			u.Parent = "u_town"
		}
	}
	add("u_town", "town", "u_top")
	add("u_top", "district", "")
	add("u_dep", "department", "u_top")
	s := snapshot(t, features...)
	for _, one := range []struct {
		excluded []string
		want     string
		parent   bool
	}{
		{nil, "u_a", false},
		{[]string{"u_dep"}, "u_a", false},
		{[]string{"u_a"}, "u_town", false},
		{[]string{"u_a", "u_dep"}, "u_town", false},
		{[]string{"u_a", "u_dep", "u_town"}, "u_top", true},
		{[]string{"u_a", "u_c", "u_a"}, "u_town", true},
		{[]string{"u_a", "u_c", "u_town"}, "u_top", true}, // the one above has refused itself
		{[]string{"u_a", "u_c", "u_top"}, "u_top", true},  // nobody is above the top
		{[]string{"u_a", "u_c", "u_gone"}, "u_top", true}, // one is none any more
	} {
		a := ask(t, s, at(1, 1.9), func(q *duty.Question) { q.Excluded = one.excluded })
		last := a.Trace[len(a.Trace)-1]
		for _, step := range a.Trace {
			if step.Step == "parent" {
				last = step
			}
		}
		if a.Outcome != duty.Assigned || a.Responsibility.Primary == nil || a.Responsibility.Primary.Unit != one.want || (last.Step == "parent") != one.parent {
			t.Errorf("%v: %s %+v, %+v; want %s", one.excluded, a.Outcome, a.Responsibility.Primary, last, one.want)
		}
	}
	// Without a tree nobody is above: the case has no unit.
	bare := ask(t, snapshot(t, district()...), at(1, 1.9), func(q *duty.Question) { q.Excluded = []string{"u_a", "u_c", "u_tel"} })
	if bare.Outcome != duty.Unassigned || bare.Responsibility.Primary != nil {
		t.Errorf("without a tree: %s %s", bare.Outcome, fmt.Sprint(bare.Responsibility.Primary))
	}
}
