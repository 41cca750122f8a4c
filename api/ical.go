package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"wangge/layers"
	"wangge/layers/calendar"
)

const (
	calendarMedia = "text/calendar; charset=utf-8"
	usualFeedDays = 60
	mostFeedDays  = 370
	// longestLine is how many octets a line of iCalendar has, without its end.
	longestLine = 75
)

func (s *Server) zoneCalendarOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/zones/{id}/calendar.ics", ID: "getZoneCalendar", Tag: "schedules",
		Summary: "What a zone is used for, as a calendar to subscribe to",
		Text: "iCalendar (RFC 5545): an event for each stretch in which the zone is not in its default mode, from today on; one that has begun is in it whole. Times are UTC, so that no time zone has to be known. " +
			"An event of a year whose days off have not been announced is `TENTATIVE`.",
		Params: []param{idParam(), {Name: "days", In: "query", Schema: wholeSchema(1, mostFeedDays), Example: usualFeedDays, Text: "How many days ahead; 60 if it is not given."}},
		Answers: []answer{
			{Status: http.StatusOK, Content: &content{Media: calendarMedia}, Headers: []string{"ETag"}},
			{Status: http.StatusNotModified, Text: "It is what `If-None-Match` names.", Headers: []string{"ETag"}},
		},
		Problems: []int{http.StatusGone},
		Handle:   (*call).zoneCalendar,
	}}
}

func (c *call) zoneCalendar() error {
	days, err := c.whole("days", usualFeedDays, 1, mostFeedDays)
	if err != nil {
		return err
	}
	info, _ := layers.Zones.Info()
	f, _, err := c.find(info, c.path["id"], c.now(), 0, false)
	if err != nil {
		return err
	}
	z := f.(*layers.Zone)
	today, _ := calendar.DayAt(int64(c.now()))
	feed := c.feedOf(z)
	from, until := layers.Instant(today.Start()), layers.Instant((today + calendar.Day(days)).Start())
	for _, s := range wholeStretches(c.w.Timetable(z), from, until) {
		if s.Mode != z.DefaultMode {
			feed.event(s)
		}
	}
	return c.file(fileOf(calendarMedia, feed.bytes()))
}

// wholeStretches returns the stretches that meet the time from an instant up to another, each with its own beginning and end, within 800
// days.
func wholeStretches(t *layers.Timetable, from, until layers.Instant) []layers.Stretch {
	const day = layers.Instant(24 * 3_600_000)
	var list []layers.Stretch
	for back, ahead := day, day; ; {
		list = t.Stretches(list[:0], from-back, until+ahead)
		for len(list) > 1 && list[1].From <= from {
			list = list[1:]
		}
		for len(list) > 1 && list[len(list)-2].To >= until {
			list = list[:len(list)-1]
		}
		early, late := list[0].From > from-back || back > 400*day, list[len(list)-1].To < until+ahead || ahead > 400*day
		if early && late {
			return list
		}
		if !early {
			back *= 4
		}
		if !late {
			ahead *= 4
		}
	}
}

// feed is a calendar of a zone in the making.
type feed struct {
	strings.Builder
	c      *call
	zone   *layers.Zone
	street string
	rules  []*layers.Schedule
	orders []*layers.Order
	stamp  string
}

// feedOf begins the calendar of a zone. Its stamp is when the newest of what it is made of was written, so that it is the same bytes until
// something changes. That is what DTSTAMP means in a calendar without a METHOD (RFC 5545, 3.8.7.2).
func (c *call) feedOf(z *layers.Zone) *feed {
	f := &feed{c: c, zone: z, street: z.Name}
	newest := z.ValidFrom
	for _, s := range c.w.Revisions(z.ID) {
		if s.Counts() {
			f.rules = append(f.rules, s)
		}
		newest = max(newest, s.ValidFrom) // of one that was withdrawn too
	}
	f.orders = c.w.OrdersOf(z.ID)
	for _, o := range f.orders {
		newest = max(newest, o.ValidFrom)
	}
	for row := range c.w.Set(layers.Notices).Rows() {
		newest = max(newest, row.Head().ValidFrom)
	}
	if row, ok := c.w.Set(layers.Segments).Head(z.Segment); ok {
		if street, is := row.(*layers.Segment); is {
			f.street = street.Road + "（" + street.From + "–" + street.To + "）"
		}
	}
	f.stamp = utcStamp(newest)
	for _, line := range []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//wangge//kerb schedules//ZH", "CALSCALE:GREGORIAN"} {
		f.line(line)
	}
	f.text("X-WR-CALNAME", z.Name)
	f.text("X-WR-CALDESC", f.about())
	f.line("REFRESH-INTERVAL;VALUE=DURATION:PT1H")
	f.line("X-PUBLISHED-TTL:PT1H")
	return f
}

