package api_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/layers"
)

const since2026 = layers.Instant(1767196800000) // 2026-01-01 in Shanghai

// editionGrids are the grids of the fixture in three editions. In 2024 grid 4 had the ground of grid 5 too; in 2026, which is to
// come, grid 3 takes it, and the border between 113Z01 and 113Z02 moves to the north. 2024 and 2026 do not name grids that stay.
func editionGrids() []layers.Row {
	grid := func(code, edition string, from, to layers.Instant, g orb.MultiPolygon) layers.Row {
		m := meta(code)
		m.ValidFrom, m.ValidTo = from, to
		return layers.Row{Slice: to != 0, Feature: &layers.Grid{Meta: m, Code: code, Name: code[6:] + "网格", Town: code[:9], Edition: edition, Geometry: g}}
	}
	return []layers.Row{
		grid("310116104Z04", "e_2024", since2024, since2025, area(0, 0, 4, 0, 4, 2, 0, 2)),
		grid("310116104Z04", "e_2025", since2025, 0, area(0, 0, 2, 0, 2.2, 1, 2, 2, 0, 2)),
		grid("310116104Z05", "e_2025", since2025, since2026, area(2, 0, 4, 0, 4, 2, 2, 2, 2.2, 1)),
		grid("310116104Z03", "e_2024", since2024, since2026, area(0, 2, 4, 2, 4, 4, 0, 4)),
		grid("310116104Z03", "e_2026", since2026, 0, area(0, 2, 2, 2, 2.2, 1, 2, 0, 4, 0, 4, 2, 4, 4, 0, 4)),
		grid("310116113Z01", "e_2024", since2024, since2026, area(4, 0, 6, 0, 6, 2, 4, 2)),
		grid("310116113Z01", "e_2026", since2026, 0, area(4, 0, 6, 0, 6, 3, 4, 3)),
		grid("310116113Z02", "e_2024", since2024, since2026, area(4, 2, 6, 2, 6, 4, 4, 4)),
		grid("310116113Z02", "e_2026", since2026, 0, area(4, 3, 6, 3, 6, 4, 4, 4)),
	}
}

// editionServer shows the fixture with the grids of editionGrids.
func editionServer(t *testing.T) *server {
	t.Helper()
	b := layers.NewBuilder()
	add := func(r layers.Row) { must(t, b.Add(r)) }
	for _, f := range fixture() {
		if f.Layer() != layers.Grids && f.Layer() != layers.Editions {
			add(layers.Row{Feature: f})
		}
	}
	for i, from := range []layers.Instant{since2024, since2025, since2026} {
		m := meta(fmt.Sprint("e_", 2024+i))
		m.ValidFrom = from
		add(layers.Row{Feature: &layers.Edition{Meta: m, Code: fmt.Sprintf("%d-01", 2024+i), Name: fmt.Sprintf("%d年版", 2024+i), Of: layers.Grids}})
	}
	m := meta("e_towns")
	add(layers.Row{Feature: &layers.Edition{Meta: m, Code: "2025-01-towns", Name: "2025", Of: layers.Towns}})
	for _, r := range editionGrids() {
		add(r)
	}
	snap, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: epoch, Revision: 9}, RecordedAt: layers.InstantOf(noon.Add(-time.Hour)),
		Settings: layers.Settings{Name: "金山（测试）", Codes: layers.CodesLocal, Demo: true}})
	must(t, err)
	s := &server{Server: api.New(testOptions(t)), t: t}
	s.Publish(snap)
	return s
}

func TestLookupsOfThreeEditions(t *testing.T) {
	s := editionServer(t)
	p := at(3, 1)
	for when, want := range map[string]string{
		"2024-01-01T00:00:00%2B08:00": "310116104Z04 2024-01", "2024-12-31T23:59:59.999%2B08:00": "310116104Z04 2024-01",
		"2025-01-01T00:00:00%2B08:00": "310116104Z05 2025-01", "": "310116104Z05 2025-01", "2025-12-31T23:59:59.999%2B08:00": "310116104Z05 2025-01",
		"2026-01-01T00:00:00%2B08:00": "310116104Z03 2026-01", "2030-01-01T00:00:00%2B08:00": "310116104Z03 2026-01",
	} {
		query := fmt.Sprintf("/v1/lookup?crs=cgcs2000&lon=%.7f&lat=%.7f", p[0], p[1])
		if when != "" {
			query += "&at=" + when
		}
		var got struct {
			Grid struct{ Code, Edition string }
		}
		s.get(query).status(http.StatusOK).json(&got)
		if got.Grid.Code+" "+got.Grid.Edition != want {
			t.Errorf("at %q: %+v, want %s", when, got.Grid, want)
		}
	}
	body := s.get(fmt.Sprintf("/v1/lookup?crs=cgcs2000&lon=%.7f&lat=%.7f&at=2023-01-01T00:00:00Z", p[0], p[1])).problem(http.StatusNotFound, "not-in-edition")
	if list, _ := body["editions"].([]any); len(list) != 3 {
		t.Errorf("editions %v", body["editions"])
	}
	if got := s.list("/v1/editions?of=grids&at=2030-01-01T00:00:00Z").ids(); len(got) != 3 {
		t.Errorf("editions of the grids up to 2030: %v", got)
	}
	if got := s.list("/v1/editions?of=grids").ids(); len(got) != 2 {
		t.Errorf("editions of the grids up to now: %v", got)
	}
}

