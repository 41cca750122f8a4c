package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"wangge/layers"
)

// lineClient is a client of a stream over a bare connection, so that it is known what is sent when.
type lineClient struct {
	t       testing.TB
	conn    *net.TCPConn
	in      *bufio.Reader
	address string
	token   string
}

// lineClient connects to a listener of s.
func (s *server) lineClient(address string) *lineClient {
	s.t.Helper()
	address = strings.TrimPrefix(address, "http://")
	conn, err := net.Dial("tcp", address)
	must(s.t, err)
	s.t.Cleanup(func() { conn.Close() })
	must(s.t, conn.SetDeadline(time.Now().Add(60*time.Second)))
	return &lineClient{t: s.t, conn: conn.(*net.TCPConn), in: bufio.NewReader(conn), address: address, token: s.secrets[layers.Dispatcher]}
}

// ask sends the head of a request for a stream, with further lines of the head.
func (c *lineClient) ask(path string, more ...string) {
	c.t.Helper()
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n", path, c.address, c.token)
	for _, line := range more {
		head += line + "\r\n"
	}
	_, err := io.WriteString(c.conn, head+"\r\n")
	must(c.t, err)
}

// send sends a piece of the body.
func (c *lineClient) send(text string) {
	c.t.Helper()
	_, err := fmt.Fprintf(c.conn, "%x\r\n%s\r\n", len(text), text)
	must(c.t, err)
}

// end ends the body.
func (c *lineClient) end() {
	c.t.Helper()
	_, err := io.WriteString(c.conn, "0\r\n\r\n")
	must(c.t, err)
}

// answer reads the head of the answer.
func (c *lineClient) answer() *bufio.Reader {
	c.t.Helper()
	res, err := http.ReadResponse(c.in, &http.Request{Method: http.MethodPost})
	must(c.t, err)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/x-ndjson" || res.Header.Get("Content-Encoding") != "" {
		c.t.Fatalf("%s %v", res.Status, res.Header)
	}
	return bufio.NewReader(res.Body)
}

// line reads a line of the answer.
func line(t testing.TB, from *bufio.Reader) string {
	t.Helper()
	s, err := from.ReadString('\n')
	if err != nil {
		t.Fatalf("%v after %q", err, s)
	}
	return s
}

// rest is what comes until the answer ends, well or not.
func rest(from io.Reader) string {
	b, _ := io.ReadAll(from) // how it ends is a matter of the test
	return string(b)
}

// Both directions really stream, in every form: the head comes before any line, and the answer to a line before the next is sent;
// also to a client that takes compressed answers.
func TestStreamBothWays(t *testing.T) {
	s, _ := fragileServer(t, nil)
	base := s.base(t)
	for _, path := range []string{streamPath, "/v1/lookup:batch?crs=wgs84", "/v1/lookup:batch?crs=gcj02&fields=all&accuracy_m=20"} {
		for _, header := range []string{"Accept-Encoding: gzip", "X-None: none"} {
			c := s.lineClient(base)
			c.ask(path, header)
			lines := c.answer()
			for i, sent := range []string{"[121.33,30.81]\n", `{"lon":121.33,"lat":30.81,"crs":"bd09"}` + "\n", "no line\n", "[121.6,31.2]\r\n"} {
				c.send(sent)
				got := line(t, lines)
				if want := [...]string{`310116104Z0`, `310116104Z0`, `"error"`, "outside"}[i]; !strings.Contains(got, want) && !strings.Contains(got, `"grid":null`) {
					t.Errorf("%s: %q got %s", path, sent, got)
				}
			}
			c.send("[121.33,")
			c.send("30.81]") // the last line may lack its end
			c.end()
			if got := rest(lines); !strings.Contains(got, "310116104Z0") || !strings.HasSuffix(got, "\n{\"count\":5}\n") {
				t.Errorf("%s: the end is %s", path, got)
			}
		}
	}
}

// However the body is cut, the lines are the same, and each is what a lookup of its own answers.
func TestStreamInPieces(t *testing.T) {
	s, _ := fragileServer(t, nil)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	at := "&at=2025-06-15T12:00:00Z"
	var body strings.Builder
	var want []string
	for range 400 {
		p := somewhere(random, "wgs84")
		form := random.IntN(4)
		text := fmt.Sprintf([...]string{"[%v,%v]", " [ %v , %v ]\t", `{"lon":%v,"lat":%v}`, `{"lat":%[2]v,"lon":%[1]v,"accuracy_m":20}`}[form], p.Lon, p.Lat)
		body.WriteString(text + [...]string{"\n", "\r\n"}[random.IntN(2)])
		decimal := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
		query := fmt.Sprintf("/v1/lookup?crs=wgs84&lon=%s&lat=%s%s", decimal(p.Lon), decimal(p.Lat), at)
		if form == 3 {
			query += "&accuracy_m=20"
		}
		r := s.send(ask{Path: query})
		if r.StatusCode != http.StatusOK {
			want = append(want, r.problemCode())
			continue
		}
		want = append(want, comparable(t, r.plain()))
	}
	base := s.base(t)
	for range 4 {
		c := s.lineClient(base)
		c.ask("/v1/lookup:batch?crs=wgs84" + at)
		go func() {
			for text := body.String(); text != ""; {
				n := 1 + random.IntN(min(len(text), 1+random.IntN(3000)))
				if _, err := fmt.Fprintf(c.conn, "%x\r\n%s\r\n", n, text[:n]); err != nil {
					return // the test has failed
				}
				text = text[n:]
			}
			_, _ = io.WriteString(c.conn, "0\r\n\r\n")
		}()
		lines := c.answer()
		for i, w := range want {
			got := line(t, lines)
			var e struct{ Error *struct{ Code string } }
			must(t, json.Unmarshal([]byte(got), &e))
			if e.Error != nil {
				same(t, fmt.Sprintf("the error of line %d", i), e.Error.Code, w)
			} else {
				same(t, fmt.Sprintf("line %d", i), comparable(t, []byte(got)), w)
			}
		}
		same(t, "the end", rest(lines), fmt.Sprintf("{\"count\":%d}\n", len(want)))
	}
}

