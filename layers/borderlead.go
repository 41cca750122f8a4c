package layers

import (
	"strings"

	"wangge/layers/calendar"
)

// InForce reports whether the agreement holds at an instant: on the local day of it, from From on and before Until.
func (a *Agreement) InForce(at Instant) bool {
	if !a.ValidAt(at) {
		return false
	}
	on, _ := calendar.DayAt(int64(at))
	from, err := calendar.ParseDay(a.From)
	if err != nil || on < from {
		return false
	}
	if a.Until == "" {
		return true
	}
	until, err := calendar.ParseDay(a.Until)
	return err == nil && on < until
}

// Leader returns the code of the grid that leads at an instant, whether or not the agreement is in force then: see Agreement.First. An agreement
// by case goes by the last digit of the number of the case; ok is false for a number without one.
func (a *Agreement) Leader(at Instant, caseNumber string) (grid string, ok bool) {
	first := true
	switch a.Lead {
	case LeadMonth:
		on, _ := calendar.DayAt(int64(at))
		year, month, _ := on.Date()
		first = ((year-2025)*12+int(month))%2 != 0
	case LeadCase:
		i := strings.LastIndexAny(caseNumber, "0123456789")
		if i < 0 {
			return "", false
		}
		first = (caseNumber[i]-'0')%2 == 1
	}
	switch {
	case first:
		return a.First, true
	case a.First == a.GridA:
		return a.GridB, true
	}
	return a.GridA, true
}
