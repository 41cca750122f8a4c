package layers_test

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
)

// signpost is a revision with one of everything that texts speak of, and a snapshot that holds it.
func signpost(t *testing.T) (*layers.Snapshot, *layers.Schedule) {
	t.Helper()
	s := nights()
	s.Demo = true
	s.From, s.Until, s.BasedOn, s.Documents = "2026-10-12", "2027-05-01", "haihui-0", []string{"金交发〔2026〕3号", "沪公交〔2025〕8号"}
	s.Windows = append(s.Windows,
		layers.ModeWindow{ID: "noon", Mode: layers.Loading, DaysRule: layers.DaysRule{Weekdays: []string{"fri", "mon", "wed", "tue"}, Nth: []int{1, -2}, Months: []int{6, 7}}, Start: "11:00", DurationMin: 90,
			Rate: &layers.Rate{Fen: 550, Per: "hour"}, MaxStayMin: 30, Users: &layers.UserClasses{Any: []string{"delivery", "shop"}, None: []string{"bus"}}},
		layers.ModeWindow{ID: "all", Mode: layers.Closed, DaysRule: layers.DaysRule{DayTypes: []string{"holiday:国庆节", "makeup_workday"}}, Start: "00:00", DurationMin: 1440},
		layers.ModeWindow{ID: "cut", Mode: layers.Parking, DaysRule: layers.DaysRule{Weekdays: []string{"sat", "sun"}}, Start: "20:30", DurationMin: 600, Tail: calendar.TailCutAt, CutAt: "02:00"})
	s.Exceptions = []layers.Exception{
		{ID: "x", DaysRule: layers.DaysRule{FirstDay: "2026-12-31", UntilDay: "2027-01-01"}, Effect: layers.Close, Reason: "跨年活动", Document: "金府〔2026〕9号"},
		{ID: "y", DaysRule: layers.DaysRule{FirstDay: "2027-02-01", UntilDay: "2027-02-10"}, Effect: layers.Replaced, Reason: "灯会", Event: "元宵灯会",
			Windows: []layers.ModeWindow{{ID: "w", Mode: layers.Parking, Start: "18:00", DurationMin: 360}}},
	}
	if err := s.Validate(layers.CodesFree); err != nil {
		t.Fatal(err)
	}
	z, _, features := street()
	along := &layers.Segment{Meta: layers.Meta{ID: z.Segment, Version: 1, ValidFrom: 1}, Code: "S-1", Name: "海汇街", Road: "海汇街", From: "龙皓路", To: "龙翔路", Side: "right", Geometry: orb.LineString(z.Geometry[0][:2])}
	year := notices()[1]
	year.Papers = []string{"国办发明电〔2025〕7号"}
	m := newModel(append(features, z, s, year, along)...)
	m.settings.Codes = layers.CodesFree
	snap := m.full(t)
	if list := snap.Quarantined(); len(list) > 0 {
		t.Fatal(list)
	}
	return snap, s
}

func TestSign(t *testing.T) {
	snap, s := signpost(t)
	for english, want := range map[bool][]string{
		false: {"潮汐泊位　海汇街（龙皓路至龙翔路）", "工作日（含调休上班日）　20:00–次日07:00　允许停车", "请于06:50前驶离", "超时10分钟内不予处罚", "免费",
			"6月、7月的每月第1个、倒数第2个周一至周三、周五　11:00–12:30　仅限装卸，即停即走", "收费5.5元/小时", "每次最长30分钟", "限配送车辆、商户车辆，公交车除外", "国庆节假期、调休上班日　全天　封闭，禁止通行和停车",
			"周六、周日　20:30–次日06:30　允许停车", "免费", "次日不在此列的，到次日02:00止", "2026年12月31日（跨年活动，金府〔2026〕9号）：上述时段不适用，全天供车辆通行，禁止停车；前一晚已开始的时段照常结束",
			"其余时间：供车辆通行，禁止停车", "2026年10月12日起，至2027年4月30日止（含当日）"},
		true: {"Tidal parking: 海汇街 (龙皓路 to 龙翔路)", "Work days (make-up work days included), 20:00–07:00 on the next day: parking", "leave by 06:50", "no fine for the first 10 minutes after that", "free of charge",
			"In June and July, the first and second last Monday to Wednesday and Friday of the month, 11:00–12:30: loading only", "5.5 yuan an hour", "at most 30 minutes a stay", "for delivery vehicles and shops only, not for buses",
			"Days off of 国庆节 and make-up work days, all day: closed: no traffic, no parking", "Saturday and Sunday, 20:30–06:30 on the next day: parking", "free of charge", "ends at 02:00 where the next day is not such a day",
			"31 December 2026 (跨年活动, 金府〔2026〕9号): the hours above do not apply, all day: traffic lane, no parking; the night that has begun before ends as usual", "At all other times: traffic lane, no parking",
			"From 12 October 2026 to 30 April 2027 inclusive"},
	} {
		got := snap.Texts(s, english).Sign
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("sign:\n%s\n\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestNotice: each thing that a notice must say is in it, in both languages.
func TestNotice(t *testing.T) {
	snap, s := signpost(t)
	for english, want := range map[bool][]string{
		false: {"关于海汇街（龙皓路至龙翔路）潮汐泊位使用时段的公告\n", "【示范数据】", "不具法律效力", "共有泊位3个，自2026年10月12日起至2027年4月30日止（含当日）", "1. 工作日（含调休上班日）　20:00–次日07:00　允许停车；请于06:50前驶离；超时10分钟内不予处罚；免费；零点后的时段属于前一天",
			"4. 周六、周日", "5. 其余时间：供车辆通行，禁止停车。", "1) 2026年12月31日", "2) 2027年2月1日至2027年2月9日（灯会）：待“元宵灯会”确定，尚未生效；届时改按下列时段\n   18:00–24:00　允许停车；免费。",
			"现行通知：放假安排（国办发明电〔2025〕7号）。2027年的安排尚未公布", "依据：金交发〔2026〕3号；沪公交〔2025〕8号\n", "方案编号：haihui-1（由haihui-0修订）\n"},
		true: {"Notice: hours of the tidal parking spaces, 海汇街 (龙皓路 to 龙翔路)\n", "[Demo data]", "no legal effect", "has 3 spaces. From 12 October 2026 to 30 April 2027 inclusive it is used", "1. Work days (make-up work days included), 20:00–07:00 on the next day: parking; leave by 06:50;",
			"5. At all other times: traffic lane, no parking.", "2) 1 February 2027 to 9 February 2027 (灯会): waits for “元宵灯会” and is not in force yet; then these hours instead\n   18:00–24:00: parking; free of charge.",
			"Notices in force: 放假安排 (国办发明电〔2025〕7号). The days off of 2027 have not been announced", "Legal basis: 金交发〔2026〕3号; 沪公交〔2025〕8号\n", "Schedule: haihui-1 (drawn up from haihui-0)\n"},
	} {
		got := snap.Texts(s, english).Notice
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%q is not in\n%s", part, got)
			}
		}
		if strings.Contains(got, "%!") {
			t.Errorf("a format is wrong: %s", got)
		}
	}
	s.Demo = false
	if got := snap.Texts(s, false).Notice; strings.Contains(got, "示范") {
		t.Errorf("real data are called invented: %s", got)
	}
	plain := nights()
	if got := snap.Texts(plain, false).Notice; !strings.Contains(got, "自2025年5月1日起，按") || strings.Contains(got, "例外") || strings.Contains(got, "依据") {
		t.Errorf("without an end, exceptions and documents: %s", got)
	}
}
