package main

import (
	"fmt"

	"wangge/layers"
	"wangge/layers/calendar"
)

// stretchOff is a holiday with its first and last day off, as the notice of its year gives them.
type stretchOff struct{ name, first, last string }

// announced are the State Council's notices: days off, and Saturdays and Sundays that are worked on. They are facts.
var announced = []struct {
	year  int
	paper string
	off   []stretchOff
	work  []stretchOff
}{
	{2025, "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm", []stretchOff{
		{"元旦", "2025-01-01", "2025-01-01"}, {"春节", "2025-01-28", "2025-02-04"}, {"清明节", "2025-04-04", "2025-04-06"}, {"劳动节", "2025-05-01", "2025-05-05"},
		{"端午节", "2025-05-31", "2025-06-02"}, {"国庆节、中秋节", "2025-10-01", "2025-10-08"},
	}, []stretchOff{
		{"春节", "2025-01-26", "2025-01-26"}, {"春节", "2025-02-08", "2025-02-08"}, {"劳动节", "2025-04-27", "2025-04-27"}, {"国庆节、中秋节", "2025-09-28", "2025-09-28"},
		{"国庆节、中秋节", "2025-10-11", "2025-10-11"},
	}},
	{2026, "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm", []stretchOff{
		{"元旦", "2026-01-01", "2026-01-03"}, {"春节", "2026-02-15", "2026-02-23"}, {"清明节", "2026-04-04", "2026-04-06"}, {"劳动节", "2026-05-01", "2026-05-05"},
		{"端午节", "2026-06-19", "2026-06-21"}, {"中秋节", "2026-09-25", "2026-09-27"}, {"国庆节", "2026-10-01", "2026-10-07"},
	}, []stretchOff{
		{"元旦", "2026-01-04", "2026-01-04"}, {"春节", "2026-02-14", "2026-02-14"}, {"春节", "2026-02-28", "2026-02-28"}, {"劳动节", "2026-05-09", "2026-05-09"},
		{"国庆节", "2026-09-20", "2026-09-20"}, {"国庆节", "2026-10-10", "2026-10-10"},
	}},
}

// notices are the notices of days off.
func notices() ([]layers.Feature, error) {
	var out []layers.Feature
	for _, a := range announced {
		code := fmt.Sprintf("cn-%d", a.year)
		n := &layers.Notice{Meta: meta(code), Code: code, Name: fmt.Sprintf("国务院办公厅关于%d年部分节假日安排的通知", a.year), Year: a.year, Papers: []string{a.paper}}
		for i, s := range append(append([]stretchOff{}, a.off...), a.work...) {
			first, err := calendar.ParseDay(s.first)
			if err != nil {
				return nil, err
			}
			last, err := calendar.ParseDay(s.last)
			if err != nil {
				return nil, err
			}
			for d := first; d <= last; d++ {
				n.Days = append(n.Days, layers.NoticeOfDays{Date: d.String(), Name: s.name, Off: i < len(a.off)})
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// schedules is the one series of the demonstration: 海汇街 at night. Its hours are assumed; no source gives them.
func schedules() []layers.Feature {
	s := &layers.Schedule{Meta: meta("sc_haihui_1"), Code: "haihui-1", Name: "海汇街夜间潮汐停车（时段为假设）", Zone: tidalZone, Series: "haihui", Number: 1, State: layers.Published,
		From: "2025-05-01", Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}}, Start: "20:00", DurationMin: 660,
			ClearBy: "06:50", GraceMin: 10}}, Author: "demo planner", Calendar: "cn-2025@1"}
	for _, role := range layers.SignOffRoles() {
		unit := map[string]string{"police": unitTraffic, "road": unitTransport, "town": "u_town_310116113"}[role]
		s.SignOffs = append(s.SignOffs, layers.SignOff{Role: role, Unit: unit, By: "demo", At: validFrom})
	}
	s.Digest = s.ContentDigest()
	return []layers.Feature{s}
}
