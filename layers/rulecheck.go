package layers

import (
	"fmt"
	"regexp"
	"strings"

	"wangge/layers/calendar"
)

// The bounds of one rule.
const (
	mostSelected = 2000 // categories, grids, overlays of one selector
	mostParties  = 16
)

func (c *checker) ruleWhen(w *RuleWhen) {
	c.selected("/when/categories", w.Categories, categoryForm)
	if a := w.Area; a != nil {
		c.ruleArea(a)
	}
	if f := w.Feature; f != nil {
		c.ruleFeature(f)
	}
	if c.count("/when/times", len(w.Times), mostWindows) {
		for i := range w.Times {
			c.ruleTime(fmt.Sprintf("/when/times/%d", i), &w.Times[i])
		}
	}
	if x := w.Context; x != nil {
		c.chosen("/when/context/channels", x.Channels, Channels())
		c.chosen("/when/context/severities", x.Severities, Severities())
		c.chosen("/when/context/reporters", x.Reporters, Reporters())
		c.within("/when/context/min_confidence", x.MinConfidence, 0, 1)
		c.within("/when/context/max_confidence", x.MaxConfidence, 0, 1)
		if x.MaxConfidence != 0 && x.MaxConfidence <= x.MinConfidence {
			c.add("/when/context/max_confidence", "range", "must be above the least confidence")
		}
	}
}

func (c *checker) ruleArea(a *RuleArea) {
	c.selected("/when/area/grids", a.Grids, idForm)
	c.selected("/when/area/towns", a.Towns, idForm)
	c.selected("/when/area/communities", a.Communities, idForm)
	c.selected("/when/area/overlays", a.Overlays, idForm)
	c.chosen("/when/area/overlay_kinds", a.OverlayKinds, OverlayKinds())
	c.text("/when/area/road", a.Road, false)
	c.within("/when/area/road_within_m", a.RoadWithinM, 0, 1000)
	if (a.Road != "") != (a.RoadWithinM > 0) {
		c.add("/when/area/road_within_m", "required", "a road is selected with the distance to it, in metres")
	}
	c.within("/when/area/near_border_m", a.NearBorderM, 0, 1000)
	if len(a.Polygon) > 0 {
		c.drawn("/when/area/polygon", a)
	}
}

// drawn checks a polygon of a selector as the area of a feature is checked.
func (c *checker) drawn(pointer string, a *RuleArea) {
	area := &Zone{Meta: Meta{ID: "drawn", ValidFrom: 1}, Geometry: a.Polygon}
	shape := &checker{layer: Zones, id: "drawn"}
	shape.shape(area)
	for _, issue := range shape.issues {
		c.add(pointer+strings.TrimPrefix(issue.Pointer, "/geometry"), issue.Code, issue.Detail)
	}
}

func (c *checker) ruleFeature(f *RuleFeature) {
	c.oneOf("/when/feature/layer", string(f.Layer), string(Poles), string(Zones))
	c.within("/when/feature/within_m", f.WithinM, 0, 250)
	c.selected("/when/feature/owner_units", f.OwnerUnits, idForm)
	c.chosen("/when/feature/owner_kinds", f.OwnerKinds, UnitKinds())
	if f.Unowned && len(f.OwnerUnits)+len(f.OwnerKinds) > 0 {
		c.add("/when/feature/unowned", "range", "what has no owner has none of a kind")
	}
	c.chosen("/when/feature/states", f.States, PoleStates())
	c.distinct("/when/feature/claim_states", len(f.ClaimStates), func(i int) any { return f.ClaimStates[i] })
	for i, s := range f.ClaimStates {
		c.text(fmt.Sprintf("/when/feature/claim_states/%d", i), s, true)
	}
	c.distinct("/when/feature/modes", len(f.Modes), func(i int) any { return f.Modes[i] })
	for i, m := range f.Modes {
		c.oneOf(fmt.Sprintf("/when/feature/modes/%d", i), string(m), string(Travel), string(Parking), string(Loading), string(Closed))
	}
	switch {
	case f.Layer == Poles && len(f.Modes) > 0:
		c.add("/when/feature/modes", "range", "a pole has no mode")
	case f.Layer == Zones && len(f.States)+len(f.ClaimStates) > 0:
		c.add("/when/feature/states", "range", "a zone has modes and no states")
	}
}

