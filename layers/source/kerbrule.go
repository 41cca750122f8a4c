package source

import (
	"math"
	"slices"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
)

// modeOf returns the mode that is nearest to an activity, and notes where it is not the same.
func modeOf(r *kerbRecord, activity string) (layers.Mode, bool) {
	switch activity = strings.ToLower(strings.TrimSpace(activity)); activity {
	case "parking":
		return layers.Parking, true
	case "loading":
		return layers.Loading, true
	case "travel":
		return layers.Travel, true
	case "no stopping", "no standing":
		return layers.Closed, true
	case "unloading", "standing", "stopping":
		r.lose(KerbActivity, "%s is taken as loading", activity)
		return layers.Loading, true
	case "no parking", "no loading", "no unloading":
		r.lose(KerbActivity, "%s is taken as travel: what else may be done there is not said", activity)
		return layers.Travel, true
	case "no travel":
		r.lose(KerbActivity, "no travel is taken as closed")
		return layers.Closed, true
	}
	r.lose(KerbActivity, "%.40q is no activity that is known", activity)
	return "", false
}

// setStay takes a bound of a stay in minutes.
func (rule *kerbRule) setStay(minutes float64) {
	switch {
	case minutes == 0:
	case minutes < 0 || minutes > 31*calendar.MinutesOfDay || minutes != math.Trunc(minutes):
		rule.of.lose(KerbStay, "a stay of %v minutes is no whole number up to 31 days; it has no bound", minutes)
	default:
		rule.maxStay = int(minutes)
	}
}

// setUsers takes classes of users of which one is enough. A rule that forbids something to some alone cannot be said.
func (rule *kerbRule) setUsers(words []string, forbids bool) {
	if len(words) == 0 {
		return
	}
	known, unknown := classes(words)
	if forbids {
		rule.of.lose(KerbUsers, "it forbids something to %s alone; here it holds for all", strings.Join(words, ", "))
		return
	}
	if len(unknown) > 0 {
		rule.of.lose(KerbUsers, "for %s alone: there are no such classes", strings.Join(unknown, ", "))
	}
	if len(known) > 0 {
		rule.users = &layers.UserClasses{Any: known}
	}
}

// period takes a period that the file names: holidays are types of days, others are events. It is false if the span has to be left out.
func (rule *kerbRule) period(days *layers.DaysRule, name string, except bool) bool {
	name = strings.TrimSpace(name)
	switch {
	case strings.EqualFold(name, "holidays"):
		rule.of.lose(KerbHolidays, "holidays are those of this store's calendar")
		days.DayTypes = []string{"holiday"}
		if except {
			days.DayTypes = []string{"workday", "restday"}
		}
	case except:
		rule.of.lose(KerbPeriod, "except during %.60q: it holds then, too", name)
	case name == "" || rule.event != "" && rule.event != name:
		rule.of.lose(KerbPeriod, "during %.60q, beside another period: the span is left out", name)
		return false
	default:
		rule.of.lose(KerbPeriod, "during %.60q: an exception that waits for an event of that name", name)
		rule.event = name
	}
	return true
}

// nthOf returns which occurrence in the month days of the month are for weekdays: 1 for the days 1 to 7.
func nthOf(days []int) (out []int, ok bool) {
	for n := range 5 {
		whole := true
		for d := n*7 + 1; d <= min(n*7+7, 31); d++ {
			whole = whole && slices.Contains(days, d)
		}
		if whole {
			out = append(out, n+1)
		}
	}
	covered := 0
	for _, n := range out {
		covered += min(7, 31-(n-1)*7)
	}
	return out, covered == len(days) && covered > 0
}
