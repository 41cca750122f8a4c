package main

import (
	"fmt"

	"wangge/layers"
	"wangge/layers/calendar"
)

// pace is how fast a matter has to be dealt with.
type pace int

const (
	urgent   pace = iota // acknowledged in 10 minutes, somebody there in 30, resolved in 4 hours
	sameDay              // 30 minutes of work, 2 hours, 8 hours
	days                 // 2 hours of work, 1 work day, 5 work days
	longWait             // 1 work day, 3 work days, 15 work days
)

func (p pace) clock() *layers.RuleClock {
	deadline := func(kind calendar.ClockKind, amount int) *layers.RuleDeadline {
		return &layers.RuleDeadline{Kind: kind, Amount: amount}
	}
	switch p {
	case urgent:
		return &layers.RuleClock{Ack: deadline(calendar.Elapsed, 10), Arrive: deadline(calendar.Elapsed, 30), Resolve: deadline(calendar.Elapsed, 240)}
	case sameDay:
		return &layers.RuleClock{Ack: deadline(calendar.WorkHours, 30), Arrive: deadline(calendar.WorkHours, 120), Resolve: deadline(calendar.WorkHours, 480)}
	case days:
		return &layers.RuleClock{Ack: deadline(calendar.WorkHours, 120), Arrive: deadline(calendar.WorkDays, 1), Resolve: deadline(calendar.WorkDays, 5)}
	}
	return &layers.RuleClock{Ack: deadline(calendar.WorkDays, 1), Arrive: deadline(calendar.WorkDays, 3), Resolve: deadline(calendar.WorkDays, 15)}
}

// whistles says who answers an item of the whistle list: the department, who helps, and how fast. All of it is invented but for the pole.
var whistles = []struct {
	item    int
	primary string
	co      []string
	pace    pace
}{
	{1, "town.kind:town", []string{"post:community_secretary"}, sameDay}, {2, "unit:u_enforcement", []string{"town.kind:town"}, sameDay},
	{3, "unit:u_greening", []string{"town.kind:town"}, sameDay}, {4, "unit:u_greening", []string{"town.kind:town"}, sameDay},
	{5, "unit:u_enforcement", []string{"town.kind:town"}, sameDay}, {6, "unit:u_enforcement", []string{"town.kind:town"}, sameDay},
	{7, "unit:u_enforcement", []string{"unit:u_traffic_police"}, sameDay}, {8, "unit:u_enforcement", []string{"unit:u_market"}, days},
	{9, "town.kind:town", []string{"unit:u_enforcement"}, sameDay}, {10, "unit:u_traffic_police", []string{"town.kind:town"}, urgent},
	{11, "unit:u_traffic_police", []string{"town.kind:town"}, days}, {12, "unit:u_water", []string{"unit:u_transport"}, urgent},
	{13, "unit:u_water", []string{"town.kind:town"}, sameDay}, {14, "unit:u_water", []string{"town.kind:town"}, sameDay},
	{15, "unit:u_transport", []string{"unit:u_traffic_police", "unit:u_enforcement"}, urgent}, {16, "unit:u_police", []string{"town.kind:town"}, urgent},
	{18, "feature.owner", []string{"unit:u_transport"}, urgent}, {19, "feature.owner", []string{"town.kind:town"}, sameDay},
	{20, "unit:u_street_lighting", []string{"town.kind:town"}, days}, {21, "unit:u_transport", []string{"unit:u_water"}, urgent},
	{22, "unit:u_transport", []string{"unit:u_water"}, days}, {23, "unit:u_transport", []string{"town.kind:town"}, days},
	{24, "unit:u_transport", []string{"unit:u_traffic_police"}, days}, {25, "unit:u_transport", []string{"unit:u_traffic_police"}, days},
	{26, "unit:u_traffic_police", []string{"unit:u_transport"}, urgent}, {27, "unit:u_greening", []string{"town.kind:town"}, urgent},
	{28, "unit:u_greening", []string{"town.kind:town"}, days}, {29, "unit:u_emergency", []string{"town.kind:town"}, urgent},
	{30, "unit:u_enforcement", []string{"unit:u_housing"}, sameDay}, {31, "unit:u_police", []string{"town.kind:town"}, sameDay},
	{32, "unit:u_police", []string{"town.kind:town"}, days}, {33, "unit:u_emergency", []string{"unit:u_police", "town.kind:town"}, urgent},
	{34, "unit:u_emergency", []string{"town.kind:town"}, sameDay}, {35, "unit:u_emergency", []string{"unit:u_housing"}, urgent},
	{36, "unit:u_emergency", []string{"town.kind:town"}, days}, {37, "unit:u_emergency", []string{"unit:u_police"}, urgent},
	{38, "unit:u_emergency", []string{"unit:u_water", "town.kind:town"}, urgent}, {39, "unit:u_market", []string{"unit:u_housing"}, urgent},
	{40, "unit:u_housing", []string{"town.kind:town"}, days}, {41, "unit:u_housing", []string{"town.kind:town"}, days},
	{42, "unit:u_housing", []string{"town.kind:town"}, longWait}, {43, "unit:u_housing", []string{"unit:u_police", "town.kind:town"}, longWait},
	{44, "unit:u_enforcement", []string{"unit:u_housing", "town.kind:town"}, longWait}, {45, "town.kind:town", []string{"post:community_secretary"}, longWait},
	{46, "town.kind:town", []string{"unit:u_enforcement"}, longWait}, {47, "unit:u_market", []string{"town.kind:town"}, sameDay},
	{48, "unit:u_market", []string{"unit:u_enforcement"}, days}, {49, "unit:u_market", []string{"town.kind:town"}, days},
	{50, "unit:u_emergency", []string{"town.kind:town"}, sameDay}, {51, "unit:u_water", []string{"town.kind:town"}, sameDay},
	{52, "town.kind:town", []string{"post:community_secretary"}, days}, {53, "town.kind:town", []string{"unit:u_police"}, days},
}

