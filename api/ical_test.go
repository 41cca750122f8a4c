package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"wangge/layers"
)

// icalLines unfolds a calendar (RFC 5545, 3.1), and fails on a line that is not as the standard wants it.
func icalLines(t *testing.T, text string) (out []string) {
	t.Helper()
	if !strings.HasSuffix(text, "\r\n") {
		t.Fatal("the last line does not end")
	}
	for _, raw := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(raw) > 75 || !utf8.ValidString(raw) || strings.ContainsAny(raw, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(raw), raw)
		}
		if rest, folded := strings.CutPrefix(raw, " "); folded {
			out[len(out)-1] += rest
		} else {
			out = append(out, raw)
		}
	}
	return out
}

// icalEvent is an event as a client reads it, by the names of its properties.
type icalEvent map[string]string

func icalEvents(t *testing.T, text string) (calendar icalEvent, events []icalEvent) {
	t.Helper()
	calendar = icalEvent{}
	at := calendar
	for _, line := range icalLines(t, text) {
		name, value, ok := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		if !ok {
			t.Errorf("no property: %q", line)
		}
		switch {
		case line == "BEGIN:VEVENT":
			at = icalEvent{}
		case line == "END:VEVENT":
			events, at = append(events, at), calendar
		case at[name] != "":
			t.Errorf("%s comes twice", name)
		default:
			at[name] = unescape(value)
		}
	}
	return calendar, events
}

func unescape(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == 'n' || s[i] == 'N' {
				out.WriteByte('\n')
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

func (e icalEvent) time(t *testing.T, name string) layers.Instant {
	t.Helper()
	at, err := time.Parse("20060102T150405Z", e[name])
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return layers.InstantOf(at)
}

// A client reads back what the timetable says, and the same events with the same names as long as nothing changes.
func TestZoneCalendar(t *testing.T) {
	s, c := scheduleServer(t)
	c.set("2026-09-14 23:00") // in a night
	const path = "/v1/zones/z_haihui/calendar.ics?days=30"
	r := s.get(path).status(http.StatusOK)
	if r.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Errorf("type %s", r.Header.Get("Content-Type"))
	}
	calendar, events := icalEvents(t, string(r.bytes))
	if calendar["BEGIN"] != "VCALENDAR" || calendar["VERSION"] != "2.0" || calendar["PRODID"] == "" || calendar["X-WR-CALNAME"] != "海汇街潮汐泊位" {
		t.Errorf("calendar %v", calendar)
	}
	z, _ := layers.Get[*layers.Zone](s.World().Snapshot, layers.Zones, zoneID, layers.InstantOf(c.now()))
	table := s.World().Timetable(z)
	from, _ := layers.ParseInstant("2026-09-14T00:00:00+08:00")
	want := map[layers.Instant]layers.Instant{}
	for _, one := range table.Stretches(nil, from, from+31*24*3_600_000) {
		if one.Mode == layers.Parking && one.From < from+30*24*3_600_000 {
			want[one.From] = one.To
		}
	}
	ids := map[string]bool{}
	for _, e := range events {
		if to := want[e.time(t, "DTSTART")]; to != e.time(t, "DTEND") || ids[e["UID"]] || e["SUMMARY"] != "停车 Parking · 海汇街潮汐泊位" || e["STATUS"] != "CONFIRMED" {
			t.Errorf("event %v", e)
		}
		if !strings.Contains(e["DESCRIPTION"], "haihui-1/night\n请于此时前驶离 Leave by: 2026-") || e["LOCATION"] != "海汇街（龙皓路–龙翔路）" || !strings.HasPrefix(e["GEO"], "30.8") {
			t.Errorf("event %v", e)
		}
		ids[e["UID"]] = true
	}
	if len(events) != len(want) || len(events) < 15 {
		t.Errorf("%d events, want %d", len(events), len(want))
	}
	tag := r.Header.Get("ETag")
	s.get(path, "If-None-Match", tag).status(http.StatusNotModified)
	c.set("2026-09-14 23:59")
	if again := s.get(path); again.Header.Get("ETag") != tag {
		t.Error("the same calendar a little later has another tag")
	}
	c.set("2026-09-15 06:00") // the night of yesterday is still in it, with its name
	_, next := icalEvents(t, string(s.get(path).bytes))
	if next[0]["UID"] != events[0]["UID"] || next[0]["DTSTART"] != events[0]["DTSTART"] {
		t.Errorf("a night that has begun: %v, was %v", next[0], events[0])
	}
	// An order is an event of its own, and a text that could be taken for structure is not.
	s.post(layers.Publisher, "orders", orderBody("band", `"event"`, "starts", `"2026-09-16T10:00:00+08:00"`, "ends", `"2026-09-16T12:00:00+08:00"`,
		"reason", `"马拉松;起点,终点\\END:VEVENT"`, "name", `"`+strings.Repeat("很长的名称，", 30)+`"`)).status(http.StatusCreated)
	changed := s.get(path, "If-None-Match", tag).status(http.StatusOK)
	_, events = icalEvents(t, string(changed.bytes))
	found := false
	for _, e := range events {
		if e["DTSTART"] == "20260916T020000Z" {
			found = e["SUMMARY"] == "封闭 Closed · 海汇街潮汐泊位" && strings.HasSuffix(e["DESCRIPTION"], `，；马拉松;起点,终点\END:VEVENT`) && strings.Contains(e["DESCRIPTION"], strings.Repeat("很长的名称，", 30))
		}
	}
	if !found {
		t.Errorf("the order is not in it: %v", events)
	}
	// Next year's days are not known yet.
	_, events = icalEvents(t, string(s.get("/v1/zones/z_haihui/calendar.ics?days=200").bytes))
	if last := events[len(events)-1]; last["STATUS"] != "TENTATIVE" {
		t.Errorf("of next year: %v", last)
	}
	for path, status := range map[string]int{"/v1/zones/z_none/calendar.ics": 404, "/v1/zones/z_haihui/calendar.ics?days=0": 400, "/v1/zones/z_haihui/calendar.ics?days=371": 400} {
		s.get(path).status(status)
	}
	if _, events := icalEvents(t, string(s.get("/v1/zones/z_lot/calendar.ics").status(http.StatusOK).bytes)); len(events) != 0 {
		t.Errorf("a lot that is always for parking: %v", events)
	}
}
