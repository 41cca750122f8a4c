package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wangge/layers"
)

type evaluated struct {
	Zone, At, Mode, Rule string
	NextChange           *string `json:"next_change"`
	Provisional          bool
	Calendar             string
}

func (s *server) evaluated(query string) (out evaluated) {
	s.t.Helper()
	s.get("/v1/schedules:evaluate?zone=z_haihui&" + query).status(http.StatusOK).json(&out)
	return out
}

// The table of FEATURES 4.2: the window of 20:00 + 660 minutes on work days.
func TestEvaluateOverHTTP(t *testing.T) {
	s, _ := scheduleServer(t)
	for _, c := range []struct {
		at, mode, next string
		provisional    bool
	}{
		{"2026-09-18T23:30:00+08:00", "parking", "2026-09-18T23:00:00Z", false},
		{"2026-09-19T06:59:00+08:00", "parking", "2026-09-18T23:00:00Z", false}, // the tail of Friday
		{"2026-09-19T06:59:59.999+08:00", "parking", "2026-09-18T23:00:00Z", false},
		{"2026-09-19T07:00:00+08:00", "travel", "2026-09-20T12:00:00Z", false},
		{"2026-09-20T21:00:00+08:00", "parking", "2026-09-20T23:00:00Z", false}, // a Sunday that is worked on
		{"2026-09-30T22:00:00+08:00", "parking", "2026-09-30T23:00:00Z", false},
		{"2026-10-01T06:30:00+08:00", "parking", "2026-09-30T23:00:00Z", false}, // the tail goes on into the holiday
		{"2026-10-01T20:30:00+08:00", "travel", "2026-10-08T12:00:00Z", false},
		{"2027-01-04T21:00:00+08:00", "parking", "2027-01-04T23:00:00Z", true}, // no notice of 2027
		{"2026-09-18T15:30:00Z", "parking", "2026-09-18T23:00:00Z", false},
		{"2026-09-18T10:30:00-05:00", "parking", "2026-09-18T23:00:00Z", false},
	} {
		got := s.evaluated("at=" + url.QueryEscape(c.at))
		rule, calendar := "default", "cn-2026@1"
		if c.mode == "parking" {
			rule = "haihui-1/night"
		}
		if c.provisional {
			calendar = ""
		}
		at, err := layers.ParseInstant(c.at)
		must(t, err)
		if got.Zone != zoneID || got.At != at.String() || got.Mode != c.mode || got.Rule != rule || got.NextChange == nil || *got.NextChange != c.next || got.Provisional != c.provisional || got.Calendar != calendar {
			t.Errorf("%s: %+v", c.at, got)
		}
	}
	// The lot has no schedule: it is always for parking, and never changes.
	var lot evaluated
	s.get("/v1/schedules:evaluate?zone=z_lot").status(http.StatusOK).json(&lot)
	if lot.Mode != "parking" || lot.Rule != "default" || lot.NextChange != nil || lot.At == "" {
		t.Errorf("the lot: %+v", lot)
	}
	for query, want := range map[string]string{
		"zone=z_none": "404 not-found", "": "400 bad-parameter", "zone=": "400 bad-parameter", "zone=z_haihui&at=2026-09-18T23:30:00": "400 bad-time", "zone=z_haihui&at=2026-09-18": "400 bad-time",
		"zone=z_haihui&at=2026-09-18T23:30:00+08:00": "400 bad-time", "zone=z_haihui&at=1999-01-01T00:00:00Z": "404 not-in-edition", "zone=z_haihui&zone=z_lot": "400 bad-parameter", "zone=z_haihui&schedule=sc_none": "400 bad-parameter",
		"zone=z_lot&schedule=sc_haihui_1": "400 bad-parameter", "zone=z_haihui&at=9999-12-31T23:59:59Z&known_at=x": "400 bad-time", "zone=%ff": "404 not-found", "zone=z_haihui&day=1": "400 bad-parameter",
	} {
		r := s.send(ask{Path: "/v1/schedules:evaluate?" + query})
		var p struct{ Code string }
		if r.json(&p); fmt.Sprint(r.StatusCode, " ", p.Code) != want {
			t.Errorf("%s: %d %s, want %s", query, r.StatusCode, p.Code, want)
		}
	}
	s.get("/v1/schedules:evaluate?zone=z_haihui&at=9999-12-31T23:59:59Z").status(http.StatusOK)
}

