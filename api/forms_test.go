package api_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/api/client"
	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// listening serves s on a port of loopback until the test ends, and returns a client with the token of the role.
func (s *server) listening(role layers.Role) *client.Client {
	s.t.Helper()
	web := httptest.NewServer(s.Handler())
	s.t.Cleanup(web.Close)
	c, err := client.New(web.URL, client.WithToken(s.secrets[role]))
	must(s.t, err)
	return c
}

// somewhere returns a position in the system: mostly in the district, and sometimes on a corner, outside, swapped or nowhere.
func somewhere(random *rand.Rand, crs geo.CRS) client.Position {
	p := at(random.Float64()*8-1, random.Float64()*6-1)
	switch random.IntN(16) {
	case 0:
		p = at(2.2, 1)
	case 1:
		p = at(float64(random.IntN(7)), float64(random.IntN(5)))
	case 2:
		p = orb.Point{random.Float64()*400 - 200, random.Float64()*200 - 100}
	}
	if random.IntN(2) == 0 { // more than seven decimals
		p[0] += (random.Float64() - 0.5) * 1e-7
	}
	if q, err := (geo.Converter{}).FromStorage(crs, p); err == nil {
		p = q
	}
	if random.IntN(20) == 0 {
		p[0], p[1] = p[1], p[0]
	}
	return client.Position{Lon: p[0], Lat: p[1]}
}

// Every form of asking gives the grid that duty.Decide gives, for every position, in every system, and fails for the same ones.
func TestFormsAgree(t *testing.T) {
	s, _ := fragileServer(t, nil)
	c := s.listening(layers.Dispatcher)
	ctx := t.Context()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	when := noon.Truncate(time.Millisecond)
	for _, crs := range geo.AllCRS() {
		crs = crs.Normal()
		if !slices.Contains([]geo.CRS{geo.WGS84, geo.CGCS2000, geo.GCJ02, geo.BD09, geo.EPSG4549}, crs) {
			continue
		}
		const n = 3000
		var positions []client.Position
		var want []string
		for range n {
			p := somewhere(random, crs)
			positions = append(positions, p)
			a, err := duty.Decide(s.World().Snapshot, s.World().Rules, geo.Converter{}, duty.Question{Lon: p.Lon, Lat: p.Lat, CRS: crs, At: layers.InstantOf(when)})
			switch {
			case err != nil || swapped(crs, p):
				want = append(want, "error")
			case a.Grid == nil:
				want = append(want, "")
			default:
				want = append(want, a.Grid.Code)
			}
		}
		common := client.Common{CRS: client.CRS(crs), At: when}
		of := func(g *client.Grids, err error) []string {
			t.Helper()
			must(t, err)
			var got []string
			for i, n := range g.Index {
				if n == client.Invalid {
					got = append(got, "error")
					continue
				}
				got = append(got, g.Code(i))
			}
			if g.Epoch != s.World().Position().Epoch || g.Revision != s.World().Position().Revision {
				t.Errorf("%s: answered at %s-%d", crs, g.Epoch, g.Revision)
			}
			return got
		}
		same(t, string(crs)+" JSON", of(c.Batch(ctx, common, positions)), want)
		same(t, string(crs)+" binary", of(c.BatchBinary(ctx, common, positions)), want)
		for _, whole := range []bool{false, true} {
			var got []string
			count, err := c.Stream(ctx, common, whole, slices.Values(positions), func(l *client.Line) error {
				if l.Err != nil {
					got = append(got, "error")
				} else {
					got = append(got, l.Code)
				}
				return nil
			})
			must(t, err)
			same(t, string(crs)+" lines", got, want)
			same(t, "count", count, n)
		}
		for i := range 50 {
			a, err := c.Lookup(ctx, client.Question{Position: positions[i], CRS: common.CRS, At: when})
			got := ""
			var problem *client.Problem
			switch {
			case errors.As(err, &problem) && problem.Status == http.StatusBadRequest:
				got = "error"
			case err != nil:
				t.Fatal(err)
			case a.Grid != nil:
				got = a.Grid.Code
			}
			same(t, "lookup", got, want[i])
		}
	}
}

