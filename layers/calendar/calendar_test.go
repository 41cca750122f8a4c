package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"wangge/data/realdata"
	"wangge/layers/calendar"
)

// The notices of the State Council for 2025 and 2026, by hand: of days off, the first and the last of each stretch.
var (
	official2025 = notice(2025, 1, "元旦 2025-01-01 2025-01-01", "春节 2025-01-28 2025-02-04", "清明节 2025-04-04 2025-04-06", "劳动节 2025-05-01 2025-05-05",
		"端午节 2025-05-31 2025-06-02", "国庆节、中秋节 2025-10-01 2025-10-08",
		"work 2025-01-26", "work 2025-02-08", "work 2025-04-27", "work 2025-09-28", "work 2025-10-11")
	official2026 = notice(2026, 1, "元旦 2026-01-01 2026-01-03", "春节 2026-02-15 2026-02-23", "清明节 2026-04-04 2026-04-06", "劳动节 2026-05-01 2026-05-05",
		"端午节 2026-06-19 2026-06-21", "中秋节 2026-09-25 2026-09-27", "国庆节 2026-10-01 2026-10-07",
		"work 2026-01-04", "work 2026-02-14", "work 2026-02-28", "work 2026-05-09", "work 2026-09-20", "work 2026-10-10")
)

func notice(year, version int, lines ...string) calendar.Notice {
	n := calendar.Notice{Year: year, Version: version}
	for _, line := range lines {
		words := strings.Fields(line)
		from, to := date(words[1]), date(words[len(words)-1])
		for d := from; d <= to; d++ {
			n.Days = append(n.Days, calendar.NoticeDay{Date: d, Name: words[0], Off: words[0] != "work"})
		}
	}
	return n
}

func date(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func moment(s string) int64 {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		t, err = time.Parse("2006-01-02 15:04", s)
	}
	if err != nil {
		panic(err)
	}
	return t.Add(-8 * time.Hour).UnixMilli()
}

