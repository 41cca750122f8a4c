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
	"runtime"
	"strings"
	"testing"
	"time"

	"wangge/api/client"
	"wangge/layers"
)

const streamPath = "/v1/lookup:batch?crs=wgs84&fields=grid"

func linesOf(path, body string) ask {
	return ask{Method: http.MethodPost, Path: path, Body: body, Role: layers.Dispatcher, Header: []string{"Content-Type", "application/x-ndjson"}}
}

// streamed are the lines of an answer that must end with their count.
func (r reply) streamed() []string {
	r.t.Helper()
	r.status(http.StatusOK)
	text := strings.TrimSuffix(string(r.bytes), "\n")
	lines := strings.Split(text, "\n")
	last := lines[len(lines)-1]
	if want := fmt.Sprintf(`{"count":%d}`, len(lines)-1); last != want {
		r.t.Fatalf("%q: the last line is %.200s, want %s", r.ask.Path, last, want)
	}
	return lines[:len(lines)-1]
}

// Every kind of bad line gets an error in its place, and changes no other.
func TestBadLines(t *testing.T) {
	s, _ := fragileServer(t, nil)
	good := `[121.33,30.81]`
	bad := map[string]string{
		"empty": ``, "blank": `   `, "no JSON": `hello`, "a number": `121.33`, "a text": `"121.33,30.81"`, "null": `null`, "true": `true`, "no numbers": `[]`, "one number": `[121.33]`,
		"three numbers": `[121.33,30.81,4]`, "texts": `["121.33","30.81"]`, "unclosed": `[121.33,30.81`, "two values": `[121.33,30.81][1,2]`, "a comma more": `[121.33,30.81,]`, "NaN": `[NaN,30.81]`,
		"leading zero": `[0121.33,30.81]`, "plus": `[+121.33,30.81]`, "hexadecimal": `[0x79,30.81]`, "too large": `[1e999,30.81]`, "off the Earth": `[200,30.81]`, "swapped": `[30.81,121.33]`,
		"no lat": `{"lon":121.33}`, "unknown member": `{"lon":121.33,"lat":30.81,"x":1}`, "twice": `{"lon":121.33,"lon":121.33,"lat":30.81}`, "unknown system": `{"lon":121.33,"lat":30.81,"crs":"mars"}`,
		"bad time": `{"lon":121.33,"lat":30.81,"at":"now"}`, "no edition": `{"lon":121.33,"lat":30.81,"at":"2020-01-01T00:00:00Z"}`, "bad accuracy": `{"lon":121.33,"lat":30.81,"accuracy_m":-1}`,
		"bad category": `{"lon":121.33,"lat":30.81,"category":"A B"}`, "deep": strings.Repeat("[", 3000) + strings.Repeat("]", 3000), "not UTF-8": "[\xff,1]", "NUL": "[121.33,30.81]\x00",
		"too long": `[121.33,30.81` + strings.Repeat(" ", 5000) + `]`, "very long": strings.Repeat("[", 100_000), "a mark": "\xef\xbb\xbf[121.33,30.81]", "long number": `[121.` + strings.Repeat("3", 60) + `,30.81]`,
	}
	if len(bad) < 20 {
		t.Fatalf("%d kinds only", len(bad))
	}
	var body strings.Builder
	var names []string
	for name, line := range bad {
		names = append(names, name)
		body.WriteString(good + "\n" + line + "\n")
	}
	body.WriteString(good + "\r\n")
	body.WriteString(good) // the last line may lack its end
	for _, path := range []string{streamPath, "/v1/lookup:batch?crs=wgs84", "/v1/lookup:batch?crs=wgs84&fields=all"} {
		lines := s.send(linesOf(path, body.String())).streamed()
		if len(lines) != 2*len(names)+2 {
			t.Fatalf("%d answers to %d lines", len(lines), 2*len(names)+2)
		}
		for i, line := range lines {
			if i%2 == 0 || i == len(lines)-1 {
				if !strings.Contains(line, `310116104Z05`) || strings.Contains(line, `"error"`) {
					t.Errorf("line %d: %s", i, line)
				}
				continue
			}
			var a struct {
				Error *struct {
					Index        int
					Code, Detail string
				}
			}
			if err := json.Unmarshal([]byte(line), &a); err != nil || a.Error == nil || a.Error.Index != i || a.Error.Code == "" || a.Error.Code == "internal" || a.Error.Detail == "" {
				t.Errorf("%s: %s", names[i/2], line)
			}
		}
	}
}

