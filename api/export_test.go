package api

import (
	"time"

	"wangge/layers"
)

// Operation is a line of the table as tests see it.
type Operation struct {
	Method, Path, ID string
	Media            string // of the body; "" for none
	Roles            []layers.Role
	Hidden           bool
}

// Table returns the table of all operations.
func (s *Server) Table() []Operation {
	var out []Operation
	for _, o := range s.table {
		media := ""
		if o.Body != nil {
			media = o.Body.media()
		}
		out = append(out, Operation{o.Method, o.Path, o.ID, media, o.Roles, o.Hidden})
	}
	return out
}

// SetHeartbeat makes streams of events say more often that they are there.
func (s *Server) SetHeartbeat(d time.Duration) { s.beat = d }

// QueueLength is how many events a client may be behind.
const QueueLength = queueLength

// ScanNumber reads the JSON number that begins at b[i].
func ScanNumber(b []byte, i int) (v float64, end int, ok bool) { return scanNumber(b, i) }
