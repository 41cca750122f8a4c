package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// curb is a CurbLR feature of a street of 100 m; regulations are given as JSON.
func curb(street, side string, regulations ...string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"location":{"shstRefId":%q,"sideOfStreet":%q,"shstLocationStart":0,"shstLocationEnd":100,"streetName":%q},"regulations":[%s]},
		"geometry":{"type":"LineString","coordinates":[[121.33,30.75],[121.331,30.75]]}}`, street, side, street, strings.Join(regulations, ","))
}

func curbs(features ...string) string {
	return `{"manifest":{"priorityHierarchy":["no standing","no parking","loading","parking"],"currency":"CNY"},"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

// rule is a regulation with spans.
func rule(activity string, spans ...string) string {
	return fmt.Sprintf(`{"rule":{"activity":%q,"priorityCategory":%q},"timeSpans":[%s]}`, activity, activity, strings.Join(spans, ","))
}

func kerbOf(t testing.TB, content string, more ...string) *source.KerbPlan {
	t.Helper()
	in := source.KerbInput{Name: "curbs", Data: strings.NewReader(content)}
	for _, m := range more {
		in.More = append(in.More, strings.NewReader(m))
	}
	return kerbPlan(t, in)
}

// only returns the features of a type that a plan makes.
func only[T layers.Feature](p *source.KerbPlan) (out []T) {
	for _, e := range p.Edits() {
		if f, ok := e.Feature.(T); ok {
			out = append(out, f)
		}
	}
	return out
}

// told reports the classes of losses, sorted.
func told(p *source.KerbPlan) string {
	var out []string
	for _, c := range p.Report.Classes {
		out = append(out, fmt.Sprintf("%s %d", c.Class, c.Records))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// shown is a schedule in a line.
func shown(s *layers.Schedule) string {
	var out []string
	for _, w := range s.Windows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s+%d %s %v %v %v %s..%s", w.Mode, w.Start, w.DurationMin, strings.Join(w.Weekdays, ","), w.DayTypes, w.Nth, w.Months, w.FirstDay, w.UntilDay)))
	}
	return strings.Join(out, "; ")
}

func TestCurbLRWindows(t *testing.T) {
	for name, one := range map[string]struct {
		spans []string
		want  string
		lost  string
	}{
		"over midnight":      {[]string{`{"timesOfDay":[{"from":"22:00","to":"06:00"}]}`}, "loading 22:00+480  [] [] [] ..", ""},
		"two pieces":         {[]string{`{"daysOfWeek":{"days":["fr"]},"timesOfDay":[{"from":"22:00","to":"24:00"}]}`, `{"daysOfWeek":{"days":["sa"]},"timesOfDay":[{"from":"00:00","to":"06:00"}]}`}, "loading 22:00+480 fri [] [] [] ..", ""},
		"not the next day":   {[]string{`{"daysOfWeek":{"days":["fr"]},"timesOfDay":[{"from":"22:00","to":"24:00"}]}`, `{"daysOfWeek":{"days":["su"]},"timesOfDay":[{"from":"00:00","to":"06:00"}]}`}, "loading 22:00+120 fri [] [] [] ..; loading 00:00+360 sun [] [] [] ..", ""},
		"until, two times":   {[]string{`{"timesOfDay":[{"from":"07:30","until":"09:30"},{"from":"16:00","until":"18:00"}]}`}, "loading 07:30+120  [] [] [] ..; loading 16:00+120  [] [] [] ..", ""},
		"the last Tuesday":   {[]string{`{"daysOfWeek":{"days":["Tu"],"occurrencesInMonth":["2nd","last"]},"timesOfDay":{"from":"11:00","to":"13:00"}}`}, "loading 11:00+120 tue [] [2 -1] [] ..", ""},
		"dates":              {[]string{`{"effectiveDates":[{"from":"2026-08-02","to":"2026-08-05"}]}`}, "loading 00:00+1440  [] [] [] 2026-08-02..2026-08-06", ""},
		"whole months":       {[]string{`{"effectiveDates":[{"from":"11-01","to":"02-28"}]}`}, "loading 00:00+1440  [] [] [11 12 1 2] ..", ""},
		"parts of months":    {[]string{`{"effectiveDates":[{"from":"11-15","to":"02-28"}]}`}, "", "dates 1"},
		"odd days":           {[]string{`{"daysOfMonth":["odd"]}`}, "", "dates 1"},
		"except on holidays": {[]string{`{"daysOfWeek":{"days":["sa"]},"designatedPeriods":[{"name":"holidays","apply":"except during"}]}`}, "loading 00:00+1440 sat [workday restday] [] [] ..", "holidays 1"},
		"23:59":              {[]string{`{"timesOfDay":[{"from":"19:00","to":"23:59"}]}`}, "loading 19:00+300  [] [] [] ..", "midnight 1"},
		"no time":            {[]string{`{"timesOfDay":[{"from":"7pm","to":"23:59"}]}`}, "", "hours 1"},
		"except on game day": {[]string{`{"designatedPeriods":[{"name":"game days","apply":"except during"}]}`}, "loading 00:00+1440  [] [] [] ..", "period 1"},
	} {
		p := kerbOf(t, curbs(curb("a", "right", rule("loading", one.spans...))))
		got := ""
		if list := only[*layers.Schedule](p); len(list) == 1 {
			got = shown(list[0])
		}
		if got != one.want || told(p) != one.lost {
			t.Errorf("%s: %q (%s), want %q (%s)", name, got, told(p), one.want, one.lost)
		}
	}
}

// TestCurbLRPlaces: records of one stretch are one zone, beside the line, with the strongest rule that always holds as the default.
func TestCurbLRPlaces(t *testing.T) {
	p := kerbOf(t, curbs(curb("a", "left", rule("parking")), curb("a", "left", rule("no standing", `{"timesOfDay":[{"from":"07:00","to":"09:00"}]}`)), curb("b", "right", rule("loading"))))
	zones, schedules := only[*layers.Zone](p), only[*layers.Schedule](p)
	if len(zones) != 2 || len(schedules) != 1 || zones[0].DefaultMode != layers.Parking || zones[1].DefaultMode != layers.Loading || shown(schedules[0]) != "closed 07:00+120  [] [] [] .." {
		t.Fatalf("%d zones, %d schedules\n%s", len(zones), len(schedules), kerbText(t, p, 0))
	}
	s := schedules[0]
	if s.State != layers.Draft || s.Author != source.KerbAuthor || s.Number != 1 || s.Zone != zones[0].ID || s.From != "2025-05-20" {
		t.Errorf("%+v", s)
	}
	if got := geo.Area(zones[0].Geometry) / float64(geo.Length(orb.LineString{{121.33, 30.75}, {121.331, 30.75}})); got < 2.49 || got > 2.51 {
		t.Errorf("the strip is %.2f m wide", got)
	}
	if north := zones[0].Geometry.Bound().Max[1]; north < 30.75002 {
		t.Errorf("the left side of a street to the east is at %v", north)
	}
	if p.Report.Whole != 3 {
		t.Errorf("%d of 3 are whole: %s", p.Report.Whole, told(p))
	}
}

func TestCurbLRLosses(t *testing.T) {
	with := func(more string) string {
		return strings.Replace(rule("parking"), `"timeSpans"`, more+`,"timeSpans"`, 1)
	}
	p := kerbOf(t, curbs(
		curb("a", "right", with(`"userClasses":[{"classes":["motorcycle"]}]`)),
		curb("b", "right", with(`"userClasses":[{"classes":["taxi"],"subclasses":["red"]}],"payment":{"rates":[{"fees":[1],"durations":[60]}]}`)),
		curb("c", "right", strings.Replace(rule("no parking"), `"timeSpans"`, `"userClasses":[{"classes":["taxi"]}],"timeSpans"`, 1)),
		curb("d", "right"),
		curb("e", "right", rule("juggling")),
		curb("f", "right", rule("parking", `{"designatedPeriods":[{"name":"snow emergency","apply":"only during"}]}`)),
		curb("g", "right", rule("parking", `{"timesOfDay":[{"from":"08:00","to":"10:00"}]}`), rule("no parking", `{"timesOfDay":[{"from":"09:00","to":"11:00"}]}`)),
		curb("h", "right", rule("parking"), rule("loading")),
		strings.Replace(curb("i", "right", rule("parking")), "[121.331,30.75]", "[121.33,30.75]", 1),
		`{"type":"Feature","properties":7}`,
	))
	if want := "activity 3, geometry 1, no-regulation 1, overruled 1, payment 1, period 1, priority 1, unreadable 1, users 3"; told(p) != want {
		t.Errorf("%s\nwant %s\n%s", told(p), want, kerbText(t, p, 0))
	}
	if p.Report.Left != 4 || p.Report.Records != 10 {
		t.Errorf("%d of %d left out", p.Report.Left, p.Report.Records)
	}
	for _, s := range only[*layers.Schedule](p) {
		if len(s.Exceptions) == 1 && (!s.Exceptions[0].Pending() || s.Exceptions[0].Event != "snow emergency") {
			t.Errorf("%+v", s.Exceptions)
		}
	}
	if !slices.ContainsFunc(p.Report.Conflicts, func(c source.KerbFinding) bool { return c.Code == layers.ModesAtOnce && c.Blocks }) {
		t.Errorf("conflicts %v", p.Report.Conflicts)
	}
}

const sfHead = "objectid,REGULATION,DAYS,HOURS,HRLIMIT,EXCEPTIONS,REGDETAILS,shape,AGENCY\n"

func TestSanFrancisco(t *testing.T) {
	row := func(n int, fields string) string {
		return fmt.Sprintf("%d,%s,,\"MULTILINESTRING ((%.4f 30.75, %.4f 30.7509))\",X\n", n, fields, 121+float64(n)/100, 121+float64(n)/100)
	}
	for name, one := range map[string]struct{ fields, want, lost string }{
		"over midnight":  {"Limited No Parking,M-Su,2400-600,0,", "travel 00:00+360  [] [] [] ..", "activity 1"},
		"night":          {"Time Limited,M-F,2200-600,2,", "parking 22:00+480 mon,tue,wed,thu,fri [] [] [] ..", ""},
		"whole day":      {"time limited,\"M, TH\",0-0,72,", "parking 00:00+1440 mon,thu [] [] [] ..", ""},
		"half hours":     {"Time limited,M-Sa,700 - 2030,1.5,None.", "parking 07:00+810 mon,tue,wed,thu,fri,sat [] [] [] ..", ""},
		"unclear days":   {"Time limited,M-S,800-1800,2,", "parking 08:00+600  [] [] [] ..", "dates 1"},
		"no hours":       {"Time limited,M-F,,2,", "", "hours 1"},
		"bad hours":      {"Time limited,M-F,899-1800,2,", "", "hours 1"},
		"exempt":         {"Time limited,M-F,800-1800,2,Yes. Some are.", "parking 08:00+600 mon,tue,wed,thu,fri [] [] [] ..", "exempt 1"},
		"big vehicles":   {"No oversized vehicles,M-Su,2400-600,0,", "", "vehicle-size 1"},
		"something else": {"Be nice,M-F,800-1800,2,", "", "no-regulation 1"},
	} {
		p := kerbOf(t, sfHead+row(1, one.fields))
		got := ""
		if list := only[*layers.Schedule](p); len(list) == 1 {
			got = shown(list[0])
		}
		if lost := told(p); got != one.want && !(name == "unclear days" && got == one.want) || lost != one.lost {
			t.Errorf("%s: %q (%s), want %q (%s)", name, got, lost, one.want, one.lost)
		}
	}
	p := kerbOf(t, sfHead+row(1, "No parking any time,,,0,")+row(2, "Time limited,M-F,800-1800,2,")+"3,Time limited,M-F,800-1800,2,,,POINT (1 2),\n")
	if z := only[*layers.Zone](p); len(z) != 2 || z[0].DefaultMode != layers.Travel || z[1].DefaultMode != layers.Parking || p.Report.Left != 1 || p.Report.Unused["AGENCY"] != 2 {
		t.Errorf("%s", kerbText(t, p, 0))
	}
	if w := only[*layers.Schedule](p)[0].Windows[0]; w.MaxStayMin != 120 {
		t.Errorf("%+v", w)
	}
}

// cdsZones and cdsPolicies are two answers of the Curbs API.
const cdsZones = `{"version":"1.0.1","time_zone":"Asia/Shanghai","currency":"CNY","data":{"zones":[
	{"curb_zone_id":"11111111-1111-1111-1111-111111111111","user_zone_id":"HH-1","street_name":"海汇街","cross_street_start_name":"龙皓路","num_spaces":3,"curb_policy_ids":["p1","p2","p3"],
	"geometry":{"type":"Polygon","coordinates":[[[121.33,30.75],[121.331,30.75],[121.331,30.75002],[121.33,30.75002],[121.33,30.75]]]}},
	{"curb_zone_id":"22222222-2222-2222-2222-222222222222","curb_policy_ids":["nothing"],"geometry":null}],
	"spaces":[{"curb_space_id":"s1","curb_zone_id":"11111111-1111-1111-1111-111111111111","space_number":2,"length":600,"width":250,"geometry":{"type":"Polygon","coordinates":[[[121.33,30.75],[121.33006,30.75],[121.33006,30.75002],[121.33,30.75002],[121.33,30.75]]]}}],
	"areas":[{"curb_area_id":"a1"}]}}`

const cdsPolicies = `{"version":"1.0.1","time_zone":"Asia/Shanghai","currency":"CNY","data":{"policies":[
	{"curb_policy_id":"p1","priority":50,"rules":[{"activity":"parking","max_stay":2,"max_stay_unit":"hour","user_classes":["handicap-accessible"],"rate":[{"rate":300,"rate_unit":"hour"}]}],
	"time_spans":[{"start_date":1767542400000,"end_date":1767974400000,"time_of_day_start":"20:00"},{"start_date":1767628800000,"end_date":1768060800000,"time_of_day_end":"07:00"},
	{"days_of_week":["mon"],"days_of_month":[8,9,10,11,12,13,14],"months":[3],"time_of_day_start":"10:00","time_of_day_end":"13:00"}]},
	{"curb_policy_id":"p2","priority":10,"rules":[{"activity":"no stopping"}],"time_spans":[{"start_date":1780293600000,"end_date":1780462800000}]},
	{"curb_policy_id":"p3","priority":60,"rules":[{"activity":"travel"}]},
	{"curb_policy_id":"p4","priority":60,"rules":[{"activity":"travel"}]}]}}`

func TestCDS(t *testing.T) {
	p := kerbOf(t, cdsZones, cdsPolicies)
	z, s, spaces := only[*layers.Zone](p), only[*layers.Schedule](p), only[*layers.Space](p)
	if len(z) != 1 || len(s) != 1 || len(spaces) != 1 || z[0].DefaultMode != layers.Travel || z[0].Code != "HH-1" || z[0].Capacity != 3 || spaces[0].LengthM != 6 || spaces[0].Number != 2 {
		t.Fatalf("%s", kerbText(t, p, 0))
	}
	want := "closed 14:00+600  [] [] [] 2026-06-01..2026-06-02; closed 00:00+1440  [] [] [] 2026-06-02..2026-06-03; closed 00:00+780  [] [] [] 2026-06-03..2026-06-04; " +
		"parking 20:00+660  [] [] [] 2026-01-05..2026-01-10; parking 10:00+180 mon [] [2] [3] .."
	if got := shown(s[0]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	w := s[0].Windows[3]
	if w.MaxStayMin != 120 || w.Rate == nil || w.Rate.Fen != 300 || w.Users == nil || !slices.Equal(w.Users.All, []string{"disabled"}) {
		t.Errorf("%+v", w)
	}
	if want := "missing 1, no-layer 1, no-regulation 1, unused 1"; told(p) != want {
		t.Errorf("%s, want %s\n%s", told(p), want, kerbText(t, p, 0))
	}
	if p.Report.Records != 8 || p.Report.Whole != 5 || p.Report.Left != 3 {
		t.Errorf("%d records, %d whole, %d left out", p.Report.Records, p.Report.Whole, p.Report.Left)
	}
}

// TestKerbTwice: what the store has is left as it is, and said.
func TestKerbTwice(t *testing.T) {
	first := kerbOf(t, curbs(curb("a", "left", rule("parking"))))
	known := map[layers.Key]bool{}
	for _, e := range first.Edits() {
		known[e.Key()] = true
	}
	again := kerbPlan(t, source.KerbInput{Name: "curbs", Data: strings.NewReader(curbs(curb("a", "left", rule("parking")))), Known: func(k layers.Key) bool { return known[k] }})
	if len(again.Edits()) != 0 || told(again) != "exists 1" {
		t.Errorf("%d edits, %s", len(again.Edits()), told(again))
	}
}

func TestKerbFilesThatAreRefused(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "text": "hello", "geojson": `{"type":"FeatureCollection","features":[]}`, "cut off": curbs(curb("a", "left", rule("parking")))[:300],
		"deep": `{"regulations":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, "no data": `{"zones":1}`, "time zone": strings.Replace(cdsZones, "Asia/Shanghai", "Moon/Sea", 1), "table": "REGULATION,HOURS\n",
	} {
		_, err := source.NewKerbPlan(context.Background(), source.KerbInput{Name: "f", Data: strings.NewReader(content), CRS: geo.WGS84, Now: now(), Settings: free()})
		if !errors.Is(err, layers.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := source.NewKerbPlan(context.Background(), source.KerbInput{Name: "f", Data: strings.NewReader(cdsZones), CRS: "moon", Now: now()}); err == nil {
		t.Error("a system that there is not")
	}
	if _, err := source.ParseKerbFormat("shp"); !errors.Is(err, layers.ErrInvalid) {
		t.Error(err)
	}
	_, err := source.NewKerbPlan(context.Background(), source.KerbInput{Name: "f", Data: strings.NewReader(cdsZones), More: []io.Reader{strings.NewReader(curbs())}, CRS: geo.WGS84, Now: now(), Settings: free()})
	if !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("two forms at once: %v", err)
	}
}

// kerbThrough: whatever the bytes are, the answer is an error or a report that adds up, whose edits are valid.
func kerbThrough(t *testing.T, format source.KerbFormat, content string) {
	p, err := source.NewKerbPlan(context.Background(), source.KerbInput{Name: "f", Data: strings.NewReader(content), Format: format, CRS: geo.WGS84, Now: now(), Settings: free()})
	if err != nil {
		return
	}
	r := p.Report
	if r.Whole+r.Partly+r.Left != r.Records {
		t.Fatalf("%+v", r)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	for _, e := range p.Edits() {
		if err := e.Feature.Validate(layers.CodesFree); err != nil {
			t.Fatalf("an invalid feature came through: %v", err)
		}
		if _, err := e.Storable(); err != nil {
			t.Fatalf("it cannot be stored: %v", err)
		}
	}
}

func FuzzCurbLR(f *testing.F) {
	f.Add(curbs(curb("a", "left", rule("parking", `{"timesOfDay":[{"from":"22:00","to":"06:00"}],"daysOfWeek":{"days":["mo"],"occurrencesInMonth":["1st"]},"effectiveDates":{"from":"04-01","to":"11-30"}}`))))
	f.Add(`[{"properties":{"location":null,"regulations":[{"rule":{"activity":"no parking","maxStay":1e300},"userClasses":[{"classes":["taxi"]}]}]},"geometry":{"type":"LineString","coordinates":[[0,0],[1e-9,0],[0.001,0.001]]}}]`)
	f.Fuzz(func(t *testing.T, content string) { kerbThrough(t, source.CurbLR, content) })
}

func FuzzCDSKerb(f *testing.F) {
	f.Add("[" + cdsZones + "," + cdsPolicies + "]")
	f.Add(`{"data":{"policies":[{"curb_policy_id":"p","time_spans":[{"start_date":-9e18,"end_date":1}],"rules":[{"activity":"parking","max_stay":-1}]}],"zones":[{"curb_zone_id":"z","curb_policy_ids":["p"],"num_spaces":1e99,"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}}`)
	f.Fuzz(func(t *testing.T, content string) { kerbThrough(t, source.CDS, content) })
}

func FuzzSanFrancisco(f *testing.F) {
	f.Add(sfHead + "1,Time limited,M-F,2400-600,2,,,\"MULTILINESTRING ((121 30, 121.001 30))\",X\n")
	f.Add("REGULATION,DAYS,HOURS,shape\n\"Time limited,Su-M,-1-0,LINESTRING(0 0,0 1)\n")
	f.Fuzz(func(t *testing.T, content string) { kerbThrough(t, source.SanFrancisco, content) })
}
