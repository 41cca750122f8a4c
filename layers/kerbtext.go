package layers

import (
	"fmt"
	"slices"
	"strings"

	"wangge/layers/calendar"
)

// KerbTexts are texts for people that are made from a revision, in one language.
type KerbTexts struct {
	// Sign are the lines of the sign at the kerb.
	Sign []string
	// Notice is the public notice, whose lines end with a newline.
	Notice string
}

// Texts makes the texts of a revision, in English or else in Chinese. Names and reasons are as they were written.
func (s *Snapshot) Texts(one *Schedule, english bool) KerbTexts {
	w := &kerbWriter{speaker: speaker{english}, s: s, of: one, zone: s.Lifetime(one.Zone)}
	if w.zone == nil {
		w.zone = &Zone{Meta: Meta{ID: one.Zone}, Name: one.Zone, DefaultMode: Travel}
	}
	return KerbTexts{Sign: w.sign(), Notice: strings.Join(w.notice(), "\n") + "\n"}
}

type kerbWriter struct {
	speaker
	s    *Snapshot
	of   *Schedule
	zone *Zone
}

// place names where it is: the street between two others, or the zone itself.
func (w *kerbWriter) place() string {
	if f, ok := w.s.Set(Segments).Head(w.zone.Segment); ok {
		if street, is := f.(*Segment); is {
			return w.say("%s（%s至%s）", "%s (%s to %s)", street.Road, street.From, street.To)
		}
	}
	return w.zone.Name
}

// sign is short: the place, a line a rule, what holds otherwise, from when.
func (w *kerbWriter) sign() []string {
	out := []string{w.say("潮汐泊位　%s", "Tidal parking: %s", w.place())}
	for i := range w.of.Windows {
		m := &w.of.Windows[i]
		out = append(append(out, capital(w.window(m))), w.conditions(m)...)
		if m.night() && m.Tail != "" && m.Tail != calendar.TailKeep {
			out = append(out, w.tail(m))
		}
	}
	for i := range w.of.Exceptions {
		if x := &w.of.Exceptions[i]; !x.Pending() {
			out = append(out, w.exception(x)...)
		}
	}
	return append(out, w.otherwise(), w.period())
}

// otherwise says what holds where no window is open.
func (w *kerbWriter) otherwise() string {
	return w.say("其余时间：%s", "At all other times: %s", w.use(w.zone.DefaultMode))
}

// period says the first and the last day, which is included.
func (w *kerbWriter) period() string {
	if last := w.dayBefore(w.of.Until); last != "" {
		return w.say("%s起，至%s止（含当日）", "From %s to %s inclusive", w.date(w.of.From), last)
	}
	return w.say("%s起", "From %s", w.date(w.of.From))
}

func (w *kerbWriter) notice() []string {
	out := []string{w.say("关于%s潮汐泊位使用时段的公告", "Notice: hours of the tidal parking spaces, %s", w.place()), ""}
	if w.of.Demo {
		out = append(out, w.say("【示范数据】本文由示范数据生成，地点、时段和文号均为虚构，不具法律效力。", "[Demo data] This text is made from data that are invented: place, hours and documents are not real, and it has no legal effect."), "")
	}
	out = append(out, w.say("%s的“%s”共有泊位%d个，自%s，按下列时段使用：", "The zone “%[2]s”, %[1]s, has %[3]d spaces. %[4]s it is used as follows:", w.place(), w.zone.Name, w.zone.Capacity, w.noticePeriod()))
	n := 0
	for i := range w.of.Windows {
		n++
		out = append(out, fmt.Sprintf("%d. %s", n, capital(w.clause(w.window(&w.of.Windows[i]), &w.of.Windows[i]))))
	}
	out = append(out, fmt.Sprintf("%d. %s%s", n+1, w.otherwise(), w.stop()))
	if len(w.of.Exceptions) > 0 {
		out = append(out, "", w.say("例外：", "Exceptions:"))
	}
	for i := range w.of.Exceptions {
		for k, line := range w.exception(&w.of.Exceptions[i]) {
			prefix := "   "
			if k == 0 {
				prefix = fmt.Sprintf("%d) ", i+1)
			}
			out = append(out, prefix+line)
		}
	}
	out = append(out, "", w.days())
	if len(w.of.Documents) > 0 {
		out = append(out, w.say("依据：%s", "Legal basis: %s", strings.Join(w.of.Documents, w.say("；", "; "))))
	}
	return append(out, w.say("方案编号：%s%s", "Schedule: %s%s", w.of.Code, w.based()))
}