func (c *checker) ruleTime(pointer string, t *RuleTime) {
	c.lists(pointer, &t.DaysRule)
	_, err := t.Window()
	c.field(pointer, err)
}

// Window returns the stretch as the calendar knows it, and the first thing that is wrong with it.
func (t *RuleTime) Window() (calendar.Window, error) {
	w := ModeWindow{DaysRule: t.DaysRule, Start: t.Start, DurationMin: t.DurationMin}
	return w.window()
}

// selected checks a list of codes, none of which stands in it twice.
func (c *checker) selected(pointer string, list []string, form *regexp.Regexp) {
	if !c.count(pointer, len(list), mostSelected) {
		return
	}
	seen := map[string]bool{}
	for i, s := range list {
		at := fmt.Sprintf("%s/%d", pointer, i)
		switch {
		case !form.MatchString(s):
			c.add(at, "form", fmt.Sprintf("%.40q is no code", s))
		case seen[s]:
			c.add(at, "duplicate", fmt.Sprintf("%s is in the list twice", s))
		}
		seen[s] = true
	}
}

// chosen checks a list of words of a fixed list.
func (c *checker) chosen(pointer string, list, allowed []string) {
	c.distinct(pointer, len(list), func(i int) any { return list[i] })
	for i, s := range list {
		c.oneOf(fmt.Sprintf("%s/%d", pointer, i), s, allowed...)
	}
}

func (c *checker) ruleThen(t *RuleThen) {
	others := len(t.Co) + len(t.Informed)
	if t.Supervisor != "" {
		others++
	}
	switch {
	case t.NoAction && (t.Primary != "" || others > 0 || t.Additive):
		c.add("/then/no_action", "range", "where nothing is to be done nobody does it")
	case t.Additive && t.Primary != "":
		c.add("/then/primary", "range", "a rule that adds units has no primary one")
	case t.Additive && others == 0:
		c.add("/then/additive", "range", "there is nothing to add")
	case !t.NoAction && !t.Additive && t.Primary == "":
		c.add("/then/primary", "required", "say who acts")
	}
	if t.Primary != "" {
		c.expression("/then/primary", t.Primary)
	}
	if t.Supervisor != "" {
		c.expression("/then/supervisor", t.Supervisor)
	}
	for _, list := range []struct {
		name  string
		units []string
	}{{"co", t.Co}, {"informed", t.Informed}} {
		if !c.count("/then/"+list.name, len(list.units), mostParties) {
			continue
		}
		for i, e := range list.units {
			c.expression(fmt.Sprintf("/then/%s/%d", list.name, i), e)
		}
	}
}

func (c *checker) expression(pointer, text string) {
	if _, err := ParseUnitExpression(text); err != nil {
		c.add(pointer, "expression", err.Error())
	}
}

func (c *checker) ruleClock(k *RuleClock) {
	if k == nil {
		return
	}
	for _, one := range []struct {
		name string
		d    *RuleDeadline
	}{{"ack", k.Ack}, {"arrive", k.Arrive}, {"resolve", k.Resolve}} {
		if one.d == nil {
			continue
		}
		if _, err := one.d.Clock(); err != nil {
			c.add("/clock/"+one.name, "clock", strings.TrimPrefix(err.Error(), "calendar: "))
		}
	}
	if k.Ack == nil && k.Arrive == nil && k.Resolve == nil {
		c.add("/clock", "required", "a clock has a deadline: ack, arrive or resolve")
	}
}
