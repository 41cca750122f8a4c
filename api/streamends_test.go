package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"wangge/api/client"
	"wangge/layers"
)

// A client that is silent, or takes nothing, is given up in time, and told so as long as it listens.
func TestStreamGivesUp(t *testing.T) {
	s, _ := fragileServer(t, nil)
	s.SetStreamPatience(300 * time.Millisecond)
	base := s.base(t)
	silent := s.lineClient(base)
	silent.ask(streamPath)
	lines := silent.answer()
	silent.send("[121.33,30.81]\n[121.33")
	same(t, "the line before", line(t, lines), "{\"grid\":\"310116104Z05\"}\n")
	var e struct {
		Error struct {
			Index        int
			Code, Detail string
		}
	}
	must(t, json.Unmarshal([]byte(line(t, lines)), &e))
	if e.Error.Index != 1 || e.Error.Code != "timed-out" || !strings.Contains(e.Error.Detail, "nothing came") {
		t.Errorf("%+v", e)
	}
	same(t, "after that", rest(lines), "")

	before := runtime.NumGoroutine()
	deaf := s.lineClient(base)
	must(t, deaf.conn.SetReadBuffer(4<<10))
	deaf.ask("/v1/lookup:batch?crs=wgs84")
	many := strings.Repeat("[121.33,30.81]\n", 4000)
	stuck := false
	for range 5000 {
		if _, err := fmt.Fprintf(deaf.conn, "%x\r\n%s\r\n", len(many), many); err != nil {
			stuck = !errors.Is(err, os.ErrDeadlineExceeded) // but the server has hung up
			break
		}
	}
	if !stuck {
		t.Error("a client that takes no answers was not given up")
	}
	s.until("the stream has ended", func() bool { return runtime.NumGoroutine() <= before })
}

// Clients that go away in every way leave nothing behind.
func TestStreamLeavesNothing(t *testing.T) {
	s, _ := fragileServer(t, nil)
	base := s.base(t)
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	body := strings.Repeat("[121.33,30.81]\n", 200)
	for name, leave := range map[string]func(c *lineClient){
		"reset":        func(c *lineClient) { _ = c.conn.SetLinger(0); c.conn.Close() },
		"closed":       func(c *lineClient) { c.conn.Close() },
		"half closed":  func(c *lineClient) { _ = c.conn.CloseWrite() },
		"amid a line":  func(c *lineClient) { c.send("[121.3"); c.conn.Close() },
		"amid a chunk": func(c *lineClient) { _, _ = io.WriteString(c.conn, "ffff\r\n[1"); c.conn.Close() },
		"no chunk":     func(c *lineClient) { _, _ = io.WriteString(c.conn, "zz\r\n") },
		"with much unread": func(c *lineClient) {
			_, _ = io.WriteString(c.conn, fmt.Sprintf("%x\r\n%s", 1<<24, strings.Repeat(body, 100)))
			c.conn.Close()
		},
	} {
		for _, reads := range []bool{false, true} {
			c := s.lineClient(base)
			c.ask(streamPath)
			c.send(body)
			if reads {
				line(t, c.answer())
			}
			leave(c)
			s.until(name+": the stream has ended", func() bool { return runtime.NumGoroutine() <= before+1 })
			c.conn.Close()
		}
	}
	s.until("the connections have ended", func() bool { return runtime.NumGoroutine() <= before })
}

// stopping serves s as the program does: the requests' contexts can be ended.
func (s *server) stopping(t testing.TB) (web *httptest.Server, end context.CancelFunc) {
	t.Helper()
	requests, end := context.WithCancel(context.Background())
	t.Cleanup(end)
	web = httptest.NewUnstartedServer(s.Handler())
	web.Config.BaseContext = func(net.Listener) context.Context { return requests }
	web.Start()
	t.Cleanup(web.Close)
	return web, end
}

