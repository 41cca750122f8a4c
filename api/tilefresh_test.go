package api_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

var tileEdits = flag.Int("tile-edits", 1000, "how many edits TestTileShowsAcknowledgedEdit makes")

// unzstd inflates frames of zstd.
func unzstd(t testing.TB, b []byte) []byte {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderMaxWindow(8<<20)) // RFC 9659
	must(t, err)
	defer z.Close()
	out, err := io.ReadAll(z)
	must(t, err)
	return out
}

// TestTileCodings: every client gets the bytes that it can read, with a tag of their own, and 304 for any of the tags.
func TestTileCodings(t *testing.T) {
	s := readServer(t)
	large, small := tilePath("grids,poles,roads", 3, 1, 12), tilePath("overlays", 3, 1, 16)
	plain := s.get(large).status(http.StatusOK).bytes
	tags := map[string]bool{}
	for header, want := range map[string]string{
		"": "", "gzip": "gzip", "gzip, deflate, br, zstd": "gzip", "br, zstd": "zstd", "zstd": "zstd", "zstd;q=1, gzip;q=0.5": "zstd", "gzip;q=0.5, zstd;q=0.5": "gzip",
		"zstd;q=0": "", "*": "gzip", "*;q=0.1, identity;q=0": "gzip", "identity, gzip;q=0.5": "", "x-gzip": "gzip", "gzip;q=0, *": "", "br": "", "deflate": "", "nonsense;;q=": "",
	} {
		r := s.get(large, "Accept-Encoding", header).status(http.StatusOK)
		same(t, "coding for "+header, r.Header.Get("Content-Encoding"), want)
		same(t, "length for "+header, r.Header.Get("Content-Length"), fmt.Sprint(len(r.bytes)))
		body := r.bytes
		switch want {
		case "gzip":
			body = r.plain()
		case "zstd":
			body = unzstd(t, r.bytes)
		}
		if !bytes.Equal(body, plain) || !strings.Contains(r.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("Accept-Encoding %q: %d bytes, want %d; %v", header, len(body), len(plain), r.Header)
		}
		tags[r.Header.Get("ETag")] = true
		if r := s.get(small, "Accept-Encoding", header).status(http.StatusOK); r.Header.Get("Content-Encoding") != "" || len(r.bytes) == 0 {
			t.Errorf("a tile of %d bytes is compressed", len(r.bytes))
		}
	}
	if len(tags) != 3 {
		t.Errorf("tags of three codings: %v", tags)
	}
	for tag := range tags {
		for _, header := range []string{"", "gzip", "zstd"} {
			s.get(large, "Accept-Encoding", header, "If-None-Match", tag).status(http.StatusNotModified)
		}
	}
	head := s.do(ask{Method: http.MethodHead, Path: large, Header: []string{"Accept-Encoding", "gzip"}}).status(http.StatusOK)
	if head.Header.Get("Content-Encoding") != "gzip" || head.Header.Get("ETag") == "" {
		t.Errorf("HEAD: %v", head.Header)
	}
}

// shows asks for a tile and reports whether it has the pole, with the name if one is given.
func (s *server) shows(path, id, name string) bool {
	s.t.Helper()
	r := s.send(ask{Path: path, Header: []string{"Accept-Encoding", "gzip"}}).status(http.StatusOK)
	list, err := mvt.Decode(r.plain())
	must(s.t, err)
	for _, l := range list {
		for _, f := range l.Features {
			if f.Properties["id"] == id {
				return name == "" || f.Properties["name"] == name
			}
		}
	}
	return false
}

