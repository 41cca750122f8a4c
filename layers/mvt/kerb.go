package mvt

import (
	"wangge/layers"
)

// modeAt returns what a zone is used for at the instant of the tile, and cuts the span of the tile to the time in which nothing about it
// may change.
func (p *pen) modeAt(z *layers.Zone) layers.Mode {
	from, until := p.atlas.snapshot.Timetable(z).Steady(p.at)
	if from != 0 {
		p.span.cut(p.at, from)
	}
	if until != 0 {
		p.span.cut(p.at, until)
	}
	return p.atlas.snapshot.UseOf(z, p.at).Mode
}

// modeOf returns the mode of the zone with that id, "" if there is none. Neighbours mostly have the same zone.
func (p *pen) modeOf(zone string) layers.Mode {
	if p.zone == nil || p.zone.ID != zone {
		if p.zone = p.zoneOf(zone); p.zone == nil {
			return ""
		}
		p.mode = p.modeAt(p.zone)
	}
	return p.mode
}

// retimed notes the zones whose timetable is another one, and their spaces.
func (ds differences) retimed(before, a *Atlas) {
	zones := a.snapshot.Retimed(before.snapshot)
	if len(zones) == 0 {
		return
	}
	ds.zones(zones, a)
}

// zones notes zones that show something else although their rows are the same, and their spaces.
func (ds differences) zones(ids map[string]bool, a *Atlas) {
	sp := specOf(layers.Zones)
	for id := range ids {
		for _, f := range a.snapshot.Set(layers.Zones).Versions(id) {
			d := ds.of(layers.Zones)
			d.drawn = d.add(d.drawn, sp, f)
		}
	}
	ds.spacesOf(ids, a)
}

// turning returns the zones whose mode at an instant is not the one just before it.
func (a *Atlas) turning(at layers.Instant) map[string]bool {
	out := map[string]bool{}
	for z := range a.snapshot.Timed() {
		if t := a.snapshot.Timetable(z); t.At(at).Mode != t.At(at-1).Mode {
			out[z.ID] = true
		}
	}
	return out
}
