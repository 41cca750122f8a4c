package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"
)

const (
	eventMedia = "text/event-stream"
	// heartbeat is how often a stream without events says that it is still there.
	heartbeat = 15 * time.Second
	// slowest is how long one write to a stream may take.
	slowest = 10 * time.Second
	// mostStreams bounds the open streams of a process.
	mostStreams = 1000
)

func (s *Server) eventOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/events", ID: "events", Tag: "changes",
		Summary: "A stream of what changes (server-sent events)",
		Text: "`event: revision` comes for each revision that is served: `layers` are the layers that it changed, `changes` says of each which features (up to 100) and in which box, and `tiles` of " +
			"which layers tiles have changed, from which zoom on (`minzoom`), and in which boxes (`bboxes`, up to 20; none: everywhere). `event: moment` comes when something begins or ends to apply without an edit: " +
			"`at` is when, `tiles` what it changes. " +
			"The first event names the revision that is served now. `event: reload` means: anything may have changed. A client that comes back with `Last-Event-ID` is told what it has missed, " +
			"or to reload. A client that does not keep up is cut off. A comment comes every 15 seconds.",
		Params:  []param{{Name: "Last-Event-ID", In: "header", Schema: &huma.Schema{Type: "string"}, Text: "The id of the last event that was seen, `<epoch>-<revision>`."}},
		Answers: []answer{{Status: http.StatusOK, Text: "The stream.", Content: &content{Media: eventMedia}}},
		Longest: -1,
		Handle:  (*call).stream,
	}}
}

// stream sends events until the client goes, falls behind, or the service stops.
func (c *call) stream() error {
	one, missed, err := c.s.events.join(c.Request().Header.Get("Last-Event-ID"))
	if err != nil {
		return err
	}
	defer c.s.events.leave(one)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, eventMedia)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if err := c.say("retry: 3000\n\n"); err != nil {
		return nil // the client has gone
	}
	for _, e := range missed {
		if c.say(e.text()) != nil {
			return nil
		}
	}
	return c.follow(one)
}

func (c *call) follow(one *listener) error {
	beat := time.NewTicker(c.s.beat)
	defer beat.Stop()
	for {
		var err error
		select {
		case e := <-one.queue:
			err = c.say(e.text())
		case <-beat.C:
			err = c.say(": still here\n\n")
		case <-one.gone:
			return nil
		case <-c.Request().Context().Done():
			return nil
		}
		if err != nil {
			return nil // the client has gone
		}
	}
}

// say writes to the stream and sends it off.
func (c *call) say(text string) error {
	control := http.NewResponseController(c.Response())
	_ = control.SetWriteDeadline(time.Now().Add(slowest)) // a connection without deadlines is one of a test
	if _, err := c.Response().Write([]byte(text)); err != nil {
		return err
	}
	return control.Flush()
}

// text is the event as it goes over the line.
func (e *event) text() string {
	return fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", e.kind, e.id, e.data)
}