type translated struct {
	Code, Name   string
	Kept         bool
	From, To     struct{ Edition, Code, At string }
	Successors   []traced
	Predecessors []traced
	Outside      float64
}

type traced struct {
	Code, Name, Kind string
	Share            float64
	ShareBack        float64 `json:"share_back"`
	AreaM2           float64 `json:"area_m2"`
}

// all is where the ground went, as a line.
func (tr translated) all() string {
	out := []string{}
	for _, a := range append(tr.Successors, tr.Predecessors...) {
		out = append(out, fmt.Sprintf("%s %s %.3f/%.3f", strings.TrimPrefix(a.Code, "310116"), a.Kind, a.Share, a.ShareBack))
	}
	return strings.Join(out, ", ")
}

func TestTranslate(t *testing.T) {
	s := editionServer(t)
	for _, c := range []struct {
		query, from, to, want string
		kept                  bool
	}{
		{"310116104Z04/translate?from=2024-01&to=2025-01", "e_2024", "e_2025", "104Z04 split 0.525/1.000, 104Z05 split 0.475/1.000", true},
		{"310116104Z05/translate?to=2024-01", "e_2025", "e_2024", "104Z04 split 1.000/0.475", false},
		{"310116104Z05/translate?to=e_2026", "e_2025", "e_2026", "104Z03 merge 1.000/0.322", false},
		{"310116104Z05/translate?to=2026-03-01", "e_2025", "e_2026", "104Z03 merge 1.000/0.322", false},
		{"310116104Z05/translate?to=2026-03-01T00:00:00Z", "e_2025", "e_2026", "104Z03 merge 1.000/0.322", false},
		{"310116104Z05/translate?to=2025-01", "e_2025", "e_2025", "104Z05 same 1.000/1.000", true},
		{"310116113Z02/translate?to=2026-01", "e_2025", "e_2026", "113Z01 shift 0.500/0.333, 113Z02 shift 0.500/1.000", true},
		{"310116113Z01/translate?to=2024-01", "e_2025", "e_2024", "113Z01 same 1.000/1.000", true},
		{"310116104Z03/translate?from=2026-01&to=2024-01", "e_2026", "e_2024", "104Z03 shift 0.678/1.000, 104Z04 shift 0.322/0.475", true},
	} {
		var got translated
		s.get("/v1/grids/" + c.query).status(http.StatusOK).json(&got)
		if got.From.Edition != c.from || got.To.Edition != c.to || got.Kept != c.kept {
			t.Errorf("%s: from %s to %s, kept %v", c.query, got.From.Edition, got.To.Edition, got.Kept)
		}
		if backward := c.from > c.to; backward && got.Successors != nil || !backward && got.Predecessors != nil {
			t.Errorf("%s: successors %v, predecessors %v", c.query, got.Successors, got.Predecessors)
		}
		sorted := got.all()
		if sorted != c.want && !sameSet(sorted, c.want) {
			t.Errorf("%s: %s, want %s", c.query, sorted, c.want)
		}
		sum := got.Outside
		for _, a := range append(got.Successors, got.Predecessors...) {
			sum += a.Share
			// The way back finds the code again, with the shares exchanged.
			var back translated
			s.get(fmt.Sprintf("/v1/grids/%s/translate?from=%s&to=%s", a.Code, got.To.Edition, got.From.Edition)).status(http.StatusOK).json(&back)
			found := false
			for _, b := range append(back.Successors, back.Predecessors...) {
				found = found || b.Code == got.Code && b.Share == a.ShareBack && b.ShareBack == a.Share
			}
			if !found {
				t.Errorf("%s: back from %s there is %s", c.query, a.Code, back.all())
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: the shares sum to %v", c.query, sum)
		}
	}
}

// sameSet compares lines whose entries have equal shares and may come in either order.
func sameSet(a, b string) bool {
	x, y := strings.Split(a, ", "), strings.Split(b, ", ")
	return len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]
}

