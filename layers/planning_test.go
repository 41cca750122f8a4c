package layers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// revision is the nth revision of haihui from a day up to another, "" for no end.
func revision(n int, state layers.ScheduleState, from, until string) *layers.Schedule {
	s := nights()
	s.ID, s.Code, s.Number = "sc_"+string(rune('0'+n)), "haihui-"+string(rune('0'+n)), n
	s.State, s.From, s.Until = state, from, until
	return s
}

// TestSuccession: a revision ends the published one that would be in force on its first day, and no other.
func TestSuccession(t *testing.T) {
	first := revision(1, layers.Published, "2025-05-01", "")
	for name, one := range map[string]struct {
		next   *layers.Schedule
		others []*layers.Schedule
		before string
		beside string // code:until of each
	}{
		"the first of all":          {revision(2, layers.Draft, "2026-10-12", ""), nil, "", ""},
		"one is in force":           {revision(2, layers.Draft, "2026-10-12", ""), []*layers.Schedule{first}, "haihui-1", "haihui-1:2026-10-12"},
		"it has ended":              {revision(2, layers.Draft, "2026-10-12", ""), []*layers.Schedule{revision(1, layers.Published, "2025-05-01", "2026-10-12")}, "", "haihui-1:2026-10-12"},
		"it ends later":             {revision(2, layers.Draft, "2026-10-12", ""), []*layers.Schedule{revision(1, layers.Published, "2025-05-01", "2026-10-13")}, "haihui-1", "haihui-1:2026-10-12"},
		"it begins on the same day": {revision(2, layers.Draft, "2025-05-01", ""), []*layers.Schedule{first}, "", "haihui-1:"},
		"one begins later":          {revision(2, layers.Draft, "2025-04-01", "2025-05-01"), []*layers.Schedule{first}, "", "haihui-1:"},
		"the later of two": {revision(3, layers.Draft, "2026-10-12", ""), []*layers.Schedule{revision(1, layers.Superseded, "2025-05-01", "2026-01-01"), revision(2, layers.Published, "2026-01-01", "")}, "haihui-2",
			"haihui-1:2026-01-01 haihui-2:2026-10-12"},
		"drafts and itself": {revision(2, layers.Published, "2026-10-12", ""), []*layers.Schedule{revision(2, layers.Published, "2026-10-12", ""), revision(3, layers.Approved, "2026-01-01", ""), revision(4, layers.Withdrawn, "2026-01-01", "")}, "", ""},
	} {
		before, beside := one.next.Succession(one.others)
		code := ""
		if before != nil {
			code = before.Code
		}
		var list []string
		for _, s := range beside {
			list = append(list, s.Code+":"+s.Until)
		}
		if code != one.before || strings.Join(list, " ") != one.beside {
			t.Errorf("%s: ends %q, beside it %v; want %q, %s", name, code, list, one.before, one.beside)
		}
	}
	if first.Until != "" {
		t.Error("the revision itself was changed")
	}
}

// TestResumed: what a withdrawn revision had ended goes on as it was, or until the next one begins.
func TestResumed(t *testing.T) {
	for name, one := range map[string]struct {
		end    string // of the first, before
		others []*layers.Schedule
		state  layers.ScheduleState
		until  string
	}{
		"without an end":    {"", nil, layers.Published, ""},
		"with an end":       {"2027-01-01", nil, layers.Published, "2027-01-01"},
		"another begins":    {"", []*layers.Schedule{revision(3, layers.Published, "2026-12-01", "")}, layers.Superseded, "2026-12-01"},
		"long before that":  {"2026-11-01", []*layers.Schedule{revision(3, layers.Published, "2026-12-01", "")}, layers.Published, "2026-11-01"},
		"one that is none":  {"", []*layers.Schedule{revision(3, layers.Draft, "2026-12-01", "")}, layers.Published, ""},
		"one that is past ": {"", []*layers.Schedule{revision(3, layers.Superseded, "2024-12-01", "2025-05-01")}, layers.Published, ""},
	} {
		first := revision(1, layers.Published, "2025-05-01", one.end)
		second := revision(2, layers.Draft, "2026-10-12", "2026-12-01")
		ready := approved(t, second)
		published, ended, err := ready.Publish(layers.Hand{By: "publisher", At: clockAt("2026-09-01 10:00")}, 0, first, nil)
		if err != nil {
			t.Fatal(err)
		}
		others := append([]*layers.Schedule{ended, published}, one.others...)
		if got := published.Followed(others); got != ended {
			t.Errorf("%s: followed %+v", name, got)
		}
		again := ended.Resume(layers.Hand{By: "publisher", At: clockAt("2026-09-02 10:00")}, published, one.end, others)
		if again.State != one.state || again.Until != one.until || ended.State != layers.Superseded || len(again.Comments) != len(ended.Comments)+1 {
			t.Errorf("%s: %s until %q, want %s until %q", name, again.State, again.Until, one.state, one.until)
		}
	}
	third := revision(3, layers.Published, "2026-10-12", "")
	if got := third.Followed([]*layers.Schedule{revision(1, layers.Superseded, "2025-05-01", "2026-10-12")}); got != nil {
		t.Errorf("followed one that another has superseded: %+v", got)
	}
}

