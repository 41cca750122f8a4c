package layers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"wangge/layers"
)

func draftRule() *layers.Rule {
	return &layers.Rule{Meta: layers.Meta{ID: "ru_2", Version: 3, ValidFrom: 1, Demo: true}, Code: "R-1-2", Name: "规则", Series: "R-1", Number: 2, State: layers.Draft, From: "2026-03-10", Band: layers.RegularRules,
		Then: layers.RuleThen{Primary: layers.GridOffice}, Base: layers.RuleBasis{List: layers.Voluntary}, Documents: []string{"1"}, Author: "planner"}
}

// TestRulesGoTheWayOfSchedules: the same steps with the same refusals, without consents.
func TestRulesGoTheWayOfSchedules(t *testing.T) {
	refused := func(name string, err error, want layers.RefusedReason) {
		t.Helper()
		var got *layers.Refused
		if !errors.As(err, &got) || got.Reason != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	bad := []layers.Finding{{Code: layers.UnknownReference, Blocks: true}}
	first := draftRule()
	_, err := first.Approve(reviewer, nil)
	refused("a draft approved", err, layers.WrongState)
	_, err = first.Submit(planner, bad)
	refused("conflicts", err, layers.HasConflicts)
	in, err := first.Submit(planner, nil)
	if err != nil || first.State != layers.Draft || len(first.Comments) > 0 {
		t.Fatalf("submitted: %+v, %v; the draft itself: %+v", in, err, first)
	}
	_, err = in.Approve(planner, nil)
	refused("by its author", err, layers.OwnDraft)
	_, err = in.Return(layers.Hand{By: "reviewer"})
	refused("back without a word", err, layers.TextRequired)
	a, err := in.Approve(reviewer, nil)
	if err != nil || a.Digest != a.ContentDigest() {
		t.Fatalf("approved: %+v, %v", a, err)
	}
	back, err := a.Return(reviewer)
	if err != nil || back.Digest != "" || back.Frozen() {
		t.Errorf("back: %+v, %v", back, err)
	}
	before := draftRule()
	before.ID, before.Number, before.Code, before.State, before.From = "ru_1", 1, "R-1-1", layers.Published, "2025-05-01"
	foreign := draftRule()
	foreign.ID, foreign.Series, foreign.State, foreign.From = "ru_9", "R-9", layers.Published, "2025-05-01"
	others := []*layers.Rule{before, foreign}
	if found, beside := a.Succession(others); found != before || len(beside) != 1 || beside[0].Until != "2026-03-10" || before.Until != "" {
		t.Errorf("succession: %+v %+v", found, beside)
	}
	_, _, err = a.Publish(publisher, 30*24*time.Hour, before, nil)
	refused("too near", err, layers.TooLate)
	changed := *a
	changed.Then.Primary = layers.DistrictOffice
	_, _, err = changed.Publish(publisher, 0, before, nil)
	refused("changed", err, layers.ContentChanged)
	next, ended, err := a.Publish(publisher, 0, before, nil)
	if err != nil || !next.Counts() || !ended.Counts() || ended.Until != "2026-03-10" || ended.State != layers.Superseded {
		t.Fatalf("published: %+v, %+v, %v", next, ended, err)
	}
	if got := next.Followed([]*layers.Rule{ended, foreign}); got != ended {
		t.Errorf("followed: %+v", got)
	}
	gone, err := next.Withdraw(publisher)
	if err != nil || gone.Counts() {
		t.Errorf("withdrawn: %+v, %v", gone, err)
	}
	if on := ended.Resume(publisher, next, "", []*layers.Rule{ended, next}); on.State != layers.Published || on.Until != "" {
		t.Errorf("goes on: %+v", on)
	}
	if got := next.Reachable(clockAt("2026-03-10 00:00")); len(got) != 0 {
		t.Errorf("in force, and leads to %v", got)
	}
	again := next.Redraft("ru_3", 3, "somebody")
	if again.Code != "R-1-3" || again.BasedOn != "R-1-2" || again.Digest != "" || len(again.Comments) > 0 || again.Version != 0 || !again.Demo || again.ContentDigest() != next.ContentDigest() {
		t.Errorf("drafted again: %+v", again)
	}
	for _, r := range []*layers.Rule{in, a, next, ended, gone, again} {
		if err := r.Validate(layers.CodesLocal); err != nil {
			t.Errorf("%s: %v", r.State, err)
		}
	}
}

func TestFindingsOfARule(t *testing.T) {
	s := newModel(&layers.Unit{Meta: layers.Meta{ID: "u_a", ValidFrom: 1}, Code: "u_a", Name: "a", Kind: "department"},
		&layers.Unit{Meta: layers.Meta{ID: "u_planning_310116103", ValidFrom: 1}, Code: "u_planning_310116103", Name: "b", Kind: "town"},
		&layers.Category{Meta: layers.Meta{ID: "event", ValidFrom: 1}, Code: "event", Name: "事件"}).full(t)
	good := draftRule()
	good.When.Categories, good.Then = []string{"event"}, layers.RuleThen{Primary: "unit:u_a", Co: []string{"town.unit:u_planning", "post:chief"}, Supervisor: layers.CommonParent}
	if got := s.RuleFindings(good, nil); len(got) != 0 {
		t.Errorf("of a good rule: %+v", got)
	}
	bad := draftRule()
	bad.When = layers.RuleWhen{Categories: []string{"event", "even"}, Area: &layers.RuleArea{Grids: []string{"g"}, Towns: []string{"t"}, Communities: []string{"c"}, Overlays: []string{"o"}},
		Feature: &layers.RuleFeature{Layer: layers.Poles, OwnerUnits: []string{"u_b"}}}
	bad.Then = layers.RuleThen{Primary: "unit:u_a", Co: []string{"unit:u_c", "unit:u_b", "town.unit:u_plan"}}
	other := draftRule()
	other.ID, other.Code, other.Number, other.State, other.From = "ru_5", "R-1-5", 5, layers.Published, "2026-04-01"
	var ids []string
	for _, f := range s.RuleFindings(bad, []*layers.Rule{bad, other}) {
		if !f.Blocks || f.Detail == "" || f.IDs[0] != "R-1-2" {
			t.Errorf("%+v", f)
		}
		ids = append(ids, f.IDs[1])
	}
	if want := []string{"even", "g", "t", "c", "o", "u_b", "u_c", "u_plan", "R-1-5"}; !slices.Equal(ids, want) {
		t.Errorf("findings about %v, want %v", ids, want)
	}
}
