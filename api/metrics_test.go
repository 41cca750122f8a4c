package api_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"wangge/api"
)

// scrape returns the lines of a Server's metrics.
func scrape(t *testing.T, s *api.Server) []string {
	t.Helper()
	w := httptest.NewRecorder()
	s.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if kind := w.Header().Get("Content-Type"); w.Code != http.StatusOK || !strings.HasPrefix(kind, "text/plain; version=0.0.4") {
		t.Fatalf("metrics: %d %s\n%s", w.Code, kind, w.Body)
	}
	return strings.Split(w.Body.String(), "\n")
}

// Before the first World there are metrics, which say so.
func TestMetricsWithoutWorld(t *testing.T) {
	s := api.New(testOptions(t))
	lines := scrape(t, s)
	for _, want := range []string{"wangge_ready 0", "wangge_live 0", "wangge_panics_total 0", "wangge_event_clients 0", "wangge_store_requests 0"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "wangge_revision ") || strings.HasPrefix(line, "wangge_features") {
			t.Errorf("%s without a World", line)
		}
	}
	s.Publish(snapshotAt(t, 7, fixture()...))
	for _, want := range []string{"wangge_ready 1", "wangge_revision 7", `wangge_epoch_info{epoch="` + epoch + `"} 1`} {
		if !slices.Contains(scrape(t, s), want) {
			t.Errorf("no %s with a World", want)
		}
	}
}

// Each Server counts for itself, beside what the library tells of the process.
func TestMetricsOfTwoServers(t *testing.T) {
	asked, other := readServer(t), readServer(t)
	asked.get(gridPath).status(http.StatusOK)
	const counted = `wangge_http_requests_total{operation="getGrid",status="2xx"} 1`
	if !slices.Contains(scrape(t, asked.Server), counted) {
		t.Errorf("no %s", counted)
	}
	lines := scrape(t, other.Server)
	if slices.Contains(lines, counted) {
		t.Error("a server counts the requests of another")
	}
	for _, want := range []string{"# TYPE go_goroutines gauge", "# TYPE go_memstats_heap_inuse_bytes gauge", "# TYPE go_memstats_sys_bytes gauge",
		"# TYPE go_gc_cycles_total counter", "# TYPE process_resident_memory_bytes gauge", "# TYPE process_open_fds gauge"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no %s", want)
		}
	}
}

// Metrics are read while Worlds are published and requests counted.
func TestMetricsMeanwhile(t *testing.T) {
	s := api.New(testOptions(t))
	features := fixture()
	var wait sync.WaitGroup
	wait.Go(func() {
		for n := range int64(20) {
			s.Publish(snapshotAt(t, n+1, features...))
			s.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, gridPath, nil))
		}
	})
	for range 20 {
		lines := scrape(t, s)
		served := slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "wangge_revision ") })
		if ready := slices.Contains(lines, "wangge_ready 1"); ready != served {
			t.Errorf("ready %v, and a revision %v", ready, served)
		}
	}
	wait.Wait()
}
