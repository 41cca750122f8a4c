package api_test

import (
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

var tileTable = flag.Bool("tile-table", false, "measure tiles beside ST_AsMVT and under load, and print tables")

// TestTileTable prints how long tiles take here and in PostGIS, and how they are served at 200 a second, in one run. Nothing fails for
// being slow: what is asserted is that both draw the same features.
func TestTileTable(t *testing.T) {
	if !*tileTable {
		t.Log("NOT RUN: a measurement; `make bench-tiles` runs it")
		return
	}
	s := crowdServer(t, -1)
	vertices := 0
	for f := range crowd().Set(layers.Grids).All(layers.InstantOf(noon)) {
		vertices += len(f.(*layers.Grid).Geometry[0][0]) - 1
	}
	fmt.Printf("\n%d poles, %d roads, %d grids of %d vertices; %s\n", crowdPoles, crowdRoads, crowd().Set(layers.Grids).Len(), vertices/crowd().Set(layers.Grids).Len(), machineLoad())
	tiles := crowdTiles(5)
	mean(t, s, tiles)
	fmt.Printf("\n200 tiles a second, at random moments\n")
	openLoop(t, "each made anew", serveTiles(t, s.Handler(), 64), tiles)
	kept := serveTiles(t, crowdServer(t, 1<<30).Handler(), 64)
	openLoop(t, "from the cache", kept, tiles)
	openLoop(t, "the same bytes from a bare server", bare(t, kept, tiles), tiles)
	dense(t, s)
	db := crowdDatabase(t) // last, because it goes on working on its own after so many rows were put in
	encoding(t, db, s)
	served(t, db, tiles)
	fmt.Println(machineLoad())
}

// machineLoad is the load of the machine, where it can be read.
func machineLoad() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	return "load " + strings.Join(strings.Fields(string(b))[:3], " ")
}

// times is what was measured of several tiles.
type times []time.Duration

func (l times) at(share float64) time.Duration {
	s := slices.Sorted(slices.Values(l))
	return s[max(0, int(math.Ceil(share*float64(len(s))))-1)]
}

func (l times) sum() (all time.Duration) {
	for _, d := range l {
		all += d
	}
	return all
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// mean prints what a tile of the list is on average.
func mean(t *testing.T, s *server, tiles []geo.Tile) {
	n, size := 0, 0
	for _, tile := range tiles {
		room, err := s.World().Atlas.Append(nil, tile, layers.InstantOf(noon), crowdLayers...)
		must(t, err)
		n, size = n+features(t, room), size+len(room)
	}
	fmt.Printf("\n%d tiles as viewers ask for them, zooms 8 to 17: %d features and %.0f kB on average, uncompressed\n", len(tiles), n/len(tiles), float64(size)/1e3/float64(len(tiles)))
}

// encoding prints, by zoom, what encoding alone takes here and by one connection to PostGIS: up to eight tiles, the better of two tries.
func encoding(t *testing.T, db *pgxpool.Pool, s *server) {
	tiles := crowdTiles(20)
	fmt.Printf("\nEncoding alone, ms a tile (mean), without compression and HTTP\n%-6s %10s %10s %8s %10s %10s %12s\n", "zoom", "ST_AsMVT", "wangge", "ratio", "features", "kB", "ns/feature")
	var allTheirs, allOurs times
	var room []byte
	for z := uint8(8); z <= 17; z++ {
		var theirs, ours times
		n, size, seen := 0, 0, map[geo.Tile]bool{}
		for _, tile := range tiles {
			if tile.Z != z || seen[tile] || len(seen) == 8 {
				continue
			}
			seen[tile] = true
			var sql []byte
			theirs = append(theirs, fastest(2, func() {
				var err error
				sql, err = sqlTile(t.Context(), db, tile)
				must(t, err)
			}))
			ours = append(ours, fastest(2, func() {
				var err error
				room, err = s.World().Atlas.Append(room[:0], tile, layers.InstantOf(noon), crowdLayers...)
				must(t, err)
			}))
			sameFeatures(t, tile, sql, room)
			n, size = n+features(t, room), size+len(room)
		}
		allTheirs, allOurs = append(allTheirs, theirs...), append(allOurs, ours...)
		k := len(ours)
		fmt.Printf("%-6d %10.3f %10.3f %7.0fx %10d %10.1f %12.0f\n", z, ms(theirs.sum())/float64(k), ms(ours.sum())/float64(k), float64(theirs.sum())/float64(ours.sum()),
			n/k, float64(size)/1e3/float64(k), float64(ours.sum())/float64(max(1, n)))
	}
	fmt.Printf("%-6s %10.3f %10.3f %7.0fx\n", "all", ms(allTheirs.sum())/float64(len(allTheirs)), ms(allOurs.sum())/float64(len(allOurs)), float64(allTheirs.sum())/float64(allOurs.sum()))
}

func fastest(tries int, f func()) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range tries {
		began := time.Now()
		f()
		best = min(best, time.Since(began))
	}
	return best
}

// sameFeatures fails the test unless both tiles have about the same numbers of features: PostGIS leaves out what is less than a unit
// long, and rounds positions on the edge of the buffer otherwise.
func sameFeatures(t *testing.T, tile geo.Tile, sql, ours []byte) {
	t.Helper()
	count := func(b []byte) map[string]int {
		list, err := mvt.Decode(b)
		must(t, err)
		out := map[string]int{}
		for _, l := range list {
			out[l.Name] = len(l.Features)
		}
		return out
	}
	theirs, own := count(sql), count(ours)
	for _, l := range []string{"grids", "roads", "poles"} {
		if a, b := theirs[l], own[l]; float64(max(a, b)-min(a, b)) > 3+0.03*float64(max(a, b)) {
			t.Errorf("tile %s: ST_AsMVT has %d %s, wangge %d", tile, a, l, b)
		}
	}
}

