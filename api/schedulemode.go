package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
	"wangge/layers/calendar"
)

// mostDaysAsked bounds how many days one answer has intervals of.
const mostDaysAsked = 370

func evaluateOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/v1/schedules:evaluate", ID: "evaluateSchedules", Tag: "schedules",
		Summary: "What a zone is used for at an instant",
		Text: "`rule` names what decided: `default`, the id of an order, `<revision>/<window>` or `<revision>/<exception>/<window>`. The part of a window after midnight belongs to the day on which it began. " +
			"`provisional` says that the days off of that year have not been announced.",
		Params:  []param{zoneParam(), atParam(), asIfParam(), knownAtParam()},
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: evaluation{}}}},
		Handle:  (*call).evaluate,
	}
}

func intervalsOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/v1/schedules:intervals", ID: "listIntervals", Tag: "schedules",
		Summary: "What a zone is used for from an instant up to another",
		Text:    "Intervals are half-open, without gaps, and never two of one rule in a row. At most 370 days.",
		Params: []param{zoneParam(),
			{Name: "from", In: "query", Required: true, Schema: timeSchema(), Example: "2026-09-14T00:00:00+08:00", Text: "The first instant. RFC 3339 with an offset; write the plus sign as `%2B`."},
			{Name: "to", In: "query", Required: true, Schema: timeSchema(), Example: "2026-09-21T00:00:00+08:00", Text: "The instant after the last one."},
			asIfParam(), knownAtParam()},
		Problems: []int{http.StatusNotFound},
		Answers:  []answer{{Status: http.StatusOK, Content: &content{Type: intervalList{}}}},
		Handle:   (*call).listIntervals,
	}
}

func zoneParam() param {
	return param{Name: "zone", In: "query", Required: true, Schema: &huma.Schema{Type: "string"}, Example: "z_haihui", Text: "Id of the zone."}
}

func asIfParam() param {
	return param{Name: "schedule", In: "query", Schema: &huma.Schema{Type: "string"}, Example: "sc_haihui_1",
		Text: "Id of a revision of the zone: the answer is as if it were published."}
}

// evaluation is the answer of /v1/schedules:evaluate.
type evaluation struct {
	Zone        string         `json:"zone"`
	At          layers.Instant `json:"at"`
	Mode        modeWord       `json:"mode"`
	Rule        string         `json:"rule"`
	NextChange  openInstant    `json:"next_change" doc:"When the mode changes next; null if it does not within 800 days"`
	Provisional bool           `json:"provisional" doc:"The days off of that year have not been announced"`
	Calendar    string         `json:"calendar" doc:"The notices of days off of that year and their versions; empty without one"`
}

// intervalList is the answer of /v1/schedules:intervals.
type intervalList struct {
	Zone        string         `json:"zone"`
	From        layers.Instant `json:"from"`
	To          layers.Instant `json:"to"`
	Intervals   []modeInterval `json:"intervals"`
	Provisional bool           `json:"provisional" doc:"The days off of a year in it have not been announced"`
	Calendar    string         `json:"calendar" doc:"The notices of days off of its years, with commas between the years"`
}

type modeInterval struct {
	From layers.Instant `json:"from"`
	To   layers.Instant `json:"to"`
	Mode modeWord       `json:"mode"`
	Rule string         `json:"rule"`
}

// modeWord is a mode, which the document lists.
type modeWord layers.Mode

// Schema lists the modes.
func (modeWord) Schema(huma.Registry) *huma.Schema { return modeSchema() }

func modeSchema() *huma.Schema {
	return &huma.Schema{Type: "string", Enum: []any{layers.Travel, layers.Parking, layers.Loading, layers.Closed}}
}

// kerbView is what the modes of one zone rest on, as known now or earlier.
type kerbView struct {
	zone     *layers.Zone
	calendar *calendar.Calendar
	// revisions are all for the zone, whatever their state is.
	revisions []*layers.Schedule
	orders    []*layers.Order
}

// table is the timetable of the zone with a revision as if it were published; nil for none.
func (v *kerbView) table(asIf *layers.Schedule) *layers.Timetable {
	var beside []*layers.Schedule
	if asIf != nil {
		one := *asIf
		one.State = layers.Published
		_, beside = one.Succession(v.revisions)
		beside = append(beside, &one)
	} else {
		beside = slices.DeleteFunc(slices.Clone(v.revisions), func(s *layers.Schedule) bool { return !s.Counts() })
	}
	return layers.NewTimetable(v.zone, v.calendar, beside, v.orders)
}

// revision returns the revision of that id among those of the zone, or a problem with the parameter.
func (v *kerbView) revision(id string) (*layers.Schedule, error) {
	for _, s := range v.revisions {
		if s.ID == id {
			return s, nil
		}
	}
	return nil, badParameter("schedule", quoted(id)+" is no revision of the zone "+v.zone.ID)
}

