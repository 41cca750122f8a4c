package torture_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangge/layers/postgis/pgtest"
)

// The load during a storm, in requests a second.
const (
	lookupsPerSecond = 500
	tilesPerSecond   = 50
)

// TestStorm takes PostGIS away under load: reads do not notice, edits are told to come back, a service that is restarted
// meanwhile serves within 2 s, and edits go on within 10 s after the database is back, without another restart.
func TestStorm(t *testing.T) {
	pg := pgtest.Server(t)
	s := prepare(t, pg.Database(t), "--demo")
	v := s.mustStart(t)
	edit := func(n int) (int, http.Header) {
		status, header, _ := v.send(newUnit(fmt.Sprintf("u_storm_%d", n)), s.token)
		return status, header
	}
	if status, _ := edit(0); status != http.StatusCreated {
		t.Fatalf("an edit before the storm: %d", status)
	}
	settled(t, s.state) // the last good snapshot is on the disk
	if err := pg.Stop(); err != nil {
		t.Fatal(err)
	}
	load := startLoad(v)
	end := time.After(*storm)
	refusals := 0
	for n, raging := 1, true; raging; n++ {
		began := time.Now()
		status, header := edit(n)
		if wait, err := strconv.Atoi(header.Get("Retry-After")); status != http.StatusServiceUnavailable || err != nil || wait < 1 {
			t.Fatalf("an edit without the database: %d, Retry-After %q", status, header.Get("Retry-After"))
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("an edit without the database was refused after %v", took)
		}
		refusals++
		select {
		case <-end:
			raging = false
		case <-time.After(250 * time.Millisecond):
		}
	}
	report(t, load.stop(), *storm)
	t.Logf("%d edits refused with 503 and Retry-After", refusals)
	restartAlone(t, s)
	if err := pg.Start(); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	for n := 1_000_000; ; n++ {
		if status, _ := edit(n); status == http.StatusCreated {
			break
		}
		if time.Since(back) > 10*time.Second {
			t.Fatal("edits are not accepted 10 s after the database is back")
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("edits accepted again %.1f s after the database was back", time.Since(back).Seconds())
	if err := v.stop(); err != nil {
		t.Error(err)
	}
}

// restartAlone starts a second service of the same store while the database is away: it must serve in 2 s.
func restartAlone(t *testing.T, s setup) {
	t.Helper()
	began := time.Now()
	v, err := s.start(t, "", readyForReads)
	if err != nil {
		t.Fatalf("a start without the database: %v", err)
	}
	took := time.Since(began)
	if status := v.get(lookupPath(rand.New(rand.NewPCG(1, 2)))); status != http.StatusOK {
		t.Errorf("a lookup after a start without the database: %d", status)
	}
	t.Logf("a start without the database served after %.2f s", took.Seconds())
	if took > 2*time.Second {
		t.Errorf("a start without the database took %v", took)
	}
	if err := v.stop(); err != nil {
		t.Error(err)
	}
}

func newUnit(id string) pending {
	return pending{method: http.MethodPost, path: "/v1/units", headers: map[string]string{"Idempotency-Key": "create-" + id},
		body: fmt.Sprintf(`{"code":%q,"name":%q,"kind":"other"}`, id, id)}
}

func lookupPath(r *rand.Rand) string {
	return fmt.Sprintf("/v1/lookup?crs=wgs84&lon=%.6f&lat=%.6f", 121.0+0.45*r.Float64(), 30.69+0.25*r.Float64())
}

func tilePath(r *rand.Rand) string {
	z := 10 + r.IntN(5)
	side := 1 << z
	x := int((121.2 + 0.2*r.Float64() + 180) / 360 * float64(side))
	y := int(0.40974 * float64(side)) // about 30.8° N
	return fmt.Sprintf("/tiles/grids,poles,roads/%d/%d/%d.mvt", z, x, y)
}

// load is a steady stream of reads.
type load struct {
	quit chan struct{}
	wait sync.WaitGroup

	sent, failed atomic.Int64
	mu           sync.Mutex
	first        string        // what the first failure was
	slowest      time.Duration // of all
}

func startLoad(v *service) *load {
	l := &load{quit: make(chan struct{})}
	l.stream(v, lookupsPerSecond, 16, lookupPath)
	l.stream(v, tilesPerSecond, 4, tilePath)
	return l
}

// stream sends rate requests a second over several workers, until the load is stopped.
func (l *load) stream(v *service, rate, workers int, path func(*rand.Rand) string) {
	due := make(chan struct{}, rate)
	l.wait.Go(func() {
		defer close(due)
		tick := time.NewTicker(time.Second / time.Duration(rate))
		defer tick.Stop()
		for {
			select {
			case <-l.quit:
				return
			case <-tick.C:
				due <- struct{}{}
			}
		}
	})
	for w := range workers {
		l.wait.Go(func() {
			r := rand.New(rand.NewPCG(uint64(rate), uint64(w)))
			for range due {
				l.one(v, path(r))
			}
		})
	}
}

func (l *load) one(v *service, path string) {
	began := time.Now()
	status := v.get(path)
	took := time.Since(began)
	l.sent.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slowest = max(l.slowest, took)
	if status != http.StatusOK {
		l.failed.Add(1)
		if l.first == "" {
			l.first = fmt.Sprintf("%s: %d after %v", path, status, took)
		}
	}
}

func (l *load) stop() *load {
	close(l.quit)
	l.wait.Wait()
	return l
}

func report(t *testing.T, l *load, d time.Duration) {
	t.Helper()
	sent, failed := l.sent.Load(), l.failed.Load()
	t.Logf("%d reads without the database, %d failed, slowest %v", sent, failed, l.slowest)
	if failed > 0 {
		t.Errorf("%d of %d reads failed; the first: %s", failed, sent, l.first)
	}
	if want := int64(0.8 * d.Seconds() * (lookupsPerSecond + tilesPerSecond)); sent < want {
		t.Errorf("%d reads in %v, wanted %d: the load was too light to say anything", sent, d, want)
	}
}
