package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

func batchOf(members string) ask {
	return ask{Method: http.MethodPost, Path: "/v1/lookup:batch", Body: members}
}

type gridAnswer struct {
	Codes  []string
	Grids  []int
	Errors []struct {
		Index                 int
		Code, Detail, Pointer string
	}
	Data layers.Position
}

// A batch of whole answers is the single answers one after the other, byte for byte.
func TestBatchIsManyLookups(t *testing.T) {
	s := readServer(t)
	at0 := "2025-06-01T08:00:00+08:00"
	var points []string
	var want [][]byte
	for i, p := range []orb.Point{at(3, 1), at(9, 9), at(2.2, 1), at(5, 3), at(0.07, 0.11)} {
		more := []string{"at", at0}
		if i%2 == 0 {
			points = append(points, fmt.Sprintf("[%v, %v]", p[0], p[1]))
		} else {
			points = append(points, fmt.Sprintf(`{"lat":%v,"lon":%v,"category":"part.pole","accuracy_m":40.5}`, p[1], p[0]))
			more = append(more, "category", "part.pole", "accuracy_m", "40.5")
		}
		want = append(want, bytes.TrimSpace(s.get(lookupPath(p, more...)).status(http.StatusOK).bytes))
	}
	var got struct {
		Items []json.RawMessage
		Data  layers.Position
	}
	s.do(batchOf(`{"at":"` + at0 + `","points":[` + strings.Join(points, ",") + `],"crs":"wgs84"}`)).status(http.StatusOK).json(&got)
	if len(got.Items) != len(want) || got.Data.Revision != 7 || got.Data.Epoch != epoch {
		t.Fatalf("%d items at %v", len(got.Items), got.Data)
	}
	for i := range want {
		same(t, points[i], string(got.Items[i]), string(want[i]))
	}
}

func TestBatchOfGrids(t *testing.T) {
	s := readServer(t)
	var a gridAnswer
	p := func(x, y float64) string { q := at(x, y); return fmt.Sprintf("[%v,%v]", q[0], q[1]) }
	body := `{"crs":"wgs84","fields":"grid","points":[` + strings.Join([]string{p(3, 1), p(1, 1), p(9, 9), `[200,0]`, p(3, 1.5), `"x"`, `[30.81,121.33]`, `[121.33]`,
		`{"lon":121.33,"lat":30.81,"crs":"cgcs2000"}`, `{"lon":121.33,"lat":30.81,"crs":"mars"}`, `[1e999,2]`, `null`, `{"lon":121.33}`, `[121.33,"30.81"]`}, ",") + `]}`
	s.send(batchOf(body)).status(http.StatusOK).json(&a) // not every point is as documented
	same(t, "codes", a.Codes, []string{"310116104Z05", "310116104Z04"})
	same(t, "grids", a.Grids, []int{0, 1, -1, -2, 0, -2, -2, -2, 0, -2, -2, -2, -2, -2})
	var errs []string
	for _, e := range a.Errors {
		errs = append(errs, fmt.Sprintf("%d %s %s", e.Index, e.Code, e.Pointer))
		if e.Detail == "" {
			t.Errorf("error %d says nothing", e.Index)
		}
	}
	same(t, "errors", errs, []string{"3 bad-coordinate /points/3", "5 bad-coordinate /points/5", "6 bad-coordinate /points/6", "7 bad-coordinate /points/7",
		"9 crs-required /points/9/crs", "10 bad-coordinate /points/10/0", "11 bad-coordinate /points/11", "12 bad-coordinate /points/12", "13 bad-coordinate /points/13/1"})
	s.do(batchOf(`{"crs":"wgs84","fields":"grid","points":[]}`)).status(http.StatusOK).json(&a)
	s.do(batchOf(`{"crs":"wgs84","points":[]}`)).status(http.StatusOK)
}

func TestBatchItemsFailAlone(t *testing.T) {
	s := readServer(t)
	var got struct {
		Items []struct {
			Outcome string
			Error   *struct{ Code, Pointer string }
		}
	}
	s.do(batchOf(`{"crs":"wgs84","points":[[121.33,30.81],[30.81,121.33],{"lon":121.33,"lat":30.81,"at":"2023-01-01T00:00:00Z"},[9,9]]}`)).status(http.StatusOK).json(&got)
	if len(got.Items) != 4 || got.Items[0].Outcome != "assigned" || got.Items[1].Error.Code != "bad-coordinate" || got.Items[2].Error.Code != "not-in-edition" || got.Items[3].Outcome != "outside" {
		t.Errorf("%+v", got.Items)
	}
}

