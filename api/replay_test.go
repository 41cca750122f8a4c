package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/api"
	"wangge/layers"
	"wangge/layers/postgis"
	"wangge/layers/postgis/pgtest"
	"wangge/routing/duty"
)

// An answer is given again byte for byte after edits of everything that it rests on, from both stores, and by a process that was started
// later; and what was known at an instant is what was answered then.
func TestReplayAfterEditsOfEverything(t *testing.T) {
	t.Run("geopackage", func(t *testing.T) { replayAfterEdits(t, geopackageStore(t)) })
	t.Run("postgis", func(t *testing.T) {
		dsn := pgtest.Prepared(t, "replay of the API, 1", func(ctx context.Context, dsn string) error { return postgis.Create(ctx, dsn, testSettings, "") })
		store, err := postgis.Open(t.Context(), dsn, layers.StoreOptions{})
		must(t, err)
		replayAfterEdits(t, store)
	})
}

// replayed is how many answers of each of six revisions are given again.
var replayed = flag.Int("replayed", 24, "how many answers of each of six revisions are given again")

// questions of every kind: near poles, in the zone, along borders, with and without categories.
func questions() (out []string) {
	categories := []string{"", "part.pole.abandoned", "event.waste", "event.parking.illegal"}
	for i := range *replayed {
		p := at(0.15*float64(i%38)+0.07+0.0003*float64(i/38), 0.35*float64(i%11)+0.11)
		if i%3 == 1 {
			p = at(2.1+0.01*float64(i%40), 1)
		}
		if i%8 == 7 {
			p = at(5.2, 0.492)
		}
		more := []string{"at", "2026-09-14T10:00:00+08:00", "accuracy_m", fmt.Sprint(5 * (i % 4))}
		if c := categories[i%4]; c != "" {
			more = append(more, "category", c)
		}
		if i%5 == 0 {
			more = append(more, "channel", "12345", "case_number", fmt.Sprint("c-", i), "received_by", "310116104Z04")
		}
		path := lookupPath(p, more...)
		if i%7 == 6 {
			path = shapePath(i, p, more[:2]...)
		}
		out = append(out, path)
	}
	return out
}

// shapePath asks about a line or an area around a position.
func shapePath(i int, p orb.Point, more ...string) string {
	far := 0.0004 * float64(1+i%5)
	g := orb.Geometry(orb.LineString{p, {p[0] + far, p[1] + far/3}, {p[0] - far, p[1] + far}})
	if i%2 == 0 {
		g = orb.Polygon{{p, {p[0] + far, p[1]}, {p[0] + far, p[1] + far}, {p[0] - far, p[1] + far/2}, p}}
	}
	q := url.Values{"geometry": {wkt.MarshalString(g)}, "crs": {"gcj02"}, "category": {"event.waste"}}
	for k := 0; k < len(more); k += 2 {
		q.Set(more[k], more[k+1])
	}
	return "/v1/lookup?" + q.Encode()
}

func replayAfterEdits(t *testing.T, inner layers.Store) {
	c := &clock{}
	c.set("2026-09-14 10:00")
	s, store := filledServer(t, inner, c.now, append(kerbFixture(), ruleFixture()...), nil)
	type given struct {
		path, known string
		body        []byte
	}
	var answers []given
	question := func() {
		known := url.QueryEscape(s.World().RecordedAt().String())
		for _, path := range questions() {
			answers = append(answers, given{path, known, s.send(ask{Path: path}).status(http.StatusOK).bytes})
		}
	}
	question()
	for round := range 5 {
		c.set(fmt.Sprintf("2026-09-14 1%d:00", round+1))
		revision := s.World().Position().Revision
		_, err := store.Apply(t.Context(), layers.Tx{Actor: layers.Actor{Name: "test"}, At: c.now(), Kind: "edit", Edits: changesOf(s.World(), round)})
		must(t, err)
		s.feed.Nudge()
		s.until("the edit is served", func() bool { return s.World().Position().Revision > revision })
		question()
	}
	different := 0
	for i, a := range answers[5**replayed:] {
		if was := answers[i]; len(was.body) != len(a.body) {
			different++
		}
	}
	if different < *replayed/2 {
		t.Errorf("the edits have changed only %d of %d answers", different, *replayed)
	}
	check := func(s *server, from, step int) {
		t.Helper()
		for i := from; i < len(answers); i += step {
			a := answers[i]
			one := answerIn(t, a.body)
			if again := s.send(ask{Path: "/v1/answers/" + one.ID + ":replay"}).status(http.StatusOK); !bytes.Equal(again.bytes, a.body) {
				t.Fatalf("%s is now another answer:\n%s\n%s", a.path, a.body, again.bytes)
			}
			if i%4 == 0 {
				if then := s.send(ask{Path: a.path + "&known_at=" + a.known}).status(http.StatusOK); !bytes.Equal(then.bytes, a.body) {
					t.Fatalf("%s as known at %s:\n%s\n%s", a.path, a.known, a.body, then.bytes)
				}
			}
		}
	}
	check(s, 0, 1)
	later := api.New(func() api.Options {
		o := testOptions(t)
		o.Store, o.Now = store, c.now
		return o
	}())
	snap, err := layers.LoadSnapshot(t.Context(), store)
	must(t, err)
	later.Publish(snap)
	t.Cleanup(later.Close)
	step := 5
	if *replayed > 24 {
		step = 1
	}
	check(&server{t: t, Server: later, secrets: s.secrets}, step/5, step)

	// A batch as known then; the codes of others are those of then too.
	first := answers[0]
	known, err := url.QueryUnescape(first.known)
	must(t, err)
	batch := s.do(ask2(`{"crs":"wgs84","known_at":"` + known + `","at":"2026-09-14T10:00:00+08:00","points":[[121.3007,30.8011]],"fields":"grid"}`)).status(http.StatusOK)
	if !bytes.Contains(batch.bytes, []byte(fmt.Sprintf(`"revision":%d`, revisionOf(t, first.body)))) {
		t.Errorf("a batch as known at the start: %s", batch.bytes)
	}
	var lines, want bytes.Buffer
	for _, a := range answers[:min(*replayed, 24)] {
		q := answerIn(t, a.body).Query
		line, err := json.Marshal(q)
		must(t, err)
		if q.Shape != nil {
			line = regexp.MustCompile(`"lon":[0-9.]+,"lat":[0-9.]+,`).ReplaceAll(line, nil)
		}
		lines.Write(append(line, '\n'))
		want.Write(a.body)
	}
	stream := s.send(ask{Method: "POST", Path: "/v1/lookup:batch?crs=wgs84&known_at=" + first.known, Role: layers.Dispatcher, Body: lines.String(), Header: []string{"Content-Type", "application/x-ndjson"}}).status(http.StatusOK)
	same(t, "a stream as known at the start", string(stream.bytes), want.String()+fmt.Sprintf("{\"count\":%d}\n", min(*replayed, 24)))
	s.get(first.path+"&known_at=2020-01-01T00:00:00Z").problem(http.StatusNotFound, "not-in-edition")
	if now := s.get(first.path + "&known_at=2030-01-01T00:00:00Z").status(http.StatusOK); revisionOf(t, now.bytes) != s.World().Position().Revision {
		t.Errorf("as known in the future: %s", now.bytes)
	}
}

