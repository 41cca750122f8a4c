package api_test

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// lookupPath is the request for a position.
func lookupPath(p orb.Point, more ...string) string {
	q := url.Values{"crs": {"wgs84"}}
	q.Set("lon", strconv.FormatFloat(p[0], 'f', -1, 64))
	q.Set("lat", strconv.FormatFloat(p[1], 'f', -1, 64))
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "/v1/lookup?" + q.Encode()
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// The whole body, as a client sees it.
func TestLookupAnswer(t *testing.T) {
	r := readServer(t).get(lookupPath(at(3.9, 1.9), "category", "part.pole", "accuracy_m", "60", "at", "2025-06-01T08:00:00+08:00")).status(http.StatusOK)
	id := string(r.bytes[len(`{"answer_id":"`):bytes.Index(r.bytes, []byte(`","outcome"`))])
	if len(id) < 40 || len(id) > 512 || strings.ContainsAny(id, ":/+=") {
		t.Errorf("answer_id %q", id)
	}
	const want = `{"answer_id":"ID","outcome":"assigned","query":{"lon":121.339,"lat":30.819,"crs":"wgs84","accuracy_m":60,"category":"part.pole","at":"2025-06-01T00:00:00Z"},` +
		`"position":{"lon":121.339,"lat":30.819,"crs":"cgcs2000","converted":false,"precision":"point"},` +
		`"grid":{"code":"310116104Z05","name":"亭林镇第五综合网格","name_en":"Tinglin Grid 5","edition":"2025-01","revision":1,"match":"covers","boundary_distance_m":95.7,"probability":0.989},` +
		`"hierarchy":[{"level":"district","id":"310116","code":"310116","name":"金山区","name_en":"Jinshan District"},` +
		`{"level":"town","id":"310116104","code":"310116104","name":"亭林镇","name_en":"Tinglin Town"},` +
		`{"level":"grid","id":"310116104Z05","code":"310116104Z05","name":"亭林镇第五综合网格","name_en":"Tinglin Grid 5","unit":"u_grid_310116104Z05"},` +
		`{"level":"community","id":"310116104202","code":"310116104202","name":"亭东村"}],` +
		`"neighbours":[],"overlays":[{"level":"police_area","id":"o_police","code":"o_police","name":"亭林派出所辖区"}],` +
		`"features":[],"responsibility":{"primary":{"unit":"u_grid_310116104Z05","name":"310116104Z05网格工作站","name_en":"Office of grid 310116104Z05","role":"dispose","rule":"builtin.office@0"},` +
		`"co":[],"supervisor":null,"informed":[],"cross_border":null,"fallback":true,"list_basis":null,"clock":null},` +
		`"trace":[{"step":"crs","detail":"wgs84"},{"step":"grid","detail":"310116104Z05 covers"},{"step":"snap","detail":"no pole within reach"},` +
		`{"step":"rules","considered":2,"matched":["builtin.office@0"]},{"step":"rule","detail":"builtin.office@0"}],` +
		`"data":{"epoch":"0123456789abcdef","revision":7,"edition":"2025-01","rules":"r0","features_as_of":"2025-06-15T03:00:00.007Z"},"demo":true}` + "\n"
	same(t, "body", strings.Replace(string(r.bytes), id, "ID", 1), want)
	same(t, "revision", r.Header.Get("Wangge-Revision"), epoch+"-7")
	same(t, "type", r.Header.Get("Content-Type"), "application/json; charset=utf-8")
	if !regexp.MustCompile(`^decide;dur=[0-9]+\.[0-9]{3}$`).MatchString(r.Header.Get("Server-Timing")) {
		t.Errorf("Server-Timing %q", r.Header.Get("Server-Timing"))
	}
}

func TestLookupOutcomes(t *testing.T) {
	s := readServer(t)
	for _, c := range []struct {
		name, path, outcome, grid, unit string
	}{
		{"inside", lookupPath(at(3, 1)), "assigned", "310116104Z05", "u_grid_310116104Z05"},
		{"no office", lookupPath(at(5, 3)), "unassigned", "310116113Z02", ""},
		{"outside", lookupPath(at(7, 1)), "outside", "", ""},
		{"far outside", lookupPath(orb.Point{-73.9857, 40.7484}), "outside", "", ""},
		{"the north pole", lookupPath(orb.Point{0, 90}), "outside", "", ""},
		{"on the bent border", lookupPath(at(2.2, 1)), "assigned", "310116104Z05", "u_grid_310116104Z05"},
		{"a pole's owner", lookupPath(at(0.07, 0.11), "category", "part.pole.leaning"), "assigned", "310116104Z04", "u_telecom"},
		{"the pole of two", lookupPath(at(0.22, 0.46), "category", "part.pole"), "assigned", "310116104Z04", "u_mobile"},
		{"in capitals", "/v1/lookup?lon=121.33&lat=30.81&crs=EPSG:4490", "assigned", "310116104Z05", "u_grid_310116104Z05"},
		{"minus zero", "/v1/lookup?lon=-0&lat=-0.0&crs=wgs84", "outside", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var a duty.Answer
			s.get(c.path).status(http.StatusOK).json(&a)
			grid, unit := "", ""
			if a.Grid != nil {
				grid = a.Grid.Code
			}
			if a.Responsibility != nil && a.Responsibility.Primary != nil {
				unit = a.Responsibility.Primary.Unit
			}
			same(t, "outcome, grid, unit", []string{string(a.Outcome), grid, unit}, []string{c.outcome, c.grid, c.unit})
		})
	}
}

