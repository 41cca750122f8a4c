package layers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangge/layers/calendar"
)

// speaker writes in one of two languages.
type speaker struct{ english bool }

// say formats the text of the language.
func (p speaker) say(zh, en string, args ...any) string {
	format := zh
	if p.english {
		format = en
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// stop ends a sentence.
func (p speaker) stop() string { return p.say("。", ".") }

// join lists things: a、b、c, or a, b and c.
func (p speaker) join(list []string) string {
	last := len(list) - 1
	if !p.english || last < 1 {
		return strings.Join(list, "、")
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// use says what a mode means for drivers.
func (p speaker) use(m Mode) string {
	switch m {
	case Parking:
		return p.say("允许停车", "parking")
	case Loading:
		return p.say("仅限装卸，即停即走", "loading only")
	case Closed:
		return p.say("封闭，禁止通行和停车", "closed: no traffic, no parking")
	}
	return p.say("供车辆通行，禁止停车", "traffic lane, no parking")
}

// window says on which days, from when to when, and for what.
func (p speaker) window(w *ModeWindow) string {
	return p.dayRule(&w.DaysRule) + p.say("　%s　%s", ", %s: %s", p.hours(w), p.use(w.Mode))
}

// openedBy is window for one of an exception, whose days are those of the exception.
func (p speaker) openedBy(w *ModeWindow) string {
	if w.restricts() || w.FirstDay != "" {
		return p.window(w)
	}
	return p.say("%s　%s", "%s: %s", p.hours(w), p.use(w.Mode))
}

// hours are the times of a window: 20:00–次日07:00.
func (p speaker) hours(w *ModeWindow) string {
	start, err := clock("", w.Start)
	end := start + w.DurationMin
	switch {
	case err != nil:
		return w.Start
	case start == 0 && end == calendar.MinutesOfDay:
		return p.say("全天", "all day")
	case end == calendar.MinutesOfDay:
		return w.Start + "–24:00"
	case end > calendar.MinutesOfDay:
		return p.say("%s–次日%s", "%s–%s on the next day", w.Start, ClockText(end))
	}
	return w.Start + "–" + ClockText(end)
}

// conditions are what else is to be known of a window, a line each.
func (p speaker) conditions(w *ModeWindow) (out []string) {
	if w.ClearBy != "" {
		out = append(out, p.say("请于%s前驶离", "leave by %s", w.ClearBy))
	}
	if w.GraceMin > 0 {
		out = append(out, p.say("超时%d分钟内不予处罚", "no fine for the first %d minutes after that", w.GraceMin))
	}
	if w.Mode == Parking || w.Mode == Loading {
		out = append(out, p.rate(w.Rate))
	}
	if w.MaxStayMin > 0 {
		out = append(out, p.say("每次最长%d分钟", "at most %d minutes a stay", w.MaxStayMin))
	}
	if users := p.users(w.Users); users != "" {
		out = append(out, users)
	}
	return out
}

// night reports whether a window goes over midnight into a day that may be none of its own.
func (w *ModeWindow) night() bool {
	start, err := clock("", w.Start)
	return err == nil && start+w.DurationMin > calendar.MinutesOfDay && w.restricts()
}

// restricts reports whether the days of a window are not simply all days, so that the day after one may be none.
func (r *DaysRule) restricts() bool {
	return len(r.DayTypes)+len(r.Weekdays)+len(r.Nth)+len(r.Months) > 0 || r.UntilDay != ""
}

// tail says what becomes of the part after midnight where the next day is none of the window's.
func (p speaker) tail(w *ModeWindow) string {
	switch w.Tail {
	case calendar.TailCutMidnight:
		return p.say("次日不在此列的，到24:00止", "ends at midnight where the next day is not such a day")
	case calendar.TailCutAt:
		return p.say("次日不在此列的，到次日%s止", "ends at %s where the next day is not such a day", w.CutAt)
	}
	return p.say("零点后的时段属于前一天，次日不在此列的仍照常到结束", "the part after midnight belongs to the evening before, and goes on to its end whatever the next day is")
}

func (p speaker) rate(r *Rate) string {
	if r == nil {
		return p.say("免费", "free of charge")
	}
	amount := strconv.FormatFloat(float64(r.Fen)/100, 'f', -1, 64)
	switch r.Per {
	case "hour":
		return p.say("收费%s元/小时", "%s yuan an hour", amount)
	case "day":
		return p.say("收费%s元/天", "%s yuan a day", amount)
	}
	return p.say("收费%s元/次", "%s yuan a stay", amount)
}

// users says whom a window is for.
func (p speaker) users(u *UserClasses) string {
	if u == nil {
		return ""
	}
	var out []string
	for _, one := range []struct {
		zh, en string
		list   []string
	}{{"限%s", "for %s only", u.Any}, {"须同时为%s", "who must all be %s", u.All}, {"%s除外", "not for %s", u.None}} {
		if len(one.list) > 0 {
			names := make([]string, len(one.list))
			for i, class := range one.list {
				names[i] = p.class(class)
			}
			out = append(out, p.say(one.zh, one.en, p.join(names)))
		}
	}
	return strings.Join(out, p.say("，", ", "))
}

func (p speaker) class(name string) string {
	zh := map[string]string{"resident": "居民车辆", "visitor": "访客车辆", "taxi": "出租车", "delivery": "配送车辆", "bus": "公交车", "disabled": "残疾人车辆", "electric": "新能源汽车", "emergency": "应急车辆", "shop": "商户车辆"}
	en := map[string]string{"resident": "residents", "visitor": "visitors", "taxi": "taxis", "delivery": "delivery vehicles", "bus": "buses", "disabled": "vehicles of disabled persons", "electric": "electric vehicles", "emergency": "emergency vehicles", "shop": "shops"}
	return p.say(zh[name], en[name])
}

// dayRule says on which days.
func (p speaker) dayRule(r *DaysRule) string {
	var parts []string
	if span := p.span(r.FirstDay, r.UntilDay); span != "" {
		parts = append(parts, span)
	}
	if len(r.Months) > 0 {
		parts = append(parts, p.months(r.Months))
	}
	if len(r.DayTypes) > 0 {
		types := make([]string, len(r.DayTypes))
		for i, t := range r.DayTypes {
			types[i] = p.dayType(t, r.MakeupApart)
		}
		parts = append(parts, p.join(types))
	}
	if len(r.Weekdays)+len(r.Nth) > 0 {
		parts = append(parts, p.weekdays(r))
	}
	if len(parts) == 0 {
		return p.say("每天", "every day")
	}
	return strings.Join(parts, p.say("的", ", "))
}

// capital begins a line with a capital letter.
func capital(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// span is from a first day to a last one, which is included.
func (p speaker) span(first, until string) string {
	last := p.dayBefore(until)
	switch {
	case first != "" && last == p.date(first):
		return last
	case first != "" && last != "":
		return p.say("%s至%s", "%s to %s", p.date(first), last)
	case first != "":
		return p.say("%s起", "from %s", p.date(first))
	case last != "":
		return p.say("至%s止", "until %s", last)
	}
	return ""
}

func (p speaker) dayType(t string, makeupApart bool) string {
	switch t {
	case "workday":
		if makeupApart {
			return p.say("工作日（不含调休上班日）", "work days (without make-up work days)")
		}
		return p.say("工作日（含调休上班日）", "work days (make-up work days included)")
	case "restday":
		return p.say("休息日", "rest days")
	case "holiday":
		return p.say("节假日", "holidays")
	case "makeup_workday":
		return p.say("调休上班日", "make-up work days")
	}
	name := strings.TrimPrefix(t, "holiday:")
	return p.say("%s假期", "days off of %s", name)
}

var (
	chineseWeekdays = []string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"} // in the order of time.Weekday
	weekOrder       = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
)

func (p speaker) weekday(name string) string {
	day := time.Weekday(max(0, slices.Index(weekdayNames, name)))
	return p.say(chineseWeekdays[day], day.String())
}

// weekdays names days of the week, three and more in a row as a range, and which of them in a month.
func (p speaker) weekdays(r *DaysRule) string {
	list := slices.Clone(r.Weekdays)
	if len(list) == 0 {
		list = slices.Clone(weekOrder)
	}
	slices.SortFunc(list, func(a, b string) int { return slices.Index(weekOrder, a) - slices.Index(weekOrder, b) })
	var parts []string
	for i := 0; i < len(list); {
		k := i
		for k+1 < len(list) && slices.Index(weekOrder, list[k+1]) == slices.Index(weekOrder, list[k])+1 {
			k++
		}
		if k-i >= 2 {
			parts = append(parts, p.say("%s至%s", "%s to %s", p.weekday(list[i]), p.weekday(list[k])))
			i = k + 1
			continue
		}
		parts = append(parts, p.weekday(list[i]))
		i++
	}
	if len(r.Nth) == 0 {
		return p.join(parts)
	}
	which := make([]string, len(r.Nth))
	for i, n := range r.Nth {
		which[i] = p.nth(n)
	}
	return p.say("每月%s%s", "the %s %s of the month", p.join(which), p.join(parts))
}

func (p speaker) nth(n int) string {
	ordinal := [...]string{"", "first", "second", "third", "fourth", "fifth"}
	switch {
	case n == -1:
		return p.say("最后一个", "last")
	case n < 0:
		return fmt.Sprintf(p.say("倒数第%[1]d个", "%[2]s last"), -n, ordinal[min(5, -n)])
	}
	return fmt.Sprintf(p.say("第%[1]d个", "%[2]s"), n, ordinal[min(5, n)])
}

func (p speaker) months(list []int) string {
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = p.say(fmt.Sprintf("%d月", m), time.Month(m).String())
	}
	return p.say("", "in ") + p.join(out)
}

// date writes a date for people; what is none stays as it is.
func (p speaker) date(text string) string {
	d, err := calendar.ParseDay(text)
	if err != nil {
		return text
	}
	year, month, day := d.Date()
	if p.english {
		return fmt.Sprintf("%d %s %d", day, month, year)
	}
	return fmt.Sprintf("%d年%d月%d日", year, int(month), day)
}

// dayBefore writes the last day of a period whose end is not in it; "" without an end.
func (p speaker) dayBefore(until string) string {
	d, err := calendar.ParseDay(until)
	if err != nil {
		return ""
	}
	return p.date((d - 1).String())
}