func calendarOf(t testing.TB, notices ...calendar.Notice) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(notices...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTypes(t *testing.T) {
	c := calendarOf(t, official2025, official2026)
	for day, want := range map[string]string{
		"2026-01-01": "holiday:元旦", "2026-01-04": "makeup_workday", "2026-01-05": "workday", "2026-01-10": "restday", "2026-09-20": "makeup_workday", "2026-10-01": "holiday:国庆节",
		"2026-10-10": "makeup_workday", "2026-10-11": "restday", "2025-10-06": "holiday:国庆节、中秋节", "2025-12-31": "workday", "2024-02-10": "restday", "2027-01-01": "workday", "1969-12-31": "workday", "1969-12-28": "restday",
	} {
		if got := c.Type(date(day)).String(); got != want {
			t.Errorf("%s is %s, want %s", day, got, want)
		}
	}
	for year, want := range map[int][2]int{2025: {28, 5}, 2026: {33, 6}} {
		off, makeup := 0, 0
		for d := calendar.DayOf(year, 1, 1); d < calendar.DayOf(year+1, 1, 1); d++ {
			switch c.Type(d).Kind {
			case calendar.Holiday:
				off++
			case calendar.MakeupWorkday:
				makeup++
			}
		}
		if got := [2]int{off, makeup}; got != want {
			t.Errorf("%d has %d days off and %d make-up work days, want %d", year, off, makeup, want)
		}
	}
}

// TestWhichNoticeHolds: the last version, the later year, and a local one before all.
func TestWhichNoticeHolds(t *testing.T) {
	local := notice(2026, 3, "work 2026-10-01", "店休日 2026-03-04")
	local.Local = true
	c := calendarOf(t, notice(2026, 2, "元旦 2026-01-02"), local, official2026, notice(2023, 1, "元旦 2022-12-31 2023-01-02"), notice(2022, 1, "work 2022-12-31"))
	for day, want := range map[string]string{
		"2026-01-01": "workday", "2026-01-02": "holiday:元旦", "2026-10-01": "makeup_workday", "2026-03-04": "holiday:店休日", "2022-12-31": "holiday:元旦", "2023-01-02": "holiday:元旦",
	} {
		if got := c.Type(date(day)).String(); got != want {
			t.Errorf("%s is %s, want %s", day, got, want)
		}
	}
	for day, want := range map[string]string{"2026-07-01": "cn-2026@2+local-2026@3", "2022-12-31": "cn-2022@1", "2023-01-01": "cn-2023@1", "2024-01-01": "", "2021-01-01": "", "2027-01-01": ""} {
		if got := c.Version(date(day)); got != want || c.Provisional(date(day)) != (want == "") {
			t.Errorf("%s goes by %q (provisional: %v), want %q", day, got, c.Provisional(date(day)), want)
		}
	}
	if c := calendarOf(t, local); !c.Provisional(date("2026-03-04")) {
		t.Error("a local notice alone makes a year certain")
	}
	if c := calendarOf(t, calendar.Notice{Year: 2027, Version: 1}); !c.Provisional(date("2027-03-04")) {
		t.Error("a notice without days makes a year certain")
	}
	if c := new(calendar.Calendar); !c.Provisional(date("2026-01-01")) || c.Type(date("2026-01-01")).Kind != calendar.Workday {
		t.Error("the zero Calendar does not go by weekdays")
	}
}

func TestNoticesThatAreRefused(t *testing.T) {
	for name, n := range map[string]calendar.Notice{
		"no year":      notice(0, 1, "元旦 2026-01-01"),
		"no version":   notice(2026, 0, "元旦 2026-01-01"),
		"another year": notice(2026, 1, "元旦 2028-01-01"),
		"twice":        notice(2026, 1, "元旦 2026-01-01", "work 2026-01-01"),
		"too many":     notice(2026, 1, "元旦 2025-01-01 2026-12-31"),
		"no name":      {Year: 2026, Version: 1, Days: []calendar.NoticeDay{{Date: date("2026-01-01"), Off: true}}},
	} {
		if _, err := calendar.New(n); !errors.Is(err, calendar.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDays compares with package time: 1900 to 2200, every day, and the milliseconds around its midnights.
func TestDays(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	for at := time.Date(1900, 1, 1, 0, 0, 0, 0, shanghai); at.Year() < 2200; at = at.AddDate(0, 0, 1) {
		d, passed := calendar.DayAt(at.UnixMilli())
		before, most := calendar.DayAt(at.UnixMilli() - 1)
		year, month, day := d.Date()
		if d.String() != at.Format("2006-01-02") || passed != 0 || before != d-1 || most != 86_400_000-1 || d.Weekday() != at.Weekday() || d.Start() != at.UnixMilli() ||
			year != at.Year() || month != at.Month() || day != at.Day() || d.Year() != year || calendar.DayOf(year, month, day) != d {
			t.Fatalf("%s is %s with %d, the moment before %s with %d", at, d, passed, before, most)
		}
	}
	for _, s := range []string{"", "2026-9-20", "2026-02-30", "20260920", "2026-09-20T00:00:00Z", "1899-12-31", "二〇二六", "02026-09-20"} {
		if d, err := calendar.ParseDay(s); !errors.Is(err, calendar.ErrInvalid) {
			t.Errorf("%q is %s, %v", s, d, err)
		}
	}
	var d calendar.Day
	if b, err := json.Marshal(date("2028-02-29")); err != nil || string(b) != `"2028-02-29"` || json.Unmarshal(b, &d) != nil || d != date("2028-02-29") {
		t.Errorf("a day as JSON: %s, %v, %s", b, err, d)
	}
	if err := json.Unmarshal([]byte("20280229"), &d); !errors.Is(err, calendar.ErrInvalid) {
		t.Errorf("a number is a day: %v", err)
	}
}

// TestPublishedNotices reads nine years as others publish them, and compares 2025 and 2026 with those above.
func TestPublishedNotices(t *testing.T) {
	var notices []calendar.Notice
	for year := 2019; year <= 2027; year++ {
		raw, err := os.ReadFile(realdata.File(t, fmt.Sprintf("holidays/holiday-cn-%d.json", year)))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Days []struct {
				Name     string
				Date     calendar.Day
				IsOffDay bool
			}
		}
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		n := calendar.Notice{Year: year, Version: 1}
		for _, d := range file.Days {
			n.Days = append(n.Days, calendar.NoticeDay{Date: d.Date, Name: d.Name, Off: d.IsOffDay})
		}
		notices = append(notices, n)
	}
	c, ours := calendarOf(t, notices...), calendarOf(t, official2025, official2026)
	for d := date("2025-01-01"); d < date("2027-01-01"); d++ {
		if a, b := c.Type(d), ours.Type(d); a.Kind != b.Kind {
			t.Errorf("%s is %s as published, %s here", d, a, b)
		}
	}
	if got := c.Type(date("2022-12-31")).String(); got != "holiday:元旦" {
		t.Errorf("2022-12-31 is %s", got)
	}
	if c.Provisional(date("2026-12-31")) || !c.Provisional(date("2027-01-01")) {
		t.Error("2027 is not announced, 2026 is")
	}
}
