package api_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/geo"
	"wangge/layers"
)

func (s *server) find(q string, more ...string) []api.Found {
	s.t.Helper()
	v := url.Values{"q": {q}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	var body struct{ Items []api.Found }
	s.get("/v1/search?" + v.Encode()).status(http.StatusOK).json(&body)
	return body.Items
}

func TestSearchFinds(t *testing.T) {
	s := readServer(t)
	for _, c := range []struct{ q, kind, id string }{
		{"310116104Z05", "grid", "310116104Z05"},
		{"310116104z05", "grid", "310116104Z05"},
		{"３１０１１６１０４Ｚ０５", "grid", "310116104Z05"},
		{"亭林镇第五综合网格", "grid", "310116104Z05"},
		{"第五", "grid", "310116104Z05"},
		{"亭林五网", "grid", "310116104Z05"},
		{"tinglin  grid 5", "grid", "310116104Z05"},
		{"grid 5 tinglin", "grid", "310116104Z05"},
		{"亭林镇", "town", "310116104"},
		{"亭林", "town", "310116104"}, // another name of the town, exactly
		{"Tinglin Town", "town", "310116104"},
		{"310116104", "town", "310116104"},
		{"亭东村", "community", "310116104202"},
		{"310116104202", "community", "310116104202"},
		{"金山区", "district", "310116"},
		{"亭林产业园", "park", "o_park"},
		{"老街", "block", "o_block"},
		{"派出所", "police_area", "o_police"},
		{"电信", "unit", "u_telecom"},
		{"Transport Commission", "unit", "u_transport"},
		{"潮汐泊位", "zone", "z_haihui"},
		{"龙皓路至龙翔路", "segment", "s_haihui"},
		{"JS-0007", "pole", "p_0007"},
		{"js-0007", "pole", "p_0007"},
		{"TL0007", "pole", "p_0007"},
		{"p_0007", "pole", "p_0007"},
		{"亭枫公路", "road", "r_tingfeng"},
		{"海汇街", "road", "r_haihui_1"}, // and not the segment or zone that begins so
		{"tinglin", "town", "310116104"},
		{"tingfeng", "road", "r_tingfeng"},
		{"龙皓路 海汇街", "crossing", "r_longhao"},
	} {
		found := s.find(c.q)
		if len(found) == 0 || found[0].Kind != c.kind || found[0].ID != c.id {
			t.Errorf("%q: %+v, want %s %s first", c.q, found[:min(len(found), 3)], c.kind, c.id)
		}
	}
	same(t, "nothing", s.find("没有这个地方"), []api.Found{})
}

func TestSearchShowsWhereItIs(t *testing.T) {
	s := readServer(t)
	grid := s.find("310116104Z05")[0]
	lo, hi := at(2, 0), at(4, 2)
	same(t, "box", *grid.BBox, [4]float64{lo[0], lo[1], hi[0], hi[1]})
	same(t, "detail", grid.Detail, "亭林镇")
	same(t, "names", []string{grid.Code, grid.Name, grid.NameEn, string(grid.Layer)}, []string{"310116104Z05", "亭林镇第五综合网格", "Tinglin Grid 5", "grids"})
	pole := s.find("JS-0001")[0]
	same(t, "a pole's place", *pole.Point, at(0.07, 0.11))
	if u := s.find("u_telecom")[0]; u.Point != nil || u.BBox != nil {
		t.Errorf("a unit has no place: %+v", u)
	}
	var body struct{ Items []api.Found }
	s.get("/v1/search?q=310116104Z05", "Accept-Language", "en").json(&body)
	same(t, "detail in English", body.Items[0].Detail, "Tinglin Town")
	road := s.find("海汇街")
	i := slices.IndexFunc(road, func(f api.Found) bool { return f.Kind == "road" })
	if i < 0 || road[i].BBox[2]-road[i].BBox[0] < 0.0149 {
		t.Errorf("both parts of the road are one find: %+v", road)
	}
	if d := geo.Distance(*road[i].Point, at(5.2, 0.5)); d > 600 {
		t.Errorf("the road's point is %v m from it", d)
	}
}

func TestSearchCrossings(t *testing.T) {
	s := readServer(t)
	for _, q := range []string{"龙皓路 海汇街", "海汇街 龙皓路", "龙皓路&海汇街", "龙皓路与海汇街", "龙皓路和海汇街路口", "龙皓路、海汇街交叉口", "龙皓 海汇", "longhao road & haihui street", "Longhao and Haihui"} {
		found := s.find(q)
		if len(found) == 0 || found[0].Kind != "crossing" || *found[0].Point != at(4.8, 0.5) {
			t.Errorf("%q: %+v", q, found)
		}
	}
	// 龙翔路 crosses 海汇街 between two of its vertices, 2 m from the nearer.
	found := s.find("海汇街 龙翔路")
	if len(found) == 0 || found[0].Kind != "crossing" || geo.Distance(*found[0].Point, at(5.6, 0.5)) > 0.05 {
		t.Errorf("a crossing without a shared vertex: %+v", found)
	}
	for _, q := range []string{"亭枫公路 海汇街", "龙皓路 龙翔路", "海汇街 海汇街", "海汇街 路口"} {
		for _, f := range s.find(q) {
			if f.Kind == "crossing" {
				t.Errorf("%q: %+v, but they do not meet", q, f)
			}
		}
	}
}

// Roads that do not touch cross where they come closest, if that is within 30 m.
func TestSearchCrossingOfRoadsThatDoNotTouch(t *testing.T) {
	for metres, want := range map[float64]bool{5: true, 25: true, 35: false} {
		gap := metres / float64(geo.Distance(at(0, 1), at(1, 1))) // in steps
		features := fixture()
		road := func(id, name string, line ...float64) layers.Feature {
			return &layers.Road{Meta: meta(id), Code: id, Name: name, Class: "residential", Geometry: path(line...)}
		}
		features = append(features, road("r_a", "甲路", 1, 1, 2, 1), road("r_b", "乙路", 2+gap, 0.5, 2+gap, 1.5))
		s := readServer(t)
		s.Publish(snapshotAt(t, 8, features...))
		found := s.find("甲路 乙路")
		got := len(found) > 0 && found[0].Kind == "crossing"
		if got != want {
			t.Errorf("%v m apart: %+v", metres, found)
		}
		if got && geo.Distance(*found[0].Point, at(2+gap/2, 1)) > 0.1 {
			t.Errorf("%v m apart: the crossing is at %v", metres, *found[0].Point)
		}
	}
}

func TestSearchOrderAndLimit(t *testing.T) {
	s := readServer(t)
	poles := s.find("JS-00", "limit", "7")
	if len(poles) != 7 || poles[0].Code != "JS-0001" || poles[6].Code != "JS-0007" {
		t.Errorf("%+v", poles)
	}
	same(t, "the usual limit", len(s.find("JS-00")), 20)
	same(t, "all", len(s.find("JS-00", "limit", "100")), poleCount)
	kinds := func(list []api.Found) (out []string) {
		for _, f := range list {
			out = append(out, f.Kind+" "+f.ID)
		}
		return out
	}
	same(t, "grids before units", kinds(s.find("310116113Z01")), []string{"grid 310116113Z01", "unit u_grid_310116113Z01"})
	same(t, "the same each time", kinds(s.find("亭")), kinds(s.find("亭")))
}

func TestSearchAtAnotherTime(t *testing.T) {
	s := readServer(t)
	same(t, "now", len(s.find("亭林镇东片")), 0)
	then := s.find("亭林镇东片", "at", "2024-06-01T00:00:00Z")
	if len(then) != 1 || then[0].ID != "310116104Z05" {
		t.Errorf("in 2024: %+v", then)
	}
}

// Between Worlds the index finds what is there in each, in whatever order they are asked.
func TestSearchFollowsEdits(t *testing.T) {
	s := readServer(t)
	same(t, "before", len(s.find("JS-0007")), 1)
	codes := map[int]string{}
	edit := func(revision int64, change func([]layers.Feature) []layers.Feature) {
		s.Publish(snapshotAt(t, revision, change(fixture())...))
		for n, code := range codes {
			found := s.find(code)
			if len(found) != 1 || found[0].ID != fmt.Sprintf("p_%04d", n) {
				t.Errorf("revision %d: %s: %+v", revision, code, found)
			}
		}
	}
	for i := range 5 {
		codes[3+i] = fmt.Sprintf("XX-%d", i)
		edit(int64(8+i), func(list []layers.Feature) []layers.Feature {
			for _, f := range list {
				for n, code := range codes {
					if p, ok := f.(*layers.Pole); ok && p.ID == fmt.Sprintf("p_%04d", n) {
						p.Code, p.Version = code, 2
					}
				}
			}
			return list
		})
	}
	same(t, "the old code", len(s.find("JS-0007")), 0)
	same(t, "an untouched code", len(s.find("JS-0008")), 1)
	codes = nil
	edit(20, func(list []layers.Feature) []layers.Feature {
		return slices.DeleteFunc(list, func(f layers.Feature) bool { return f.Layer() == layers.Poles && f.Head().ID != "p_0001" })
	})
	same(t, "deleted", len(s.find("XX-")), 0)
	same(t, "left", len(s.find("JS-0001")), 1)
}

// A pole of half a million is found as quickly as one of forty, and an edit costs the index next to nothing.
func BenchmarkSearch(b *testing.B) {
	features := fixture()
	for i := range 500_000 {
		p := &layers.Pole{Meta: meta(fmt.Sprintf("q_%06d", i)), Code: fmt.Sprintf("BIG-%06d", i), MainUse: "light", Condition: "sound", Live: "no", State: "in_use", ClaimState: "none"}
		p.Geometry = orb.Point{121.3 + math.Floor(float64(i)/1000)*1e-5, 30.8 + float64(i%1000)*1e-5}
		if i%2 == 0 {
			p.Plate = fmt.Sprintf("P%06d", i)
		}
		features = append(features, p)
	}
	s := readServer(b)
	snap := snapshotAt(b, 8, features...)
	s.Publish(snap)
	s.find("BIG-4")
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			s.send(ask{Path: "/v1/search?q=BIG-4321"}).status(http.StatusOK)
		}
	})
	b.Run("after an edit", func(b *testing.B) {
		revision := int64(9)
		for b.Loop() {
			p := *features[len(features)-1].(*layers.Pole)
			p.Code = fmt.Sprintf("NEW-%d", revision)
			next, err := snap.With(layers.Delta{Base: layers.Base{Position: layers.Position{Epoch: epoch, Revision: revision}, RecordedAt: layers.Instant(revision),
				Settings: snap.Settings()}, Keys: []layers.Key{{Layer: layers.Poles, ID: p.ID}}, Rows: []layers.Row{{Feature: &p}}})
			must(b, err)
			s.Publish(next)
			if r := s.send(ask{Path: "/v1/search?q=" + p.Code}); !strings.Contains(string(r.bytes), p.Code) {
				b.Fatalf("%s", r.bytes)
			}
			snap, revision = next, revision+1
		}
	})
}
