package api_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// noon is what the clock of the tests shows.
var noon = time.Date(2025, 6, 15, 12, 0, 0, 0, layers.Shanghai())

// The fixture is a small district drawn on squared paper: one step is 0.01 degree, the origin is its south-west corner.
//
//	  0         2         4         6
//	4 +---------+---------+---------+
//	  |   104Z03          |  113Z02 |   113Z02 has no office
//	2 +--------- \--------+---------+
//	  |  104Z04   \ 104Z05|  113Z01 |   the border between Z04 and Z05 bends at (2.2, 1)
//	0 +-----------+-------+---------+
const (
	originX, originY = 121_3000000, 30_8000000
	step             = 100_000
)

// at returns a position on the paper, on a multiple of 1e-7 degree.
func at(x, y float64) orb.Point {
	return orb.Point{(originX + math.Round(x*step)) / 1e7, (originY + math.Round(y*step)) / 1e7}
}

func path(xy ...float64) []orb.Point {
	var out []orb.Point
	for i := 0; i < len(xy); i += 2 {
		out = append(out, at(xy[i], xy[i+1]))
	}
	return out
}

// area returns the polygon through those corners.
func area(xy ...float64) orb.MultiPolygon {
	return orb.MultiPolygon{{orb.Ring(path(append(xy, xy[0], xy[1])...))}}
}

const (
	since2024 = layers.Instant(1704038400000) // 2024-01-01 in Shanghai
	since2025 = layers.Instant(1735660800000) // 2025-01-01 in Shanghai
)

func meta(id string) layers.Meta {
	return layers.Meta{ID: id, Version: 1, Revision: 1, ValidFrom: since2025, Demo: true}
}

// fixture returns the features of the district, in the order in which they depend on each other. They are the caller's.
func fixture() []layers.Feature {
	return slices.Concat(fixtureEditions(), fixtureTowns(), fixtureUnits(), fixtureGrids(), fixtureCommunities(), fixtureOverlays(),
		fixtureKerb(), fixturePoles(), fixtureRoads())
}

func fixtureEditions() []layers.Feature {
	return []layers.Feature{&layers.Edition{Meta: meta("e_2025"), Code: "2025-01", Name: "2025年第1版", Of: layers.Grids}}
}

func fixtureTowns() []layers.Feature {
	seat := at(3, 1.6)
	return []layers.Feature{
		&layers.District{Meta: meta("310116"), Code: "310116", Name: "金山区", NameEn: "Jinshan District", Geometry: area(0, 0, 6, 0, 6, 4, 0, 4)},
		&layers.Town{Meta: meta("310116104"), Code: "310116104", Name: "亭林镇", NameEn: "Tinglin Town", District: "310116", Seat: &seat,
			Aliases: []string{"亭林"}, Geometry: area(0, 0, 4, 0, 4, 4, 0, 4)},
		&layers.Town{Meta: meta("310116113"), Code: "310116113", Name: "山阳镇", NameEn: "Shanyang Town", District: "310116",
			Geometry: area(4, 0, 6, 0, 6, 4, 4, 4)},
	}
}

func fixtureUnits() []layers.Feature {
	var out []layers.Feature
	add := func(id, kind, name, en, town, grid string) {
		out = append(out, &layers.Unit{Meta: meta(id), Code: id, Name: name, NameEn: en, Kind: kind, Town: town, Grid: grid,
			External: kind == "carrier"})
	}
	add("u_district", "district", "金山区城市运行管理中心", "Jinshan Operation Centre", "", "")
	add("u_telecom", "carrier", "电信公司", "Telecom", "", "")
	add("u_mobile", "carrier", "移动公司", "Mobile", "", "")
	add("u_transport", "department", "区交通委", "Transport Commission", "", "")
	add("u_park", "park", "亭林产业园管委会", "Tinglin Park Office", "310116104", "")
	for _, g := range []string{"310116104Z03", "310116104Z04", "310116104Z05", "310116113Z01"} {
		add("u_grid_"+g, "grid_office", g+"网格工作站", "Office of grid "+g, g[:9], g)
	}
	return out
}