func TestBatchLimits(t *testing.T) {
	s := readServer(t)
	body := func(n int) string {
		return `{"crs":"wgs84","fields":"grid","points":[` + strings.TrimSuffix(strings.Repeat("[121.33,30.81],", n), ",") + `]}`
	}
	var a gridAnswer
	s.do(batchOf(body(10_000))).status(http.StatusOK).json(&a)
	if len(a.Grids) != 10_000 {
		t.Errorf("%d answers", len(a.Grids))
	}
	problem := s.do(batchOf(body(10_001))).problem(http.StatusRequestEntityTooLarge, "batch-too-large")
	same(t, "limit", problem["limit"], any(10_000.0))
	huge := s.do(batchOf(body(200_000))).problem(http.StatusRequestEntityTooLarge, "body-too-large")
	same(t, "limit", huge["limit"], any(float64(2<<20)))
	// A body that does not say how long it is ends at the same limit.
	req := s.request(batchOf(body(200_000)))
	req.ContentLength = -1
	w := &discard{header: http.Header{}}
	s.Handler().ServeHTTP(w, req)
	same(t, "status of a body of unknown length", w.status, http.StatusRequestEntityTooLarge)
}

// A random batch gives what the single lookups give, wherever the members stand and whatever blanks are between them.
func TestBatchReadsAnyForm(t *testing.T) {
	s := readServer(t)
	random := rand.New(rand.NewPCG(1, 2))
	blank := func() string { return []string{"", " ", "\n", "\t ", "\r\n"}[random.IntN(5)] }
	for range 50 {
		var points []string
		var want []string
		for range random.IntN(6) {
			p := at(random.Float64()*8-1, random.Float64()*6-1)
			if random.IntN(2) == 0 {
				points = append(points, fmt.Sprintf("[%s%v%s,%s%e%s]", blank(), p[0], blank(), blank(), p[1], blank()))
			} else {
				points = append(points, fmt.Sprintf(`{%s"lat"%s:%v,"lon":%s%v,"category":"a.b"}`, blank(), blank(), p[1], blank(), p[0]))
			}
			var a struct{ Grid *struct{ Code string } }
			s.send(ask{Path: lookupPath(p)}).json(&a)
			code := ""
			if a.Grid != nil {
				code = a.Grid.Code
			}
			want = append(want, code)
		}
		members := []string{`"crs":"wgs84"`, `"fields":"grid"`, `"points"` + blank() + `:` + blank() + `[` + blank() + strings.Join(points, blank()+","+blank()) + blank() + `]`}
		random.Shuffle(3, func(i, j int) { members[i], members[j] = members[j], members[i] })
		body := blank() + "{" + blank() + strings.Join(members, blank()+","+blank()) + blank() + "}" + blank()
		var a gridAnswer
		s.send(batchOf(body)).status(http.StatusOK).json(&a)
		var got []string
		for _, i := range a.Grids {
			code := ""
			if i >= 0 {
				code = a.Codes[i]
			}
			got = append(got, code)
		}
		same(t, body, got, want)
	}
}

// slowly is a body that means the same and is not of the usual form, so that the general reader reads it.
func slowly(body string) string { return strings.Replace(body, `"crs"`, `"cr\u0073"`, 1) }

// What the quick reader of usual bodies answers is what the general one does, byte for byte, errors included.
func TestQuickBatchIsTheGeneralOne(t *testing.T) {
	s := readServer(t)
	random := rand.New(rand.NewPCG(3, 4))
	for _, crs := range []string{"wgs84", "cgcs2000", "gcj02", "bd09", "epsg:4549", "EPSG:4490"} {
		for range 40 {
			var points []string
			for range random.IntN(700) {
				p, err := geo.Converter{}.FromStorage(geo.CRS(strings.ToLower(crs)), at(random.Float64()*8-1, random.Float64()*6-1))
				must(t, err)
				switch random.IntN(20) {
				case 0:
					p[0], p[1] = p[1], p[0]
				case 1:
					p[0] = 1e9 * random.Float64()
				case 2:
					p[1] = -200
				case 3:
					p = at(2.2, 1) // a corner of two grids
				}
				points = append(points, fmt.Sprintf("[%v,%.*f]", p[0], random.IntN(12), p[1]))
			}
			body := `{"crs":"` + crs + `","fields":"grid","at":"2025-06-01T08:00:00+08:00","points":[` + strings.Join(points, ",") + `]}`
			quick, slow := s.send(batchOf(body)).status(http.StatusOK), s.send(batchOf(slowly(body))).status(http.StatusOK)
			same(t, crs, string(quick.bytes), string(slow.bytes))
		}
	}
}

