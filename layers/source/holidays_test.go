package source_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"wangge/data/realdata"
	"wangge/layers"
	"wangge/layers/source"
)

const someDaysOff = `{"$schema":"s","year":2026,"papers":["国办发明电〔2025〕7号"],"days":[
	{"name":"元旦","date":"2026-01-01","isOffDay":true},{"name":"元旦","date":"2026-01-04","isOffDay":false},{"name":"元旦","date":"2025-12-31","isOffDay":true}]}`

func TestHolidays(t *testing.T) {
	n, err := source.Holidays(strings.NewReader("\xef\xbb\xbf"+someDaysOff), false, 5)
	if err != nil {
		t.Fatal(err)
	}
	if n.Code != "cn-2026" || n.ID != n.Code || n.Year != 2026 || n.Local || len(n.Days) != 3 || n.Days[1] != (layers.NoticeOfDays{Date: "2026-01-04", Name: "元旦"}) || n.Papers[0] != "国办发明电〔2025〕7号" {
		t.Errorf("%+v", n)
	}
	local, err := source.Holidays(strings.NewReader(someDaysOff), true, 5)
	if err != nil || local.Code != "local-2026" || !local.Local {
		t.Errorf("%+v, %v", local, err)
	}
	for name, text := range map[string]string{
		"no JSON": "year 2026", "another form": `{"days":[]}`, "no days": `{"year":2026,"papers":[]}`, "an unknown member": strings.Replace(someDaysOff, `"papers"`, `"paper"`, 1),
		"a day without a kind": strings.Replace(someDaysOff, `,"isOffDay":false`, "", 1), "no date": strings.Replace(someDaysOff, "2026-01-04", "2026-02-30", 1),
		"a day twice": strings.Replace(someDaysOff, "2026-01-04", "2026-01-01", 1), "a far day": strings.Replace(someDaysOff, "2025-12-31", "2019-12-31", 1),
		"two values": someDaysOff + "{}", "too large": `{"year":2026,"papers":["` + strings.Repeat("x", 1<<20) + `"],"days":[]}`,
		"a name that is none": strings.Replace(someDaysOff, `"name":"元旦","date":"2026-01-04"`, `"name":"","date":"2026-01-04"`, 1), "a year that is none": strings.Replace(someDaysOff, "2026,", "20260,", 1),
	} {
		if _, err := source.Holidays(strings.NewReader(text), false, 5); !errors.Is(err, layers.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPublishedHolidays reads the notices of nine years.
func TestPublishedHolidays(t *testing.T) {
	var list []*layers.Notice
	for _, year := range []string{"2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026", "2027"} {
		f, err := os.Open(realdata.File(t, "holidays/holiday-cn-"+year+".json"))
		if err != nil {
			t.Fatal(err)
		}
		n, err := source.Holidays(f, false, 5)
		if err != nil || n.Code != "cn-"+year || (len(n.Days) == 0) != (year == "2027") {
			t.Errorf("%s: %+v, %v", year, n, err)
			continue
		}
		n.Version = 1
		list = append(list, n)
	}
	c := layers.CalendarOf(list)
	if len(c.Notices()) != 8 { // that of 2027 is not made yet
		t.Errorf("%d notices hold", len(c.Notices()))
	}
}

func FuzzHolidays(f *testing.F) {
	f.Add(someDaysOff)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := source.Holidays(strings.NewReader(text), false, 5)
		if err == nil && (n == nil || n.Validate(layers.CodesLocal) != nil) {
			t.Errorf("%+v", n)
		}
	})
}