func ask2(body string) ask { return ask{Method: "POST", Path: "/v1/lookup:batch", Body: body} }

func revisionOf(t *testing.T, body []byte) int64 {
	t.Helper()
	return answerIn(t, body).Data.Revision
}

func answerIn(t *testing.T, body []byte) (a duty.Answer) {
	t.Helper()
	must(t, json.Unmarshal(body, &a))
	return a
}

// changesOf edits something of everything that answers rest on.
func changesOf(w *api.World, round int) []layers.Edit {
	var out []layers.Edit
	change := func(f layers.Feature, id string, edit func()) {
		m := f.Head()
		was := m.Version
		edit()
		out = append(out, layers.Edit{Op: layers.Replace, Layer: f.Layer(), ID: id, Feature: f, IfMatch: was})
	}
	bend := 2.3 + 0.1*float64(round)
	four, five := copyOf[layers.Grid](w, layers.Grids, "310116104Z04"), copyOf[layers.Grid](w, layers.Grids, "310116104Z05")
	change(four, four.ID, func() {
		four.Geometry, four.Name = area(0, 0, 2, 0, bend, 1, 2, 2, 0, 2), fmt.Sprintf("%s-%d", "四网格", round)
	})
	change(five, five.ID, func() { five.Geometry = area(2, 0, 4, 0, 4, 2, 2, 2, bend, 1) })
	unit := copyOf[layers.Unit](w, layers.Units, "u_transport")
	change(unit, unit.ID, func() { unit.Name = fmt.Sprint("交通委", round) })
	for i := range 10 {
		pole := copyOf[layers.Pole](w, layers.Poles, fmt.Sprintf("p_%04d", 4*i+1))
		change(pole, pole.ID, func() {
			pole.Ownership = []layers.Ownership{{Unit: []string{"u_mobile", "u_telecom"}[round%2], Share: 1, Basis: "claim", From: since2025}}
			pole.Name = fmt.Sprint("杆", round)
			if round%2 == 0 {
				pole.Geometry[0] += 0.0000200
			}
			if round > 2 {
				pole.ValidFrom = layers.InstantOf(noon) // an earlier state stays in the history
			}
		})
	}
	gone := fmt.Sprintf("p_%04d", 4*round+2)
	pole := copyOf[layers.Pole](w, layers.Poles, gone)
	out = append(out, layers.Edit{Op: layers.Delete, Layer: layers.Poles, ID: gone, IfMatch: pole.Version, End: layers.InstantOf(noon)})
	rule := copyOf[layers.Rule](w, layers.Rules, "ru_R-201_1")
	change(rule, rule.ID, func() { rule.Then.Primary = []string{"unit:u_telecom", "unit:u_park"}[round%2] })
	zone := copyOf[layers.Zone](w, layers.Zones, "z_haihui")
	change(zone, zone.ID, func() { zone.Name = fmt.Sprint("海汇街", round) })
	schedule := copyOf[layers.Schedule](w, layers.Schedules, "sc_haihui_1")
	change(schedule, schedule.ID, func() {
		schedule.Windows = []layers.ModeWindow{{ID: fmt.Sprint("w", round), Mode: []layers.Mode{layers.Parking, layers.Loading}[round%2], Start: "08:00", DurationMin: 600}}
	})
	notice := copyOf[layers.Notice](w, layers.Notices, "cn-2026")
	change(notice, notice.ID, func() { notice.Papers = append([]string{fmt.Sprint("文", round)}, notice.Papers...) })
	overlay := copyOf[layers.Overlay](w, layers.Overlays, "o_police")
	change(overlay, overlay.ID, func() { overlay.Name = fmt.Sprint("派出所", round) })
	return out
}

func copyOf[T any, P interface {
	*T
	layers.Feature
}](w *api.World, l layers.Layer, id string) P {
	f, _ := w.Set(l).Head(id)
	one := *(f.(P))
	return &one
}