// kerbView reads the parameters zone, schedule and known_at. The state of the zone is the one at an instant, or the newest if that is none.
func (c *call) kerbView(at layers.Instant) (view *kerbView, table *layers.Timetable, err error) {
	known, err := c.instant("known_at", 0)
	if err != nil {
		return nil, nil, err
	}
	id := c.query.Get("zone")
	switch {
	case id == "":
		return nil, nil, badParameter("zone", "name the zone")
	case known != 0:
		view, err = c.viewKnown(id, at, known)
	default:
		view, err = c.viewNow(id, at)
	}
	if err != nil {
		return nil, nil, err
	}
	if !c.query.Has("schedule") {
		if known == 0 {
			return view, c.w.Timetable(view.zone), nil
		}
		return view, view.table(nil), nil
	}
	if known == 0 {
		view.revisions, view.orders = c.w.Revisions(id), c.w.OrdersOf(id)
	}
	asIf, err := view.revision(c.query.Get("schedule"))
	if err != nil {
		return nil, nil, err
	}
	return view, view.table(asIf), nil
}

// viewNow has the zone and the calendar alone: the rest is in the World's own timetable.
func (c *call) viewNow(id string, at layers.Instant) (*kerbView, error) {
	f, ok := c.w.Set(layers.Zones).Get(id, at)
	if !ok {
		if f, ok = c.w.Set(layers.Zones).Head(id); !ok {
			info, _ := layers.Zones.Info()
			return nil, c.absent(info, id, at)
		}
	}
	return &kerbView{zone: f.(*layers.Zone), calendar: c.w.Calendar()}, nil
}

// viewKnown reads from the store what was known at an instant.
func (c *call) viewKnown(id string, at, known layers.Instant) (*kerbView, error) {
	f, err := c.fromHistory(layers.Zones, id, at, known)
	if err != nil {
		return nil, err
	}
	view := &kerbView{zone: f.(*layers.Zone)}
	var notices []*layers.Notice
	for _, l := range []layers.Layer{layers.Notices, layers.Schedules, layers.Orders} {
		rows, err := c.history(layers.Asked{Layer: l, At: known, KnownAt: known})
		if err != nil {
			return nil, err
		}
		for _, f := range rows {
			switch one := f.(type) {
			case *layers.Notice:
				notices = append(notices, one)
			case *layers.Schedule:
				if one.Zone == id {
					view.revisions = append(view.revisions, one)
				}
			case *layers.Order:
				view.orders = append(view.orders, one)
			}
		}
	}
	view.calendar = layers.CalendarOf(notices)
	return view, nil
}

func (c *call) evaluate() error {
	at, err := c.at()
	if err != nil {
		return err
	}
	view, table, err := c.kerbView(at)
	if err != nil {
		return err
	}
	if !view.zone.ValidAt(at) {
		info, _ := layers.Zones.Info()
		return c.absent(info, view.zone.ID, at)
	}
	e := table.Evaluate(at)
	if e.Rule == layers.DefaultRule {
		e.Mode = view.zone.DefaultMode // of the zone's state then
	}
	return c.json(http.StatusOK, evaluation{view.zone.ID, at, modeWord(e.Mode), e.Rule, openInstant(e.NextChange), e.Provisional, e.Calendar})
}

func (c *call) listIntervals() error {
	from, to, err := c.fromTo()
	if err != nil {
		return err
	}
	view, table, err := c.kerbView(from)
	if err != nil {
		return err
	}
	out := intervalList{Zone: view.zone.ID, From: from, To: to, Intervals: intervalsOf(table, from, to)}
	out.Provisional, out.Calendar = announced(view.calendar, from, to)
	return c.json(http.StatusOK, out)
}

// fromTo reads the parameters from and to, which are instants.
func (c *call) fromTo() (from, to layers.Instant, err error) {
	for _, one := range []struct {
		name string
		into *layers.Instant
	}{{"from", &from}, {"to", &to}} {
		if !c.query.Has(one.name) {
			return 0, 0, badParameter(one.name, one.name+" is missing")
		}
		if *one.into, err = c.instant(one.name, 0); err != nil {
			return 0, 0, err
		}
	}
	switch {
	case to <= from:
		return 0, 0, badParameter("to", "to is not after from")
	case to-from > mostDaysAsked*24*3_600_000:
		return 0, 0, badParameter("to", fmt.Sprintf("from and to are more than %d days apart", mostDaysAsked))
	}
	return from, to, nil
}

func intervalsOf(t *layers.Timetable, from, to layers.Instant) []modeInterval {
	out := []modeInterval{}
	for _, s := range t.Stretches(nil, from, to) {
		out = append(out, modeInterval{s.From, s.To, modeWord(s.Mode), s.Rule})
	}
	return out
}

// announced reports whether a year of the days from an instant up to another has no notice, and names the notices of all.
func announced(c *calendar.Calendar, from, to layers.Instant) (provisional bool, names string) {
	first, _ := calendar.DayAt(int64(from))
	last, _ := calendar.DayAt(int64(to) - 1)
	var list []string
	for year := first.Year(); year <= last.Year(); year++ {
		day := calendar.DayOf(year, 1, 1)
		provisional = provisional || c.Provisional(day)
		if name := c.Version(day); name != "" {
			list = append(list, name)
		}
	}
	return provisional, strings.Join(list, ",")
}