func TestReachable(t *testing.T) {
	at := clockAt("2026-09-01 10:00")
	for state, want := range map[layers.ScheduleState][]layers.ScheduleState{
		layers.Draft: {layers.InReview}, layers.InReview: {layers.Draft, layers.Approved}, layers.Approved: {layers.Draft, layers.Published}, layers.Published: {layers.Withdrawn},
		layers.Withdrawn: {}, layers.Superseded: {},
	} {
		if got := revision(2, state, "2026-10-12", "").Reachable(at); got == nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", state, got, want)
		}
	}
	if got := revision(2, layers.Published, "2026-09-01", "").Reachable(at); len(got) != 0 {
		t.Errorf("in force: %v", got)
	}
}

// TestPublishedIntoThePast: what was in force on a day that has gone by stays as it was.
func TestPublishedIntoThePast(t *testing.T) {
	ready := approved(t, revision(2, layers.Draft, "2026-03-10", ""))
	for at, wrong := range map[string]bool{"2026-03-09 23:59": false, "2026-03-10 00:00": false, "2026-03-10 23:59": false, "2026-03-11 00:00": true} {
		_, _, err := ready.Publish(layers.Hand{By: "publisher", At: clockAt(at)}, 0, nil, nil)
		if (err != nil) != wrong {
			t.Errorf("at %s: %v", at, err)
		}
	}
}

func TestConsents(t *testing.T) {
	z, _, features := street()
	along := &layers.Segment{Meta: layers.Meta{ID: z.Segment, Version: 1, ValidFrom: 1}, Code: "S-1", Name: "海汇街", Road: "海汇街", From: "a", To: "b", Side: "right", Geometry: orb.LineString(z.Geometry[0][:2])}
	lot := *z
	lot.Kind, lot.Segment = "lot", ""
	for _, one := range []struct {
		zone *layers.Zone
		ask  []string
		want string
	}{{z, nil, "police road"}, {z, []string{"town"}, "town"}, {&lot, nil, ""}} {
		along.Consents = one.ask
		m := newModel(append(features, z, along)...)
		m.settings.Codes = layers.CodesFree
		if got := strings.Join(m.full(t).Consents(one.zone), " "); got != one.want {
			t.Errorf("%s, asked for %v: %q, want %q", one.zone.Kind, one.ask, got, one.want)
		}
	}
}

// TestLifetime: a zone that was edited is one zone; after a gap another time begins.
func TestLifetime(t *testing.T) {
	z, _, features := street()
	m := newModel(append(features, z)...)
	m.settings.Codes = layers.CodesFree
	states := func(spans ...layers.Instant) *layers.Zone {
		m.rows[keyOf(z)] = nil
		for i := 0; i+1 < len(spans); i += 2 {
			one := *z
			one.ValidFrom, one.ValidTo = spans[i], spans[i+1]
			m.rows[keyOf(z)] = append(m.rows[keyOf(z)], layers.Row{Feature: &one, Slice: i+2 < len(spans)})
		}
		return m.full(t).Lifetime(z.ID)
	}
	if got := states(100, 200, 200, 300, 300, 0); got.ValidFrom != 100 || got.ValidTo != 0 {
		t.Errorf("edited twice: from %d", got.ValidFrom)
	}
	if got := states(100, 200, 250, 300, 300, 0); got.ValidFrom != 250 {
		t.Errorf("after a gap: from %d", got.ValidFrom)
	}
	if got := m.full(t).Lifetime("z_none"); got != nil {
		t.Errorf("a zone that there is not: %+v", got)
	}
}

