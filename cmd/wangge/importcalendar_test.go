package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestImportCalendar: the notice of a year that had none, an amendment of it, and the undo, with what each does to 海汇街.
func TestImportCalendar(t *testing.T) {
	dir := t.TempDir()
	store := filepath.Join(dir, "district.gpkg")
	ok(t, "init", "--demo", "--store", store)
	write := func(text string) string {
		t.Helper()
		file := filepath.Join(dir, "days.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	first := `{"year":2027,"papers":["国办发明电〔2026〕9号"],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"元旦","date":"2027-01-03","isOffDay":false}]}`
	dry := ok(t, "import", "calendar", write(first), "--store", store, "--dry-run")
	contains(t, "dry run", dry.out, "cn-2027: 1 days off, 1 make-up work days", "2 days are of another kind", "2027-01-01: holiday:元旦, was workday", "2027-01-03: makeup_workday, was restday",
		"4 zones are used otherwise", "海汇街", "2027-01-01, 2027-01-02, 2027-01-03, 2027-01-04", "nothing was written")
	done := ok(t, "import", "calendar", write(first), "--store", store)
	contains(t, "import", done.out, "imported as revision", "wangge import --undo 3")
	contains(t, "the same again", ok(t, "import", "calendar", write(first), "--store", store).out, "0 days are of another kind", "0 zones are used otherwise", "has all of it already")

	amended := strings.Replace(first, `{"name":"元旦","date":"2027-01-03","isOffDay":false}`, `{"name":"元旦","date":"2027-01-09","isOffDay":false}`, 1)
	var report calendarReport
	if err := json.Unmarshal([]byte(ok(t, "import", "calendar", write(amended), "--store", store, "--json").out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Notice != "cn-2027" || report.Undo != "4" || len(report.Zones) != 4 || report.Zones[0].Zone != "z_haihui" || !slices.Equal(report.Zones[0].Dates, []string{"2027-01-03", "2027-01-04", "2027-01-09", "2027-01-10"}) {
		t.Errorf("the amendment: %+v", report)
	}
	contains(t, "undo", ok(t, "import", "--undo", "4", "--store", store).out, "undone as revision")
	contains(t, "after the undo the first holds", ok(t, "import", "calendar", write(first), "--store", store, "--dry-run").out, "has all of it already")
	contains(t, "undo of the undo", ok(t, "import", "--undo", "5", "--store", store).out, "undone as revision")
	contains(t, "then the amendment holds", ok(t, "import", "calendar", write(amended), "--store", store, "--dry-run").out, "has all of it already")
	local := strings.Replace(first, `"2027-01-03","isOffDay":false`, `"2027-01-05","isOffDay":true`, 1)
	contains(t, "a local notice", ok(t, "import", "calendar", write(local), "--local", "--store", store).out, "local-2027", "2027-01-05: holiday:元旦, was workday")

	refused(t, exitFailed, []string{"was not imported", "kept", "isOffDay"}, "import", "calendar", write(`{"year":2027}`), "--store", store)
	refused(t, exitUsage, []string{"name a file"}, "import", "calendar", "--store", store)
	refused(t, exitFailed, []string{"no such file"}, "import", "calendar", filepath.Join(dir, "absent.json"), "--store", store)
}
