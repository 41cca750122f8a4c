package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// The incident lies where the camera looks, and is answered as a lookup there is; near a border it is doubtful.
func TestDetections(t *testing.T) {
	s, _ := ruleServer(t)
	var got struct {
		Incident struct {
			Lon, Lat  float64
			AccuracyM float64 `json:"accuracy_m"`
		}
		Source string
		Answer duty.Answer
	}
	detect := func(camera orb.Point, bearing, distance float64, members string) reply {
		body := fmt.Sprintf(`{"camera":{"lon":%v,"lat":%v,"crs":"cgcs2000"},"bearing_deg":%v,"distance_m":%v,"algorithm":"litter","confidence":0.9%s}`, camera[0], camera[1], bearing, distance, members)
		return s.do(ask{Method: "POST", Path: "/v1/detections", Role: layers.Dispatcher, Body: body})
	}
	camera := at(1, 1)
	detect(camera, 90, 200, `,"source":"K-12"`).status(http.StatusOK).json(&got)
	p := orb.Point{got.Incident.Lon, got.Incident.Lat}
	if d := float64(geo.Distance(camera, p)); math.Abs(d-200) > 0.1 || p[0] <= camera[0] || math.Abs(p[1]-camera[1]) > 1e-6 || got.Source != "K-12" {
		t.Errorf("%v m away at %v", d, p)
	}
	if want := math.Hypot(20, 200*math.Sin(5*math.Pi/180)); math.Abs(got.Incident.AccuracyM-want) > 0.06 {
		t.Errorf("accuracy %v, want %v", got.Incident.AccuracyM, want)
	}
	a := got.Answer
	if a.ID == "" || a.Query.Category != "event.waste" || a.Query.Channel != "camera" || a.Responsibility == nil || a.Responsibility.Primary.Unit != "u_transport" {
		t.Errorf("%+v", a)
	}
	var same duty.Answer
	s.get("/v1/answers/" + a.ID + ":replay").status(http.StatusOK).json(&same)
	if same.ID != a.ID {
		t.Errorf("again: %+v", same)
	}
	// The camera hangs in one grid, the incident lies on the border to the next.
	beyond := at(2.1, 1)
	border := at(2.2, 1)
	detect(beyond, geo.Bearing(beyond, border), float64(geo.Distance(beyond, border)), `,"bearing_error_deg":0,"distance_error_m":0`).status(http.StatusOK).json(&got)
	if got.Incident.AccuracyM != 15 || got.Answer.Outcome != duty.Ambiguous || len(got.Answer.Candidates) < 2 {
		t.Errorf("on a border: %v m, %s %+v", got.Incident.AccuracyM, got.Answer.Outcome, got.Answer.Candidates)
	}
	unknown := `{"camera":{"lon":121.3,"lat":30.8,"crs":"cgcs2000"},"bearing_deg":0,"distance_m":10,"algorithm":"unicorn","confidence":0.9}`
	if p := s.do(ask{Method: "POST", Path: "/v1/detections", Role: layers.Dispatcher, Body: unknown}).problem(http.StatusBadRequest, "unknown-category"); p["unknown"] != "unicorn" {
		t.Errorf("%v", p)
	}
	for pointer, members := range map[string]string{"/bearing_deg": `,"bearing_deg":400`, "/distance_m": `,"distance_m":-1`, "/confidence": `,"confidence":0`, "/algorithm": `,"algorithm":""`,
		"/bearing_error_deg": `,"bearing_error_deg":91`, "/camera/crs": `,"camera":{"lon":121,"lat":30,"crs":""}`, "/lens": `,"lens":"wide"`} {
		var m map[string]json.RawMessage
		must(t, json.Unmarshal([]byte(strings.Replace(unknown, "unicorn", "litter", 1)), &m))
		must(t, json.Unmarshal([]byte("{"+members[1:]+"}"), &m))
		if p := s.do(ask{Method: "POST", Path: "/v1/detections", Role: layers.Dispatcher, Body: string(mustJSON(t, m))}).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != pointer {
			t.Errorf("%s: %v", members, p["pointer"])
		}
	}
}
