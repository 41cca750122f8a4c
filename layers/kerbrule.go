package layers

import (
	"strings"

	"wangge/layers/calendar"
)

// WindowOf returns the revision and the window that a rule names, as Use.Rule does; nil for the rule of an order, the default, and one that is
// not among the revisions.
func WindowOf(revisions []*Schedule, rule string) (*Schedule, *ModeWindow) {
	code, rest, ok := strings.Cut(rule, "/")
	if !ok {
		return nil, nil
	}
	for _, s := range revisions {
		if s.Code != code {
			continue
		}
		list := s.Windows
		id := rest
		if exception, window, inside := strings.Cut(rest, "/"); inside {
			list, id = s.exceptionWindows(exception), window
		}
		for i := range list {
			if list[i].ID == id {
				return s, &list[i]
			}
		}
	}
	return nil, nil
}

func (s *Schedule) exceptionWindows(id string) []ModeWindow {
	for i := range s.Exceptions {
		if s.Exceptions[i].ID == id {
			return s.Exceptions[i].Windows
		}
	}
	return nil
}

// Clears returns when all must have left a window that is open at an instant; 0 if the window says nothing of it. A tail that is cut may end
// before.
func (w *ModeWindow) Clears(at Instant) Instant {
	as, err := w.window()
	if err != nil || w.ClearBy == "" {
		return 0
	}
	began, passed := calendar.DayAt(int64(at))
	if passed < int64(as.Start)*60_000 {
		began--
	}
	return Instant(began.At(clearMinute(w, as)))
}
