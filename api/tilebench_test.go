package api_test

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// crowdServer serves the crowd; with a negative memory nothing is kept.
func crowdServer(t testing.TB, memory int64) *server {
	t.Helper()
	o := testOptions(t)
	o.TileMemory = memory
	s := &server{Server: api.New(o), t: t}
	s.Publish(crowd())
	t.Cleanup(s.Close)
	return s
}

// features counts the features of a tile.
func features(t testing.TB, tile []byte) int {
	t.Helper()
	list, err := mvt.Decode(tile)
	must(t, err)
	n := 0
	for _, l := range list {
		n += len(l.Features)
	}
	return n
}

// processorTime is what this process has used, which is the same on a busy machine.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkTileBesideSQL encodes tiles of the crowd; the baseline makes the same with ST_AsMVT, by one connection.
func BenchmarkTileBesideSQL(b *testing.B) {
	db := crowdDatabase(b)
	s := crowdServer(b, -1)
	dense, _ := denseTile(crowd())
	tiles := map[string]geo.Tile{"z12-dense": dense}
	for z := uint8(9); z <= 17; z += 2 {
		tiles[fmt.Sprintf("z%d", z)] = geo.TileAt(at0(), z)
	}
	for name, tile := range tiles {
		b.Run(name, func(b *testing.B) {
			baseline := time.Duration(1 << 62)
			for range 3 {
				began := time.Now()
				if _, err := sqlTile(b.Context(), db, tile); err != nil {
					b.Fatal(err)
				}
				baseline = min(baseline, time.Since(began))
			}
			var room []byte
			var err error
			b.ReportAllocs()
			for b.Loop() {
				if room, err = s.World().Atlas.Append(room[:0], tile, layers.InstantOf(noon), crowdLayers...); err != nil {
					b.Fatal(err)
				}
			}
			each := float64(b.Elapsed()) / float64(b.N)
			b.ReportMetric(each/float64(max(1, features(b, room))), "ns/feature")
			b.ReportMetric(float64(len(room)), "bytes")
			b.ReportMetric(float64(baseline)/each, "x-baseline")
		})
	}
}

// at0 is a place in one of the towns of the crowd.
func at0() orb.Point { return orb.Point{121.13, 30.78} }

// BenchmarkServedTiles asks for tiles of the crowd over eight connections; the baseline makes them with ST_AsMVT, by eight connections,
// without HTTP and uncompressed.
func BenchmarkServedTiles(b *testing.B) {
	db := crowdDatabase(b)
	tiles := crowdTiles(1)
	baseline := 1e9 / perSecond(8, 2*len(tiles), func(i int) error {
		_, err := sqlTile(b.Context(), db, tiles[i%len(tiles)])
		return err
	}, b.Fatal)
	for name, memory := range map[string]int64{"made": -1, "kept": 1 << 30} {
		b.Run(name, func(b *testing.B) {
			one := serveTiles(b, crowdServer(b, memory).Handler(), 8)
			warm(b, one, tiles)
			b.ResetTimer()
			each := 1e9 / perSecond(8, b.N, func(i int) error { return one.get(tiles[i%len(tiles)]) }, b.Fatal)
			b.ReportMetric(baseline/each, "x-baseline")
		})
	}
}

// BenchmarkDenseTile makes a tile of about 40,000 poles with compression, and takes it from the cache; the baseline is making it.
func BenchmarkDenseTile(b *testing.B) {
	a, _ := denseTile(crowd())
	atlas := crowdServer(b, -1).World().Atlas
	var made time.Duration
	for name, limit := range map[string]int64{"made": 0, "kept": 1 << 30} {
		b.Run(name, func(b *testing.B) {
			cache := mvt.NewCache(limit)
			cache.Advance(atlas)
			began := time.Now()
			sendTile(b, cache, atlas, a)
			made = time.Since(began)
			b.ReportAllocs()
			for b.Loop() {
				sendTile(b, cache, atlas, a)
			}
			b.ReportMetric(float64(made)/float64(b.Elapsed())*float64(b.N), "x-baseline")
		})
	}
}

func sendTile(b testing.TB, cache *mvt.Cache, a *mvt.Atlas, t geo.Tile) {
	tile, err := cache.Tile(a, t, layers.InstantOf(noon), mvt.Gzip, layers.Poles)
	if err == nil {
		_, err = tile.WriteTo(io.Discard)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// perSecond calls f n times from so many workers and returns how often a second it was called.
func perSecond(workers, n int, f func(i int) error, fail func(...any)) float64 {
	var wait sync.WaitGroup
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	failed := make(chan error, workers)
	began := time.Now()
	for range workers {
		wait.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wait.Wait()
	took := time.Since(began)
	select {
	case err := <-failed:
		fail(err)
	default:
	}
	return float64(n) / took.Seconds()
}

// tileClient asks a server for tiles of the crowd as a browser does.
type tileClient struct {
	base   string
	client *http.Client
}

func (c tileClient) request(t geo.Tile) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodGet, c.base+"/tiles/grids,roads,poles/"+t.String()+".mvt", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip") // and it is not inflated here
	return req, nil
}

func (c tileClient) get(t geo.Tile) error {
	req, err := c.request(t)
	if err != nil {
		return err
	}
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("tile %s: %s %w", t, res.Status, err)
	}
	return nil
}