// TestTileShowsAcknowledgedEdit: eight writers move poles, each its own, and ask for tiles as soon as an edit is acknowledged: the tile
// where the pole is now shows it as it is, and the one where it was does not show it, in every case. Both were asked for just
// before, and a viewer asks for them all the time.
func TestTileShowsAcknowledgedEdit(t *testing.T) {
	const writers, z = 8, 16
	edits := int64(*tileEdits)
	if testing.Short() {
		edits = min(edits, 100)
	}
	s, _ := fragileServer(t, nil)
	var done, fresh atomic.Int64
	var ended atomic.Bool
	var viewer, wait sync.WaitGroup
	viewer.Go(func() {
		for i := 0; !ended.Load(); i++ {
			s.send(ask{Path: "/tiles/grids,poles/" + geo.TileAt(spot(i), z).String() + ".mvt", Header: []string{"Accept-Encoding", "gzip"}})
			time.Sleep(time.Millisecond) // leave the processors to the writers
		}
	})
	for i := range writers {
		wait.Go(func() {
			id := fmt.Sprintf("p_%04d", i+1)
			path := "/v1/poles/" + id
			was := s.send(ask{Path: path}).status(http.StatusOK)
			at0 := fixturePoles()[i].(*layers.Pole).Geometry
			for round := 0; done.Add(1) <= edits; round++ {
				to := spot(i*5 + round*7)
				now, old := geo.TileAt(to, z), geo.TileAt(at0, z)
				s.shows("/tiles/grids,poles/"+now.String()+".mvt", id, "")
				name := fmt.Sprintf("%d号杆第%d次", i, round)
				body := was.changed("name", fmt.Sprintf("%q", name), "valid_from", "", "geometry", fmt.Sprintf(`{"type":"Point","coordinates":[%.7f,%.7f]}`, to[0], to[1]))
				was = s.send(ask{Method: "PUT", Path: path, Role: layers.Planner, Body: body, Header: []string{"If-Match", was.Header.Get("ETag")}}).status(http.StatusOK)
				if was.Header.Get("Wangge-Visible") == "false" {
					t.Errorf("%s: the World that has the edit took longer than a second", name)
					return
				}
				if !s.shows("/tiles/grids,poles/"+now.String()+".mvt", id, name) {
					t.Errorf("tile %s does not show %s of %s", now, name, id)
				} else if old != now && s.shows("/tiles/grids,poles/"+old.String()+".mvt", id, "") && !nearEdge(at0, to, z) {
					t.Errorf("tile %s still shows %s, which is in %s", old, id, now)
				} else {
					fresh.Add(1)
				}
				at0 = to
			}
		})
	}
	wait.Wait()
	ended.Store(true)
	viewer.Wait()
	if fresh.Load() != edits {
		t.Errorf("%d of %d tiles are fresh", fresh.Load(), edits)
	}
	state := s.TileState()
	if state.Kept[layers.Poles] == 0 || state.Kept[layers.Grids] == 0 || state.Touched == 0 {
		t.Errorf("nothing came from the cache, so nothing was tested: %+v", state)
	}
	t.Logf("%d of %d tiles are fresh; %+v", fresh.Load(), edits, state)
}

// spot is one of 72 places to which poles are moved.
func spot(i int) orb.Point { return at(0.3+0.6*float64(i%9), 0.3+0.4*float64(i/9%8)) }

// nearEdge reports whether the tile of a position draws another position beyond its edge too.
func nearEdge(a, b orb.Point, z uint8) bool {
	x, y, side := geo.TileAt(a, z).Units()
	bx, by := geo.MercatorUnits(b)
	buffer := side / 64
	return uint64(bx)+buffer >= x && uint64(bx) <= x+side+buffer && uint64(by)+buffer >= y && uint64(by) <= y+side+buffer
}

// TestTileWhenTheClockPasses: a tile of the present changes when something begins to apply, without any edit, and not before.
func TestTileWhenTheClockPasses(t *testing.T) {
	clock := noon
	var lock sync.Mutex
	o := testOptions(t)
	o.Now = func() time.Time {
		lock.Lock()
		defer lock.Unlock()
		return clock
	}
	s := &server{Server: api.New(o), t: t}
	features := fixture()
	pole := features[slices.IndexFunc(features, func(f layers.Feature) bool { return f.Head().ID == "p_0003" })].(*layers.Pole)
	pole.ValidFrom = layers.InstantOf(noon.Add(time.Minute))
	s.Publish(snapshotAt(t, 7, features...))
	path := "/tiles/poles/" + geo.TileAt(pole.Geometry, 15).String() + ".mvt"
	tag := ""
	for _, step := range []struct {
		after time.Duration
		shown bool
	}{{0, false}, {59 * time.Second, false}, {time.Minute, true}, {time.Hour, true}} {
		lock.Lock()
		clock = noon.Add(step.after)
		lock.Unlock()
		same(t, fmt.Sprint("shown after ", step.after), s.shows(path, pole.ID, ""), step.shown)
		r := s.get(path, "If-None-Match", tag)
		changed := tag == "" || step.after == time.Minute
		if (r.StatusCode == http.StatusOK) != changed {
			t.Errorf("after %v: %s", step.after, r.Status)
		}
		tag = r.Header.Get("ETag")
	}
	if state := s.TileState(); state.Made[layers.Poles] != 2 { // before and after
		t.Errorf("%+v", state)
	}
	// The tile of another time is another one, and does not put the present one out.
	for range 3 {
		s.get(path + "?at=2025-03-01T00:00:00Z").status(http.StatusOK)
		same(t, "shown", s.shows(path, pole.ID, ""), true)
	}
	if state := s.TileState(); state.Made[layers.Poles] != 2 {
		t.Errorf("%+v", state)
	}
}