func TestLookupReadsEverySystem(t *testing.T) {
	s := readServer(t)
	for _, crs := range geo.AllCRS() {
		p, err := geo.Converter{}.FromStorage(crs, at(3, 1))
		must(t, err)
		var a duty.Answer
		s.get(lookupPath(p, "crs", string(crs))).status(http.StatusOK).json(&a)
		if a.Grid == nil || a.Grid.Code != "310116104Z05" {
			t.Errorf("%s: %+v", crs, a.Grid)
		}
	}
}

func TestLookupAtAnotherTime(t *testing.T) {
	s := readServer(t)
	var a duty.Answer
	s.get(lookupPath(at(3, 1), "at", "2024-06-01T00:00:00Z")).status(http.StatusOK).json(&a)
	same(t, "name in 2024", a.Grid.Name, "亭林镇东片")
	body := s.get(lookupPath(at(3, 1), "at", "2023-06-01T00:00:00Z")).problem(http.StatusNotFound, "not-in-edition")
	if list, ok := body["editions"].([]any); !ok || len(list) != 1 || body["parameter"] != "at" {
		t.Errorf("%v", body)
	}
}

func TestHeadAnswersLikeGet(t *testing.T) {
	s := readServer(t)
	for _, path := range []string{lookupPath(at(3, 1)), "/v1/search?q=310116104Z05", "/tiles/grids/12/3428/1675.mvt", "/tiles/grids.json", "/styles/light.json", "/", "/openapi.json", "/assets/index.js"} {
		get, head := s.send(ask{Path: path}), s.send(ask{Method: http.MethodHead, Path: path})
		if head.StatusCode != http.StatusOK || head.StatusCode != get.StatusCode || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") || head.Header.Get("ETag") != get.Header.Get("ETag") {
			t.Errorf("%s: HEAD %d %v, GET %d %v", path, head.StatusCode, head.Header, get.StatusCode, get.Header)
		}
		s.send(ask{Method: http.MethodDelete, Path: path}).problem(http.StatusMethodNotAllowed, "method-not-allowed")
	}
}

