package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
)

// The form of a workbook: sheets and columns by their Chinese and English names, and the words in their cells.

const (
	windowSheet    = "时段 windows"
	exceptionSheet = "例外 exceptions"
	noteSheet      = "说明 notes"
)

// word is a value as people see it and as the model has it.
type word struct{ zh, en string }

func (w word) String() string { return w.zh + " " + w.en }

var (
	modeWords   = []word{{"通行", "travel"}, {"停车", "parking"}, {"装卸", "loading"}, {"封闭", "closed"}}
	dayWords    = []word{{"工作日", "workday"}, {"休息日", "restday"}, {"节假日", "holiday"}, {"调休上班日", "makeup_workday"}}
	weekWords   = []word{{"周一", "mon"}, {"周二", "tue"}, {"周三", "wed"}, {"周四", "thu"}, {"周五", "fri"}, {"周六", "sat"}, {"周日", "sun"}}
	tailWords   = []word{{"保留", "keep"}, {"零点截止", "cut_midnight"}, {"定时截止", "cut_at"}}
	effectWords = []word{{"停用", "close"}, {"替换", "replace"}, {"增加", "extend"}}
	perWords    = []word{{"每小时", "hour"}, {"每天", "day"}, {"每次", "stay"}}
	makeupWords = []word{{"单列", "apart"}}
	yesWords    = []word{{"是", "yes"}}
	userWords   = []word{{"居民", "resident"}, {"访客", "visitor"}, {"出租车", "taxi"}, {"配送", "delivery"}, {"公交", "bus"}, {"残障", "disabled"}, {"电动", "electric"}, {"应急", "emergency"}, {"商户", "shop"}}
)

// shownWord returns the pair of a value, and the value itself if it has none.
func shownWord(list []word, en string) string {
	for _, w := range list {
		if w.en == en {
			return w.String()
		}
	}
	return en
}

// readWord returns the value that a text in Chinese, English or both means, the text itself if none.
func readWord(list []word, text string) string {
	text = strings.TrimSpace(text)
	for _, w := range list {
		if text == w.zh || strings.EqualFold(text, w.en) || strings.EqualFold(text, w.String()) {
			return w.en
		}
	}
	return text
}

const (
	listMark    = "、"
	holidayMark = "holiday:"
)

// shownList joins values; readList takes them apart at any of the usual marks.
func shownList(list []word, values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = shownWord(list, v)
	}
	return strings.Join(out, listMark)
}

// readList reads day types and such. The names of holidays may have the mark in them, as 国庆节、中秋节 has: what follows a holiday and is
// no word of the list is part of its name.
func readList(list []word, text string) (out []string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("、,，;；\n", r) }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		value := readWord(list, part)
		known := slices.ContainsFunc(list, func(w word) bool { return w.en == value })
		if n := len(out); n > 0 && !known && !strings.HasPrefix(part, holidayMark) && strings.HasPrefix(out[n-1], holidayMark) {
			out[n-1] += listMark + part
			continue
		}
		out = append(out, value)
	}
	return out
}

// column is a column of a sheet. field is the member of the model that it shows, as a JSON pointer names it.
type column struct {
	field string
	title word
	width float64
	// choices are offered in a list; several says that a cell may have more than one of them.
	choices []word
	several bool
}

func windowColumns() []column {
	return slices.Concat([]column{
		{field: "id", title: word{"编号", "id"}, width: 12},
		{field: "exception", title: word{"所属例外", "exception"}, width: 14},
		{field: "mode", title: word{"用途", "mode"}, width: 14, choices: modeWords},
		{field: "start", title: word{"开始", "start"}, width: 10},
		{field: "duration_min", title: word{"时长（分钟）", "duration_min"}, width: 18},
		{field: "end", title: word{"结束（自动）", "end"}, width: 16},
	}, dayColumns(), []column{
		{field: "tail_policy", title: word{"跨夜部分", "tail_policy"}, width: 20, choices: tailWords},
		{field: "cut_at", title: word{"截止时刻", "cut_at"}, width: 12},
		{field: "any_of", title: word{"限其一", "any_of"}, width: 18, choices: userWords, several: true},
		{field: "all_of", title: word{"须全部", "all_of"}, width: 18, choices: userWords, several: true},
		{field: "none_of", title: word{"除外", "none_of"}, width: 18, choices: userWords, several: true},
		{field: "max_stay_min", title: word{"最长停放（分钟）", "max_stay_min"}, width: 22},
		{field: "fen", title: word{"费用（分）", "fen"}, width: 12},
		{field: "per", title: word{"计费单位", "per"}, width: 14, choices: perWords},
		{field: "clear_by", title: word{"清场时刻", "clear_by"}, width: 14},
		{field: "grace_min", title: word{"宽限（分钟）", "grace_min"}, width: 18},
	})
}

