package api_test

import (
	"net/http"
	"testing"

	"wangge/layers"
)

// orderBody is an order of the evening of the 14th with members replaced, as scheduleBody does it.
func orderBody(members ...string) string {
	raw := `{"name":"消防演练","zones":["z_haihui"],"starts":"2026-09-14T21:00:00+08:00","ends":"2026-09-14T23:00:00+08:00","band":"emergency","mode":"closed","reason":"演练"}`
	return bodyWith(raw, members...)
}

type order struct {
	ID, Code, Name, Starts, Ends, Band, Mode, Overrides, Author string
	Version                                                     int
}

func (s *server) write(method string, role layers.Role, path, body string) reply {
	s.t.Helper()
	return s.do(ask{Method: method, Path: path, Role: role, Body: body, Header: []string{"If-Match", s.get(path).Header.Get("ETag"), "Idempotency-Key", newKey()}})
}

// An order stands over the schedule as long as it lasts, and then the schedule holds again by itself.
func TestOrderOverSchedule(t *testing.T) {
	s, c := scheduleServer(t)
	made := s.post(layers.Dispatcher, "orders", orderBody()).status(http.StatusCreated)
	var o order
	made.json(&o)
	path := made.Header.Get("Location")
	if o.Code != o.ID || o.Author != "dispatcher one" || o.Overrides != "haihui" || path != "/v1/orders/"+o.ID {
		t.Errorf("order %+v at %s", o, path)
	}
	for at, want := range map[string]string{
		"2026-09-14T20:59:59%2B08:00": "parking haihui-1/night", "2026-09-14T21:00:00%2B08:00": "closed " + o.ID, "2026-09-14T22:59:59.999%2B08:00": "closed " + o.ID,
		"2026-09-14T23:00:00%2B08:00": "parking haihui-1/night",
	} {
		if mode, rule := s.mode(at); mode+" "+rule != want {
			t.Errorf("%s: %s %s, want %s", at, mode, rule, want)
		}
	}
	// Before it begins all can be changed.
	s.write("PUT", layers.Dispatcher, path, orderBody("starts", `"2026-09-14T21:30:00+08:00"`)).status(http.StatusOK)
	c.set("2026-09-14 22:00")
	for member, value := range map[string]string{"starts": `"2026-09-14T21:00:00+08:00"`, "mode": `"travel"`, "zones": `["z_lot"]`} {
		body := orderBody("starts", `"2026-09-14T21:30:00+08:00"`, member, value)
		if p := s.write("PUT", layers.Dispatcher, path, body).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != "/"+member {
			t.Errorf("%s of an order that has begun: %v", member, p)
		}
	}
	s.write("PUT", layers.Dispatcher, path, orderBody("starts", `"2026-09-14T21:30:00+08:00"`, "ends", `"2026-09-15T02:00:00+08:00"`)).status(http.StatusOK)
	ended := s.write("DELETE", layers.Dispatcher, path, "").status(http.StatusOK)
	ended.json(&o)
	if o.Ends[:16] != "2026-09-14T14:00" || o.Version != 4 {
		t.Errorf("ended: %+v", o)
	}
	if mode, _ := s.mode("2026-09-14T22:30:00%2B08:00"); mode != "parking" {
		t.Errorf("after it was ended: %s", mode)
	}
	if mode, _ := s.mode("2026-09-14T21:45:00%2B08:00"); mode != "closed" {
		t.Errorf("what has been is another: %s", mode)
	}
	for _, method := range []string{"PUT", "DELETE"} {
		body := ""
		if method == "PUT" {
			body = orderBody("ends", `"2026-09-15T03:00:00+08:00"`)
		}
		s.write(method, layers.Dispatcher, path, body).problem(http.StatusConflict, "illegal-transition")
	}
	// One that has not begun is gone.
	later := s.post(layers.Publisher, "orders", orderBody("starts", `"2026-09-20T21:00:00+08:00"`, "ends", `"2026-09-20T22:00:00+08:00"`)).Header.Get("Location")
	s.write("DELETE", layers.Publisher, later, "").status(http.StatusNoContent)
	s.get(later).problem(http.StatusNotFound, "not-found")
}

