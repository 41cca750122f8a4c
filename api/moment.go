package api

import (
	"sync"
	"time"

	"wangge/layers"
)

// moments tells clients of events what the clock changes: something begins or ends to apply without any edit.
type moments struct {
	lock   sync.Mutex
	told   layers.Instant // up to which instant clients know
	timer  *time.Timer
	closed bool
}

// longestNap bounds how long the timer sleeps, because clocks are set.
const longestNap = time.Hour

// tell sends what has changed in a World from what clients know up to now; the first time that is nothing.
func (m *moments) tell(w *World, now layers.Instant, send func(*event)) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.told == 0 {
		m.told = now
	}
	for {
		next, touched, ok := w.Atlas.Next(m.told)
		if !ok || next > now {
			break
		}
		send(momentOf(w, next, touched))
		m.told = next
	}
	m.told = max(m.told, now)
}

// wait calls f when a World changes by the clock for the next time, or sooner.
func (m *moments) wait(w *World, now time.Time, f func()) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.timer != nil {
		m.timer.Stop()
	}
	next, _, ok := w.Atlas.Next(m.told)
	if !ok || m.closed {
		return
	}
	m.timer = time.AfterFunc(min(longestNap, max(time.Millisecond, next.Time().Sub(now))), f)
}

func (m *moments) close() {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.closed = true
	if m.timer != nil {
		m.timer.Stop()
	}
}

// tellMoments sends what the clock has changed in the present World, and waits for the next time.
func (s *Server) tellMoments() {
	w := s.world.Load()
	s.moments.tell(w, layers.InstantOf(s.now()), s.events.send)
	s.moments.wait(w, s.now(), s.tellMoments)
}
