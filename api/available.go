package api

import (
	"cmp"
	"math"
	"net/http"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
)

const (
	usualStay   = 60
	mostStay    = 7 * calendar.MinutesOfDay
	usualAround = 500
	mostAround  = 5000
	usualPlaces = 20
	mostPlaces  = 100
	// aheadOfOpening is how far ahead a zone that will be for parking is looked for.
	aheadOfOpening = layers.Instant(24 * 3_600_000)
)

func (s *Server) availableOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/zones:available", ID: "listAvailable", Tag: "schedules",
		Summary: "Where one can park near a position, and for how long",
		Text: "Zones that are for parking at `at` by their schedules and orders, the nearest first; after them those that come to be within a day, by when, with `opens`. " +
			"`enough` says that a stay of `minutes` from then on ends in time: before the mode changes, by `clear_by`, and within `max_stay_min`. Whether a space is free is not known.",
		Params: []param{lonParam(), latParam(), crsParam(), atParam(),
			{Name: "minutes", In: "query", Schema: wholeSchema(1, mostStay), Example: usualStay, Text: "How long the stay is; an hour if it is not given."},
			{Name: "radius_m", In: "query", Schema: wholeSchema(1, mostAround), Example: usualAround, Text: "How far away a zone may be; 500 m if it is not given."},
			{Name: "limit", In: "query", Schema: wholeSchema(1, mostPlaces), Example: usualPlaces, Text: "The most zones; 20 if it is not given."}},
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: availability{}}}},
		Handle:  (*call).available,
	}}
}

// availability is the answer of /v1/zones:available.
type availability struct {
	At      layers.Instant `json:"at"`
	Minutes int            `json:"minutes"`
	Items   []parkingPlace `json:"items"`
}

type parkingPlace struct {
	Zone        parkingZone    `json:"zone"`
	DistanceM   float64        `json:"distance_m" doc:"To the nearest point of the zone; 0 inside"`
	Mode        modeWord       `json:"mode" doc:"At the time that was asked for"`
	Rule        string         `json:"rule" doc:"What makes it a place to park"`
	Opens       layers.Instant `json:"opens,omitzero" doc:"When it comes to be for parking, if it is not yet"`
	Until       openInstant    `json:"until" doc:"When it stops to be for parking; null if it does not within 800 days"`
	ClearBy     layers.Instant `json:"clear_by,omitzero" doc:"When all must have left"`
	Enough      bool           `json:"enough"`
	MaxStayMin  int            `json:"max_stay_min,omitempty"`
	Rate        *parkingRate   `json:"rate,omitempty" doc:"Left out if it is free"`
	Provisional bool           `json:"provisional" doc:"The days off of that year have not been announced"`
}

type parkingZone struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	Kind     string `json:"kind" enum:"kerb,lot"`
	Capacity int    `json:"capacity"`
}

type parkingRate struct {
	Fen int    `json:"fen" doc:"Hundredths of a yuan for each per"`
	Per string `json:"per" enum:"hour,day,stay"`
}

// stay is what somebody looks for.
type stay struct {
	at      layers.Instant
	from    orb.Point
	minutes int
	radius  geo.Metres
	limit   int
}