// swapped is what makes a position an error that duty.Decide does not know: written in terms of the fixture.
func swapped(crs geo.CRS, p client.Position) bool {
	if crs == geo.EPSG4549 {
		return math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90
	}
	in := func(lon, lat float64) bool {
		lo, hi := at(0, 0), at(6, 4)
		return lon >= lo[0]-0.2 && lon <= hi[0]+0.2 && lat >= lo[1]-0.2 && lat <= hi[1]+0.2
	}
	return !in(p.Lon, p.Lat) && in(p.Lat, p.Lon)
}

// Positions that are multiples of 1e-7 degree go as integers, and are found exactly on corners and edges.
func TestBinaryIntegers(t *testing.T) {
	s := readServer(t)
	c := s.listening("")
	var positions []client.Position
	for _, f := range fixtureGrids() {
		for _, p := range f.Shape().(orb.MultiPolygon)[0][0] {
			positions = append(positions, client.Position{Lon: p[0], Lat: p[1]})
		}
	}
	positions = append(positions, client.Position{Lon: -180, Lat: -90}, client.Position{Lon: 213.9, Lat: 0}, client.Position{Lon: 30.81, Lat: 121.33})
	body, err := client.AppendPoints(nil, client.Common{CRS: client.WGS84}, positions)
	must(t, err)
	same(t, "bytes", len(body), 24+8*len(positions))
	ints, err := c.BatchBinary(t.Context(), client.Common{CRS: client.WGS84}, positions)
	must(t, err)
	floats, err := c.BatchBinary(t.Context(), client.Common{CRS: client.WGS84}, append(positions, client.Position{Lon: math.Inf(1), Lat: math.NaN()}))
	must(t, err)
	same(t, "integers and floats", ints.Index, floats.Index[:len(positions)])
	same(t, "failed", []int{ints.Failed, floats.Failed}, []int{2, 3})
	n := len(positions)
	same(t, "the last", ints.Index[n-3:], []int32{client.Outside, client.Invalid, client.Invalid})
}

func TestClientProblems(t *testing.T) {
	s, _ := fragileServer(t, nil)
	c := s.listening(layers.Viewer)
	ctx := t.Context()
	wgs := client.Common{CRS: client.WGS84}
	for name, c := range map[string]struct {
		ask  func() error
		code string
	}{
		"no system":   {func() error { _, err := c.Lookup(ctx, client.Question{}); return err }, "crs-required"},
		"batch":       {func() error { _, err := c.Batch(ctx, client.Common{CRS: "mars"}, nil); return err }, "crs-required"},
		"many":        {func() error { _, err := c.Batch(ctx, wgs, make([]client.Position, 10_001)); return err }, "batch-too-large"},
		"many binary": {func() error { _, err := c.BatchBinary(ctx, wgs, make([]client.Position, 10_001)); return err }, "batch-too-large"},
		"no edition": {func() error {
			_, err := c.BatchBinary(ctx, client.Common{CRS: client.WGS84, At: time.Unix(0, 0)}, nil)
			return err
		}, "not-in-edition"},
		"viewer": {func() error {
			_, err := c.Stream(ctx, wgs, false, slices.Values([]client.Position{{}}), nil)
			return err
		}, "forbidden"},
		"endless":      {func() error { _, err := c.Stream(ctx, wgs, false, endless, nil); return err }, "forbidden"},
		"bad category": {func() error { _, err := c.Lookup(ctx, client.Question{CRS: client.WGS84, Category: "A B"}); return err }, "bad-parameter"},
	} {
		var p *client.Problem
		if err := c.ask(); !errors.As(err, &p) || p.Code != c.code || p.Detail == "" || p.TraceID == "" {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.Batch(cancelled, wgs, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := c.Batch(ctx, wgs, []client.Position{{Lon: math.NaN()}}); err == nil || !strings.Contains(err.Error(), "not finite") {
		t.Errorf("%v", err)
	}
}

func endless(yield func(client.Position) bool) {
	for yield(client.Position{Lon: 121.33, Lat: 30.81}) {
	}
}
