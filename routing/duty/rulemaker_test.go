package duty_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/duty"
)

// maker makes rules and questions at random, of everything that a district has.
type maker struct {
	*rand.Rand
	*ground
	categories []string
	ids        []string // of units
}

func newMaker(g *ground, random *rand.Rand) *maker {
	m := &maker{Rand: random, ground: g}
	for _, c := range rowsOf[*layers.Category](g.s, layers.Categories) {
		m.categories = append(m.categories, c.Code)
	}
	for _, u := range g.units {
		m.ids = append(m.ids, u.ID)
	}
	return m
}

// chance is true once in so many times.
func (m *maker) chance(in int) bool { return m.IntN(in) == 0 }

// rules makes a set of so many.
func (m *maker) rules(n int) (out []*layers.Rule) {
	for len(out) < n {
		series := fmt.Sprintf("R-%03d", m.IntN(4*n))
		for range 1 + m.IntN(2) {
			r := m.rule(fmt.Sprintf("%s_%d", series, len(out)))
			r.Series, r.Number = series, 1
			for _, other := range out {
				if other.Series == series {
					r.Number = other.Number + 1
				}
			}
			r.Code = fmt.Sprintf("%s-%d", series, r.Number)
			if err := r.Validate(layers.CodesLocal); err == nil {
				out = append(out, r)
			}
		}
	}
	return out
}

func (m *maker) rule(id string) *layers.Rule {
	r := &layers.Rule{Meta: meta("ru_" + id), Name: id, State: layers.Published, From: pick(m.Rand, []string{"2025-01-01", "2025-05-01", "2025-10-08", "2026-03-01"}),
		Band: pick(m.Rand, []string{"emergency", "special", "regular", "regular", "regular", "regular", "fallback"}), Author: "planner"}
	if m.chance(4) {
		r.Until = pick(m.Rand, []string{"2026-06-01", "2026-10-01", "2027-01-01"})
	}
	r.When = m.when()
	r.Then = m.then()
	r.Base = layers.RuleBasis{List: pick(m.Rand, []string{layers.Statutory, layers.Voluntary}), Invented: m.chance(2)}
	if m.chance(3) {
		r.Base.List, r.Base.Item = layers.Whistle, 1+m.IntN(53)
	}
	if m.chance(2) && !r.Then.Additive && !r.Then.NoAction {
		r.Clock = m.clock()
	}
	return r
}

func (m *maker) when() (w layers.RuleWhen) {
	if !m.chance(5) {
		w.Categories = some(m.Rand, m.categories, 4)
	}
	if m.chance(2) {
		w.Area = m.area()
	}
	if m.chance(4) {
		w.Feature = m.feature()
	}
	if m.chance(4) {
		for range 1 + m.IntN(2) {
			w.Times = append(w.Times, m.time())
		}
	}
	if m.chance(6) {
		w.Context = m.context()
	}
	return w
}

func (m *maker) area() *layers.RuleArea {
	a := &layers.RuleArea{}
	for range 1 + m.IntN(2) {
		switch m.IntN(8) {
		case 0:
			a.Grids = codesOf(some(m.Rand, m.grids, 20))
		case 1:
			for _, g := range some(m.Rand, m.grids, 5) {
				if !has(a.Towns, g.Town) {
					a.Towns = append(a.Towns, g.Town)
				}
			}
		case 2:
			a.Communities = codesOf(some(m.Rand, m.homes, 60))
		case 3:
			a.Overlays = nil
			for _, o := range some(m.Rand, m.overlays, 20) {
				a.Overlays = append(a.Overlays, o.ID)
			}
		case 4:
			a.OverlayKinds = some(m.Rand, layers.OverlayKinds(), 2)
		case 5:
			c := pick(m.Rand, m.grids).Geometry.Bound().Center()
			w, h := 0.005+m.Float64()*0.05, 0.005+m.Float64()*0.05
			snap := func(x, y float64) orb.Point {
				return orb.Point{float64(int64(x*1e7)) / 1e7, float64(int64(y*1e7)) / 1e7}
			}
			sw := snap(c[0]-w, c[1]-h)
			a.Polygon = orb.Polygon{{sw, snap(c[0]+w, c[1]-h), snap(c[0], c[1]+h), sw}}
		case 6:
			a.Road, a.RoadWithinM = pick(m.Rand, m.roads).Name, float64(5+m.IntN(300))
			if a.Road == "" {
				a.RoadWithinM = 0
				a.Towns = []string{m.grids[0].Town}
			}
		case 7:
			a.NearBorderM = float64(10 + m.IntN(300))
		}
	}
	return a
}