func (f *feed) about() string {
	out := f.street + "；其余时间 otherwise：" + modeText(f.zone.DefaultMode)
	if f.zone.Demo {
		out += "\n示范数据，均为虚构 Demo data, invented"
	}
	return out
}

// event adds a stretch. Its UID comes from the zone and the beginning, which no other stretch of the zone has.
func (f *feed) event(s layers.Stretch) {
	f.line("BEGIN:VEVENT")
	f.text("UID", f.zone.ID+"-"+utcStamp(s.From)+"@wangge")
	f.line("DTSTAMP:" + f.stamp)
	f.line("DTSTART:" + utcStamp(s.From))
	f.line("DTEND:" + utcStamp(s.To))
	f.text("SUMMARY", modeText(s.Mode)+" · "+f.zone.Name)
	f.text("DESCRIPTION", f.describe(s))
	f.text("LOCATION", f.street)
	if p, ok := firstPoint(f.zone.Geometry); ok {
		f.line(fmt.Sprintf("GEO:%.6f;%.6f", p[1], p[0])) // latitude first
	}
	f.text("CATEGORIES", strings.ToUpper(string(s.Mode)))
	on, _ := calendar.DayAt(int64(s.From))
	if f.c.w.Calendar().Provisional(on) {
		f.line("STATUS:TENTATIVE")
	} else {
		f.line("STATUS:CONFIRMED")
	}
	f.line("TRANSP:TRANSPARENT")
	f.line("END:VEVENT")
}

// describe says what a stretch rests on, and by when to leave.
func (f *feed) describe(s layers.Stretch) string {
	out := []string{"规则 Rule: " + s.Rule}
	if _, w := layers.WindowOf(f.rules, s.Rule); w != nil {
		if by := w.Clears(s.From); by > s.From && by <= s.To {
			out = append(out, "请于此时前驶离 Leave by: "+by.Time().In(layers.Shanghai()).Format("2006-01-02 15:04"))
		}
		if w.Rate != nil {
			out = append(out, fmt.Sprintf("收费 Rate: %.2f 元 yuan / %s", float64(w.Rate.Fen)/100, w.Rate.Per))
		}
	}
	for _, o := range f.orders {
		if o.ID == s.Rule {
			out = append(out, "临时管制 Order: "+o.Name+"；"+o.Reason)
		}
	}
	return strings.Join(out, "\n")
}

func modeText(m layers.Mode) string {
	return map[layers.Mode]string{layers.Travel: "通行 Travel", layers.Parking: "停车 Parking", layers.Loading: "装卸 Loading", layers.Closed: "封闭 Closed"}[m]
}

func utcStamp(at layers.Instant) string {
	return time.UnixMilli(int64(at)).UTC().Format("20060102T150405Z")
}

func (f *feed) bytes() []byte { return []byte(f.String() + "END:VCALENDAR\r\n") }

// text adds a property whose value is a text, escaped (RFC 5545, 3.3.11).
func (f *feed) text(name, value string) {
	f.line(name + ":" + strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(value))
}

// line adds a line, folded after 75 octets but never inside a character (3.1).
func (f *feed) line(s string) {
	for room := longestLine; len(s) > room; room = longestLine - 1 { // the blank that a folded line begins with counts
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		f.WriteString(s[:cut])
		f.WriteString("\r\n ")
		s = s[cut:]
	}
	f.WriteString(s)
	f.WriteString("\r\n")
}
