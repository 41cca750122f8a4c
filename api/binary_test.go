package api_test

import (
	"encoding/binary"
	"math"
	"net/http"
	"testing"

	"wangge/api/client"
	"wangge/layers"
)

const pointsMedia = "application/vnd.wangge.points"

func binaryOf(body []byte) ask {
	return ask{Method: http.MethodPost, Path: "/v1/lookup:batch", Body: string(body), Header: []string{"Content-Type", pointsMedia}}
}

// points are the compact form of some positions.
func points(t testing.TB, n int) []byte {
	t.Helper()
	positions := make([]client.Position, n)
	for i := range positions {
		positions[i] = client.Position{Lon: 121.33, Lat: 30.81}
	}
	b, err := client.AppendPoints(nil, client.Common{CRS: client.WGS84}, positions)
	must(t, err)
	return b
}

// The bytes as they are documented.
func TestBinaryAnswer(t *testing.T) {
	s := readServer(t)
	le := binary.LittleEndian
	b := append([]byte("WGPT"), 1, 0, 2, 0)
	b = le.AppendUint64(b, 0)
	b = le.AppendUint32(b, 4)
	b = le.AppendUint32(b, 0)
	for _, v := range []int32{121_3300000, 30_8100000, 121_3100000, 30_8100000, 0, 0, 30_8100000, 121_3300000} {
		b = le.AppendUint32(b, uint32(v))
	}
	r := s.send(binaryOf(b)).status(http.StatusOK)
	want := append([]byte("WGGR"), 1, 0)
	want = le.AppendUint16(want, uint16(len(epoch)))
	want = le.AppendUint64(want, 7)
	for _, n := range []uint32{4, 2, 1, uint32(len(epoch)+2+12+2+12+3) &^ 3} {
		want = le.AppendUint32(want, n)
	}
	want = append(want, epoch...)
	for _, code := range []string{"310116104Z05", "310116104Z04"} {
		want = append(le.AppendUint16(want, uint16(len(code))), code...)
	}
	for len(want)%4 != 0 {
		want = append(want, 0)
	}
	for _, n := range []uint16{0, 1, 0xffff, 0xfffe} {
		want = le.AppendUint16(want, n)
	}
	same(t, "bytes", r.bytes, want)
	same(t, "type", r.Header.Get("Content-Type"), "application/vnd.wangge.grids")
	same(t, "revision", r.Header.Get("Wangge-Revision"), epoch+"-7")
}

