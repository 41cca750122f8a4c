package data_test

import (
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// poles checks the first batch, the claims, and that states, claims and owners fit each other.
func poles(t *testing.T, s set) []string {
	var bad problems
	locator, grids := partition(t, s, layers.Grids)
	may, june := day(t, "2025-05-01"), day(t, "2025-06-01")
	batch, claimed := 0, 0
	sites, perGrid, units := map[string]bool{}, map[string]int{}, map[string]int{}
	for _, p := range list[*layers.Pole](s, layers.Poles) {
		q, err := geo.QueryFrom(p.Geometry)
		if err != nil {
			bad.add("%v", err)
			continue
		}
		g, _ := locator.Locate(q)
		if g < 0 {
			bad.add("pole %s stands outside the district", p.ID)
			continue
		}
		grid := grids[g].Head().ID
		perGrid[grid]++
		if p.Batch == 1 {
			batch++
			if p.State != "closed" || grid != "310116104Z05" || p.Site == "" || sites[p.Site] {
				bad.add("pole %s of the first batch: state %s, grid %s, site %q", p.ID, p.State, grid, p.Site)
			}
			sites[p.Site] = true
		} else if p.State == "closed" || p.Batch != 0 {
			bad.add("pole %s is closed in batch %d", p.ID, p.Batch)
		}
		want := map[string]string{"in_use": "none", "surveyed": "none", "reported": "none", "claim_open": "open", "disputed": "disputed", "unclaimed": "unclaimed",
			"ownerless_decided": "unclaimed"}[p.State]
		if want == "" {
			want = "claimed"
		}
		if p.ClaimState != want {
			bad.add("pole %s: state %s, claim state %s", p.ID, p.State, p.ClaimState)
		}
		if has := len(p.Ownership) > 0; has != (p.State == "in_use" || want == "claimed") {
			bad.add("pole %s: state %s, %d owners", p.ID, p.State, len(p.Ownership))
		}
		for _, o := range p.Ownership {
			units[o.Unit]++
			if (o.Basis == "claim") != (o.From >= may && o.From < june) {
				bad.add("pole %s: basis %s from %s", p.ID, o.Basis, o.From)
			}
		}
		if p.ClaimState == "claimed" {
			claimed++
		}
	}
	if batch != 54 || len(sites) != 54 {
		bad.add("%d poles at %d sites in the first batch, want 54 at 54", batch, len(sites))
	}
	if claimed < 200 {
		bad.add("%d poles claimed", claimed)
	}
	for _, g := range grids {
		if perGrid[g.Head().ID] < 20 {
			bad.add("%d poles in grid %s", perGrid[g.Head().ID], g.Head().ID)
		}
	}
	for _, u := range []string{"u_telecom", "u_mobile", "u_unicom", "u_power", "u_broadcast"} {
		if units[u] < 50 {
			bad.add("%s owns %d poles", u, units[u])
		}
	}
	return bad
}

func day(t *testing.T, s string) layers.Instant {
	t.Helper()
	d, err := layers.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPoles(t *testing.T) {
	s := demo(t)
	report(t, poles(t, s))
	first := ""
	for _, p := range list[*layers.Pole](s, layers.Poles) {
		if p.Batch == 1 {
			first = p.ID
		}
	}
	for name, change := range map[string]func(*layers.Pole){
		"in another grid": func(p *layers.Pole) { p.Geometry = orb.Point{121.1711, 30.8906} },
		"not closed":      func(p *layers.Pole) { p.State = "verified" },
		"no owner":        func(p *layers.Pole) { p.Ownership = nil },
		"claimed in June": func(p *layers.Pole) { p.Ownership[0].From = day(t, "2025-06-01") },
	} {
		if len(poles(t, s.with(layers.Poles, first, func(f layers.Feature) { change(f.(*layers.Pole)) }))) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

// TestPolesStandAtRoads measures from every pole with a road to the road of that name.
func TestPolesStandAtRoads(t *testing.T) {
	s := demo(t)
	byName := map[string][]orb.LineString{}
	for _, r := range list[*layers.Road](s, layers.Roads) {
		byName[r.Name] = append(byName[r.Name], r.Geometry)
	}
	without := 0
	for _, p := range list[*layers.Pole](s, layers.Poles) {
		if p.Road == "" {
			without++
		}
		near := geo.Metres(1e9)
		for _, line := range byName[p.Road] {
			if b := line.Bound().Pad(0.001); b.Contains(p.Geometry) {
				d, _, _ := geo.PointToLine(p.Geometry, line)
				near = min(near, d)
			}
		}
		if p.Road != "" && (near < 3 || near > 20) {
			t.Errorf("pole %s stands %.1f m from %s", p.ID, float64(near), p.Road)
		}
	}
	if without > 1 {
		t.Errorf("%d poles stand at no named road, want that of the example alone", without)
	}
}
