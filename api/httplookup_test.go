package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangge/api"
	"wangge/api/client"
)

// load asks for the paths in turn over connections that stay open, and returns how many requests a second were answered. The client
// is as small as it can be, because it runs on the same processors.
func load(t testing.TB, address string, paths []string, connections int, d time.Duration) float64 {
	t.Helper()
	var requests [][]byte
	for _, path := range paths {
		requests = append(requests, fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: wangge\r\n\r\n", path))
	}
	var answered atomic.Int64
	var wait sync.WaitGroup
	began := time.Now()
	for k := range connections {
		wait.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReaderSize(conn, 16<<10)
			n := int64(0)
			for i := k; time.Since(began) < d; i++ {
				if _, err := conn.Write(requests[i%len(requests)]); err != nil {
					t.Error(err)
					return
				}
				if err := readAnswer(in); err != nil {
					t.Error(err)
					return
				}
				n++
			}
			answered.Add(n)
		})
	}
	wait.Wait()
	return float64(answered.Load()) / time.Since(began).Seconds()
}

// readAnswer reads an answer with status 200 and a Content-Length.
func readAnswer(in *bufio.Reader) error {
	length := -1
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
			return fmt.Errorf("%s", line)
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
		if len(line) == 2 {
			break
		}
	}
	if length < 0 {
		return fmt.Errorf("no Content-Length")
	}
	_, err := in.Discard(length)
	return err
}

// BenchmarkHTTPLookup compares lookups with a constant answer of the same bytes behind the same router, middleware and checks: 16
// connections over loopback, 20 interleaved pairs, and the median of their ratios as x-constant. Positions are all over the demo
// district. -benchtime 1x is enough: an iteration is a whole comparison.
func BenchmarkHTTPLookup(b *testing.B) {
	const connections, pairs, each = 16, 20, 400 * time.Millisecond
	real := demoServer(b)
	var paths []string
	for i := range 64 {
		paths = append(paths, fmt.Sprintf("/v1/lookup?lon=%.6f&lat=%.6f&crs=wgs84", 121.05+0.35*float64(i*37%64)/64, 30.72+0.2*float64(i*23%64)/64))
	}
	total := 0
	var all [][]byte
	for _, path := range paths {
		body := real.send(ask{Path: path}).status(http.StatusOK).bytes
		all = append(all, body)
		total += len(body)
	}
	slices.SortFunc(all, func(x, y []byte) int { return len(x) - len(y) })
	constant := api.NewConstant(testOptions(b), all[len(all)/2]) // of the usual length
	constant.Publish(real.World().Snapshot)
	one, other := httptest.NewServer(real.Handler()), httptest.NewServer(constant.Handler())
	defer one.Close()
	defer other.Close()
	for b.Loop() {
		var ratios, rates, floors []float64
		for i := range pairs + 1 {
			order := []*httptest.Server{one, other}
			if i%2 == 1 {
				slices.Reverse(order)
			}
			rate := map[*httptest.Server]float64{}
			for _, s := range order {
				rate[s] = load(b, s.Listener.Addr().String(), paths, connections, each)
			}
			if i == 0 {
				continue // warm
			}
			rates, floors, ratios = append(rates, rate[one]), append(floors, rate[other]), append(ratios, rate[one]/rate[other])
		}
		b.ReportMetric(median(ratios), "x-constant")
		b.ReportMetric(median(rates), "lookups/s")
		b.ReportMetric(median(floors), "constants/s")
		b.ReportMetric(float64(total)/float64(len(paths)), "bytes/answer")
	}
}

// BenchmarkHTTPBatch sends batches from the Go client over loopback, client included: points/s of two at a time.
func BenchmarkHTTPBatch(b *testing.B) {
	s := demoServer(b)
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	c, err := client.New(web.URL)
	must(b, err)
	random := rand.New(rand.NewPCG(1, 2))
	positions := make([]client.Position, 10_000)
	for i := range positions {
		positions[i] = client.Position{Lon: math.Round((121.0+0.45*random.Float64())*1e7) / 1e7, Lat: math.Round((30.7+0.22*random.Float64())*1e7) / 1e7}
	}
	common := client.Common{CRS: client.WGS84}
	for _, form := range []struct {
		name string
		ask  func() (*client.Grids, error)
	}{
		{"json", func() (*client.Grids, error) { return c.Batch(b.Context(), common, positions) }},
		{"binary", func() (*client.Grids, error) { return c.BatchBinary(b.Context(), common, positions) }},
	} {
		b.Run(form.name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if g, err := form.ask(); err != nil || len(g.Index) != len(positions) {
						b.Fatal(err)
					}
				}
			})
			b.ReportMetric(float64(len(positions))*float64(b.N)/b.Elapsed().Seconds(), "points/s")
		})
	}
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
