package storetest

import (
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
)

// valid is when the sample applies from: the first of January 2025 in Shanghai.
const valid = layers.Instant(1735660800000)

const day = layers.Instant(24 * 60 * 60 * 1000)

// square returns a square of side degrees whose south-west corner is x, y steps of 0.01 degree from the fixture's origin.
func square(x, y, side float64) orb.MultiPolygon {
	at := func(dx, dy float64) orb.Point {
		return orb.Point{(12130000 + 1000*(x+dx)) / 1e5, (3070000 + 1000*(y+dy)) / 1e5}
	}
	return orb.MultiPolygon{{{at(0, 0), at(side, 0), at(side, side), at(0, side), at(0, 0)}}}
}

func line(x, y float64) orb.LineString {
	r := square(x, y, 0.1)[0][0]
	return orb.LineString{r[0], r[1], r[2]}
}

// Fresh returns feature number n of a layer, from 0: always the same for the same n, another id and code for each n. It refers
// to feature 0 of the layers that it needs.
func Fresh(l layers.Layer, n int) layers.Feature {
	meta := layers.Meta{ID: fmt.Sprintf("x_%d", n), ValidFrom: valid, Demo: true}
	code, name := fmt.Sprintf("C-%d", n), fmt.Sprintf("第%d号", n)
	x, y := float64(n%2), float64(n/2%2)
	far := float64(4 + n)
	coded := func(code string) layers.Meta {
		m := meta
		m.ID = code
		return m
	}
	const district, town = "310116", "310116101"
	switch l {
	case layers.Editions:
		return &layers.Edition{Meta: meta, Code: code, Name: name, Of: layers.Grids, AccuracyM: 0.5}
	case layers.Districts:
		c := fmt.Sprint(310116 + n)
		return &layers.District{Meta: coded(c), Code: c, Name: name, NameEn: "Jinshan", Geometry: square(far*float64(min(n, 1)), 0, 2)}
	case layers.Towns:
		c := fmt.Sprintf("%s%03d", district, 101+n)
		t := &layers.Town{Meta: coded(c), Code: c, Name: name, District: district, Aliases: []string{"别名", "other"}, Geometry: square(far*float64(min(n, 1)), 0, 2)}
		t.Seat = &orb.Point{121.3012345, 30.7012345}
		return t
	case layers.Units:
		return &layers.Unit{Meta: meta, Code: code, Name: name, Kind: "grid_office", Town: town, Grid: town + "Z01", External: n%2 == 1}
	case layers.Grids:
		c := fmt.Sprintf("%sZ%02d", town, 1+n)
		return &layers.Grid{Meta: coded(c), Code: c, Name: name, Town: town, Edition: "x_0", Office: "x_0", Geometry: square(x, y, 1)}
	case layers.Communities:
		c := fmt.Sprintf("%s%03d", town, 1+n)
		return &layers.Community{Meta: coded(c), Code: c, Name: name, Kind: "village", Town: town, Geometry: square(x, y, 1)}
	case layers.Overlays:
		return &layers.Overlay{Meta: meta, Code: code, Name: name, Kind: layers.Park, Unit: "x_0", Geometry: square(x, y, 0.5)}
	case layers.Segments:
		return &layers.Segment{Meta: meta, Code: code, Name: name, Road: "海汇街", From: "龙皓路", To: "龙翔路", Side: "both", Manager: "x_0", Geometry: line(x, y)}
	case layers.Zones:
		return &layers.Zone{Meta: meta, Code: code, Name: name, Segment: "x_0", Kind: "kerb", Capacity: 88, DefaultMode: layers.Travel, Geometry: square(x, y, 0.1)[0]}
	case layers.Spaces:
		return &layers.Space{Meta: meta, Code: code, Name: name, Zone: "x_0", Number: 1 + n, LengthM: 6, WidthM: 2.5, Orientation: "parallel", Charging: n%2 == 1, Geometry: square(x, y, 0.01)[0]}
	case layers.Poles:
		p := &layers.Pole{Meta: meta, Code: code, Name: name, MainUse: "telecom", Condition: "sound", Live: "unknown", State: "in_use", ClaimState: "none"}
		p.HeightM = 7.5
		p.Ownership = []layers.Ownership{{Unit: "x_0", Share: 0.5, Basis: "plate", From: valid}}
		p.Geometry = orb.Point{float64(1213000001+n%100000) / 1e7, float64(307000001+n/100000) / 1e7}
		return p
	case layers.Roads:
		return &layers.Road{Meta: meta, Code: code, Name: name, Class: "secondary", Oneway: n%2 == 1, Lanes: 2, MaxSpeedKMH: 50, Geometry: line(x, y)}
	case layers.Notices:
		c := fmt.Sprint("cn-", 2026+n)
		return &layers.Notice{Meta: coded(c), Code: c, Name: name, Year: 2026 + n, Papers: []string{"国办发明电〔2025〕7号"}, Days: []layers.NoticeOfDays{
			{Date: fmt.Sprint(2026+n, "-01-01"), Name: "元旦", Off: true}, {Date: fmt.Sprint(2026+n, "-01-04"), Name: "元旦"}}}
	case layers.Schedules:
		return &layers.Schedule{Meta: meta, Code: fmt.Sprint("tide-", 1+n), Name: name, Zone: "x_0", Series: "tide", Number: 1 + n, State: layers.Draft, From: fmt.Sprint(2026+n, "-05-01"), Until: fmt.Sprint(2027+n, "-05-01"),
			Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}}, Start: "20:00", DurationMin: 660}}, Author: "planner"}
	case layers.Posts:
		return &layers.Post{Meta: meta, Code: code, Name: name, Kind: layers.Chief, Unit: "x_0", Grid: town + "Z01"}
	case layers.Contacts:
		return &layers.Contact{Meta: meta, Code: code, Name: name, Unit: "x_0", Kind: "platform", Value: "值班席"}
	case layers.Categories:
		c := fmt.Sprint("part", n)
		return &layers.Category{Meta: coded(c), Code: c, Name: name, Codes: []layers.ExternalCode{{Scheme: layers.WhistleScheme, Code: fmt.Sprint(1 + n)}}}
	case layers.Rules:
		return &layers.Rule{Meta: meta, Code: fmt.Sprint("R-017-", 1+n), Name: name, Series: "R-017", Number: 1 + n, State: layers.Draft, From: fmt.Sprint(2026+n, "-05-01"), Until: fmt.Sprint(2027+n, "-05-01"), Band: layers.RegularRules,
			When: layers.RuleWhen{Categories: []string{"part0"}, Feature: &layers.RuleFeature{Layer: layers.Poles, OwnerKinds: []string{"carrier"}}},
			Then: layers.RuleThen{Primary: layers.FeatureOwner, Supervisor: "post:chief"}, Base: layers.RuleBasis{List: layers.Whistle, Item: 17},
			Clock: &layers.RuleClock{Ack: &layers.RuleDeadline{Kind: calendar.WorkHours, Amount: 120, Opens: "09:00", Closes: "17:00"}}, Author: "planner"}
	case layers.Agreements:
		return &layers.Agreement{Meta: meta, Code: code, Name: name, GridA: town + "Z01", GridB: town + "Z02", Lead: layers.LeadMonth, First: town + "Z01", From: "2025-05-01"}
	case layers.Refusals:
		return &layers.Refusal{Meta: meta, Code: code, Name: name, Answer: "answer", Next: "next", Unit: "x_0", Proposed: "x_0", Grid: town + "Z01", Category: "part0", Reason: "not_our_duty", Text: "不属本单位职责", Hop: 1, Author: "agent"}
	case layers.Activations:
		return &layers.Activation{Meta: meta, Code: code, Name: name, Zone: "x_0", Day: "2026-06-08", Kind: "lane_cleared", Happened: "2026-06-09T06:50:00+08:00", Author: "patrol"}
	case layers.Orders:
		return &layers.Order{Meta: meta, Code: code, Name: name, Starts: "2026-06-08T12:00:00+08:00", Ends: "2026-06-09T12:00:00+08:00", Zones: []string{"x_0"}, Band: layers.WorksBand, Mode: layers.Closed, Reason: "掘路施工", Author: "duty officer"}
	}
	return nil
}

// Sample returns a tiny district: one of each layer, four grids and four communities that tile the town, two spaces and three
// poles, in the order in which they depend on each other.
func Sample() []layers.Feature {
	count := map[layers.Layer]int{layers.Grids: 4, layers.Communities: 4, layers.Spaces: 2, layers.Poles: 3}
	var out []layers.Feature
	for _, info := range layers.All() {
		for n := range max(1, count[info.Layer]) {
			out = append(out, Fresh(info.Layer, n))
		}
	}
	return out
}

// with returns f after setting members by their JSON names; f is changed.
func with[F layers.Feature](f F, members map[string]any) F {
	raw := map[string]json.RawMessage{}
	for k, v := range members {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // a literal of a case
		}
		raw[k] = b
	}
	if err := layers.SetMembers(f, raw); err != nil {
		panic(err)
	}
	return f
}

// named returns feature n of the layer with another name that applies from the instant.
func named(l layers.Layer, n int, name string, from layers.Instant) layers.Feature {
	f := with(Fresh(l, n), map[string]any{"name": name})
	f.Head().ValidFrom = from
	return f
}
