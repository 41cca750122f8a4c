package layers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"wangge/layers"
	"wangge/layers/calendar"
)

var (
	planner   = layers.Hand{By: "planner", At: clockAt("2026-03-01 10:00"), Text: "please look at it"}
	publisher = layers.Hand{By: "publisher", At: clockAt("2026-03-01 10:00")}
	reviewer  = layers.Hand{By: "reviewer", At: clockAt("2026-03-02 10:00"), Text: "seen"}
	all       = layers.SignOffRoles()
)

func draft() *layers.Schedule {
	s := nights()
	s.State, s.From, s.Version = layers.Draft, "2026-03-10", 0
	return s
}

// approved leads a draft through review.
func approved(t *testing.T, s *layers.Schedule) *layers.Schedule {
	t.Helper()
	s, err := s.Submit(planner, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range all {
		if s, err = s.SignOff(reviewer, role, "u_"+role); err != nil {
			t.Fatal(err)
		}
	}
	if s, err = s.Approve(reviewer, layers.CalendarOf(notices()), all, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFromDraftToForce(t *testing.T) {
	first := draft()
	a := approved(t, first)
	if first.State != layers.Draft || len(first.Comments)+len(first.SignOffs) > 0 {
		t.Errorf("the draft itself was changed: %+v", first)
	}
	if a.State != layers.Approved || a.Calendar != "cn-2026@1" || a.Digest != first.ContentDigest() || len(a.SignOffs) != 3 || len(a.Comments) != 2 || a.Comments[1] != (layers.Comment{By: "reviewer", At: reviewer.At, Step: layers.Approved, Text: "seen"}) {
		t.Errorf("approved: %+v", a)
	}
	before := nights()
	before.ID, before.Series, before.Code, before.From = "sc_0", "old", "old-1", "2025-05-01"
	next, ended, err := a.Publish(layers.Hand{By: "publisher", At: clockAt("2026-03-03 00:00")}, 7*24*time.Hour, before, nil)
	if err != nil || next.State != layers.Published || ended.State != layers.Superseded || ended.Until != "2026-03-10" || before.Until != "" || !next.Counts() || !ended.Counts() {
		t.Fatalf("published: %+v, %+v, %v", next, ended, err)
	}
	if list := layers.FindConflicts(haihui(), layers.CalendarOf(notices()), next, []*layers.Schedule{ended}, nil); layers.Blocked(list) {
		t.Errorf("what was published has conflicts: %+v", list)
	}
	withdrawn, err := next.Withdraw(layers.Hand{By: "publisher", At: clockAt("2026-03-09 23:59")})
	if err != nil || withdrawn.State != layers.Withdrawn || withdrawn.Counts() {
		t.Errorf("withdrawn: %+v, %v", withdrawn, err)
	}
	again := next.Redraft("sc_9", 3, "somebody")
	if again.State != layers.Draft || again.Code != "haihui-3" || again.BasedOn != "haihui-1" || again.Version != 0 || len(again.SignOffs)+len(again.Comments) > 0 || again.ContentDigest() != next.ContentDigest() {
		t.Errorf("drafted again: %+v", again)
	}
	for _, s := range []*layers.Schedule{a, next, ended, withdrawn, again} {
		if err := s.Validate(layers.CodesLocal); err != nil || s.Frozen() != (s.State != layers.Draft) {
			t.Errorf("%s: %v", s.State, err)
		}
	}
}

func TestStepsThatAreRefused(t *testing.T) {
	c := layers.CalendarOf(notices())
	submitted := func(s *layers.Schedule) *layers.Schedule {
		s, err := s.Submit(planner, []layers.Finding{{Code: layers.WindowsClose}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	signed := func() *layers.Schedule {
		s := submitted(draft())
		for _, role := range all {
			s, _ = s.SignOff(reviewer, role, "u")
		}
		return s
	}
	bad := []layers.Finding{{Code: layers.WindowsClose}, {Code: layers.ModesAtOnce, Blocks: true}}
	changed := approved(t, draft())
	changed.Windows = slices.Clone(changed.Windows)
	changed.Windows[0].DurationMin++
	published := approved(t, draft())
	published.State = layers.Published
	for name, one := range map[string]struct {
		step func() (*layers.Schedule, error)
		want layers.RefusedReason
	}{
		"conflicts at the review":         {func() (*layers.Schedule, error) { return draft().Submit(planner, bad) }, layers.HasConflicts},
		"submitted twice, with conflicts": {func() (*layers.Schedule, error) { return submitted(draft()).Submit(planner, bad) }, layers.WrongState},
		"submitted twice":                 {func() (*layers.Schedule, error) { return submitted(draft()).Submit(planner, nil) }, layers.WrongState},
		"back without a word": {func() (*layers.Schedule, error) {
			return submitted(draft()).Return(layers.Hand{By: "reviewer", Text: " "})
		}, layers.TextRequired},
		"back from a draft":         {func() (*layers.Schedule, error) { return draft().Return(reviewer) }, layers.WrongState},
		"consent to a draft":        {func() (*layers.Schedule, error) { return draft().SignOff(reviewer, "police", "u") }, layers.WrongState},
		"approved by the author":    {func() (*layers.Schedule, error) { return signed().Approve(planner, c, all, nil) }, layers.OwnDraft},
		"approved without consent":  {func() (*layers.Schedule, error) { return submitted(draft()).Approve(reviewer, c, all, nil) }, layers.SignOffMissing},
		"approved with conflicts":   {func() (*layers.Schedule, error) { return signed().Approve(reviewer, c, all, bad) }, layers.HasConflicts},
		"a draft approved":          {func() (*layers.Schedule, error) { return draft().Approve(reviewer, c, nil, nil) }, layers.WrongState},
		"published without consent": {func() (*layers.Schedule, error) { n, _, err := signed().Publish(publisher, 0, nil, nil); return n, err }, layers.WrongState},
		"changed after approval":    {func() (*layers.Schedule, error) { n, _, err := changed.Publish(publisher, 0, nil, nil); return n, err }, layers.ContentChanged},
		"published with conflicts": {func() (*layers.Schedule, error) {
			n, _, err := approved(t, draft()).Publish(publisher, 0, nil, bad)
			return n, err
		}, layers.HasConflicts},
		"published by the author": {func() (*layers.Schedule, error) {
			n, _, err := approved(t, draft()).Publish(planner, 0, nil, nil)
			return n, err
		}, layers.OwnDraft},
		"published too late": {func() (*layers.Schedule, error) {
			n, _, err := approved(t, draft()).Publish(layers.Hand{At: clockAt("2026-03-03 00:01")}, 7*24*time.Hour, nil, nil)
			return n, err
		}, layers.TooLate},
		"over a draft": {func() (*layers.Schedule, error) {
			n, _, err := approved(t, draft()).Publish(publisher, 0, draft(), nil)
			return n, err
		}, layers.WrongState},
		"withdrawn in force": {func() (*layers.Schedule, error) {
			return published.Withdraw(layers.Hand{At: clockAt("2026-03-10 00:00")})
		}, layers.TooLate},
		"withdrawn before that": {func() (*layers.Schedule, error) { return draft().Withdraw(planner) }, layers.WrongState},
	} {
		next, err := one.step()
		var got *layers.Refused
		if !errors.As(err, &got) || !errors.Is(err, layers.ErrRefused) || got.Reason != one.want || next != nil || got.Detail == "" {
			t.Errorf("%s: %+v, %v; want %s", name, next, err, one.want)
		}
		if got != nil && got.Reason == layers.HasConflicts && (len(got.Findings) != 1 || !got.Findings[0].Blocks) {
			t.Errorf("%s: the findings are %+v", name, got.Findings)
		}
		if got != nil && got.Reason == layers.WrongState && slices.Contains(got.Allowed, layers.Superseded) && name != "over a draft" {
			t.Errorf("%s: allowed are %v", name, got.Allowed)
		}
	}
}

// TestReturnedTakesConsentAway: a draft that comes back is consented to anew.
func TestReturnedTakesConsentAway(t *testing.T) {
	a := approved(t, draft())
	back, err := a.Return(reviewer)
	if err != nil || back.State != layers.Draft || len(back.SignOffs) > 0 || back.Digest != "" || back.Calendar != "" || len(back.Comments) != 3 {
		t.Errorf("back: %+v, %v", back, err)
	}
	if got := back.Missing(all); !slices.Equal(got, all) {
		t.Errorf("missing: %v", got)
	}
	s, _ := back.Submit(planner, nil)
	s, _ = s.SignOff(reviewer, "police", "u_1")
	s, _ = s.SignOff(planner, "police", "u_2")
	if len(s.SignOffs) != 1 || s.SignOffs[0].Unit != "u_2" {
		t.Errorf("consent of one role: %+v", s.SignOffs)
	}
}

// TestDigestOfContent: everything that is decided on is in it, and nothing else.
func TestDigestOfContent(t *testing.T) {
	was := draft().ContentDigest()
	for name, edit := range map[string]func(s *layers.Schedule){
		"zone": func(s *layers.Schedule) { s.Zone = "z" }, "from": func(s *layers.Schedule) { s.From = "2026-03-11" }, "until": func(s *layers.Schedule) { s.Until = "2027-01-01" },
		"window": func(s *layers.Schedule) { s.Windows[0].GraceMin++ }, "tail": func(s *layers.Schedule) { s.Windows[0].Tail = calendar.TailCutMidnight },
		"exception": func(s *layers.Schedule) { s.Exceptions = []layers.Exception{{ID: "x"}} }, "document": func(s *layers.Schedule) { s.Documents = []string{"1"} },
	} {
		s := draft()
		edit(s)
		if s.ContentDigest() == was {
			t.Errorf("%s is not in the digest", name)
		}
	}
	s := draft()
	s.Comments, s.State, s.Version, s.Name = []layers.Comment{{}}, layers.Approved, 7, "another"
	if s.ContentDigest() != was {
		t.Error("what is not decided on is in the digest")
	}
}