// A draft is asked as if it were published, and so is a revision that another has ended.
func TestEvaluateAsIf(t *testing.T) {
	s, _ := scheduleServer(t)
	path, _ := s.draft()
	id := strings.TrimPrefix(path, "/v1/schedules/")
	evening := "at=2026-10-12T19:30:00%2B08:00"
	if now, then := s.evaluated(evening), s.evaluated(evening+"&schedule="+id); now.Mode != "travel" || then.Mode != "parking" || then.Rule != "haihui-2/night" {
		t.Errorf("now %+v, then %+v", now, then)
	}
	if same := s.evaluated("at=2026-10-09T20:30:00%2B08:00&schedule=" + id); same.Rule != "haihui-1/night" {
		t.Errorf("before its first day: %+v", same)
	}
	if same := s.evaluated(evening + "&schedule=sc_haihui_1"); same.Mode != "travel" {
		t.Errorf("the one that is published: %+v", same)
	}
}

type intervals struct {
	Zone, From, To string
	Intervals      []struct{ From, To, Mode, Rule string }
	Provisional    bool
	Calendar       string
}

// Intervals are without gaps, in UTC, and cut where they were asked for.
func TestIntervals(t *testing.T) {
	s, _ := scheduleServer(t)
	var out intervals
	s.get("/v1/schedules:intervals?zone=z_haihui&from=2026-09-18T21:00:00%2B08:00&to=2026-09-20T16:00:00Z").status(http.StatusOK).json(&out)
	want := []string{"2026-09-18T13:00:00Z 2026-09-18T23:00:00Z parking haihui-1/night", "2026-09-18T23:00:00Z 2026-09-20T12:00:00Z travel default", "2026-09-20T12:00:00Z 2026-09-20T16:00:00Z parking haihui-1/night"}
	if len(out.Intervals) != len(want) || out.From != "2026-09-18T13:00:00Z" || out.To != "2026-09-20T16:00:00Z" || out.Provisional || out.Calendar != "cn-2026@1" || out.Zone != zoneID {
		t.Fatalf("%+v", out)
	}
	for i, one := range out.Intervals {
		if got := strings.Join([]string{one.From, one.To, one.Mode, one.Rule}, " "); got != want[i] {
			t.Errorf("%s, want %s", got, want[i])
		}
	}
	s.get("/v1/schedules:intervals?zone=z_haihui&from=2026-12-31T00:00:00%2B08:00&to=2027-01-02T00:00:00%2B08:00").status(http.StatusOK).json(&out)
	if !out.Provisional || out.Calendar != "cn-2026@1" {
		t.Errorf("into next year: %+v", out)
	}
	path, _ := s.draft()
	s.get("/v1/schedules:intervals?zone=z_haihui&from=2026-10-12T00:00:00%2B08:00&to=2026-10-13T00:00:00%2B08:00&schedule=" + strings.TrimPrefix(path, "/v1/schedules/")).status(http.StatusOK).json(&out)
	if len(out.Intervals) != 2 || out.Intervals[1].From != "2026-10-12T11:00:00Z" {
		t.Errorf("of a draft: %+v", out)
	}
	for query, want := range map[string]string{
		"zone=z_haihui&from=2026-01-01T00:00:00Z": "to", "zone=z_haihui&to=2026-01-01T00:00:00Z": "from", "zone=z_haihui&from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z": "to", "zone=z_haihui&from=2026-01-01T00:00:00Z&to=2027-01-07T00:00:00Z": "to",
		"zone=z_haihui&from=2026-01-01&to=2026-01-02": "from", "from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z": "zone",
	} {
		r := s.send(ask{Path: "/v1/schedules:intervals?" + query})
		var p struct{ Parameter string }
		if r.json(&p); r.StatusCode != http.StatusBadRequest || p.Parameter != want {
			t.Errorf("%s: %d %s, want %s", query, r.StatusCode, p.Parameter, want)
		}
	}
}

type previewed struct {
	Findings    []layers.Finding
	Intervals   []struct{ From, To, Mode, Rule string }
	Published   []struct{ From, To, Mode, Rule string }
	Provisional bool
	Calendar    string
}

func (s *server) preview(body string) reply {
	s.t.Helper()
	return s.do(ask{Method: "POST", Path: "/v1/schedules:preview", Role: layers.Reviewer, Body: body})
}

