package api

import "time"

// SetStreamPatience makes streams of lines wait less long for their clients.
func (s *Server) SetStreamPatience(d time.Duration) {
	for i := range s.table {
		if s.table[i].ID == "lookupStream" {
			s.table[i].Handle = func(c *call) error { return c.lookupStream(d) }
		}
	}
}