func codesOf[T layers.Feature](list []T) (out []string) {
	for _, f := range list {
		code, _ := f.Label()
		out = append(out, code)
	}
	return out
}

func has(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

func (m *maker) feature() *layers.RuleFeature {
	f := &layers.RuleFeature{Layer: pick(m.Rand, []layers.Layer{layers.Poles, layers.Poles, layers.Zones})}
	if m.chance(2) {
		f.WithinM = float64(1 + m.IntN(250))
	}
	switch m.IntN(4) {
	case 0:
		f.OwnerKinds = some(m.Rand, []string{"carrier", "power", "town", "grid_office", "police"}, 3)
	case 1:
		f.OwnerUnits = some(m.Rand, []string{"u_telecom", "u_mobile", "u_power", "u_unicom", "u_broadcast"}, 3)
	case 2:
		f.Unowned = true
	}
	if m.chance(3) {
		if f.Layer == layers.Poles {
			f.States = some(m.Rand, layers.PoleStates(), 8)
		} else {
			f.Modes = some(m.Rand, []layers.Mode{layers.Travel, layers.Parking, layers.Loading, layers.Closed}, 2)
		}
	}
	if f.Layer == layers.Poles && m.chance(4) {
		f.ClaimStates = some(m.Rand, []string{"none", "open", "claimed", "disputed", "unclaimed"}, 3)
	}
	return f
}

func (m *maker) time() layers.RuleTime {
	t := layers.RuleTime{Start: fmt.Sprintf("%02d:%02d", m.IntN(24), m.IntN(60)), DurationMin: 1 + m.IntN(1440)}
	switch m.IntN(4) {
	case 0:
		t.DayTypes = some(m.Rand, []string{"workday", "restday", "holiday", "makeup_workday", "holiday:国庆节"}, 2)
		t.MakeupApart = m.chance(3)
	case 1:
		t.Weekdays = some(m.Rand, []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, 4)
	case 2:
		t.Months = some(m.Rand, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 6)
	}
	return t
}

func (m *maker) context() *layers.RuleContext {
	x := &layers.RuleContext{}
	switch m.IntN(4) {
	case 0:
		x.Channels = some(m.Rand, layers.Channels(), 3)
	case 1:
		x.Severities = some(m.Rand, layers.Severities(), 2)
	case 2:
		x.Reporters = some(m.Rand, layers.Reporters(), 2)
	case 3:
		x.MaxConfidence = 0.65
		if m.chance(2) {
			x.MinConfidence = 0.3
		}
	}
	return x
}

func (m *maker) then() (t layers.RuleThen) {
	if m.chance(12) {
		return layers.RuleThen{NoAction: true}
	}
	if t.Additive = m.chance(5); !t.Additive {
		t.Primary = m.expression()
	}
	for range m.IntN(3) {
		t.Co = append(t.Co, m.expression())
	}
	if m.chance(2) {
		t.Supervisor = m.expression()
	}
	for range m.IntN(3) {
		t.Informed = append(t.Informed, m.expression())
	}
	return t
}

func (m *maker) expression() string {
	return pick(m.Rand, []string{"unit:" + pick(m.Rand, m.ids), "unit:u_nobody", "unit:u_market", "unit:u_traffic_police", "unit:u_telecom", layers.GridOffice, "town.unit:u_enforcement", "town.unit:u_town", "town.kind:town",
		"town.kind:operation_centre", "town.kind:police_station", "post:chief", "post:deputy", "post:dispatcher", "post:community_secretary", "post:area_secretary", "post:owners_committee",
		"overlay.unit:park", "overlay.unit:block", "overlay.unit:police_area", layers.FeatureOwner, layers.FeatureOwners, layers.ZoneManager, layers.BorderLead, layers.BorderOther,
		layers.CommonParent, layers.DistrictOffice})
}

func (m *maker) clock() *layers.RuleClock {
	one := func() *layers.RuleDeadline {
		switch m.IntN(5) {
		case 0:
			return &layers.RuleDeadline{Kind: calendar.Elapsed, Amount: 1 + m.IntN(5000)}
		case 1:
			return &layers.RuleDeadline{Kind: calendar.WorkHours, Amount: 1 + m.IntN(5000), Opens: "08:30", Closes: "17:00"}
		case 2:
			return &layers.RuleDeadline{Kind: calendar.WorkDays, Amount: 1 + m.IntN(20)}
		case 3:
			return &layers.RuleDeadline{Kind: calendar.NaturalDays, Amount: 1 + m.IntN(20)}
		}
		return nil
	}
	k := &layers.RuleClock{Ack: one(), Arrive: one(), Resolve: one()}
	if k.Ack == nil && k.Arrive == nil && k.Resolve == nil {
		return nil
	}
	return k
}

// question asks about a place.
func (m *maker) question(sp *spot) duty.Question {
	start := m.grids[0].ValidFrom // a midnight in Shanghai
	q := duty.Question{Lon: sp.p[0], Lat: sp.p[1], CRS: "cgcs2000", At: start + layers.Instant(m.Int64N(600*86_400_000))}
	switch m.IntN(12) {
	case 0:
		q.At = start + layers.Instant(m.Int64N(600)*86_400_000) // midnight
	case 1:
		q.At -= q.At % 60_000 // a full minute, at which stretches begin and end
	case 2:
		makeup := pick(m.Rand, []calendar.Day{calendar.DayOf(2025, 9, 28), calendar.DayOf(2025, 10, 11), calendar.DayOf(2026, 1, 4), calendar.DayOf(2026, 2, 14), calendar.DayOf(2026, 5, 9), calendar.DayOf(2026, 9, 20)})
		q.At = layers.Instant(makeup.At(m.IntN(1440)))
	}
	if !m.chance(8) {
		q.Category = pick(m.Rand, m.categories)
		if m.chance(6) {
			q.Category += ".more"
		}
	}
	if m.chance(3) {
		q.AccuracyM = pick(m.Rand, []float64{5, 30, 120, 400})
	}
	if m.chance(3) {
		q.Channel, q.Severity, q.Reporter = pick(m.Rand, layers.Channels()), pick(m.Rand, layers.Severities()), pick(m.Rand, layers.Reporters())
	}
	if m.chance(4) {
		q.Confidence = float64(1+m.IntN(100)) / 100
	}
	if m.chance(3) {
		q.CaseNumber = fmt.Sprintf("2026-金-%d号", m.IntN(1000))
	}
	if m.chance(3) {
		q.ReceivedBy = pick(m.Rand, m.grids).Code
		if sp.other != nil && m.chance(2) {
			q.ReceivedBy = sp.other.Code
		}
	}
	if m.chance(5) {
		q.Excluded = []string{pick(m.Rand, []string{sp.grid.Office, "u_market", "u_town_" + sp.town})}
		if m.chance(2) {
			q.Excluded = append(q.Excluded, pick(m.Rand, []string{"u_traffic_police", "u_telecom", "u_enforcement", pick(m.Rand, m.ids)}))
		}
	}
	return q
}