// A preview shows what content would do beside what is, with its conflicts, and stores nothing.
func TestPreview(t *testing.T) {
	s, _ := scheduleServer(t)
	was := s.World().Digest()
	var out previewed
	s.preview(`{"schedule":` + scheduleBody() + `,"from":"2026-10-12","until":"2026-10-14"}`).status(http.StatusOK).json(&out)
	if len(out.Intervals) != 4 || out.Intervals[1].Rule != "haihui-2/night" || out.Intervals[1].From != "2026-10-12T11:00:00Z" || len(out.Published) != 4 || out.Published[1].From != "2026-10-12T12:00:00Z" || out.Published[1].Rule != "haihui-1/night" || out.Provisional || out.Calendar != "cn-2026@1" {
		t.Errorf("%+v", out)
	}
	conflict := scheduleBody("windows", `[{"id":"a","mode":"parking","start":"20:00","duration_min":660},{"id":"b","mode":"loading","start":"06:00","duration_min":120}]`)
	s.preview(`{"schedule":` + conflict + `,"from":"2026-10-12","until":"2026-10-14"}`).status(http.StatusOK).json(&out)
	if !layers.Blocked(out.Findings) || out.Findings[0].Code != layers.ModesAtOnce || strings.Join(out.Findings[0].IDs, " ") != "haihui-2/a haihui-2/b" || out.Findings[0].Date != "2026-10-13" {
		t.Errorf("a conflict: %+v", out.Findings)
	}
	path, _ := s.draft()
	s.draft() // another, so that the number of the first is not the next one
	s.preview(`{"schedule":` + scheduleBody() + `,"id":"` + strings.TrimPrefix(path, "/v1/schedules/") + `","from":"2026-10-12","until":"2026-10-14"}`).status(http.StatusOK).json(&out)
	if out.Intervals[1].Rule != "haihui-2/night" {
		t.Errorf("of a draft: %+v", out.Intervals)
	}
	for body, pointer := range map[string]string{
		`{}`: "/schedule", `{"schedule":null,"from":"2026-10-12","until":"2026-10-14"}`: "/schedule", `{"schedule":[],"from":"2026-10-12","until":"2026-10-14"}`: "/schedule",
		`{"schedule":` + scheduleBody() + `,"from":"2026-10-12"}`: "/until", `{"schedule":` + scheduleBody() + `,"from":"2026-10-12","until":"2026-10-12"}`: "/until",
		`{"schedule":` + scheduleBody() + `,"from":"2026-10-12","until":"2027-10-18"}`: "/until", `{"schedule":` + scheduleBody() + `,"from":"tomorrow","until":"2027-10-18"}`: "/from",
		`{"schedule":` + scheduleBody() + `,"from":"2026-10-12","until":"2026-10-14","id":"sc_none"}`: "/id", `{"schedule":` + scheduleBody() + `,"from":"2026-10-12","until":"2026-10-14","x":1}`: "/x",
		`{"schedule":` + scheduleBody("zone", `"z_lot"`) + `,"from":"2026-10-12","until":"2026-10-14","id":"sc_haihui_1"}`: "/schedule/zone", `{"schedule":` + scheduleBody("zone", `"z_none"`) + `,"from":"2026-10-12","until":"2026-10-14"}`: "/schedule/zone",
	} {
		if p := s.preview(body).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != pointer {
			t.Errorf("%.200s: %v, want %s", body, p["pointer"], pointer)
		}
	}
	if now := s.get("/v1/schedules"); strings.Count(string(now.bytes), `"series"`) != 3 || s.World().Digest() == was { // the two drafts
		t.Errorf("stored: %s", now.bytes)
	}
}