// What is wrong with the stream as a whole is a problem.
func TestBadStreams(t *testing.T) {
	s, _ := fragileServer(t, nil)
	for path, code := range map[string]string{
		"/v1/lookup:batch":                        "crs-required",
		"/v1/lookup:batch?crs=":                   "crs-required",
		"/v1/lookup:batch?crs=mars":               "crs-required",
		"/v1/lookup:batch?crs=wgs84&fields=none":  "bad-parameter",
		"/v1/lookup:batch?crs=wgs84&fields=":      "bad-parameter",
		"/v1/lookup:batch?crs=wgs84&at=now":       "bad-time",
		"/v1/lookup:batch?crs=wgs84&accuracy_m=x": "bad-parameter",
		"/v1/lookup:batch?crs=wgs84&category=A":   "bad-parameter",
		"/v1/lookup:batch?crs=wgs84&lon=1":        "bad-parameter",
		"/v1/lookup:batch?crs=wgs84&crs=wgs84":    "bad-parameter",
	} {
		s.send(linesOf(path, "[1,2]\n")).problem(http.StatusBadRequest, code)
	}
	a := linesOf(streamPath, "[1,2]\n")
	a.Header = append(a.Header, "Content-Encoding", "gzip")
	s.send(a).problem(http.StatusUnsupportedMediaType, "unsupported-media")
	json := batchOf(`{"crs":"wgs84","points":[]}`)
	json.Path += "?crs=wgs84"
	s.send(json).problem(http.StatusBadRequest, "bad-parameter")
	same(t, "no lines", s.send(linesOf(streamPath+"&at=2025-06-01T00:00:00Z", "")).streamed(), []string{})
	none := s.send(linesOf(streamPath+"&at=2020-01-01T00:00:00Z", "[121.33,30.81]\n")).streamed()
	if len(none) != 1 || !strings.Contains(none[0], "not-in-edition") {
		t.Errorf("%v", none)
	}
}

// A line that is sent is answered at once, before the next one comes.
func TestStreamAnswersEachLine(t *testing.T) {
	s, _ := fragileServer(t, nil)
	body, in := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base(t)+streamPath, body)
	must(t, err)
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Authorization", "Bearer "+s.secrets[layers.Dispatcher])
	res, err := http.DefaultClient.Do(req) // the head comes before any line
	must(t, err)
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for i, p := range []string{"[121.33,30.81]\n", "[9,9]\n", "[121.3", "3,30.81]\n", "x\n"} {
		_, err := in.Write([]byte(p))
		must(t, err)
		if i == 2 {
			continue
		}
		line, err := lines.ReadString('\n')
		must(t, err)
		if want := []string{`{"grid":"310116104Z05"}`, `{"grid":null}`, "", `{"grid":"310116104Z05"}`, `{"error":`}[i]; !strings.HasPrefix(line, want) {
			t.Errorf("%q: %q", p, line)
		}
	}
	must(t, in.Close())
	rest, err := io.ReadAll(lines)
	must(t, err)
	same(t, "the end", string(rest), "{\"count\":4}\n")
}

// base is the address of a listener of s.
func (s *server) base(t testing.TB) string {
	t.Helper()
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	return web.URL
}

// streamLines is how many lines go through in one stream.
func streamLines() int {
	if racing {
		return 100_000
	}
	return 1_000_000
}