func dayColumns() []column {
	return []column{
		{field: "day_types", title: word{"日期类型", "day_types"}, width: 30, choices: dayWords, several: true},
		{field: "makeup_apart", title: word{"调休", "makeup"}, width: 14, choices: makeupWords},
		{field: "weekdays", title: word{"星期", "weekdays"}, width: 30, choices: weekWords, several: true},
		{field: "nth", title: word{"第几个", "nth"}, width: 12},
		{field: "months", title: word{"月份", "months"}, width: 14},
		{field: "first_day", title: word{"首日", "first_day"}, width: 14},
		{field: "until_day", title: word{"止日（不含）", "until_day"}, width: 18},
	}
}

func exceptionColumns() []column {
	return slices.Concat([]column{
		{field: "id", title: word{"编号", "id"}, width: 12},
		{field: "effect", title: word{"作用", "effect"}, width: 16, choices: effectWords},
		{field: "reason", title: word{"事由", "reason"}, width: 30},
	}, dayColumns(), []column{
		{field: "document", title: word{"文号", "document"}, width: 20},
		{field: "event", title: word{"事件", "event"}, width: 16},
		{field: "bound", title: word{"已绑定", "bound"}, width: 12, choices: yesWords},
	})
}

// noteColumns are the rows of the notes, each a name beside its values.
func noteColumns() []column {
	return []column{
		{field: "zone", title: word{"区域", "zone"}},
		{field: "name", title: word{"名称", "name"}},
		{field: "from", title: word{"首日", "from"}},
		{field: "until", title: word{"止日（不含）", "until"}},
		{field: "documents", title: word{"依据", "documents"}},
		{field: "based_on", title: word{"沿自", "based_on"}},
	}
}

// explanations are below the notes.
var explanations = []string{
	"时段为“开始＋时长”，跨零点的部分属于开始当天；“结束”仅供查看，以时长为准。 A window is start + duration; what lies after midnight belongs to the day of the start. The end is only to look at.",
	"日期类型：工作日含调休上班日，除非“调休”写“单列”；节日写作 holiday:国庆节。多个值用“、”分开。 Work days are make-up work days too, unless “makeup” says apart. Several values are joined by “、”.",
	"单元格只填值，不填公式。 Cells hold values, no formulas.",
}

func wholeText(list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, listMark)
}

// endText is when a window ends, for people.
func endText(w *layers.ModeWindow) string {
	start, ok := minuteOf(w.Start)
	if !ok {
		return ""
	}
	end := start + w.DurationMin
	switch {
	case end == calendar.MinutesOfDay:
		return "24:00"
	case end > calendar.MinutesOfDay:
		return "次日 " + layers.ClockText(end)
	}
	return layers.ClockText(end)
}

func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// daysRow returns the cells of days by field.
func daysRow(r *layers.DaysRule) map[string]string {
	out := map[string]string{"day_types": shownList(dayWords, r.DayTypes), "weekdays": shownList(weekWords, r.Weekdays), "nth": wholeText(r.Nth), "months": wholeText(r.Months),
		"first_day": r.FirstDay, "until_day": r.UntilDay}
	if r.MakeupApart {
		out["makeup_apart"] = makeupWords[0].String()
	}
	return out
}

func windowRow(exception string, w *layers.ModeWindow) map[string]string {
	out := daysRow(&w.DaysRule)
	for field, text := range map[string]string{"id": w.ID, "exception": exception, "mode": shownWord(modeWords, string(w.Mode)), "start": w.Start, "duration_min": strconv.Itoa(w.DurationMin),
		"end": endText(w), "tail_policy": shownWord(tailWords, string(w.Tail)), "cut_at": w.CutAt, "max_stay_min": numberText(w.MaxStayMin), "clear_by": w.ClearBy, "grace_min": numberText(w.GraceMin)} {
		out[field] = text
	}
	if u := w.Users; u != nil {
		out["any_of"], out["all_of"], out["none_of"] = shownList(userWords, u.Any), shownList(userWords, u.All), shownList(userWords, u.None)
	}
	if w.Rate != nil {
		out["fen"], out["per"] = strconv.Itoa(w.Rate.Fen), shownWord(perWords, w.Rate.Per)
	}
	return out
}

func exceptionRow(x *layers.Exception) map[string]string {
	out := daysRow(&x.DaysRule)
	for field, text := range map[string]string{"id": x.ID, "effect": shownWord(effectWords, string(x.Effect)), "reason": x.Reason, "document": x.Document, "event": x.Event} {
		out[field] = text
	}
	if x.Bound {
		out["bound"] = yesWords[0].String()
	}
	return out
}

// cellIssue is where something in a workbook is wrong.
func cellIssue(sheet, cell, format string, args ...any) CellIssue {
	return CellIssue{Sheet: sheet, Cell: cell, Detail: fmt.Sprintf(format, args...)}
}