// TestEditLeavesOtherTiles: after an edit only the layers and tiles that it touches are made again.
func TestEditLeavesOtherTiles(t *testing.T) {
	s := readServer(t)
	features := fixture()
	i := slices.IndexFunc(features, func(f layers.Feature) bool { return f.Head().ID == "p_0003" })
	moved := *features[i].(*layers.Pole)
	from := moved.Geometry
	here, there := "/tiles/grids,poles,roads/"+geo.TileAt(from, 16).String()+".mvt", tilePath("grids,poles,roads", 5.5, 3.5, 16)
	for range 2 {
		s.get(here).status(http.StatusOK)
		s.get(there).status(http.StatusOK)
	}
	before := s.TileState()
	same(t, "made for two tiles", before.Made[layers.Poles]+before.Made[layers.Grids]+before.Made[layers.Roads], int64(6))
	moved.Version, moved.Revision, moved.Geometry = 2, 8, at(2.02, 1.02)
	features[i] = &moved
	snap, err := s.World().With(layers.Delta{Base: layers.Base{Position: layers.Position{Epoch: epoch, Revision: 8}, RecordedAt: layers.InstantOf(noon), Settings: s.World().Settings()},
		Keys: []layers.Key{{Layer: layers.Poles, ID: moved.ID}}, Rows: []layers.Row{{Feature: &moved}}})
	must(t, err)
	s.Publish(snap)
	s.get(here).status(http.StatusOK)
	s.get(there).status(http.StatusOK)
	after := s.TileState()
	same(t, "poles made again", after.Made[layers.Poles]-before.Made[layers.Poles], int64(1))
	same(t, "grids and roads made again", after.Made[layers.Grids]+after.Made[layers.Roads], before.Made[layers.Grids]+before.Made[layers.Roads])
	same(t, "kept", after.Kept[layers.Poles]-before.Kept[layers.Poles], int64(1))
}

// TestTileMemory: a server keeps no more than it may, and nothing if it may not.
func TestTileMemory(t *testing.T) {
	for _, memory := range []int64{-1, 20_000} {
		o := testOptions(t)
		o.TileMemory = memory
		s := &server{Server: api.New(o), t: t}
		s.Publish(fixtureSnapshot(t))
		for x := range 8 {
			for y := range 5 {
				s.get(tilePath("grids,poles,communities,roads", 0.8*float64(x), 0.9*float64(y), 15)).status(http.StatusOK)
			}
		}
		state := s.TileState()
		if state.Bytes > max(0, memory) || memory < 0 && state.Chunks > 0 || memory > 0 && state.Evicted == 0 {
			t.Errorf("%d bytes allowed: %+v", memory, state)
		}
	}
	same(t, "limit when nothing is said", readServer(t).TileState().Limit, int64(api.DefaultTileMemory))
}

// TestTileMetrics: tiles are counted by zoom, from closed sets whatever is asked for.
func TestTileMetrics(t *testing.T) {
	s := readServer(t)
	path := tilePath("grids,poles", 3, 1, 13)
	r := s.get(path, "Accept-Encoding", "gzip").status(http.StatusOK)
	s.get(path, "Accept-Encoding", "gzip").status(http.StatusOK)
	s.get(path, "If-None-Match", r.Header.Get("ETag"), "Accept-Encoding", "gzip").status(http.StatusNotModified)
	s.get("/tiles/grids/0/0/0.mvt").status(http.StatusOK)
	lines := scrape(t, s.Server)
	for _, want := range []string{
		`wangge_tiles_total{cache="miss",status="200",zoom="13"} 1`, `wangge_tiles_total{cache="hit",status="200",zoom="13"} 1`,
		`wangge_tiles_total{cache="hit",status="304",zoom="13"} 1`, `wangge_tiles_total{cache="miss",status="200",zoom="0"} 1`,
		fmt.Sprintf(`wangge_tile_bytes_total{coding="gzip",zoom="13"} %d`, 2*len(r.bytes)), `wangge_tile_duration_seconds_count{cache="hit",zoom="13"} 2`,
		`wangge_tile_layers_total{layer="poles",result="made"} 1`, `wangge_tile_layers_total{layer="poles",result="kept"} 2`,
		`wangge_tile_cache_dropped_total{reason="touched"} 0`, fmt.Sprintf("wangge_tile_cache_limit_bytes %v", float64(api.DefaultTileMemory)),
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no %s", want)
		}
	}
	for z := range uint8(geo.MaxZoom + 1) {
		for range 3 {
			for _, encoding := range []string{"gzip", "zstd", "identity", "nonsense"} {
				s.send(ask{Path: tilePath("grids,poles,grids", 3, 1, z), Header: []string{"Accept-Encoding", encoding}})
				s.send(ask{Path: fmt.Sprintf("/tiles/nowhere%d/%d/0/0.mvt", z, z)})
			}
		}
	}
	n := 0
	for _, line := range scrape(t, s.Server) {
		if strings.HasPrefix(line, "wangge_tile") {
			n++
		}
	}
	if n > 23*(2*2+2*(11+1+2)+3)+60 {
		t.Errorf("%d series of tiles", n)
	}
}
