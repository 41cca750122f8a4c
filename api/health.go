package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *Server) healthOperations() []operation {
	return []operation{
		{
			Method: http.MethodGet, Path: "/healthz", ID: "healthz", Tag: "service", Timeless: true,
			Summary: "The process answers",
			Answers: []answer{{Status: http.StatusOK, Content: &content{Type: healthDocument{}}}},
			Handle:  func(c *call) error { return c.health(healthDocument{Status: "ok"}) },
		},
		{
			Method: http.MethodGet, Path: "/readyz", ID: "readyz", Tag: "service", Timeless: true,
			Summary: "A state of the district is served; with `for=edits`: edits are taken too",
			Text: "Without `for` it is 503 until the first state has been read, and never again: lookups go on without the store. With `for=edits` it is 503 while the store has not " +
				"been heard of for more than five seconds, or has something that cannot be shown.",
			Params:  []param{{Name: "for", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"edits"}}, Text: "What the service is to be ready for beside reading."}},
			Answers: []answer{{Status: http.StatusOK, Content: &content{Type: healthDocument{}}}},
			Handle:  (*call).ready,
		},
	}
}

// healthDocument is the answer of /healthz and /readyz.
type healthDocument struct {
	Status   string   `json:"status"`
	State    string   `json:"state,omitempty" enum:"live,stale,file"`
	Epoch    string   `json:"epoch,omitempty"`
	Revision *int64   `json:"revision,omitempty"`
	AgeS     *float64 `json:"age_s,omitempty" doc:"Seconds since the store last said that there is nothing newer"`
}

func (c *call) health(d healthDocument) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, d)
}

func (c *call) ready() error {
	edits := c.query.Has("for")
	if edits && c.query.Get("for") != "edits" {
		return badParameter("for", "for takes edits alone")
	}
	if err := c.takeWorld(); err != nil {
		return err
	}
	if edits {
		if p := c.s.notEditable(); p != nil {
			p.More = map[string]any{"age_s": tenths(c.s.age(c.w))}
			return p
		}
	}
	p, age := c.w.Position(), tenths(c.s.age(c.w))
	return c.health(healthDocument{Status: "ready", State: c.s.state(), Epoch: p.Epoch, Revision: &p.Revision, AgeS: &age})
}

// notEditable says why edits are not to be expected to succeed, nil if they are.
func (s *Server) notEditable() *Problem {
	p := &Problem{Status: http.StatusServiceUnavailable, Code: "store-unavailable", RetryAfter: 2}
	feed := s.feed()
	switch {
	case len(feed.Poisoned) > 0:
		p.Detail = "the store has rows that cannot be shown; /v1/status names them"
	case s.state() != stateLive:
		p.Detail = "the store has not been heard of for a while; lookups go on from the last good state"
	default:
		return nil
	}
	return p
}