// A dispatcher gives orders in emergencies alone, and touches no others.
func TestOrderBands(t *testing.T) {
	s, _ := scheduleServer(t)
	works := orderBody("band", `"works"`)
	s.post(layers.Dispatcher, "orders", works).problem(http.StatusForbidden, "forbidden")
	path := s.post(layers.Publisher, "orders", works).status(http.StatusCreated).Header.Get("Location")
	s.write("PUT", layers.Dispatcher, path, orderBody()).problem(http.StatusForbidden, "forbidden")
	s.write("DELETE", layers.Dispatcher, path, "").problem(http.StatusForbidden, "forbidden")
	emergency := s.post(layers.Dispatcher, "orders", orderBody()).status(http.StatusCreated).Header.Get("Location")
	s.write("PUT", layers.Dispatcher, emergency, works).problem(http.StatusForbidden, "forbidden")
	s.write("PUT", layers.Publisher, emergency, orderBody("mode", `"travel"`)).status(http.StatusOK)
	if mode, rule := s.mode("2026-09-14T22:00:00%2B08:00"); mode != "travel" || "/v1/orders/"+rule != emergency {
		t.Errorf("the higher band: %s %s", mode, rule)
	}
	stale := s.do(ask{Method: "PUT", Path: path, Role: layers.Publisher, Body: orderBody("name", `"mine"`), Header: []string{"If-Match", `"9-x"`}}).problem(http.StatusPreconditionFailed, "stale-version")
	current, _ := stale["current"].(map[string]any)
	yours, _ := stale["yours"].(map[string]any)
	if current["band"] != "works" || yours["name"] != "mine" {
		t.Errorf("both: %v", stale)
	}
}

// Reports of what happened on the street are kept, each for whom it is to make.
func TestActivations(t *testing.T) {
	s, _ := scheduleServer(t)
	body := `{"zone":"z_haihui","day":"2026-09-13","kind":"lane_cleared","happened":"2026-09-14T06:58:00+08:00","rule":"haihui-1/night"}`
	for _, role := range []layers.Role{layers.Dispatcher, layers.Planner, police, road} {
		r := s.post(role, "activations", body).status(http.StatusCreated)
		s.get(r.Header.Get("Location")).status(http.StatusOK)
	}
	for _, role := range []layers.Role{carrier, noUnit, layers.UnitAgent, townHall} {
		s.post(role, "activations", body).problem(http.StatusForbidden, "forbidden")
	}
	var list struct{ Items []struct{ Author string } }
	s.get("/v1/activations?zone=z_haihui&day=2026-09-13").status(http.StatusOK).json(&list)
	if len(list.Items) != 4 {
		t.Errorf("%d reports", len(list.Items))
	}
	for pointer, bad := range map[string]string{
		"/zone":     `{"zone":"z_none","day":"2026-09-13","kind":"lane_cleared","happened":"2026-09-14T06:58:00+08:00"}`,
		"/day":      `{"zone":"z_haihui","day":"2026-09-10","kind":"lane_cleared","happened":"2026-09-14T06:58:00+08:00"}`,
		"/kind":     `{"zone":"z_haihui","day":"2026-09-13","kind":"swept","happened":"2026-09-14T06:58:00+08:00"}`,
		"/happened": `{"zone":"z_haihui","day":"2026-09-15","kind":"lane_cleared","happened":"2026-09-15T06:58:00+08:00"}`,
		"/author":   `{"zone":"z_haihui","day":"2026-09-13","kind":"lane_cleared","happened":"2026-09-14T06:58:00+08:00","author":"me"}`,
	} {
		if p := s.post(layers.Dispatcher, "activations", bad).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != pointer {
			t.Errorf("%s: %v", pointer, p)
		}
	}
}