// Every answer is what a slow scan of all rows gives, on random positions, on vertices and in the middle of edges.
func TestLookupIsAScan(t *testing.T) {
	s := readServer(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	var places []orb.Point
	for _, f := range fixtureGrids() {
		ring := f.Shape().(orb.MultiPolygon)[0][0]
		for i := 1; i < len(ring); i++ {
			places = append(places, ring[i], orb.Point{(ring[i-1][0] + ring[i][0]) / 2, (ring[i-1][1] + ring[i][1]) / 2})
		}
	}
	for range 1000 {
		places = append(places, at(random.Float64()*8-1, random.Float64()*6-1))
	}
	for _, p := range places {
		var a duty.Answer
		s.send(ask{Path: lookupPath(p)}).status(http.StatusOK).json(&a)
		q, err := geo.QueryFrom(p)
		must(t, err)
		got, want, touching := "", "", []string(nil)
		if a.Grid != nil {
			got = a.Grid.Code
		}
		for _, f := range fixtureGrids() {
			m, err := geo.FixedMultiPolygonFrom(f.Shape())
			must(t, err)
			if geo.Contains(m, q) {
				want = f.Head().ID
			}
			if geo.OnBorder(m, q) {
				touching = append(touching, f.Head().ID)
			}
		}
		if want == "" && len(touching) > 0 {
			want = slices.Min(touching) // the outer border is closed
		}
		if got != want {
			t.Errorf("%v: grid %q, a scan says %q", p, got, want)
		}
	}
}

func TestReplayIsTheSameByteForByte(t *testing.T) {
	s := readServer(t)
	for i, path := range []string{lookupPath(at(3, 1)), lookupPath(at(9, 9)), lookupPath(at(5, 3)), lookupPath(at(0.07, 0.11), "category", "part.pole", "accuracy_m", "33.25"),
		lookupPath(at(3, 1), "at", "2024-06-01T00:00:00.125+08:00"), "/v1/lookup?lon=121.3345&lat=30.8078&crs=gcj02"} {
		first := s.get(path).status(http.StatusOK)
		var a duty.Answer
		first.json(&a)
		method := []string{http.MethodGet, http.MethodPost}[i%2]
		again := s.do(ask{Method: method, Path: "/v1/answers/" + a.ID + ":replay"}).status(http.StatusOK)
		if !bytes.Equal(first.bytes, again.bytes) {
			t.Errorf("%s:\n%s\n%s", path, first.bytes, again.bytes)
		}
		// Another process with the same key and data understands the id.
		other := readServer(t)
		if again := other.get("/v1/answers/" + a.ID + ":replay").status(http.StatusOK); !bytes.Equal(first.bytes, again.bytes) {
			t.Errorf("%s: another process has\n%s", path, again.bytes)
		}
	}
}

// After an edit, answers that rest on nothing that was edited stay the same for ever, and the others are refused.
func TestReplayAfterAnEdit(t *testing.T) {
	s := readServer(t)
	near, far := s.get(lookupPath(at(0.07, 0.11), "category", "part.pole")), s.get(lookupPath(at(5, 3)))
	features := fixture()
	for _, f := range features {
		if p, ok := f.(*layers.Pole); ok && p.ID == "p_0001" {
			p.Version, p.Ownership = 2, nil
		}
	}
	s.Publish(snapshotAt(t, 8, features...))
	id := func(r reply) string {
		var a duty.Answer
		r.json(&a)
		return "/v1/answers/" + a.ID + ":replay"
	}
	if again := s.get(id(far)).status(http.StatusOK); !bytes.Equal(again.bytes, far.bytes) {
		t.Errorf("an answer that nothing changed for:\n%s\n%s", far.bytes, again.bytes)
	}
	gone := s.get(id(near)).problem(http.StatusGone, "revision-gone")
	same(t, "revisions", []any{gone["answered_at_revision"], gone["present_revision"]}, []any{epoch + "-7", epoch + "-8"})
	var now duty.Answer
	s.get(gone["ask_again"].(string)).status(http.StatusOK).json(&now)
	same(t, "primary now", now.Responsibility.Primary.Unit, "u_grid_310116104Z04")
	same(t, "the same question", now.Query.At, layers.InstantOf(noon))
}

func TestForgedAnswerIDs(t *testing.T) {
	s := readServer(t)
	var a duty.Answer
	s.get(lookupPath(at(3, 1))).json(&a)
	forged := []string{"x", "a_01J", strings.Repeat("A", 513), strings.Repeat("A", 400), "%20", "é", a.ID + "A", a.ID[1:], a.ID[:len(a.ID)-1]}
	for i := 0; i < len(a.ID); i += 7 {
		b := []byte(a.ID)
		b[i] ^= 1
		if b[i] == '.' || b[i] == '`' || b[i] == '^' || b[i] == ',' || b[i] == '@' || b[i] == '[' || b[i] == '{' || b[i] == '/' || b[i] == ':' {
			continue
		}
		forged = append(forged, string(b))
	}
	for _, id := range forged {
		body := s.get("/v1/answers/"+id+":replay").problem(http.StatusBadRequest, "bad-parameter")
		same(t, "parameter", body["parameter"], any("id"))
	}
	o := testOptions(t)
	o.Key = []byte("another key of thirty-two bytes.")
	other := &server{Server: api.New(o), t: t}
	other.Publish(snapshotAt(t, 7, fixture()...))
	other.get("/v1/answers/"+a.ID+":replay").problem(http.StatusBadRequest, "bad-parameter")
}

func TestBeforeTheFirstSnapshot(t *testing.T) {
	s := &server{Server: api.New(testOptions(t)), t: t}
	for _, path := range []string{lookupPath(at(3, 1)), "/v1/search?q=a", "/tiles/grids/0/0/0.mvt"} {
		r := s.get(path)
		r.problem(http.StatusServiceUnavailable, "snapshot-not-ready")
		if r.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
	}
	s.get("/openapi.json").status(http.StatusOK)
}

func TestLookupWaitsForARevision(t *testing.T) {
	s := readServer(t)
	s.get(lookupPath(at(3, 1)), "Wangge-Min-Revision", epoch+"-7").status(http.StatusOK)
	s.get(lookupPath(at(3, 1)), "Wangge-Min-Revision", epoch+"-8").problem(http.StatusServiceUnavailable, "revision-not-reached")
	for _, bad := range []string{"7", epoch, epoch + "-", epoch + "-+7", epoch + "--7", epoch + "-07", "-7", epoch + "-99999999999999999999", "a b-7"} {
		s.get(lookupPath(at(3, 1)), "Wangge-Min-Revision", bad).problem(http.StatusBadRequest, "bad-parameter")
	}
	done := make(chan reply)
	go func() {
		done <- s.send(ask{Path: lookupPath(at(3, 1)), Header: []string{"Wangge-Min-Revision", epoch + "-8"}})
	}()
	time.Sleep(20 * time.Millisecond)
	s.Publish(snapshotAt(t, 8, fixture()...))
	r := <-done
	r.status(http.StatusOK)
	same(t, "revision", r.Header.Get("Wangge-Revision"), epoch+"-8")
}

// Problems are in the language that is asked for, and their codes stay.
func TestProblemsInTwoLanguages(t *testing.T) {
	s := readServer(t)
	for header, want := range map[string]string{"": "须指明坐标系", "en": "A coordinate reference system is required", "en-GB,zh;q=0.5": "A coordinate reference system is required",
		"zh-TW,en;q=0.9": "须指明坐标系", "fr": "须指明坐标系", "fr, en;q=0.2": "A coordinate reference system is required", "*;q=0.1, en": "A coordinate reference system is required", "en;q=0": "须指明坐标系"} {
		r := s.get("/v1/lookup?lon=121&lat=31", "Accept-Language", header)
		same(t, header, r.problem(http.StatusBadRequest, "crs-required")["title"], any(want))
	}
}

func BenchmarkLookup(b *testing.B) {
	s := readServer(b)
	path := lookupPath(at(3, 1))
	constant := s.send(ask{Path: path}).bytes
	serve := func(b *testing.B, h http.Handler) {
		req := s.request(ask{Path: path})
		b.ReportAllocs()
		for b.Loop() {
			w := &discard{header: http.Header{}}
			h.ServeHTTP(w, req)
			if w.status != http.StatusOK {
				b.Fatal(w.status)
			}
		}
	}
	var baseline float64
	b.Run("baseline", func(b *testing.B) {
		mux := http.NewServeMux()
		mux.HandleFunc("/v1/lookup", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write(constant)
		})
		serve(b, mux)
		baseline = float64(b.Elapsed()) / float64(b.N)
	})
	b.Run("lookup", func(b *testing.B) {
		serve(b, s.Handler())
		b.ReportMetric(baseline*float64(b.N)/float64(b.Elapsed()), "x-baseline")
	})
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