func TestBadBinary(t *testing.T) {
	s := readServer(t)
	with := func(change func(b []byte) []byte) []byte { return change(points(t, 3)) }
	set := func(i int, v byte) []byte { return with(func(b []byte) []byte { b[i] = v; return b }) }
	cases := map[string]struct {
		body   []byte
		status int
		code   string
	}{
		"one byte":                   {[]byte("W"), 400, "bad-request"},
		"another magic":              {set(0, 'X'), 400, "bad-request"},
		"the magic of an answer":     {with(func(b []byte) []byte { copy(b, "WGGR"); return b }), 400, "bad-request"},
		"JSON":                       {[]byte(`{"crs":"wgs84","points":[[121.33,30.81]]}`), 400, "bad-request"},
		"version 0":                  {set(4, 0), 400, "bad-request"},
		"version 2":                  {set(4, 2), 400, "bad-request"},
		"unknown flag":               {set(5, 2), 400, "bad-request"},
		"another flag":               {set(5, 0x80), 400, "bad-request"},
		"no system":                  {set(6, 0), 400, "crs-required"},
		"unknown system":             {set(6, 6), 400, "crs-required"},
		"system 255":                 {set(6, 255), 400, "crs-required"},
		"metres as integers":         {set(6, 5), 400, "bad-request"},
		"byte 7":                     {set(7, 1), 400, "bad-request"},
		"bytes 20 to 23":             {set(23, 1), 400, "bad-request"},
		"head alone, three wanted":   {points(t, 3)[:24], 400, "bad-request"},
		"cut in the head":            {points(t, 3)[:23], 400, "bad-request"},
		"cut in a point":             {points(t, 3)[:47], 400, "bad-request"},
		"one byte more":              {append(points(t, 3), 0), 400, "bad-request"},
		"one point more":             {append(points(t, 3), make([]byte, 8)...), 400, "bad-request"},
		"integers said to be floats": {set(5, 1), 400, "bad-request"},
		"count of 4 billion":         {with(func(b []byte) []byte { binary.LittleEndian.PutUint32(b[16:], math.MaxUint32); return b }), 413, "batch-too-large"},
		"10001 points":               {points(t, 10_001), 413, "batch-too-large"},
		"year 300000000":             {with(func(b []byte) []byte { binary.LittleEndian.PutUint64(b[8:], math.MaxInt64); return b }), 400, "bad-time"},
		"year -290000000":            {with(func(b []byte) []byte { binary.LittleEndian.PutUint64(b[8:], 1<<63); return b }), 400, "bad-time"},
		"before any edition":         {with(func(b []byte) []byte { b[8] = 1; return b }), 404, "not-in-edition"},
		"too many bytes":             {make([]byte, 16<<20+1), 413, "body-too-large"},
	}
	if len(cases) < 20 {
		t.Fatalf("%d kinds only", len(cases))
	}
	for name, c := range cases {
		s.send(binaryOf(c.body)).problem(c.status, c.code)
		// Nothing changes when the length of the body is not announced.
		req := s.request(binaryOf(c.body))
		req.ContentLength = -1
		w := &discard{header: http.Header{}}
		if s.Handler().ServeHTTP(w, req); w.status/100 != 4 {
			t.Errorf("%s, of unknown length: %d", name, w.status)
		}
	}
	s.send(ask{Method: http.MethodPost, Path: "/v1/lookup:batch", Body: "x", Header: []string{"Content-Type", "text/csv"}}).problem(http.StatusUnsupportedMediaType, "unsupported-media")
	bad := binaryOf(points(t, 1))
	bad.Header = append(bad.Header, "Accept", "application/json")
	s.send(bad).problem(http.StatusNotAcceptable, "not-acceptable")
	bad = binaryOf(points(t, 1))
	bad.Path += "?crs=wgs84"
	s.send(bad).problem(http.StatusBadRequest, "bad-parameter")
}

// A token that may stream has large batches; others have as many points as in JSON.
func TestBinaryLimits(t *testing.T) {
	s, _ := fragileServer(t, nil)
	count := func(r reply) uint32 { return binary.LittleEndian.Uint32(r.status(http.StatusOK).bytes[16:]) }
	same(t, "without a token", count(s.send(binaryOf(points(t, 10_000)))), uint32(10_000))
	same(t, "no points", count(s.send(binaryOf(points(t, 0)))), uint32(0))
	large := points(t, 1_000_000)
	for _, role := range []layers.Role{"", layers.Viewer, layers.Auditor, layers.Admin} {
		a := binaryOf(large)
		a.Role = role
		s.send(a).problem(http.StatusRequestEntityTooLarge, "batch-too-large")
	}
	a := binaryOf(large)
	a.Role = layers.Dispatcher
	same(t, "of a dispatcher", count(s.send(a)), uint32(1_000_000))
	a.Body = string(points(t, 1_000_001))
	s.send(a).problem(http.StatusRequestEntityTooLarge, "batch-too-large")
}

// Whatever the bytes, the answer is a problem or an answer that the client can read.
func FuzzBinary(f *testing.F) {
	f.Add(points(f, 3))
	f.Add(points(f, 0))
	floats, err := client.AppendPoints(nil, client.Common{CRS: client.GCJ02}, []client.Position{{Lon: 121.33, Lat: 30.81}, {Lon: math.NaN(), Lat: math.Inf(-1)}, {Lon: 1e308, Lat: 5e-324}})
	must(f, err)
	f.Add(floats)
	s := readServer(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := s.with(t).send(binaryOf(body))
		if r.StatusCode >= 500 {
			t.Errorf("%q: %d %s", body, r.StatusCode, r.bytes)
		}
		if r.StatusCode != http.StatusOK {
			return
		}
		g, err := client.ParseGrids(r.bytes)
		if err != nil || len(g.Index) != int(binary.LittleEndian.Uint32(body[16:])) || g.Epoch != epoch {
			t.Errorf("%q: %v %+v", body, err, g)
		}
	})
}