// liveHeap is the memory in use, in bytes, without what is only not collected yet.
func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A million lines, each answered in its place, in little memory.
func TestStreamOfAMillion(t *testing.T) {
	s, _ := fragileServer(t, nil)
	c := s.listening(layers.Dispatcher)
	n := streamLines()
	p := func(i int) client.Position {
		q := at(float64(i%60)/10+0.05, float64(i%40)/10+0.05)
		if i%1000 == 7 {
			q[1] += 2
		}
		return client.Position{Lon: q[0], Lat: q[1]}
	}
	var few []client.Position
	for i := range 3000 { // the least common multiple of all the remainders
		few = append(few, p(i))
	}
	want, err := c.Batch(t.Context(), client.Common{CRS: client.WGS84}, few)
	must(t, err)
	before, most := liveHeap(), uint64(0)
	began := time.Now()
	count, err := c.Stream(t.Context(), client.Common{CRS: client.WGS84}, false, func(yield func(client.Position) bool) {
		for i := range n {
			if !yield(p(i)) {
				return
			}
		}
	}, func(l *client.Line) error {
		if code := want.Code(l.Index % 3000); l.Err != nil || l.Code != code {
			return fmt.Errorf("line %d: %q %v, want %q", l.Index, l.Code, l.Err, code)
		}
		if l.Index%(n/8) == n/16 {
			most = max(most, liveHeap())
		}
		return nil
	})
	must(t, err)
	same(t, "count", count, n)
	t.Logf("%d lines, %.0f lines/s, heap %d to %d MiB", n, float64(n)/time.Since(began).Seconds(), before>>20, most>>20)
	if grown := most - min(most, before); grown > 16<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// A client that does not read is not read from: what is under way stays small, and goes on when it reads again.
func TestStreamWaitsForItsReader(t *testing.T) {
	s, _ := fragileServer(t, nil)
	address := strings.TrimPrefix(s.base(t), "http://")
	conn, err := net.Dial("tcp", address)
	must(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n", streamPath, address, s.secrets[layers.Dispatcher])
	must(t, err)
	chunk := strings.Repeat("[121.33,30.81]\n", 1000)
	chunk = fmt.Sprintf("%x\r\n%s\r\n", len(chunk), chunk)
	sent := 0
	for stuck := false; !stuck && sent < 20_000; sent++ { // 20 million lines would be 300 MB
		must(t, conn.SetWriteDeadline(time.Now().Add(2*time.Second)))
		n, err := conn.Write([]byte(chunk))
		switch {
		case errors.Is(err, context.DeadlineExceeded), err != nil && strings.Contains(err.Error(), "timeout"):
			stuck = true
			chunk = chunk[n:]
		case err != nil:
			t.Fatal(err)
		}
	}
	if sent >= 20_000 {
		t.Fatal("everything was taken from a client that reads nothing")
	}
	t.Logf("stopped after %d kB", sent*15)
	must(t, conn.SetDeadline(time.Now().Add(60*time.Second)))
	go func() {
		_, _ = conn.Write([]byte(chunk + "0\r\n\r\n")) // fails with the test if it does
	}()
	res, err := http.ReadResponse(bufio.NewReaderSize(conn, 1<<20), nil)
	must(t, err)
	lines := 0
	scan := bufio.NewScanner(res.Body)
	scan.Buffer(make([]byte, 1<<20), 1<<20)
	last := ""
	for scan.Scan() {
		lines++
		last = scan.Text()
	}
	must(t, scan.Err())
	same(t, "the last of all lines", last, fmt.Sprintf(`{"count":%d}`, lines-1))
	same(t, "all were answered", lines-1, sent*1000)
}

// A client that goes away ends its stream, whatever it was doing.
func TestStreamEndsWithItsClient(t *testing.T) {
	s, _ := fragileServer(t, nil)
	c := s.listening(layers.Dispatcher)
	before := runtime.NumGoroutine()
	for _, after := range []int{0, 1, 5000} {
		ctx, cancel := context.WithCancel(t.Context())
		n, err := c.Stream(ctx, client.Common{CRS: client.WGS84}, true, endless, func(l *client.Line) error {
			if l.Index == after {
				cancel()
			}
			return nil
		})
		cancel()
		if err == nil || !errors.Is(err, context.Canceled) && !errors.Is(err, client.ErrIncomplete) {
			t.Errorf("after %d of %d: %v", after, n, err)
		}
	}
	enough := errors.New("enough")
	if n, err := c.Stream(t.Context(), client.Common{CRS: client.WGS84}, false, endless, func(l *client.Line) error {
		if l.Index == 10 {
			return enough
		}
		return nil
	}); n != 10 || !errors.Is(err, enough) {
		t.Errorf("%d %v", n, err)
	}
	s.until("the streams have ended", func() bool { return runtime.NumGoroutine() <= before+8 })
}

// Lines over plain HTTP/1.1, by hand: a body that breaks off gets no count.
func TestStreamThatBreaksOff(t *testing.T) {
	s, _ := fragileServer(t, nil)
	address := strings.TrimPrefix(s.base(t), "http://")
	for name, rest := range map[string]string{"bad chunk": "zz\r\n", "cut": ""} {
		conn, err := net.Dial("tcp", address)
		must(t, err)
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n[121.33,30.81]\n\r\n%s",
			streamPath, address, s.secrets[layers.Dispatcher], rest)
		must(t, err)
		must(t, conn.(*net.TCPConn).CloseWrite())
		must(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
		got, _ := io.ReadAll(conn) // how it ends is the server's choice
		must(t, conn.Close())
		if !bytes.Contains(got, []byte("HTTP/1.1 200")) || bytes.Contains(got, []byte(`"count"`)) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
