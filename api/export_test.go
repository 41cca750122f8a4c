package api

import (
	"net/http"
	"strconv"
	"time"

	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/routing/duty"
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

// IsDecimal reports whether s is a number in plain decimal notation.
func IsDecimal(s string) bool { return isDecimal(s) }

// ScanNumber reads the JSON number that begins at b[i].
func ScanNumber(b []byte, i int) (v float64, end int, ok bool) { return scanNumber(b, i) }

// AppendAnswer writes an answer without its id.
func AppendAnswer(b []byte, a *duty.Answer) []byte { return appendAnswer(b, a) }

// NewConstant returns a Server whose lookup answers every question with body, behind the same router, middleware and checks.
func NewConstant(o Options, body []byte) *Server {
	s := New(o)
	for i := range s.table {
		if s.table[i].ID == "lookup" {
			s.table[i].Handle = func(c *call) error {
				c.Response().Header().Set("Cache-Control", "no-cache")
				c.Response().Header().Set("Content-Length", strconv.Itoa(len(body)))
				return c.bytes(http.StatusOK, jsonMedia, body)
			}
		}
	}
	return s
}

// ReadContent reads content of a schedule as a draft, without a World.
func ReadContent(body []byte) (*layers.Schedule, error) {
	if err := checkJSON(body); err != nil {
		return nil, err
	}
	var t scheduleContent
	var bad issues
	fill(body, &t, "", &bad)
	s := &layers.Schedule{Meta: layers.Meta{ID: "sc_0", ValidFrom: 1}, Series: "s", Number: 1, Code: "s-1", State: layers.Draft, Author: "a"}
	t.into(s)
	if len(bad) == 0 {
		bad.take(s.Validate(layers.CodesLocal), "")
	}
	return s, bad.invalid(layers.Schedules, "")
}

// TileState is what the cache of tiles holds and has done.
func (s *Server) TileState() mvt.CacheState { return s.tiles.State() }
