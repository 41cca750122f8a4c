package mvt_test

import (
	"bytes"
	"hash/crc32"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestCodings: a layer that is compressed in pieces, and a tile of large, small and empty layers, come out as they went in.
func TestCodings(t *testing.T) {
	var poles []layers.Feature
	for i := range 8000 {
		poles = append(poles, poleAt(i, 121.2+0.00001*float64(i%77), 30.8+0.0001*float64(i/77)))
	}
	s := snapshotOf(t, layers.CodesLocal, poles)
	for i, a := range []*mvt.Atlas{atlasOf(t, s), atlasOf(t, newChanging(t, 1).snap)} {
		cache := mvt.NewCache(1 << 30)
		cache.Advance(a)
		tile := geo.TileAt(geo.Fixed{X: boardX + boardCell, Y: boardY + boardCell}.Point(), 12)
		if i == 0 {
			tile = densest(s, 12)
		}
		want, err := a.Append(nil, tile, now, drawnLayers...)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 && len(want) < 300<<10 {
			t.Fatalf("the tile has %d bytes: too few for pieces", len(want))
		}
		for _, coding := range []mvt.Coding{mvt.Gzip, mvt.Zstd, mvt.Plain, mvt.Gzip} {
			got, err := cache.Tile(a, tile, now, coding, drawnLayers...)
			if err != nil {
				t.Fatal(err)
			}
			if sent, plain := unpacked(t, got); got.Coding() != coding || !bytes.Equal(plain, want) || coding != mvt.Plain && sent > len(want)*3/4 {
				t.Errorf("%v: %d bytes sent as %v, %d plain, want %d", coding, sent, got.Coding(), len(plain), len(want))
			}
		}
	}
}

func TestChecksumsOfParts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(rt, "a"), rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(rt, "b")
		if got, want := mvt.Then(a, b), crc32.ChecksumIEEE(slices.Concat(a, b)); got != want {
			rt.Fatalf("%08x, want %08x", got, want)
		}
	})
}

// TestLongestRise compares with all sequences.
func TestLongestRise(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(-1, 12), 0, 10).Draw(rt, "list")
		best := 0
		for set := range 1 << len(list) {
			last, n := -1, 0
			for i, v := range list {
				if set>>i&1 == 1 {
					if v <= last {
						n = -1
						break
					}
					last = v
					n++
				}
			}
			best = max(best, n)
		}
		last, n := -1, 0
		for i, in := range mvt.LongestRise(list) {
			if in {
				if list[i] <= last {
					rt.Fatalf("%v does not rise at %d", list, i)
				}
				last = list[i]
				n++
			}
		}
		if n != best {
			rt.Fatalf("%v: %d elements, want %d", list, n, best)
		}
	})
}

// TestMadeOnce: whoever asks for a tile that is being made waits for it, and nobody makes it again.
func TestMadeOnce(t *testing.T) {
	s := crowdOf(20_000)
	a, at := atlasOf(t, s), densest(s, 12)
	for _, limit := range []int64{1 << 30, 0} {
		cache := mvt.NewCache(limit)
		cache.Advance(a)
		var wait sync.WaitGroup
		start := make(chan struct{})
		for i := range 32 {
			wait.Go(func() {
				<-start
				got, err := cache.Tile(a, at, now+layers.Instant(i), mvt.Gzip, layers.Poles)
				if err != nil || got.Size() == 0 {
					t.Errorf("%d bytes: %v", got.Size(), err)
				}
			})
		}
		close(start)
		wait.Wait()
		state := cache.State()
		made, others := state.Made[layers.Poles], state.Kept[layers.Poles]+state.Shared[layers.Poles]
		if made+others != 32 || limit > 0 && made != 1 || limit == 0 && (state.Bytes > 0 || state.Kept[layers.Poles] > 0) {
			t.Errorf("limit %d: made %d times, %d others: %+v", limit, made, others, state)
		}
	}
}

