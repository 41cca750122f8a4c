package data_test

import (
	"fmt"
	"strings"
	"testing"

	"wangge/layers"
)

// schedules checks what the demo says about times: each zone has a series in force, which blocks nothing, is the content that was approved
// and says by its name that its hours are assumed or invented.
func schedules(t *testing.T, s set) []string {
	t.Helper()
	var bad problems
	b := layers.NewBuilder()
	for _, in := range layers.All() {
		if in.Layer == layers.Poles || in.Layer == layers.Roads || in.Layer == layers.Communities || in.Layer == layers.Overlays {
			continue // they have no part in it
		}
		for _, f := range s[in.Layer] {
			f.Head().Version = max(f.Head().Version, 1)
			if err := b.Add(layers.Row{Feature: f}); err != nil {
				t.Fatal(err)
			}
		}
	}
	snap, err := b.Snapshot(layers.Base{Settings: layers.Settings{Codes: layers.CodesLocal}})
	if err != nil {
		t.Fatal(err)
	}
	all := list[*layers.Schedule](s, layers.Schedules)
	for _, z := range list[*layers.Zone](s, layers.Zones) {
		found := 0
		for _, one := range all {
			if one.Zone != z.ID {
				continue
			}
			found++
			for _, f := range append(layers.FindConflicts(z, snap.Calendar(), one, all, list[*layers.Order](s, layers.Orders)), layers.FindZoneConflicts(snap, z, one.ValidFrom+1)...) {
				if f.Blocks || f.Code != layers.YearNotAnnounced {
					bad.add("%s: %s %s %v", one.Code, f.Code, f.Detail, f.IDs)
				}
			}
			if one.Digest != one.ContentDigest() || one.State != layers.Published || !strings.Contains(one.Name, "假设") && !strings.Contains(one.Name, "虚构") {
				bad.add("%s: state %s, digest %s, name %s", one.Code, one.State, one.Digest, one.Name)
			}
		}
		if found != 1 {
			bad.add("zone %s has %d schedules", z.ID, found)
		}
	}
	return bad
}

func TestSchedules(t *testing.T) {
	s := demo(t)
	report(t, schedules(t, s))
	for name, planted := range map[string]set{
		"other hours":    s.with(layers.Schedules, "sc_haihui_1", func(f layers.Feature) { f.(*layers.Schedule).Windows[0].Start = "21:00" }),
		"no mark":        s.with(layers.Schedules, "sc_haihui_1", func(f layers.Feature) { f.(*layers.Schedule).Name = "海汇街" }),
		"two modes":      s.with(layers.Schedules, "sc_longhao_1", func(f layers.Feature) { f.(*layers.Schedule).Windows[0].Start = "08:00" }),
		"another zone":   s.with(layers.Schedules, "sc_longhao_1", func(f layers.Feature) { f.(*layers.Schedule).Zone = "z_haihui" }),
		"a zone on one":  s.with(layers.Zones, "z_longhao", func(f layers.Feature) { f.(*layers.Zone).Geometry = list[*layers.Zone](s, layers.Zones)[0].Geometry }),
		"a draft":        s.with(layers.Schedules, "sc_shared_lot_1", func(f layers.Feature) { f.(*layers.Schedule).State = layers.Draft }),
		"other capacity": s.with(layers.Zones, "z_haihui", func(f layers.Feature) { f.(*layers.Zone).Capacity = 87 }),
	} {
		if bad := schedules(t, planted); len(bad) == 0 {
			t.Errorf("%s: not found", name)
		} else {
			t.Log(fmt.Sprint(name, ": ", bad[0]))
		}
	}
}
