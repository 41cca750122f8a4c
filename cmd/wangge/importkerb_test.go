package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangge/data/realdata"
)

// TestImportKerb: a feed in two files goes into a store of its own, as drafts; the report says what is left out, and it can be undone.
func TestImportKerb(t *testing.T) {
	dir := t.TempDir()
	store := filepath.Join(dir, "other.gpkg")
	ok(t, "init", "--empty", "--name", "Metropolis", "--store", store)
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	zones := write("zones.json", `{"version":"1.0.1","time_zone":"US/Eastern","currency":"USD","data":{"zones":[{"curb_zone_id":"11111111-1111-1111-1111-111111111111","street_name":"Main St","curb_policy_ids":["p1","p2"],
		"geometry":{"type":"Polygon","coordinates":[[[-73.98,40.76],[-73.979,40.76],[-73.979,40.76003],[-73.98,40.76003],[-73.98,40.76]]]}}]}}`)
	policies := write("policies.json", `{"version":"1.0.1","time_zone":"US/Eastern","currency":"USD","data":{"policies":[
		{"curb_policy_id":"p1","priority":1,"rules":[{"activity":"loading","rate":[{"rate":200,"rate_unit":"hour"}]}],"time_spans":[{"days_of_week":["mon","fri"],"time_of_day_start":"22:00"},{"days_of_week":["tue","sat"],"time_of_day_end":"06:00"}]},
		{"curb_policy_id":"p2","priority":2,"rules":[{"activity":"parking"}]}]}}`)
	dry := ok(t, "import", "kerb", zones, "--with", policies, "--crs", "wgs84", "--store", store, "--dry-run")
	contains(t, "dry run", dry.out, "3 records: 2 carried over whole, 1 in part, 0 left out", "1 zones", "1 drafts", "payment: 1 records", "US/Eastern", "2.5 m wide", "nothing was written")
	contains(t, "import", ok(t, "import", "kerb", zones, "--with", policies, "--crs", "wgs84", "--store", store).out, "imported as revision", "--undo 2")
	out := ok(t, "export", "schedules", "--format", "geojson", "--store", store).out
	contains(t, "the draft", out, `"state":"draft"`, `"author":"import"`, `"mode":"loading"`, `"start":"22:00"`, `"duration_min":480`, `"weekdays":["mon","fri"]`)
	contains(t, "the zone", ok(t, "export", "zones", "--format", "geojson", "--store", store).out, `"default_mode":"parking"`, `"kind":"kerb"`)
	contains(t, "again", ok(t, "import", "kerb", zones, "--with", policies, "--crs", "wgs84", "--store", store).out, "exists: 1 records", "there is nothing to write")
	contains(t, "undo", ok(t, "import", "--undo", "2", "--store", store).out, "undone as revision")
	var report kerbOutcome
	if err := json.Unmarshal([]byte(ok(t, "import", "kerb", zones, "--with", policies, "--crs", "wgs84", "--store", store, "--json", "--set", "default_mode=travel").out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Records != 3 || report.Whole+report.Partly+report.Left != 3 || report.Undo != "4" || report.Zones != 1 {
		t.Errorf("%+v", report)
	}

	district := filepath.Join(dir, "district.gpkg")
	ok(t, "init", "--demo", "--store", district)
	refused(t, exitFailed, []string{"was not imported", "outside of the district", "init --empty"}, "import", "kerb", zones, "--with", policies, "--crs", "wgs84", "--store", district)
	refused(t, exitUsage, []string{"--crs is missing"}, "import", "kerb", zones, "--store", store)
	refused(t, exitUsage, []string{"name a file"}, "import", "kerb", "--store", store)
	refused(t, exitUsage, []string{"curblr, cds or sf"}, "import", "kerb", zones, "--crs", "wgs84", "--format", "csv", "--store", store)
	refused(t, exitUsage, []string{"default_mode"}, "import", "kerb", zones, "--crs", "wgs84", "--set", "kind=lot", "--store", store)
	refused(t, exitFailed, []string{"was not imported", "kept", "--format"}, "import", "kerb", write("x.json", "{}"), "--crs", "wgs84", "--store", store)
}

// TestImportRealKerbs imports what a city publishes into a store of its own, and takes it back.
func TestImportRealKerbs(t *testing.T) {
	file, store := realdata.File(t, "curb/portland-downtown-2020.curblr.json"), filepath.Join(t.TempDir(), "city.gpkg")
	ok(t, "init", "--empty", "--name", "City", "--store", store)
	out := ok(t, "import", "kerb", file, "--crs", "wgs84", "--store", store, "--max-problems", "1").out
	contains(t, "import", out, "416 records", "0 left out", "imported as revision")
	if !strings.Contains(ok(t, "export", "zones", "--format", "csv", "--store", store).out, "K-") {
		t.Error("no zones")
	}
	contains(t, "undo", ok(t, "import", "--undo", "2", "--store", store).out, "undone as revision")
}
