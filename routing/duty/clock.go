package duty

import (
	"wangge/layers"
	"wangge/layers/calendar"
)

// clockOf returns a deadline as the calendar knows it, nil for none.
func clockOf(d *layers.RuleDeadline) *calendar.Clock {
	if d == nil {
		return nil
	}
	k, err := d.Clock()
	if err != nil {
		return nil
	}
	return &k
}

// deadlines fills out with the deadlines of a rule for a case that comes in at the instant, and reports whether there are any. One that is
// more than ten years away is left out.
func (one *rule) deadlines(out *Deadlines, c *calendar.Calendar, at layers.Instant) bool {
	*out = Deadlines{}
	if one.ack == nil && one.arrive == nil && one.due == nil {
		return false
	}
	last := at
	due := func(k *calendar.Clock, to *layers.Instant, kind *string) {
		if k == nil {
			return
		}
		when, provisional, err := c.Due(*k, int64(at))
		if err != nil {
			return
		}
		*to, *kind = layers.Instant(when), string(k.Kind)
		out.Provisional = out.Provisional || provisional
		last = max(last, *to)
	}
	due(one.ack, &out.Ack, &out.Kinds.Ack)
	due(one.arrive, &out.Arrive, &out.Kinds.Arrive)
	due(one.due, &out.Resolve, &out.Kinds.Resolve)
	out.Calendar = versions(c, at, last)
	return true
}

// versions names the notices of the years between two moments, joined by +.
func versions(c *calendar.Calendar, from, to layers.Instant) string {
	first, _ := calendar.DayAt(int64(from))
	last, _ := calendar.DayAt(int64(to))
	out := c.Version(first)
	for year := first.Year() + 1; year <= last.Year(); year++ {
		if v := c.Version(calendar.DayOf(year, 1, 1)); v != "" {
			if out != "" {
				out += "+"
			}
			out += v
		}
	}
	return out
}