// TestFindingsOfSnapshot: a revision is judged as if the one before it ended.
func TestFindingsOfSnapshot(t *testing.T) {
	z, spaces, features := street()
	for _, s := range spaces {
		features = append(features, s)
	}
	first := revision(1, layers.Published, "2025-05-01", "")
	m := newModel(append(features, z, first)...)
	m.settings.Codes = layers.CodesFree
	snap := m.full(t)
	now := clockAt("2026-09-01 10:00")
	if got := snap.Findings(revision(2, layers.Draft, "2026-10-12", ""), now); layers.Blocked(got) {
		t.Errorf("a revision that follows another: %+v", got)
	}
	if got := snap.Findings(revision(2, layers.Draft, "2025-05-01", ""), now); !layers.Blocked(got) || got[0].Code != layers.RevisionsAtOnce {
		t.Errorf("in the place of another: %+v", got)
	}
	stray := revision(2, layers.Draft, "2026-10-12", "")
	stray.Zone = "z_none"
	if got := snap.Findings(stray, now); !layers.Blocked(got) {
		t.Errorf("of no zone: %+v", got)
	}
}

func TestWindowOfRule(t *testing.T) {
	s := nights()
	s.Exceptions = []layers.Exception{{ID: "x", Effect: layers.Extend, Windows: []layers.ModeWindow{{ID: "w", Mode: layers.Parking, Start: "08:00", DurationMin: 1440, ClearBy: "07:00"}}}}
	list := []*layers.Schedule{revision(2, layers.Draft, "2026-01-01", ""), s}
	for rule, want := range map[string]string{"haihui-1/night": "night", "haihui-1/x/w": "w", "haihui-1/w": "", "haihui-1/y/w": "", "haihui-9/night": "", "default": "", "or_1": "", "": ""} {
		_, w := layers.WindowOf(list, rule)
		got := ""
		if w != nil {
			got = w.ID
		}
		if got != want {
			t.Errorf("%q: %q, want %q", rule, got, want)
		}
	}
	night, whole := &s.Windows[0], &s.Exceptions[0].Windows[0]
	for _, one := range []struct {
		w        *layers.ModeWindow
		at, want string
	}{
		{night, "2026-03-02 20:00", "2026-03-03 06:50"}, {night, "2026-03-02 23:59", "2026-03-03 06:50"}, {night, "2026-03-03 00:00", "2026-03-03 06:50"}, {night, "2026-03-03 06:59", "2026-03-03 06:50"},
		{whole, "2026-03-02 08:00", "2026-03-03 07:00"}, {whole, "2026-03-03 07:59", "2026-03-03 07:00"},
	} {
		if got := one.w.Clears(clockAt(one.at)); got != clockAt(one.want) {
			t.Errorf("%s at %s: %s", one.w.ID, one.at, got)
		}
	}
	if got := (&layers.ModeWindow{Start: "20:00", DurationMin: 60}).Clears(clockAt("2026-03-02 20:00")); got != 0 {
		t.Errorf("without clear_by: %s", got)
	}
}

// TestManyWindows: a revision with as many windows as one may have, all of them in each other's way, is judged in little time, and what
// is found is a list that can be read. More windows are refused.
func TestManyWindows(t *testing.T) {
	many := func(n int, modes ...layers.Mode) *layers.Schedule {
		s := revision(2, layers.Draft, "2026-10-12", "")
		s.Windows = nil
		for i := range n {
			w := layers.ModeWindow{ID: fmt.Sprint("w", i), Mode: modes[i%len(modes)], Start: layers.ClockText(7 * i), DurationMin: 1440}
			if i < 64 {
				s.Windows = append(s.Windows, w)
				continue
			}
			if i%64 == 0 {
				s.Exceptions = append(s.Exceptions, layers.Exception{ID: fmt.Sprint("x", i), DaysRule: layers.DaysRule{FirstDay: "2026-10-12"}, Effect: layers.Extend, Reason: "r"})
			}
			x := &s.Exceptions[len(s.Exceptions)-1]
			x.Windows = append(x.Windows, w)
		}
		return s
	}
	for _, modes := range [][]layers.Mode{{layers.Parking, layers.Loading}, {layers.Parking}} {
		s := many(192, modes...)
		if err := s.Validate(layers.CodesFree); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		got := layers.FindConflicts(haihui(), layers.CalendarOf(notices()), s, nil, nil)
		if layers.Blocked(got) != (len(modes) > 1) || len(got) > 200 {
			t.Errorf("%v: %d findings, blocked %v", modes, len(got), layers.Blocked(got))
		}
		t.Logf("%v: %d findings in %v", modes, len(got), time.Since(began))
	}
	var bad *layers.Invalid
	if err := many(193, layers.Parking).Validate(layers.CodesFree); !errors.As(err, &bad) || bad.Issues[0].Pointer != "/exceptions" || bad.Issues[0].Code != "too-many" {
		t.Errorf("193 windows: %v", err)
	}
}