// steady are positions without end, no more of them than any machine can read the answers of.
func steady(yield func(client.Position) bool) {
	for i := 0; yield(client.Position{Lon: 121.33, Lat: 30.81}); i++ {
		if i%500 == 0 {
			time.Sleep(2 * time.Millisecond)
		}
	}
}

// A service that stops lets a stream end by itself; then it answers what it has read, says that this is not all, and is gone in time,
// whatever the client does.
func TestStreamAtTheStop(t *testing.T) {
	s, _ := fragileServer(t, nil)
	web, end := s.stopping(t)
	quick, waiting, deaf := s.lineClient(web.URL), s.lineClient(web.URL), s.lineClient(web.URL)
	busy, err := client.New(web.URL, client.WithToken(s.secrets[layers.Dispatcher]))
	must(t, err)

	var of []*bufio.Reader
	for _, c := range []*lineClient{quick, waiting} {
		c.ask(streamPath)
		lines := c.answer()
		c.send("[121.33,30.81]\n")
		same(t, "the first line", line(t, lines), "{\"grid\":\"310116104Z05\"}\n")
		of = append(of, lines)
	}
	must(t, deaf.conn.SetReadBuffer(4<<10))
	deaf.ask("/v1/lookup:batch?crs=wgs84")
	filled := make(chan struct{})
	go func() {
		defer close(filled)
		many := strings.Repeat("[121.33,30.81]\n", 4000)
		for range 5000 {
			if _, err := fmt.Fprintf(deaf.conn, "%x\r\n%s\r\n", len(many), many); err != nil {
				return
			}
		}
	}()
	type ending struct {
		n, answered int
		last        error
		err         error
	}
	ended := make(chan ending, 1)
	begun := make(chan struct{})
	go func() {
		var e ending
		e.n, e.err = busy.Stream(t.Context(), client.Common{CRS: client.WGS84}, false, steady, func(l *client.Line) error {
			if l.Err != nil {
				e.last = l.Err
			} else if e.last == nil {
				e.answered++
			}
			if l.Index == 1000 {
				close(begun)
			}
			return nil
		})
		ended <- e
	}()
	<-begun

	// The first step of a stop: no new connection, and streams may end by themselves.
	s.Server.Close()
	stopped := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		stopped <- web.Config.Shutdown(ctx)
	}()
	s.until("no new connection is taken", func() bool {
		conn, err := net.Dial("tcp", quick.address)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	quick.send("[121.33,30.81]\n")
	same(t, "a line during the stop", line(t, of[0]), "{\"grid\":\"310116104Z05\"}\n")
	quick.end()
	same(t, "a stream that ends by itself", rest(of[0]), "{\"count\":2}\n")

	// The second: their contexts end.
	began := time.Now()
	end()
	got := rest(of[1])
	var e struct {
		Error struct {
			Index        int
			Code, Detail string
		}
	}
	must(t, json.Unmarshal([]byte(got), &e))
	if e.Error.Index != 1 || !strings.Contains(e.Error.Detail, "stopping") {
		t.Errorf("a stream that waits: %s", got)
	}
	b := <-ended
	if !errors.Is(b.err, client.ErrIncomplete) || b.last == nil || !strings.Contains(b.last.Error(), "stopping") || b.answered != b.n-1 {
		t.Errorf("a busy stream: %d lines, %d answered, the last %v, %v", b.n, b.answered, b.last, b.err)
	}
	must(t, <-stopped)
	<-filled
	t.Logf("gone after %v", time.Since(began))
}

// A stream through the recorder of a test, which has no connection and no deadlines, is answered too.
func TestStreamWithoutConnection(t *testing.T) {
	s, _ := fragileServer(t, nil)
	var body bytes.Buffer
	for range 5000 {
		body.WriteString("[121.33,30.81]\n")
	}
	lines := s.send(linesOf(streamPath, body.String())).streamed()
	same(t, "lines", len(lines), 5000)
}
