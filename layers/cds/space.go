package cds

import "wangge/layers"

func spaceID(s *layers.Space) string { return uuid("space", s.ID) }

// spacesOf are the spaces of the zones, each in the newest state of its zone.
func (m *maker) spacesOf(zones []*entry) (out []*Space) {
	for i, e := range zones {
		if i+1 < len(zones) && zones[i+1].id == e.id {
			continue
		}
		for _, s := range m.spaces[e.id] {
			if len(s.Geometry) == 0 {
				continue
			}
			out = append(out, &Space{ID: spaceID(s), Geometry: polygonOf(s.Geometry), Name: s.Name, Published: published(s.ValidFrom), Updated: published(s.ValidFrom),
				ZoneID: e.zone.ID, Number: s.Number, LengthCM: centimetres(s.LengthM), WidthCM: centimetres(s.WidthM)})
		}
	}
	return out
}