func fixtureGrids() []layers.Feature {
	grid := func(code, name, en, office string, g orb.MultiPolygon) layers.Feature {
		return &layers.Grid{Meta: meta(code), Code: code, Name: name, NameEn: en, Town: code[:9], Edition: "e_2025", Office: office, Geometry: g}
	}
	five := grid("310116104Z05", "亭林镇第五综合网格", "Tinglin Grid 5", "u_grid_310116104Z05", area(2, 0, 4, 0, 4, 2, 2, 2, 2.2, 1)).(*layers.Grid)
	five.Aliases = []string{"亭林五网"}
	return []layers.Feature{
		grid("310116104Z03", "亭林镇第三综合网格", "Tinglin Grid 3", "u_grid_310116104Z03", area(0, 2, 2, 2, 4, 2, 4, 4, 0, 4)),
		grid("310116104Z04", "亭林镇第四综合网格", "Tinglin Grid 4", "u_grid_310116104Z04", area(0, 0, 2, 0, 2.2, 1, 2, 2, 0, 2)),
		five,
		grid("310116113Z01", "山阳镇第一综合网格", "Shanyang Grid 1", "u_grid_310116113Z01", area(4, 0, 6, 0, 6, 2, 4, 2)),
		grid("310116113Z02", "山阳镇第二综合网格", "Shanyang Grid 2", "", area(4, 2, 6, 2, 6, 4, 4, 4)),
	}
}

// earlier returns what applied before: grid 5 had another name in 2024.
func earlier() []layers.Feature {
	old := *fixtureGrids()[2].(*layers.Grid)
	old.Meta = meta(old.ID)
	old.Name, old.ValidFrom, old.ValidTo = "亭林镇东片", since2024, since2025
	return []layers.Feature{&old}
}

func fixtureCommunities() []layers.Feature {
	one := func(code, name, grid string, g orb.MultiPolygon) layers.Feature {
		return &layers.Community{Meta: meta(code), Code: code, Name: name, Kind: "village", Town: code[:9], Grid: grid, Geometry: g}
	}
	return []layers.Feature{
		one("310116104201", "亭西村", "310116104Z04", area(0, 0, 3, 0, 3, 2, 0, 2)),
		one("310116104202", "亭东村", "310116104Z05", area(3, 0, 4, 0, 4, 2, 3, 2)),
		one("310116104203", "亭北村", "310116104Z03", area(0, 2, 3, 2, 4, 2, 4, 4, 0, 4)),
		one("310116113201", "山阳村", "310116113Z01", area(4, 0, 6, 0, 6, 4, 4, 4, 4, 2)),
	}
}

func fixtureOverlays() []layers.Feature {
	ring := area(3, 0.5, 3.8, 0.5, 3.8, 1.5, 3, 1.5)
	ring[0] = append(ring[0], orb.Ring(path(3.2, 0.8, 3.2, 1.2, 3.4, 1.2, 3.4, 0.8, 3.2, 0.8)))
	one := func(id, kind, name, unit string, g orb.MultiPolygon) layers.Feature {
		return &layers.Overlay{Meta: meta(id), Code: id, Name: name, Kind: kind, Unit: unit, Geometry: g}
	}
	return []layers.Feature{
		one("o_block", layers.Block, "亭林老街", "", area(2.4, 0.2, 3.6, 0.2, 3, 1.8)),
		one("o_park", layers.Park, "亭林产业园", "u_park", ring),
		one("o_police", layers.PoliceArea, "亭林派出所辖区", "", area(0, 0, 4, 0, 4, 4, 0, 4)),
	}
}