func TestTranslateProblems(t *testing.T) {
	s := editionServer(t)
	for _, c := range []struct {
		query           string
		status          int
		code, parameter string
	}{
		{"grids/310116104Z99/translate?to=2025-01", http.StatusNotFound, "not-found", ""},
		{"grids/310116104Z05/translate?to=2027-01", http.StatusNotFound, "not-in-edition", "to"},
		{"grids/310116104Z05/translate?to=2025-01-towns", http.StatusNotFound, "not-in-edition", "to"},
		{"grids/310116104Z05/translate?to=2025-01&from=nothing", http.StatusNotFound, "not-in-edition", "from"},
		{"grids/310116104Z05/translate?to=2025-01&from=2024-01", http.StatusNotFound, "not-in-edition", "from"},
		{"grids/310116104Z05/translate?to=2020-01-01", http.StatusNotFound, "not-in-edition", "to"},
		{"towns/310116104/translate?to=2025-01-towns", http.StatusNotFound, "not-in-edition", "to"}, // the towns of the fixture name no edition
		{"grids/310116104Z05/translate?to=2025-02-30", http.StatusBadRequest, "bad-time", "to"},
		{"grids/310116104Z05/translate?to=2025-02-03T00:00:00", http.StatusBadRequest, "bad-time", "to"},
		{"grids/310116104Z05/translate?to=", http.StatusBadRequest, "bad-parameter", "to"},
		{"grids/310116104Z05/translate", http.StatusBadRequest, "bad-parameter", "to"},
		{"grids/310116104Z05/translate?to=2025-01&at=2025-01-01T00:00:00Z", http.StatusBadRequest, "bad-parameter", "at"},
		{"editions/e_2027/lineage", http.StatusNotFound, "not-found", ""},
		{"editions/e_towns/lineage", http.StatusNotFound, "not-in-edition", "id"},
	} {
		body := s.get("/v1/"+c.query).problem(c.status, c.code)
		if got, _ := body["parameter"].(string); got != c.parameter {
			t.Errorf("%s names the parameter %q, want %q", c.query, got, c.parameter)
		}
		if list, ok := body["editions"].([]any); c.code == "not-in-edition" && (!ok || len(list) == 0) {
			t.Errorf("%s lists no editions: %v", c.query, body)
		}
	}
	s.do(ask{Path: "/v1/poles/p_0001/translate", Undocumented: true}).problem(http.StatusNotFound, "not-found")
	// Communities name no edition here, and are translated by date all the same.
	var got translated
	s.get("/v1/communities/310116104201/translate?to=2025-03-01").status(http.StatusOK).json(&got)
	if got.all() != "104201 same 1.000/1.000" || got.To.Edition != "" {
		t.Errorf("a community to a date: %+v", got)
	}
}

func TestRetiredCodeOfALaterEdition(t *testing.T) {
	s := editionServer(t)
	body := s.get("/v1/grids/310116104Z05?at=2026-06-01T00:00:00Z").problem(http.StatusGone, "code-retired")
	list, _ := body["successors"].([]any)
	if len(list) != 1 {
		t.Fatalf("successors %v", body["successors"])
	}
	one := list[0].(map[string]any)
	if back := one["share_back"].(float64); one["code"] != "310116104Z03" || one["share"] != 1.0 || one["kind"] != "merge" || math.Abs(back-0.322) > 0.001 {
		t.Errorf("successors %v", list)
	}
	s.get("/v1/grids/310116104Z05").status(http.StatusOK)
	s.get("/v1/grids/310116104Z05?at=2024-06-01T00:00:00Z").problem(http.StatusNotFound, "not-in-edition")
}

func TestEditionLineage(t *testing.T) {
	s := editionServer(t)
	type reply struct {
		From  *struct{ Edition string }
		To    struct{ Edition string }
		Edges []struct {
			Kind        string
			From, To    *struct{ Code, Name string }
			ShareOfFrom float64 `json:"share_of_from"`
			ShareOfTo   float64 `json:"share_of_to"`
		}
	}
	for edition, want := range map[string]string{
		"e_2024": "",
		"e_2025": "104Z03-104Z03 same, 104Z04-104Z04 split, 104Z04-104Z05 split, 113Z01-113Z01 same, 113Z02-113Z02 same",
		"e_2026": "104Z03-104Z03 merge, 104Z04-104Z04 same, 104Z05-104Z03 merge, 113Z01-113Z01 shift, 113Z02-113Z01 shift, 113Z02-113Z02 shift",
	} {
		var got reply
		s.get("/v1/editions/" + edition + "/lineage").status(http.StatusOK).json(&got)
		out, from, to := []string{}, map[string]float64{}, map[string]float64{}
		for _, e := range got.Edges {
			out = append(out, strings.TrimPrefix(e.From.Code, "310116")+"-"+strings.TrimPrefix(e.To.Code, "310116")+" "+e.Kind)
			from[e.From.Code] += e.ShareOfFrom
			to[e.To.Code] += e.ShareOfTo
		}
		if strings.Join(out, ", ") != want || (got.From == nil) != (want == "") || got.To.Edition != edition {
			t.Errorf("%s: %v from %v to %v, want %s", edition, out, got.From, got.To, want)
		}
		for _, sums := range []map[string]float64{from, to} {
			for code, sum := range sums {
				if math.Abs(sum-1) > 1e-9 {
					t.Errorf("%s: the shares of %s sum to %v", edition, code, sum)
				}
			}
		}
	}
}
