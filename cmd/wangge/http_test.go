package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// slack is by how much a busy machine or the race detector may stretch a limit of time.
func slack() time.Duration { return 3 }

// listening serves a handler until the test ends, and returns its address, and what ends it.
func listening(t *testing.T, handler http.HandlerFunc) (address string, stop func(), done <-chan error) {
	t.Helper()
	l, err := listen(t.Context(), "listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	ended := make(chan error, 1)
	go func() {
		ended <- serveHTTP(ctx, l, handler, slog.New(slog.DiscardHandler), writeTimeout, func() {})
	}()
	return l.Addr().String(), cancel, ended
}

// TestSlowClientsAreCutOff: a header that never ends, and a connection that says nothing, are closed.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	address, _, _ := listening(t, func(w http.ResponseWriter, r *http.Request) {})
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nX-A"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := c.SetReadDeadline(began.Add(headerTimeout * slack())); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); err != nil {
		t.Errorf("the connection is still open after %v: %v", time.Since(began), err)
	}
	if took := time.Since(began); took < headerTimeout/2 {
		t.Errorf("cut off after %v, the limit is %v", took, headerTimeout)
	}
}

func TestLargeHeadersAndHTTP2AreRefused(t *testing.T) {
	address, _, _ := listening(t, func(w http.ResponseWriter, r *http.Request) {})
	for name, c := range map[string]struct{ request, want string }{
		"a header of 32 KiB": {"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 32<<10) + "\r\n\r\n", "431"},
		"HTTP/2 in clear":    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 "},
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, c.request) // it may be cut off while it is sent
		line, err := bufio.NewReader(conn).ReadString('\n')
		if !strings.Contains(line, c.want) {
			t.Errorf("%s: answered %q (%v), want %q", name, line, err, c.want)
		}
		conn.Close()
	}
}

// TestStopFinishesRequests: a request under way is answered; one that would never end has its context ended.
func TestStopFinishesRequests(t *testing.T) {
	t.Parallel()
	started := make(chan struct{}, 2)
	address, stop, done := listening(t, func(w http.ResponseWriter, r *http.Request) {
		started <- struct{}{}
		if r.URL.Path == "/endless" {
			<-r.Context().Done()
			return
		}
		time.Sleep(300 * time.Millisecond)
		_, _ = io.WriteString(w, "done")
	})
	answers := make(chan string, 2)
	for _, path := range []string{"/short", "/endless"} {
		go func() {
			res, err := client.Get("http://" + address + path)
			if err != nil {
				answers <- path + " " + err.Error()
				return
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			answers <- path + " " + string(body)
		}()
	}
	<-started
	<-started
	began := time.Now()
	stop()
	if first := <-answers; first != "/short done" {
		t.Errorf("the first answer is %q", first)
	}
	<-answers
	if err := <-done; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the stop took %v", took)
	}
}

func TestForOperators(t *testing.T) {
	handler := forOperators(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "up 1") }))
	for path, want := range map[string]int{"/metrics": 200, "/debug/pprof/": 200, "/": 404, "/v1/lookup": 404} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}