// TestFailureHoldsNobody: a panic while a tile is made does not leave others waiting.
func TestFailureHoldsNobody(t *testing.T) {
	cache := mvt.NewCache(1 << 20)
	broken := mvt.Broken()
	for range 20 {
		failed := make(chan any)
		go func() {
			defer func() { failed <- recover() }()
			_, _ = cache.Tile(broken, geo.Tile{Z: 14}, now, mvt.Gzip, layers.Roads)
		}()
		select {
		case what := <-failed:
			if what == nil {
				t.Fatal("a tile of nothing")
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it waits for a tile that nobody makes")
		}
	}
}

// TestOldAtlasLeavesNothingStale: a request that began before an edit and ends after it leaves no old tile behind.
func TestOldAtlasLeavesNothingStale(t *testing.T) {
	s := crowdOf(300)
	for _, forgetful := range []bool{false, true} {
		cache, old := mvt.NewCache(1<<20), atlasOf(t, s)
		cache.Advance(old)
		next, err := mvt.NewAtlas(moved(t, s, 5, 121.2, 30.8), old)
		if err != nil {
			t.Fatal(err)
		}
		cache.Advance(next)
		if forgetful {
			cache.ForgetSteps()
		}
		stale := 0
		for z := range uint8(18) {
			at := geo.TileAt(geo.Fixed{X: 1212000000, Y: 308000000}.Point(), z)
			for _, a := range []*mvt.Atlas{old, next, old, next} {
				got, err := cache.Tile(a, at, now, mvt.Plain, layers.Poles)
				if err != nil {
					t.Fatal(err)
				}
				if _, b := unpacked(t, got); !bytes.Equal(b, bytesOf(t, a, at, layers.Poles)) {
					stale++
				}
			}
		}
		if (stale > 0) != forgetful {
			t.Errorf("forgetful %v: %d stale tiles", forgetful, stale)
		}
	}
}

// TestCacheWhileEditsAreMade: tiles are asked for while one edit follows another, of the present Atlas and of those before; each is
// that of its Atlas.
func TestCacheWhileEditsAreMade(t *testing.T) {
	edits := map[bool]int{false: 150, true: 40}[raceEnabled]
	s := crowdOf(2000)
	cache := mvt.NewCache(300_000)
	atlases := make(chan *mvt.Atlas, 8)
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			var room []byte
			for a := range atlases {
				for range 6 {
					at := geo.TileAt(geo.Fixed{X: 1212000000 + r.Int32N(100_000), Y: 308000000 + r.Int32N(100_000)}.Point(), uint8(8+r.IntN(9)))
					got, err := cache.Tile(a, at, now, mvt.Coding(r.IntN(3)), layers.Poles)
					if err != nil {
						t.Error(err)
						continue
					}
					_, b := unpacked(t, got)
					if room, err = a.Append(room[:0], at, now, layers.Poles); err != nil || !bytes.Equal(b, room) {
						t.Errorf("tile %s has %d bytes, want %d: %v", at, len(b), len(room), err)
					}
				}
			}
		})
	}
	r := rand.New(rand.NewPCG(7, 7))
	var a, before *mvt.Atlas
	for range edits {
		next, err := mvt.NewAtlas(s, a)
		if err != nil {
			t.Fatal(err)
		}
		before, a = a, next
		cache.Advance(a)
		atlases <- a
		if before != nil {
			atlases <- before
		}
		s = moved(t, s, r.IntN(2000), 121.2+0.01*r.Float64(), 30.8+0.01*r.Float64())
	}
	close(atlases)
	wait.Wait()
	if state := cache.State(); state.Kept[layers.Poles] == 0 || state.Touched == 0 {
		t.Errorf("nothing was kept or touched: %+v", state)
	}
}

// TestMemoryBound: what the cache says that it holds is about what it holds, and not more than it may.
func TestMemoryBound(t *testing.T) {
	if raceEnabled {
		t.Log("NOT RUN with the race detector, which takes memory of its own")
		return
	}
	const limit = 4 << 20
	s := crowdOf(20_000)
	a := atlasOf(t, s)
	tiles := tilesOver(boundOf(s, layers.Poles), 15)
	fill := func(cache *mvt.Cache) {
		for _, coding := range []mvt.Coding{mvt.Gzip, mvt.Plain, mvt.Zstd} {
			for _, at := range tiles {
				if _, err := cache.Tile(a, at, now, coding, layers.Poles, layers.Roads); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	heap := func() int64 {
		var m runtime.MemStats
		for range 3 { // also what pools hold
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	fill(mvt.NewCache(0)) // the scratch space grows
	cache := mvt.NewCache(limit)
	cache.Advance(a)
	before := heap()
	fill(cache)
	held, state := heap()-before, cache.State()
	t.Logf("%.1f MB in the heap, %+v", float64(held)/1e6, state)
	if state.Bytes > limit || state.Bytes < limit*9/10 || state.Evicted == 0 {
		t.Errorf("the cache is not full, or holds too much: %+v", state)
	}
	if held > limit*11/10+1<<20 {
		t.Errorf("%d bytes in the heap for %d", held, state.Bytes)
	}
	runtime.KeepAlive(a)
	// All of it goes with a state that has nothing to do with the one before.
	cache.Advance(atlasOf(t, s))
	if state := cache.State(); state.Bytes != 0 || state.Chunks != 0 || state.Forgotten == 0 {
		t.Errorf("after another state: %+v", state)
	}
}
