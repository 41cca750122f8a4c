package cds

import (
	"slices"
	"strings"

	"wangge/layers"
)

// Coverage returns the days that the policies are worked out for.
func (f *Feed) Coverage() Coverage { return f.coverage }

// Updated returns when the data last changed.
func (f *Feed) Updated() int64 { return f.updated }

// Zones returns the zones that are there at an instant, by id; with historic also those that were and are no more. Each is the caller's,
// what it points to is shared.
func (f *Feed) Zones(at layers.Instant, historic bool) (out []*Zone) {
	for _, e := range f.zones {
		if !e.at(at) && !(historic && e.to != 0 && e.to <= at) {
			continue
		}
		z := e.zone
		for _, a := range e.areas {
			if a.at(at) {
				z.AreaIDs = append(z.AreaIDs, a.ID)
			}
		}
		out = append(out, &z)
	}
	slices.SortFunc(out, func(a, b *Zone) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// ZoneOf returns the id of a zone in the feed at an instant, "" if it is not there then.
func (f *Feed) ZoneOf(id string, at layers.Instant) string {
	for _, e := range f.zones {
		if e.id == id && e.at(at) {
			return e.zone.ID
		}
	}
	return ""
}

// Spaces returns the spaces, by zone and number.
func (f *Feed) Spaces() []*Space { return f.spaces }

// Policies returns the policies, by id.
func (f *Feed) Policies() []*Policy { return f.policies }

// Policy returns a policy by its id, nil if there is none.
func (f *Feed) Policy(id string) *Policy { return f.byPolicy[strings.ToLower(id)] }