// ruleFrom is the first day of all rules.
const ruleFrom = "2025-05-01"

func newRule(series, name, nameEn, band string, when layers.RuleWhen, then layers.RuleThen, base layers.RuleBasis, clock *layers.RuleClock) *layers.Rule {
	r := &layers.Rule{Meta: meta("ru_" + series + "_1"), Code: series + "-1", Name: name, NameEn: nameEn, Series: series, Number: 1, State: layers.Published, From: ruleFrom, Band: band,
		When: when, Then: then, Base: base, Clock: clock, Author: "demo planner"}
	r.Digest = r.ContentDigest()
	return r
}

// rules are those that the source describes, one for each other item of the whistle list, and the last one for everything.
func rules() (out []layers.Feature, err error) {
	regular, office, chief := layers.RegularRules, layers.GridOffice, "post:chief"
	whistle := func(item int) layers.RuleBasis { return layers.RuleBasis{List: layers.Whistle, Item: item} }
	about := func(categories ...string) layers.RuleWhen { return layers.RuleWhen{Categories: categories} }
	pole := func(f layers.RuleFeature) layers.RuleWhen {
		f.Layer = layers.Poles
		return layers.RuleWhen{Categories: []string{"part.pole.abandoned"}, Feature: &f}
	}
	parked := func(mode layers.Mode) layers.RuleWhen {
		return layers.RuleWhen{Categories: []string{"event.parking.illegal"}, Feature: &layers.RuleFeature{Layer: layers.Zones, Modes: []layers.Mode{mode}}}
	}
	carriers := []string{"carrier", "power"}
	out = append(out,
		newRule("R-017", "有主废弃线杆", "Abandoned pole of a carrier", regular, pole(layers.RuleFeature{OwnerKinds: carriers}),
			layers.RuleThen{Primary: layers.FeatureOwner, Co: []string{"unit:" + unitTelecom}, Supervisor: chief, Informed: []string{"town.kind:operation_centre"}}, whistle(17), days.clock()),
		newRule("R-018", "无主废弃线杆", "Abandoned pole without an owner", regular, pole(layers.RuleFeature{Unowned: true}),
			layers.RuleThen{Primary: "town.kind:town", Co: []string{"unit:" + unitTelecom, "unit:" + unitMobile, "unit:" + unitUnicom}, Supervisor: chief}, whistle(17), days.clock()),
		newRule("R-019", "废弃线杆（现场未见杆）", "Abandoned pole that is not found", regular, about("part.pole.abandoned"),
			layers.RuleThen{Primary: "town.kind:town", Supervisor: chief}, whistle(17), days.clock()),
		newRule("R-031", "潮汐路段通行时段停车", "Car on a tidal street while it is a lane", regular, parked(layers.Travel),
			layers.RuleThen{Primary: "unit:" + unitTraffic, Co: []string{"town.kind:town"}, Supervisor: office}, layers.RuleBasis{List: layers.Statutory}, urgent.clock()),
		newRule("R-032", "潮汐路段停车时段停车", "Car on a tidal street while parking is allowed", regular, parked(layers.Parking), layers.RuleThen{NoAction: true},
			layers.RuleBasis{List: layers.Statutory}, nil),
		newRule("R-044", "公园路跨门营业", "Goods beyond the shop line of 公园路", regular,
			layers.RuleWhen{Categories: []string{"event.street.goods"}, Area: &layers.RuleArea{Road: "公园路", RoadWithinM: 25},
				Times: []layers.RuleTime{{Start: "06:00", DurationMin: 960}}},
			layers.RuleThen{Primary: "unit:u_enforcement_310116101", Co: []string{"unit:" + unitAlliance}, Supervisor: office}, layers.RuleBasis{List: layers.Statutory}, sameDay.clock()),
		newRule("R-050", "交界卫生死角", "Dirty corner near a border", regular, layers.RuleWhen{Categories: []string{"event.waste.corner"}, Area: &layers.RuleArea{NearBorderM: 20}},
			layers.RuleThen{Primary: layers.BorderLead, Co: []string{layers.BorderOther}, Supervisor: layers.CommonParent}, layers.RuleBasis{List: layers.Voluntary}, sameDay.clock()),
		newRule("R-061", "园区产业事项", "Matters of industry in a park", regular, layers.RuleWhen{Categories: []string{"industry"}, Area: &layers.RuleArea{OverlayKinds: []string{layers.Park}}},
			layers.RuleThen{Primary: "overlay.unit:park", Co: []string{"town.kind:town"}, Supervisor: office}, layers.RuleBasis{List: layers.Voluntary, Invented: true}, days.clock()),
		newRule("R-070", "万盛金邸小区事项", "Matters of the estate 万盛金邸", regular, layers.RuleWhen{Categories: []string{"estate"}, Area: &layers.RuleArea{Overlays: []string{"o_block-36"}}},
			layers.RuleThen{Primary: "post:community_secretary", Co: []string{"unit:" + unitProperty}, Supervisor: office}, layers.RuleBasis{List: layers.Voluntary}, days.clock()),
		newRule("R-080", "张堰镇建房保证金", "Deposits for farm houses in 张堰", regular, layers.RuleWhen{Categories: []string{"selfbuild.deposit"}, Area: &layers.RuleArea{Towns: []string{"310116103"}}},
			layers.RuleThen{Primary: "unit:u_planning_310116103", Co: []string{"post:community_secretary"}, Supervisor: "unit:u_grid_310116103Z02"}, layers.RuleBasis{List: layers.Statutory}, longWait.clock()),
		newRule("R-090", "低置信度识别待核实", "Detection of low confidence", layers.SpecialRules, layers.RuleWhen{Context: &layers.RuleContext{Channels: []string{"camera"}, MaxConfidence: 0.65}},
			layers.RuleThen{Primary: "town.kind:operation_centre"}, layers.RuleBasis{List: layers.Voluntary, Invented: true}, sameDay.clock()),
		newRule("R-100", "派出所知悉", "The police station is told", regular, about("dispute", "event.crowd"), layers.RuleThen{Additive: true, Informed: []string{"overlay.unit:police_area"}},
			layers.RuleBasis{List: layers.Voluntary, Invented: true}, nil),
	)
	for _, w := range whistles {
		m, err := whistleItem(w.item)
		if err != nil {
			return nil, err
		}
		base := whistle(w.item)
		base.Invented = true
		out = append(out, ownedOrNot(200+w.item, m, layers.RuleThen{Primary: w.primary, Co: w.co, Supervisor: office}, base, w.pace)...)
	}
	for _, m := range []struct {
		number            int
		category, primary string
		pace              pace
	}{{301, "part.bin", "unit:u_greening", sameDay}, {302, "event.street.washing", "town.kind:town", sameDay}, {303, "dispute.family", "town.kind:town", days},
		{304, "part.pole.unlabelled", layers.FeatureOwner, longWait}, {305, "watch.check", "town.kind:operation_centre", sameDay}} {
		found := matter{}
		for _, one := range matters {
			if one.code == m.category {
				found = one
			}
		}
		out = append(out, ownedOrNot(m.number, found, layers.RuleThen{Primary: m.primary, Supervisor: office}, layers.RuleBasis{List: layers.Statutory, Invented: true}, m.pace)...)
	}
	return append(out, newRule("R-900", "兜底：网格处置", "Everything else: the grid", layers.FallbackRules, layers.RuleWhen{}, layers.RuleThen{Primary: office}, layers.RuleBasis{List: layers.Voluntary}, urgent.clock())), nil
}

// ownedOrNot is the rule of a matter. Where the owner of a pole acts there is a second one, for a pole without an owner and for a report near
// no pole: the town does then.
func ownedOrNot(number int, m matter, then layers.RuleThen, base layers.RuleBasis, p pace) []layers.Feature {
	when := layers.RuleWhen{Categories: []string{m.code}}
	if then.Primary != layers.FeatureOwner {
		return []layers.Feature{newRule(fmt.Sprintf("R-%d", number), m.name, m.nameEn, layers.RegularRules, when, then, base, p.clock())}
	}
	rest := then
	rest.Primary, rest.Co = "town.kind:town", nil
	of := when
	of.Feature = &layers.RuleFeature{Layer: layers.Poles}
	return []layers.Feature{
		newRule(fmt.Sprintf("R-%d", number), m.name, m.nameEn, layers.RegularRules, of, then, base, p.clock()),
		newRule(fmt.Sprintf("R-%d", number+300), m.name+"（未找到权属单位）", m.nameEn+", no owner found", layers.RegularRules, when, rest, base, p.clock()),
	}
}