func fixtureKerb() []layers.Feature {
	zone := area(5, 0.49, 5.4, 0.49, 5.4, 0.495, 5, 0.495)
	return []layers.Feature{
		&layers.Segment{Meta: meta("s_haihui"), Code: "HH-S", Name: "海汇街（龙皓路至龙翔路）", Road: "海汇街", From: "龙皓路", To: "龙翔路", Side: "both",
			Manager: "u_transport", Geometry: path(4.8, 0.5, 5.6, 0.5)},
		&layers.Zone{Meta: meta("z_haihui"), Code: "HH-Z", Name: "海汇街潮汐泊位", Segment: "s_haihui", Kind: "kerb", Capacity: 88, DefaultMode: layers.Travel,
			Manager: "u_transport", Geometry: zone[0]},
	}
}

// poleCount is how many poles the fixture has.
const poleCount = 40

func fixturePoles() []layers.Feature {
	var out []layers.Feature
	for i := range poleCount {
		p := &layers.Pole{Meta: meta(fmt.Sprintf("p_%04d", i+1)), Code: fmt.Sprintf("JS-%04d", i+1), Name: fmt.Sprintf("%d号杆", i+1), MainUse: "telecom",
			Condition: "sound", Live: "unknown", State: "in_use", ClaimState: "none"}
		p.Geometry = at(0.15*float64(i)+0.07, 0.35*float64(i%11)+0.11)
		switch {
		case i%3 == 0:
			p.Plate = fmt.Sprintf("TL%04d", i+1)
			p.State, p.ClaimState = "claimed", "claimed"
			p.Ownership = []layers.Ownership{{Unit: "u_telecom", Share: 1, Basis: "plate", From: since2025}}
		case i%7 == 1:
			p.Ownership = []layers.Ownership{{Unit: "u_telecom", Share: 0.25, Basis: "record"}, {Unit: "u_mobile", Share: 0.75, Basis: "record"}}
		}
		out = append(out, p)
	}
	return out
}

func fixtureRoads() []layers.Feature {
	road := func(id, name, en string, line ...float64) layers.Feature {
		return &layers.Road{Meta: meta(id), Code: id, Name: name, NameEn: en, Class: "secondary", Geometry: path(line...)}
	}
	return []layers.Feature{
		road("r_haihui_1", "海汇街", "Haihui Street", 4.4, 0.5, 4.8, 0.5, 5.2, 0.5),
		road("r_haihui_2", "海汇街", "Haihui Street", 5.2, 0.5, 5.6, 0.5, 5.9, 0.5),
		road("r_longhao", "龙皓路", "Longhao Road", 4.8, 0.1, 4.8, 0.5, 4.8, 1.9),
		road("r_longxiang", "龙翔路", "Longxiang Road", 5.6, 0.1, 5.6, 0.4998, 5.6, 1.9), // crosses 海汇街 between two of its own vertices
		road("r_tingfeng", "亭枫公路", "Tingfeng Highway", 0.2, 1.5, 3.9, 1.5, 5.8, 2.6),
	}
}

// epoch of the snapshots of the tests.
const epoch = "0123456789abcdef"

// snapshotAt makes a snapshot of features at a revision, without a store.
func snapshotAt(t testing.TB, revision int64, features ...layers.Feature) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	add := func(r layers.Row) {
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range features {
		add(layers.Row{Feature: f})
	}
	for _, f := range earlier() {
		add(layers.Row{Feature: f, Slice: true})
	}
	snap, err := b.Snapshot(layers.Base{
		Position:   layers.Position{Epoch: epoch, Revision: revision},
		RecordedAt: layers.InstantOf(noon.Add(-time.Hour)) + layers.Instant(revision),
		Settings:   layers.Settings{Name: "金山（测试）", Codes: layers.CodesLocal, Demo: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if q := snap.Quarantined(); len(q) > 0 {
		t.Fatalf("the fixture is not valid: %v", q)
	}
	return snap
}
