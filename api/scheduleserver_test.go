package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
)

// clock shows another time whenever it is asked, and can be set.
type clock struct {
	sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

// set sets the clock to a time of Shanghai.
func (c *clock) set(text string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, layers.Shanghai())
	if err != nil {
		panic(err)
	}
	c.Lock()
	defer c.Unlock()
	c.at = at
}

// The bodies that consent to the schedule of 海汇街, and those that do not.
const (
	planner2 layers.Role = "planner two"
	police   layers.Role = "police agent"
	road     layers.Role = "road agent"
	townHall layers.Role = "town agent"
	farTown  layers.Role = "agent of another town"
	carrier  layers.Role = "carrier agent"
	noUnit   layers.Role = "agent without a unit"
	farPlan  layers.Role = "planner of another town"
	police2  layers.Role = "reviewer of the police"
)

const zoneID = "z_haihui"

// kerbFixture is what schedules need beside the fixture: bodies, notices of 2026, a lot, and the schedule that is in force since 2025.
func kerbFixture() []layers.Feature {
	unit := func(id, kind, town string) *layers.Unit {
		return &layers.Unit{Meta: meta(id), Code: id, Name: id, Kind: kind, Town: town}
	}
	notice := &layers.Notice{Meta: meta("cn-2026"), Code: "cn-2026", Name: "2026年放假安排", Year: 2026, Papers: []string{"国办发明电〔2025〕7号"}}
	for day, off := range map[string]bool{"2026-09-20": false, "2026-10-10": false, "2026-10-01": true, "2026-10-02": true, "2026-10-03": true, "2026-10-04": true, "2026-10-05": true,
		"2026-10-06": true, "2026-10-07": true} {
		notice.Days = append(notice.Days, layers.NoticeOfDays{Date: day, Name: "国庆节", Off: off})
	}
	lot := &layers.Zone{Meta: meta("z_lot"), Code: "LOT-1", Name: "行政中心停车场", Kind: "lot", Capacity: 40, DefaultMode: layers.Parking, Geometry: area(1, 0.2, 1.1, 0.2, 1.1, 0.21, 1, 0.21)[0]}
	first := &layers.Schedule{Meta: meta("sc_haihui_1"), Code: "haihui-1", Name: "海汇街夜间潮汐停车", Zone: zoneID, Series: "haihui", Number: 1, State: layers.Published, From: "2025-05-01",
		Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}}, Start: "20:00", DurationMin: 660, ClearBy: "06:50", GraceMin: 10}},
		Author:  "demo planner"}
	first.Digest = first.ContentDigest()
	return []layers.Feature{unit("u_police", "police", ""), unit("u_town", "town", "310116113"), unit("u_town_104", "town", "310116104"), notice, lot, first}
}

// scheduleServer serves the fixture of the kerb on 2026-09-14, a Monday, at 10:00.
func scheduleServer(t testing.TB) (*server, *clock) {
	t.Helper()
	return scheduleServerWith(t, nil)
}

func scheduleServerWith(t testing.TB, change func(*api.Options)) (*server, *clock) {
	t.Helper()
	c := &clock{}
	c.set("2026-09-14 10:00")
	var seats []seat
	for key, token := range map[layers.Role]layers.Token{
		planner2: {Role: layers.Planner}, police: {Role: layers.UnitAgent, Unit: "u_police"}, road: {Role: layers.UnitAgent, Unit: "u_transport"},
		townHall: {Role: layers.UnitAgent, Unit: "u_town"}, farTown: {Role: layers.UnitAgent, Unit: "u_town_104"}, carrier: {Role: layers.UnitAgent, Unit: "u_mobile"},
		noUnit: {Role: layers.UnitAgent}, farPlan: {Role: layers.Planner, Town: "310116104"}, police2: {Role: layers.Reviewer, Unit: "u_police"},
	} {
		token.ID, token.Name = fmt.Sprintf("t_%x", string(key)), string(key)
		seats = append(seats, seat{key, token})
	}
	s, _ := storeServer(t, c.now, kerbFixture(), change, seats...)
	return s, c
}

// state is the answer to a write of a schedule.
type state struct {
	Schedule struct {
		ID, Code, Name, Zone, Series, State, From, Until, Author, Digest, Calendar string
		BasedOn                                                                    string `json:"based_on"`
		Number, Version                                                            int
		Windows                                                                    []layers.ModeWindow
		SignOffs                                                                   []layers.SignOff `json:"sign_offs"`
		Comments                                                                   []layers.Comment
	}
	Findings []layers.Finding
	Allowed  []string
	Consents []string
	Missing  []string
}

// state reads the answer, which must have the status.
func (r reply) state(status int) (out state) {
	r.t.Helper()
	r.status(status).json(&out)
	return out
}

// content is content of a draft with members replaced: pairs of a name and its JSON; an empty one leaves the member out.
func scheduleBody(members ...string) string {
	raw := `{"zone":"z_haihui","name":"海汇街夜间潮汐停车，第二版","from":"2026-10-12",
		"windows":[{"id":"night","mode":"parking","day_types":["workday"],"start":"19:00","duration_min":720,"clear_by":"06:50","grace_min":10}],"documents":["金交发〔2026〕3号"]}`
	return bodyWith(raw, members...)
}

// draft makes a draft and returns its path and its tag.
func (s *server) draft(members ...string) (path, tag string) {
	s.t.Helper()
	r := s.post(layers.Planner, "schedules", scheduleBody(members...)).status(http.StatusCreated)
	return r.Header.Get("Location"), r.Header.Get("ETag")
}

// step takes a step with the tag that the revision has now.
func (s *server) step(role layers.Role, path, name string, body ...string) reply {
	s.t.Helper()
	return s.stepWith(role, path, name, s.get(path).Header.Get("ETag"), newKey(), append(body, "{}")[0])
}

func (s *server) stepWith(role layers.Role, path, name, tag, key, body string) reply {
	s.t.Helper()
	return s.do(ask{Method: "POST", Path: path + ":" + name, Role: role, Body: body, Header: []string{"If-Match", tag, "Idempotency-Key", key}})
}

// lead takes steps one after the other, by whoever may.
func (s *server) lead(path string, names ...string) (r reply) {
	s.t.Helper()
	who := map[string]layers.Role{"submit": layers.Planner, "return": layers.Reviewer, "approve": layers.Reviewer, "publish": layers.Publisher, "withdraw": layers.Publisher}
	for _, name := range names {
		if name == "sign" {
			s.step(police, path, name).status(http.StatusOK)
			r = s.step(road, path, name).status(http.StatusOK)
			continue
		}
		r = s.step(who[name], path, name, `{"text":"seen"}`).status(http.StatusOK)
	}
	return r
}

// mode asks what the zone is used for.
func (s *server) mode(at string, query ...string) (mode, rule string) {
	s.t.Helper()
	var out struct{ Mode, Rule string }
	path := "/v1/schedules:evaluate?zone=" + zoneID + "&at=" + at
	for _, q := range query {
		path += "&" + q
	}
	s.get(path).status(http.StatusOK).json(&out)
	return out.Mode, out.Rule
}

// bodyWith is a JSON object with members replaced: pairs of a name and its JSON; an empty one leaves the member out.
func bodyWith(raw string, members ...string) string {
	m := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		panic(err)
	}
	for i := 0; i < len(members); i += 2 {
		if m[members[i]] = json.RawMessage(members[i+1]); members[i+1] == "" {
			delete(m, members[i])
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}