// The calendar names each day, the make-up work days apart, and which years are not known yet.
func TestCalendar(t *testing.T) {
	s, _ := scheduleServer(t)
	var out struct {
		From, Until string
		Days        []struct{ Date, Weekday, Type, Holiday, Name string }
		Notices     []struct {
			Code, Name string
			Year       int
			Version    int
			Papers     []string
			Revision   int
		}
		Provisional []int `json:"provisional_years"`
	}
	s.get("/v1/calendar?from=2026-09-18&until=2026-10-02").status(http.StatusOK).json(&out)
	want := map[string]string{"2026-09-18": "fri workday", "2026-09-19": "sat restday", "2026-09-20": "sun makeup_workday 国庆节", "2026-09-30": "wed workday", "2026-10-01": "thu holiday 国庆节 国庆节"}
	if len(out.Days) != 14 || out.From != "2026-09-18" || out.Until != "2026-10-02" || len(out.Provisional) != 0 {
		t.Errorf("%+v", out)
	}
	for _, d := range out.Days {
		got := strings.TrimSpace(strings.Join(strings.Fields(d.Weekday+" "+d.Type+" "+d.Holiday+" "+d.Name), " "))
		if text, ok := want[d.Date]; ok && got != text {
			t.Errorf("%s: %s, want %s", d.Date, got, text)
		}
	}
	if len(out.Notices) != 1 || out.Notices[0].Code != "cn-2026" || out.Notices[0].Version != 1 || out.Notices[0].Papers[0] != "国办发明电〔2025〕7号" || out.Notices[0].Revision == 0 {
		t.Errorf("notices %+v", out.Notices)
	}
	s.get("/v1/calendar?from=2025-12-01&until=2028-02-09").status(http.StatusOK).json(&out)
	if len(out.Days) != 800 || fmt.Sprint(out.Provisional) != "[2025 2027 2028]" {
		t.Errorf("%d days, provisional %v", len(out.Days), out.Provisional)
	}
	for query, parameter := range map[string]string{
		"": "from", "from=2026-01-01": "until", "until=2026-01-01": "from", "from=2026-01-01&until=2026-01-01": "until", "from=2026-02-01&until=2026-01-01": "until", "from=2026-01-01&until=2028-03-12": "until",
		"from=2026-02-29&until=2026-03-01": "from", "from=2026-1-1&until=2026-03-01": "from", "from=0000-01-01&until=2026-03-01": "from", "from=2026-01-01T00:00:00Z&until=2026-03-01": "from", "from=2026-01-01&until=9999-99-99": "until",
		"from=2026-01-01&until=2026-02-01&from=2026-01-02": "from", "from=2026-01-01&until=2026-02-01&year=2026": "year", "from=%00&until=2026-02-01": "from",
	} {
		r := s.send(ask{Path: "/v1/calendar?" + query})
		var p struct{ Parameter string }
		if r.json(&p); r.StatusCode != http.StatusBadRequest || p.Parameter != parameter {
			t.Errorf("%s: %d %s, want %s", query, r.StatusCode, p.Parameter, parameter)
		}
	}
}

// The texts of a revision are served in both languages.
func TestTexts(t *testing.T) {
	s, _ := scheduleServer(t)
	var out struct {
		Sign   struct{ Zh, En []string }
		Notice struct{ Zh, En string }
	}
	s.get("/v1/schedules/sc_haihui_1:texts").status(http.StatusOK).json(&out)
	if len(out.Sign.Zh) < 5 || len(out.Sign.Zh) != len(out.Sign.En) || !strings.Contains(out.Notice.Zh, "示范数据") || !strings.Contains(out.Notice.En, "[Demo data]") || !strings.Contains(out.Notice.En, "leave by 06:50") {
		t.Errorf("%+v", out)
	}
	s.get("/v1/schedules/sc_none:texts").problem(http.StatusNotFound, "not-found")
	s.get("/v1/schedules/sc_none:findings").problem(http.StatusNotFound, "not-found")
}

// A token of a town has no hands in another.
func TestPlannerOfATown(t *testing.T) {
	s, _ := scheduleServer(t)
	if p := s.post(farPlan, "schedules", scheduleBody()).problem(http.StatusForbidden, "forbidden"); p["scope"] == nil {
		t.Errorf("%v", p)
	}
	s.post(farPlan, "schedules", scheduleBody("zone", `"z_lot"`)).status(http.StatusCreated) // the lot is in its town
	path, _ := s.draft()
	s.step(farPlan, path, "submit").problem(http.StatusForbidden, "forbidden")
	tag := []string{"If-Match", s.get(path).Header.Get("ETag")}
	s.do(ask{Method: "PUT", Path: path, Role: farPlan, Body: scheduleBody(), Header: tag}).problem(http.StatusForbidden, "forbidden")
	s.do(ask{Method: "DELETE", Path: path, Role: farPlan, Header: tag}).problem(http.StatusForbidden, "forbidden")
	s.step(farPlan, path, "redraft").problem(http.StatusForbidden, "forbidden")
}
