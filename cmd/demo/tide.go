package main

import (
	"fmt"
	"strings"

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

// schedules are the series of the demonstration. Of 海汇街 it is a fact that people park at night; its hours are assumed, because no source
// gives them. All else is invented.
func schedules() []layers.Feature {
	workdays, free := layers.DaysRule{DayTypes: []string{"workday"}}, layers.DaysRule{DayTypes: []string{"restday", "holiday"}}
	return []layers.Feature{
		published("haihui", "海汇街夜间潮汐停车（时段为假设）", tidalZone, "u_town_310116113", "cn-2025@1", layers.ModeWindow{ID: "night", Mode: layers.Parking, DaysRule: workdays,
			Start: "20:00", DurationMin: 660, ClearBy: "06:50", GraceMin: 10}),
		published("longhao", "龙皓路装卸与集市停车（虚构）", "z_longhao", "u_town_310116113", "cn-2025@1",
			layers.ModeWindow{ID: "delivery", Mode: layers.Loading, Start: "05:30", DurationMin: 120, MaxStayMin: 30, Users: &layers.UserClasses{Any: []string{"delivery", "shop"}}},
			layers.ModeWindow{ID: "market", Mode: layers.Parking, DaysRule: free, Start: "09:00", DurationMin: 720, MaxStayMin: 180, Rate: &layers.Rate{Fen: 500, Per: "hour"}}),
		published("park-road", "公园路上学放学时段封闭（虚构）", "z_park_road", "u_town_310116101", "cn-2025@1",
			layers.ModeWindow{ID: "morning", Mode: layers.Closed, DaysRule: workdays, Start: "07:00", DurationMin: 60},
			layers.ModeWindow{ID: "afternoon", Mode: layers.Closed, DaysRule: workdays, Start: "15:30", DurationMin: 90}),
		published("shared-lot", "山阳商务楼宇错时共享（虚构）", "z_shared_lot", "u_town_310116113", "cn-2025@1",
			layers.ModeWindow{ID: "evening", Mode: layers.Parking, DaysRule: workdays, Start: "18:30", DurationMin: 750, ClearBy: "06:45", GraceMin: 15},
			layers.ModeWindow{ID: "day-off", Mode: layers.Parking, DaysRule: free, Start: "00:00", DurationMin: 1440}),
	}
}

// published is the first revision of a series, in force since 2025-05-01 and signed by all.
func published(series, name, zone, town, calendar string, windows ...layers.ModeWindow) layers.Feature {
	s := &layers.Schedule{Meta: meta("sc_" + strings.ReplaceAll(series, "-", "_") + "_1"), Code: series + "-1", Name: name, Zone: zone, Series: series, Number: 1, State: layers.Published,
		From: "2025-05-01", Windows: windows, Author: "demo planner", Calendar: calendar}
	for _, role := range layers.SignOffRoles() {
		unit := map[string]string{"police": unitTraffic, "road": unitTransport, "town": town}[role]
		s.SignOffs = append(s.SignOffs, layers.SignOff{Role: role, Unit: unit, By: "demo", At: validFrom})
	}
	s.Digest = s.ContentDigest()
	return s
}