// problemCode is the code of a problem.
func (r reply) problemCode() string {
	r.t.Helper()
	var p struct{ Code string }
	r.json(&p)
	return p.Code
}

// comparable is an answer without its id, which says when it was asked, and with numbers as they are, whatever their digits.
func comparable(t testing.TB, answer []byte) string {
	t.Helper()
	var v map[string]any
	must(t, json.Unmarshal(answer, &v))
	delete(v, "answer_id")
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}

// A client that waits to be told to go on is told, and then sends: one that got a final answer first would send nothing.
func TestStreamExpectsContinue(t *testing.T) {
	s, _ := fragileServer(t, nil)
	base := s.base(t)
	for _, header := range []string{"Accept-Encoding: gzip", "X-None: none"} {
		c := s.lineClient(base)
		c.ask(streamPath, "Expect: 100-continue", header)
		first := line(t, c.in)
		same(t, "the first answer", first, "HTTP/1.1 100 Continue\r\n")
		for line(t, c.in) != "\r\n" {
		}
		c.send("[121.33,30.81]\n")
		lines := c.answer()
		same(t, "the answer", line(t, lines), "{\"grid\":\"310116104Z05\"}\n")
		c.end()
		same(t, "the end", rest(lines), "{\"count\":1}\n")
	}
	// The transport of Go with a body that it holds back.
	transport := &http.Transport{ExpectContinueTimeout: 30 * time.Second}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+streamPath, io.LimitReader(strings.NewReader(strings.Repeat("[121.33,30.81]\n", 3)), 1<<20))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Authorization", "Bearer "+s.secrets[layers.Dispatcher])
	req.Header.Set("Expect", "100-continue")
	res, err := transport.RoundTrip(req)
	must(t, err)
	defer res.Body.Close()
	if got := rest(res.Body); !strings.HasSuffix(got, "\n{\"count\":3}\n") {
		t.Errorf("%q", got)
	}
}

// A connection is as good after a stream as before.
func TestConnectionAfterStream(t *testing.T) {
	s, _ := fragileServer(t, nil)
	s.SetStreamPatience(300 * time.Millisecond)
	c := s.lineClient(s.base(t))
	for i := range 3 {
		c.ask(streamPath)
		lines := c.answer()
		c.send("[121.33,30.81]\n")
		same(t, "the answer", line(t, lines), "{\"grid\":\"310116104Z05\"}\n")
		c.end()
		same(t, "the end", rest(lines), "{\"count\":1}\n")
		if i == 1 {
			time.Sleep(400 * time.Millisecond) // no limit of a stream outlasts it
		}
		_, err := fmt.Fprintf(c.conn, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", c.address)
		must(t, err)
		res, err := http.ReadResponse(c.in, nil)
		must(t, err)
		same(t, "status", res.StatusCode, http.StatusOK)
		rest(res.Body)
	}
}

// All lines of a stream are answered from one revision, whatever is published meanwhile.
func TestStreamKeepsItsRevision(t *testing.T) {
	s, _ := fragileServer(t, nil)
	c := s.lineClient(s.base(t))
	c.ask("/v1/lookup:batch?crs=wgs84")
	lines := c.answer()
	revision := func() int64 {
		c.send("[121.33,30.81]\n")
		var a struct{ Data struct{ Revision int64 } }
		must(t, json.Unmarshal([]byte(line(t, lines)), &a))
		return a.Data.Revision
	}
	first := revision()
	s.Publish(snapshotAt(t, first+5, fixture()...))
	if now := s.World().Position().Revision; now != first+5 {
		t.Fatalf("revision %d is shown", now)
	}
	same(t, "the revision of the next line", revision(), first)
	c.end()
	same(t, "the end", rest(lines), "{\"count\":2}\n")
}

// A line without an end is not collected: it costs no memory, is an error in its place, and the lines after it are answered.
func TestStreamOfOneLongLine(t *testing.T) {
	s, _ := fragileServer(t, nil)
	c := s.lineClient(s.base(t))
	c.ask(streamPath)
	lines := c.answer()
	c.send("[121.33,30.81]\n")
	same(t, "the line before", line(t, lines), "{\"grid\":\"310116104Z05\"}\n")
	before := liveHeap()
	piece := strings.Repeat("[121.33,", 8000)
	most := uint64(0)
	for i := range 1000 { // 64 MB
		c.send(piece)
		if i%200 == 100 {
			most = max(most, liveHeap())
		}
	}
	if grown := most - min(most, before); grown > 8<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
	c.send("\n[121.33,30.81]\n")
	if got := line(t, lines); !strings.Contains(got, "too-long") && !strings.Contains(got, "more than 4096 bytes") {
		t.Errorf("the long line: %s", got)
	}
	same(t, "the line after", line(t, lines), "{\"grid\":\"310116104Z05\"}\n")
	c.end()
	same(t, "the end", rest(lines), "{\"count\":3}\n")
}