func (c *call) available() error {
	q, err := c.stay()
	if err != nil {
		return err
	}
	out := availability{At: q.at, Minutes: q.minutes, Items: []parkingPlace{}}
	revisions := map[string][]*layers.Schedule{} // by zone
	for f := range c.w.Set(layers.Schedules).Rows() {
		if one, ok := f.(*layers.Schedule); ok && one.Counts() {
			revisions[one.Zone] = append(revisions[one.Zone], one)
		}
	}
	c.w.Set(layers.Zones).SearchShapes(geo.Around(q.from, q.radius), q.at, func(f layers.Feature, area *geo.Footprint) bool {
		z := f.(*layers.Zone)
		d := geo.Metres(0)
		if !covers(area, q.from) {
			d = edgeDistance(z.Geometry, q.from)
		}
		if d <= q.radius {
			if one, ok := c.place(z, revisions[z.ID], q); ok {
				one.DistanceM = math.Round(float64(d)*10) / 10
				out.Items = append(out.Items, one)
			}
		}
		return true
	})
	slices.SortFunc(out.Items, func(a, b parkingPlace) int {
		return cmp.Or(cmp.Compare(a.Opens, b.Opens), cmp.Compare(a.DistanceM, b.DistanceM), cmp.Compare(a.Zone.ID, b.Zone.ID))
	})
	out.Items = out.Items[:min(len(out.Items), q.limit)]
	return c.json(http.StatusOK, out)
}

// stay reads the parameters.
func (c *call) stay() (s stay, err error) {
	q, err := c.question()
	if err != nil {
		return s, err
	}
	if s.from, err = c.s.Converter.ToStorage(q.CRS, orb.Point{q.Lon, q.Lat}); err != nil {
		return s, err
	}
	s.at = q.At
	minutes, err := c.whole("minutes", usualStay, 1, mostStay)
	if err != nil {
		return s, err
	}
	radius, err := c.whole("radius_m", usualAround, 1, mostAround)
	if err != nil {
		return s, err
	}
	limit, err := c.whole("limit", usualPlaces, 1, mostPlaces)
	s.minutes, s.radius, s.limit = int(minutes), geo.Metres(radius), int(limit)
	return s, err
}

func covers(area *geo.Footprint, p orb.Point) bool {
	q, err := geo.QueryFrom(p)
	return err == nil && area != nil && area.Covers(q)
}

// edgeDistance is how far a position is from the border of a polygon.
func edgeDistance(pg orb.Polygon, p orb.Point) geo.Metres {
	best := geo.Metres(-1)
	for _, ring := range pg {
		if d, _, _ := geo.PointToLine(p, orb.LineString(ring)); best < 0 || d < best {
			best = d
		}
	}
	return max(best, 0)
}

// place says what a zone offers to a stay, false if it is not for parking within a day.
func (c *call) place(z *layers.Zone, revisions []*layers.Schedule, q stay) (parkingPlace, bool) {
	out := parkingPlace{Zone: parkingZone{z.ID, z.Code, z.Name, z.Kind, z.Capacity}, Mode: modeWord(c.w.UseOf(z, q.at).Mode)}
	t, begins := c.w.Timetable(z), q.at
	if out.Mode != modeWord(layers.Parking) {
		if begins = opening(t, q.at); begins == 0 {
			return out, false
		}
		out.Opens = begins
	}
	use := c.w.UseOf(z, begins)
	until := t.NextChange(begins)
	on, _ := calendar.DayAt(int64(begins))
	out.Rule, out.Until, out.Provisional = use.Rule, openInstant(until), c.w.Calendar().Provisional(on)
	leave := begins + layers.Instant(q.minutes)*60_000
	out.Enough = until == 0 || leave <= until
	if _, w := layers.WindowOf(revisions, use.Rule); w != nil {
		out.MaxStayMin = w.MaxStayMin
		if w.Rate != nil {
			out.Rate = &parkingRate{w.Rate.Fen, w.Rate.Per}
		}
		if by := w.Clears(begins); by > begins && (until == 0 || by <= until) {
			out.ClearBy = by
			out.Enough = out.Enough && leave <= by
		}
		out.Enough = out.Enough && (w.MaxStayMin == 0 || q.minutes <= w.MaxStayMin)
	}
	return out, true
}

// opening returns when a zone comes to be for parking within a day, 0 if it does not.
func opening(t *layers.Timetable, at layers.Instant) layers.Instant {
	for _, s := range t.Stretches(nil, at, at+aheadOfOpening) {
		if s.Mode == layers.Parking && s.From > at {
			return s.From
		}
	}
	return 0
}
