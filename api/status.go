package api

import (
	"net/http"
	"strconv"
	"time"

	"wangge/layers"
)

// doubt is how long the store may be silent before what is served may be out of date. The feed asks more often.
const doubt = 5 * time.Second

// The states of what is served.
const (
	// stateLive: the store is followed.
	stateLive = "live"
	// stateStale: the store cannot be reached, or has something that cannot be shown; the last good state is served.
	stateStale = "stale"
	// stateFile: the service has started from the last good copy and has not reached the store yet.
	stateFile = "file"
)

func (s *Server) statusOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/status", ID: "status", Tag: "service",
		Summary: "What is served, and how old it is",
		Text:    "`state` is `live` while the store is followed, `stale` while it cannot be reached or has something that cannot be shown, and `file` from a start without the store until it is reached.",
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: statusDocument{}}}},
		Handle:  func(c *call) error { return c.json(http.StatusOK, c.s.status(c.w)) },
	}}
}

// statusDocument is the answer of /v1/status.
type statusDocument struct {
	Epoch      string         `json:"epoch"`
	Revision   int64          `json:"revision"`
	RecordedAt layers.Instant `json:"recorded_at" doc:"When the revision was committed"`
	Demo       bool           `json:"demo" doc:"Invented data"`
	Name       string         `json:"name" doc:"What the store is called"`
	State      string         `json:"state" enum:"live,stale,file"`
	// ConfirmedAt is zero until the store has been reached.
	ConfirmedAt layers.Instant  `json:"confirmed_at,omitzero" doc:"When the store last said that there is nothing newer"`
	AgeS        float64         `json:"age_s" doc:"Seconds since then; from a file, since its revision was committed"`
	Version     string          `json:"version,omitempty" doc:"Version of the program"`
	Digest      string          `json:"digest" doc:"Sum of the layers' digests: equal for two processes at one revision"`
	Layers      []layerStatus   `json:"layers"`
	Quarantined []statusProblem `json:"quarantined" doc:"Rows that are left out because they cannot be read or are not valid"`
	Poisoned    []statusProblem `json:"poisoned,omitempty" doc:"Rows that keep newer revisions from being shown"`
}

type layerStatus struct {
	Layer  string `json:"layer"`
	Count  int    `json:"count" doc:"Features now"`
	Digest string `json:"digest" doc:"Of all rows; it changes with each change of the layer"`
}

type statusProblem struct {
	Layer  string `json:"layer,omitempty"`
	Row    string `json:"row,omitempty" doc:"The store's own name of the row"`
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func (s *Server) status(w *World) statusDocument {
	feed := s.feed()
	position, settings := w.Position(), w.Settings()
	out := statusDocument{
		Epoch: position.Epoch, Revision: position.Revision, RecordedAt: w.RecordedAt(), Demo: settings.Demo, Name: settings.Name,
		State: s.state(), ConfirmedAt: layers.InstantOf(feed.ConfirmedAt), AgeS: tenths(s.age(w)), Version: s.Version,
		Digest: w.Digest().String(), Quarantined: problemRows(w.Quarantined()), Poisoned: problemRows(feed.Poisoned),
	}
	for _, info := range layers.All() {
		set := w.Set(info.Layer)
		out.Layers = append(out.Layers, layerStatus{string(info.Layer), set.Len(), set.Digest().String()})
	}
	return out
}

func problemRows(list []layers.Quarantined) []statusProblem {
	out := make([]statusProblem, 0, len(list))
	for _, q := range list {
		out = append(out, statusProblem{Layer: string(q.Layer), Row: q.Row, ID: q.ID, Reason: q.Reason})
	}
	return out
}

// feed returns what the feed knows; nothing before there is one.
func (s *Server) feed() layers.FeedState {
	if s.Feed == nil {
		return layers.FeedState{}
	}
	return s.Feed.State()
}

// state says whether what is served is the store's present state.
func (s *Server) state() string {
	feed := s.feed()
	switch {
	case feed.ConfirmedAt.IsZero() && s.FromFile:
		return stateFile
	case feed.ConfirmedAt.IsZero(), len(feed.Poisoned) > 0, s.now().Sub(feed.ConfirmedAt) > doubt:
		return stateStale
	}
	return stateLive
}

// age is how long ago the store last confirmed that there is nothing newer than what is served. Before it has done so once, that
// is the time since the served revision was recorded, which is never too short.
func (s *Server) age(w *World) time.Duration {
	from := s.feed().ConfirmedAt
	if from.IsZero() && w != nil {
		from = w.RecordedAt().Time()
	}
	if from.IsZero() {
		return 0
	}
	return max(0, s.now().Sub(from))
}

func tenths(d time.Duration) float64 {
	return float64(d.Round(100*time.Millisecond)) / float64(time.Second)
}

// ageText is an age in seconds as the header has it.
func ageText(d time.Duration) string { return strconv.FormatFloat(tenths(d), 'f', -1, 64) }