// noticePeriod is the period as part of a sentence.
func (w *kerbWriter) noticePeriod() string {
	if last := w.dayBefore(w.of.Until); last != "" {
		return w.say("%s起至%s止（含当日）", "From %s to %s inclusive", w.date(w.of.From), last)
	}
	return w.say("%s起", "From %s on", w.date(w.of.From))
}

func (w *kerbWriter) based() string {
	if w.of.BasedOn == "" {
		return ""
	}
	return w.say("（由%s修订）", " (drawn up from %s)", w.of.BasedOn)
}

// clause is a window, which begins as given, with its conditions, as one sentence.
func (w *kerbWriter) clause(head string, m *ModeWindow) string {
	list := append([]string{head}, w.conditions(m)...)
	if m.night() {
		list = append(list, w.tail(m))
	}
	return strings.Join(list, w.say("；", "; ")) + w.stop()
}

// exception says what is different, on its first line, and its windows on the others.
func (w *kerbWriter) exception(x *Exception) []string {
	why := x.Reason
	if x.Document != "" {
		why += w.say("，%s", ", %s", x.Document)
	}
	head := capital(w.dayRule(&x.DaysRule)) + w.say("（%s）：", " (%s): ", why)
	if x.Pending() {
		head += w.say("待“%s”确定，尚未生效；届时", "waits for “%s” and is not in force yet; then ", x.Event)
	}
	switch x.Effect {
	case Close:
		return []string{head + w.say("上述时段不适用，全天%s；前一晚已开始的时段照常结束", "the hours above do not apply, all day: %s; the night that has begun before ends as usual", w.use(w.zone.DefaultMode))}
	case Replaced:
		head += w.say("改按下列时段", "these hours instead")
	default:
		head += w.say("另加下列时段", "these hours as well")
	}
	out := []string{head}
	for i := range x.Windows {
		out = append(out, capital(w.clause(w.openedBy(&x.Windows[i]), &x.Windows[i])))
	}
	return out
}

// days says which notices decide about work days, and which years have none.
func (w *kerbWriter) days() string {
	from, err := calendar.ParseDay(w.of.From)
	if err != nil {
		return ""
	}
	until := from + 366
	if u, err := calendar.ParseDay(w.of.Until); err == nil {
		until = min(until, u)
	}
	var named, open []string
	for year := from.Year(); year <= (until - 1).Year(); year++ {
		if w.s.Calendar().Provisional(calendar.DayOf(year, 1, 1)) {
			open = append(open, fmt.Sprint(year))
		}
		named = append(named, w.noticesOf(year)...)
	}
	out := w.say("工作日包括调休上班日，除非另有说明；休息日、节假日和调休上班日按当年通知确定。", "Work days include make-up work days (调休) unless it is said otherwise; rest days, holidays and make-up work days are those of the notice of the year.")
	if len(named) > 0 {
		out += w.say("现行通知：%s。", " Notices in force: %s.", strings.Join(named, w.say("；", "; ")))
	}
	if len(open) > 0 {
		out += w.say("%s年的安排尚未公布，公布前按星期确定。", " The days off of %s have not been announced; until then its days go by their weekdays.", strings.Join(open, w.say("、", ", ")))
	}
	return out
}

func (w *kerbWriter) withPapers(n *Notice) string {
	if len(n.Papers) == 0 {
		return n.Name
	}
	return n.Name + w.say("（%s）", " (%s)", strings.Join(n.Papers, w.say("，", ", ")))
}

func (w *kerbWriter) noticesOf(year int) (out []string) {
	for _, n := range heads[*Notice](w.s, Notices) {
		if n.Year == year && len(n.Days) > 0 {
			out = append(out, w.withPapers(n))
		}
	}
	slices.Sort(out)
	return out
}