// dense prints what a tile of about 40,000 poles takes to make with compression and to take from the cache.
func dense(t *testing.T, s *server) {
	tile, poles := denseTile(crowd())
	atlas := s.World().Atlas
	room, err := atlas.Append(nil, tile, layers.InstantOf(noon), layers.Poles)
	must(t, err)
	fmt.Printf("\nTile %s of %d poles, %.0f kB; median of 15\n", tile, poles, float64(len(room))/1e3)
	line := func(what string, f func()) {
		var list times
		used := processorTime()
		for range 15 {
			began := time.Now()
			f()
			list = append(list, time.Since(began))
		}
		fmt.Printf("%-34s %8.2f ms, the fastest %.2f ms, %.2f ms of processors\n", what, ms(list.at(0.5)), ms(list.at(0)), ms(processorTime()-used)/15)
	}
	line("encoding alone", func() {
		room, err = atlas.Append(room[:0], tile, layers.InstantOf(noon), layers.Poles)
		must(t, err)
	})
	cold, warm := mvt.NewCache(0), mvt.NewCache(1<<30)
	cold.Advance(atlas)
	warm.Advance(atlas)
	line("encoding, compressing (gzip), cold", func() { sendTile(t, cold, atlas, tile) })
	line("from kept chunks", func() { sendTile(t, warm, atlas, tile) })
}

// served prints how many tiles a second eight connections get.
func served(t *testing.T, db *pgxpool.Pool, tiles []geo.Tile) {
	fmt.Printf("\nServed, tiles a second over 8 connections\n")
	sql := perSecond(8, 100, func(i int) error {
		_, err := sqlTile(t.Context(), db, tiles[i])
		return err
	}, t.Fatal)
	fmt.Printf("%-44s %10.0f\n", "ST_AsMVT by pgx, no gzip, no HTTP", sql)
	for _, memory := range []int64{-1, 1 << 30} {
		one := serveTiles(t, crowdServer(t, memory).Handler(), 8)
		warm(t, one, tiles)
		used, n := processorTime(), map[bool]int{true: 2, false: 20}[memory < 0]*len(tiles)
		got := perSecond(8, n, func(i int) error { return one.get(tiles[i%len(tiles)]) }, t.Fatal)
		fmt.Printf("%-44s %10.0f %7.1fx   %.2f ms of processors a tile, client included\n",
			map[bool]string{true: "wangge, HTTP and gzip, each made anew", false: "wangge, HTTP and gzip, from the cache"}[memory < 0], got, got/sql, ms(processorTime()-used)/float64(n))
	}
}

// warm asks for every tile once, and clears away what was left behind by making the server.
func warm(t testing.TB, one tileClient, tiles []geo.Tile) {
	t.Helper()
	for _, tile := range tiles {
		must(t, one.get(tile))
	}
	runtime.GC()
}

// openLoop asks for 200 tiles a second for 20 s, whether or not those before have been answered, and prints how long after it was due
// each one had come. Client and server share the processors, so the floor beside it is what the same bytes cost a bare net/http server.
func openLoop(t *testing.T, what string, one tileClient, tiles []geo.Tile) {
	const rate, seconds = 200, 20
	warm(t, one, tiles)
	r := rand.New(rand.NewPCG(9, 9))
	list, used := make(times, rate*seconds), processorTime()
	var wait sync.WaitGroup
	due := time.Now()
	for i := range list {
		due = due.Add(time.Duration(r.ExpFloat64() * float64(time.Second) / rate)) // arrivals that know nothing of each other
		sleepUntil(due)
		tile, due := tiles[r.IntN(len(tiles))], due
		wait.Go(func() {
			if err := one.get(tile); err != nil {
				t.Error(err)
			}
			list[i] = time.Since(due)
		})
	}
	wait.Wait()
	fmt.Printf("%-44s p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, longest %.1f ms; %.2f ms of processors a tile; %s\n", what,
		ms(list.at(0.5)), ms(list.at(0.9)), ms(list.at(0.99)), ms(list.at(1)), ms(processorTime()-used)/float64(len(list)), machineLoad())
}

// sleepUntil is more exact than time.Sleep, which waits for whole milliseconds while nothing else is to be done.
func sleepUntil(due time.Time) {
	if d := time.Until(due); d > 0 {
		wait := syscall.NsecToTimespec(int64(d))
		_ = syscall.Nanosleep(&wait, nil) // a signal may end it early: a request then goes a little before it is due
	}
}

// bare is a server that does nothing but send the tiles that one gives.
func bare(t *testing.T, one tileClient, tiles []geo.Tile) tileClient {
	t.Helper()
	kept := map[string][]byte{}
	for _, tile := range tiles {
		req, err := one.request(tile)
		must(t, err)
		res, err := one.client.Do(req)
		must(t, err)
		body, err := io.ReadAll(res.Body)
		must(t, err)
		res.Body.Close()
		kept[req.URL.Path] = body
	}
	return serveTiles(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(kept[r.URL.Path])))
		_, _ = w.Write(kept[r.URL.Path])
	}), 64)
}

// serveTiles serves on loopback for a client with so many connections.
func serveTiles(t testing.TB, h http.Handler, connections int) tileClient {
	t.Helper()
	http1 := httptest.NewServer(h)
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		http1.Close()
	})
	return tileClient{http1.URL, &http.Client{Transport: transport}}
}
