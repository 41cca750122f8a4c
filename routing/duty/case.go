package duty

import (
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
)

// Case is what rules look at: what is reported, and what there is at the place. A Decider makes one of each question; whoever checks rules
// makes some up. What is not set is not there. A case has an instant and a grid.
type Case struct {
	At layers.Instant
	// Category to Excluded are those of the question.
	Category, Channel, Severity, Reporter string
	Confidence                            float64
	CaseNumber, ReceivedBy                string
	Excluded                              []string

	Grid *layers.Grid
	// Town and Community are codes.
	Town, Community string
	// Overlays are those that have the position, by kind and id.
	Overlays []*layers.Overlay
	// Point and Fine are the position, for what is drawn and for roads.
	Point orb.Point
	Fine  geo.Query

	// Pole is the nearest pole that stands, AnyPole the nearest one, in whatever state. PoleM and AnyPoleM are how far away they are.
	Pole, AnyPole   *layers.Pole
	PoleM, AnyPoleM geo.Metres
	// Zone is the nearest kerb zone, ZoneM how far away it is, 0 inside, and Mode its mode at the instant.
	Zone  *layers.Zone
	ZoneM geo.Metres
	Mode  layers.Mode

	// Other is the nearest other grid of the district, BorderM how far away it is.
	Other   *layers.Grid
	BorderM geo.Metres
	// Straddled is the most probable other grid, if that one and the own one each have a tenth of the error of the position.
	Straddled *layers.Grid
	// Share and OtherShare are how much of the case lies in Grid and in the other one of its pair (Straddled, or else Other), 0 to 1.
	Share, OtherShare float64
	// AccuracyM is the error of the position in metres: a border so near is near enough for a rule that does not say how near.
	AccuracyM float64
}

// snapReach is how far in metres a pole may be that a report is about, where the rule does not say.
const snapReach geo.Metres = 30

// held is a case on a day, held against rules.
type held struct {
	*Case
	s    *layers.Snapshot
	r    *Rules
	cal  *calendar.Calendar
	on   calendar.Day
	lead *leading // nil until somebody asks
	room leading
	verdict
	acting []Named
	// snapped is true once a rule has asked for the pole.
	snapped bool
	// take is collect, made once.
	take func(*filed)
}

func (h *held) begin(s *layers.Snapshot, r *Rules, c *Case) {
	h.Case, h.s, h.r, h.cal, h.lead, h.snapped = c, s, r, s.Calendar(), nil, false
	h.on, _ = calendar.DayAt(int64(c.At))
}

// pairFor returns the other grid of a case near a border, nil for one that is near none, or not as near as the rule asks.
func (h *held) pairFor(one *rule) *layers.Grid {
	if h.Straddled != nil {
		return h.Straddled
	}
	most := max(nearby, geo.Metres(h.AccuracyM))
	if a := one.When.Area; a != nil && a.NearBorderM > 0 {
		most = geo.Metres(a.NearBorderM)
	}
	if h.BorderM > most {
		return nil
	}
	return h.Other
}

// poleFor returns the pole that a rule is about, nil without one: the nearest that stands, or for a rule that names a state of poles that do
// not, the nearest of all.
func (h *held) poleFor(one *rule) *layers.Pole {
	h.snapped = true
	pole, dist, most := h.Pole, h.PoleM, snapReach
	if f := one.When.Feature; f != nil && f.Layer == layers.Poles {
		if f.WithinM > 0 {
			most = geo.Metres(f.WithinM)
		}
		for _, state := range f.States {
			if !layers.PoleStands(state) {
				pole, dist = h.AnyPole, h.AnyPoleM
			}
		}
	}
	if pole == nil || dist > most {
		return nil
	}
	return pole
}

// zoneFor returns the zone that a rule is about, nil without one: the nearest, if it is as near as the rule asks.
func (h *held) zoneFor(one *rule) *layers.Zone {
	most := geo.Metres(0)
	if f := one.When.Feature; f != nil && f.Layer == layers.Zones {
		most = geo.Metres(f.WithinM)
	}
	if h.Zone == nil || h.ZoneM > most {
		return nil
	}
	return h.Zone
}
