package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
)

// An answer that a server gave is given again by the command, byte for byte, after what it rests on was imported anew; with another key, or
// none, it is not.
func TestReplayCommand(t *testing.T) {
	store := district(t)
	s := serve(t, "--store", store)
	s.ready("/readyz")
	status, _, answer := s.get("/v1/lookup?crs=wgs84&lon=121.305&lat=30.705&category=part.pole&at=2025-06-01T00:00:00Z")
	if status != http.StatusOK {
		t.Fatalf("lookup: %d %s", status, answer)
	}
	s.stop()
	var a struct {
		ID       string `json:"answer_id"`
		Features []any
	}
	if err := json.Unmarshal([]byte(answer), &a); err != nil || len(a.Features) != 1 {
		t.Fatalf("%v: %s", err, answer)
	}
	moved := write(t, "poles.geojson", `{"type":"FeatureCollection","features":[`+feature("P-1", `{"type":"Point","coordinates":[121.3051,30.705]}`)+`]}`)
	ok(t, "import", "poles", moved, "--crs", "wgs84", "--valid-from", "2025-01-01", "--store", store)
	if again := ok(t, "replay", a.ID, "--store", store).out; again != answer {
		t.Errorf("again:\n%s\nwant\n%s", again, answer)
	}
	refused(t, exitFailed, []string{"no signing key"}, "replay", a.ID, "--store", store, "--state-dir", filepath.Join(t.TempDir(), "none"))
	refused(t, exitFailed, []string{"not the id of an answer"}, "replay", a.ID[1:], "--store", store)
	refused(t, exitFailed, []string{"cannot be given again"}, "replay", "a/../b", "--store", store)
}