// Bodies that are wrong are refused in the same words by both readers.
func TestWrongBatches(t *testing.T) {
	s := readServer(t)
	for _, members := range []string{``, `"crs":"wgs84"`, `"points":[]`, `"crs":"mars","points":[]`, `"crs":"wgs84","points":[],"points":[]`, `"crs":"wgs84","points":{}`,
		`"crs":"wgs84","points":[[1,2],]`, `"crs":"wgs84","points":[[1,2]`, `"crs":"wgs84","points":[[1 2]]`, `"crs":"wgs84","points":[[01,2]]`, `"crs":"wgs84","points":[[1.,2]]`,
		`"crs":"wgs84","points":[[.5,2]]`, `"crs":"wgs84","points":[[+1,2]]`, `"crs":"wgs84","points":[[0x1,2]]`, `"crs":"wgs84","points":[[NaN,2]]`, `"crs":"wgs84","points":[[1e,2]]`,
		`"crs":"wgs84","points":[[1,2]],"x":1`, `"crs":"wgs84","points":[[1,2]],"fields":"none"`, `"crs":1,"points":[]`, `"crs":"wgs84","points":[],"at":"now"`,
		`"crs":"wgs84","points":[],"accuracy_m":-1`, `"crs":"wgs84","points":[],"category":"A B"`, `"crs":"wgs84","points":[],`, `"crs":"wgs84","points":[]}{`, `"crs":"wgs84" "points":[]`} {
		for _, fields := range []string{"", `,"fields":"grid"`} {
			body := "{" + members + fields + "}"
			r := s.send(batchOf(body))
			if r.StatusCode < 400 || r.StatusCode >= 500 || r.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: %d %s", body, r.StatusCode, r.bytes)
			}
			other := s.send(batchOf(slowly(body)))
			if other.StatusCode != r.StatusCode {
				t.Errorf("%s: %d, by the general reader %d", body, r.StatusCode, other.StatusCode)
			}
		}
	}
}

// Whatever the body, the answer is a problem or an answer, and never a failure of the server.
func FuzzBatch(f *testing.F) {
	for _, body := range []string{`{"crs":"wgs84","points":[[121.33,30.81]]}`, `{"crs":"wgs84","points":[{"lon":1,"lat":2,"at":"2025-01-01T00:00:00Z"}],"fields":"grid"}`,
		`{`, `[]`, `{"points":{"a":["}"]}}`, `{"crs":"wgs84","points":[[[[[1]]]],"]",{"\u006con":1}]}`, `{"crs":"wgs84","points":[[],{}]}`, `"\\"`, `{"":0}`,
		`{"crs":"wgs84","fields":"grid","points":[[121.33,30.81],[9,9],[30.8,121.3],[1e9,0]],"at":"2025-01-01T00:00:00Z"}`} {
		f.Add(body)
	}
	s := readServer(f)
	f.Fuzz(func(t *testing.T, body string) {
		r := s.with(t).send(batchOf(body))
		if r.StatusCode >= 500 || !json.Valid(r.bytes) {
			t.Errorf("%q: %d %s", body, r.StatusCode, r.bytes)
		}
		// A body in which every crs is written with an escape is never read by the quick reader.
		slow := s.with(t).send(batchOf(strings.ReplaceAll(body, `"crs"`, `"cr\u0073"`)))
		if slow.StatusCode != r.StatusCode || r.StatusCode == http.StatusOK && strings.Contains(body, `"grid"`) && !bytes.Equal(slow.bytes, r.bytes) {
			t.Errorf("%q: %d %s\nby the general reader %d %s", body, r.StatusCode, r.bytes, slow.StatusCode, slow.bytes)
		}
	})
}

func BenchmarkBatch(b *testing.B) {
	s := readServer(b)
	random := rand.New(rand.NewPCG(1, 2))
	const n = 10_000
	var points strings.Builder
	for i := range n {
		if i > 0 {
			points.WriteByte(',')
		}
		p := at(random.Float64()*6, random.Float64()*4)
		fmt.Fprintf(&points, "[%v,%v]", p[0], p[1])
	}
	for _, fields := range []string{"grid", "all"} {
		b.Run(fields, func(b *testing.B) {
			a := batchOf(`{"crs":"wgs84","fields":"` + fields + `","points":[` + points.String() + `]}`)
			b.ReportAllocs()
			for b.Loop() {
				w := &discard{header: http.Header{}}
				s.Handler().ServeHTTP(w, s.request(a))
				if w.status != http.StatusOK {
					b.Fatal(w.status)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
		})
	}
}
