package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"wangge/layers"
)

type places struct {
	At      string
	Minutes int
	Items   []struct {
		Zone        struct{ ID, Code, Kind string }
		DistanceM   float64 `json:"distance_m"`
		Mode, Rule  string
		Opens       string
		Until       *string
		ClearBy     string `json:"clear_by"`
		Enough      bool
		MaxStayMin  int `json:"max_stay_min"`
		Rate        *layers.Rate
		Provisional bool
	}
}

func (s *server) places(at, query string) (out places) {
	s.t.Helper()
	s.get("/v1/zones:available?lon=121.352&lat=30.8049&crs=wgs84&at=" + at + "%2B08:00" + query).status(http.StatusOK).json(&out)
	return out
}

// Where one can park near 海汇街, at different times and for how long.
func TestAvailable(t *testing.T) {
	s, _ := scheduleServer(t)
	night := s.places("2026-09-14T21:00:00", "")
	if len(night.Items) != 1 || night.Minutes != 60 || night.At != "2026-09-14T13:00:00Z" {
		t.Fatalf("at night: %+v", night)
	}
	one := night.Items[0]
	if one.Zone.ID != zoneID || one.DistanceM != 0 || one.Mode != "parking" || one.Rule != "haihui-1/night" || one.Opens != "" || one.Until == nil || *one.Until != "2026-09-14T23:00:00Z" || one.ClearBy != "2026-09-14T22:50:00Z" || !one.Enough || one.Rate != nil {
		t.Errorf("at night: %+v", one)
	}
	for minutes, enough := range map[int]bool{1: true, 590: true, 591: false, 600: false, 1440: false} {
		if got := s.places("2026-09-14T21:00:00", fmt.Sprintf("&minutes=%d", minutes)).Items[0].Enough; got != enough {
			t.Errorf("%d minutes: %v", minutes, got)
		}
	}
	if early := s.places("2026-09-15T06:55:00", "").Items[0]; early.ClearBy != "" || early.Enough || early.Mode != "parking" {
		t.Errorf("when all should have left: %+v", early)
	}
	day := s.places("2026-09-14T12:00:00", "").Items
	if len(day) != 1 || day[0].Mode != "travel" || day[0].Opens != "2026-09-14T12:00:00Z" || *day[0].Until != "2026-09-14T23:00:00Z" || !day[0].Enough {
		t.Errorf("by day: %+v", day)
	}
	if saturday := s.places("2026-09-19T08:00:00", "").Items; len(saturday) != 0 {
		t.Errorf("on a Saturday: %+v", saturday)
	}
	if sunday := s.places("2026-09-20T21:00:00", "").Items; len(sunday) != 1 || sunday[0].Mode != "parking" {
		t.Errorf("on a Sunday that is worked on: %+v", sunday)
	}
	if next := s.places("2027-01-04T21:00:00", "").Items; len(next) != 1 || !next[0].Provisional {
		t.Errorf("next year: %+v", next)
	}
	far := s.places("2026-09-14T21:00:00", "&radius_m=1").Items
	if len(far) != 1 {
		t.Errorf("inside: %+v", far)
	}
	var out places
	s.get("/v1/zones:available?lon=121.3105&lat=30.8025&crs=wgs84&radius_m=5000&at=2026-09-14T21:00:00%2B08:00").json(&out)
	if len(out.Items) != 2 || out.Items[0].Zone.ID != "z_lot" || out.Items[0].Until != nil || out.Items[0].Rule != "default" || out.Items[0].DistanceM < 30 || out.Items[1].DistanceM < out.Items[0].DistanceM {
		t.Errorf("the lot first: %+v", out)
	}
	s.get("/v1/zones:available?lon=121.3105&lat=30.8025&crs=wgs84&radius_m=5000&limit=1&at=2026-09-14T21:00:00%2B08:00").json(&out)
	if len(out.Items) != 1 {
		t.Errorf("limit: %+v", out)
	}
	for query, code := range map[string]string{
		"lat=30.8&crs=wgs84": "bad-coordinate", "lon=121.3&lat=30.8": "crs-required", "lon=121.3&lat=30.8&crs=wgs84&minutes=0": "bad-parameter", "lon=121.3&lat=30.8&crs=wgs84&radius_m=5001": "bad-parameter",
		"lon=121.3&lat=30.8&crs=wgs84&limit=101": "bad-parameter", "lon=121.3&lat=30.8&crs=wgs84&minutes=1e2": "bad-parameter", "lon=30.8&lat=121.3&crs=wgs84": "bad-coordinate", "lon=121.3&lat=30.8&crs=wgs84&at=now": "bad-time",
	} {
		s.send(ask{Path: "/v1/zones:available?" + query}).problem(http.StatusBadRequest, code)
	}
}

// What a window says of a stay is in the answer: the longest stay, the rate, by when to leave.
func TestAvailableByWindow(t *testing.T) {
	s, c := scheduleServer(t)
	path, _ := s.draft("windows", `[{"id":"noon","mode":"parking","start":"11:00","duration_min":180,"max_stay_min":45,"rate":{"fen":500,"per":"hour"},"clear_by":"13:30"}]`)
	s.lead(path, "submit", "sign", "approve", "publish")
	c.set("2026-10-12 12:00")
	one := s.places("2026-10-12T12:00:00", "&minutes=45").Items[0]
	if one.MaxStayMin != 45 || one.Rate == nil || *one.Rate != (layers.Rate{Fen: 500, Per: "hour"}) || one.ClearBy != "2026-10-12T05:30:00Z" || !one.Enough {
		t.Errorf("%+v", one)
	}
	if longer := s.places("2026-10-12T12:00:00", "&minutes=46").Items[0]; longer.Enough {
		t.Errorf("longer than one may stay: %+v", longer)
	}
}
