package cql2_test

import (
	"context"
	"math/big"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/geo"
	"wangge/layers/cql2"
	"wangge/layers/postgis/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// The slow twin of Region: rational numbers, every edge with every edge.

type ratPoint struct{ x, y *big.Rat }

func rat(p orb.Point) ratPoint {
	return ratPoint{new(big.Rat).SetFloat64(p[0]), new(big.Rat).SetFloat64(p[1])}
}

func ratSide(a, b, c ratPoint) int {
	sub := func(p, q *big.Rat) *big.Rat { return new(big.Rat).Sub(p, q) }
	left := new(big.Rat).Mul(sub(b.x, a.x), sub(c.y, a.y))
	return left.Cmp(new(big.Rat).Mul(sub(b.y, a.y), sub(c.x, a.x)))
}

func between(a, b, v *big.Rat) bool {
	return a.Cmp(v) <= 0 && v.Cmp(b) <= 0 || b.Cmp(v) <= 0 && v.Cmp(a) <= 0
}

func onEdge(a, b, p ratPoint) bool {
	return ratSide(a, b, p) == 0 && between(a.x, b.x, p.x) && between(a.y, b.y, p.y)
}

func edgesMeet(a, b, c, d ratPoint) bool {
	if onEdge(a, b, c) || onEdge(a, b, d) || onEdge(c, d, a) || onEdge(c, d, b) {
		return true
	}
	return ratSide(a, b, c)*ratSide(a, b, d) < 0 && ratSide(c, d, a)*ratSide(c, d, b) < 0
}

// ratParts takes a shape apart into paths, and whether they enclose an area.
func ratParts(g orb.Geometry) (parts [][][]ratPoint, areas []bool) {
	add := func(area bool, paths ...[]orb.Point) {
		var out [][]ratPoint
		for _, path := range paths {
			var one []ratPoint
			for _, p := range path {
				one = append(one, rat(p))
			}
			out = append(out, one)
		}
		parts, areas = append(parts, out), append(areas, area)
	}
	polygon := func(pg orb.Polygon) {
		var rings [][]orb.Point
		for _, r := range pg {
			rings = append(rings, r)
		}
		add(true, rings...)
	}
	switch g := g.(type) {
	case orb.Point:
		add(false, []orb.Point{g})
	case orb.MultiPoint:
		for _, p := range g {
			add(false, []orb.Point{p})
		}
	case orb.LineString:
		add(false, g)
	case orb.MultiLineString:
		for _, l := range g {
			add(false, l)
		}
	case orb.Polygon:
		polygon(g)
	case orb.MultiPolygon:
		for _, pg := range g {
			polygon(pg)
		}
	}
	return parts, areas
}

func ratCovers(paths [][]ratPoint, area bool, p ratPoint) bool {
	inside := false
	for _, path := range paths {
		if len(path) == 1 && onEdge(path[0], path[0], p) {
			return true
		}
		for i := 1; i < len(path); i++ {
			a, b := path[i-1], path[i]
			if onEdge(a, b, p) {
				return true
			}
			if (a.y.Cmp(p.y) > 0) != (b.y.Cmp(p.y) > 0) {
				// Where the edge is at the height of p.
				t := new(big.Rat).Quo(new(big.Rat).Sub(p.y, a.y), new(big.Rat).Sub(b.y, a.y))
				x := t.Mul(t, new(big.Rat).Sub(b.x, a.x))
				if x.Add(x, a.x).Cmp(p.x) > 0 {
					inside = !inside
				}
			}
		}
	}
	return area && inside
}

func slowMeets(a, b orb.Geometry) bool {
	aParts, aAreas := ratParts(a)
	bParts, bAreas := ratParts(b)
	for i, p := range aParts {
		for j, q := range bParts {
			if ratCovers(p, aAreas[i], q[0][0]) || ratCovers(q, bAreas[j], p[0][0]) {
				return true
			}
			for _, m := range p {
				for _, n := range q {
					for k := 1; k < len(m); k++ {
						for l := 1; l < len(n); l++ {
							if edgesMeet(m[k-1], m[k], n[l-1], n[l]) {
								return true
							}
						}
					}
				}
			}
		}
	}
	return false
}

// On few positions, where shapes touch all the time, a region meets what the twin says, both ways.
func TestRegionTouches(t *testing.T) {
	r := source(t)
	meet := 0
	for range 1500 {
		a, b := randomGeometry(r), randomGeometry(r)
		want := slowMeets(a, b)
		for _, pair := range [][2]orb.Geometry{{a, b}, {b, a}} {
			region, err := cql2.NewRegion(pair[0])
			if err != nil {
				t.Fatal(err)
			}
			if got := region.Meets(pair[1]); got != want {
				t.Fatalf("%s meets %s: %v, want %v", wkt.MarshalString(pair[0]), wkt.MarshalString(pair[1]), got, want)
			}
			if want && !region.Bound().Intersects(pair[1].Bound()) {
				t.Fatalf("the box of %v does not meet %v", pair[0], pair[1])
			}
		}
		if want {
			meet++
		}
	}
	if meet < 200 || meet > 1300 {
		t.Errorf("%d of 1500 meet", meet)
	}
}

// Points a unit beside a long line lie beside it, and those on it on it, where float64 cannot tell.
func TestRegionIsExact(t *testing.T) {
	r := source(t)
	unit := 1.0 / geo.FixedScale
	for range 2000 {
		a := geo.Fixed{X: int32(1_200_000_000 + r.IntN(20_000_000)), Y: int32(300_000_000 + r.IntN(20_000_000))}
		step := geo.Fixed{X: int32(r.IntN(2000) - 1000), Y: int32(r.IntN(2000) - 1000)}
		n := int32(2 + r.IntN(2000))
		b := geo.Fixed{X: a.X + n*step.X, Y: a.Y + n*step.Y}
		k := int32(r.IntN(int(n) + 1))
		on := geo.Fixed{X: a.X + k*step.X, Y: a.Y + k*step.Y}
		line := orb.LineString{a.Point(), b.Point()}
		region, err := cql2.NewRegion(line)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []geo.Fixed{on, {X: on.X + 1, Y: on.Y}, {X: on.X, Y: on.Y - 1}} {
			want := slowMeets(snapped(line), snapped(p.Point()))
			if got := region.Meets(p.Point()); got != want {
				t.Fatalf("line %v, point %v (%v from a point of it): %v, want %v", line, p, unit, got, want)
			}
		}
	}
}

// snapped turns coordinates into whole units, which rational numbers then hold exactly.
func snapped(g orb.Geometry) orb.Geometry {
	one := func(p orb.Point) orb.Point {
		f, err := geo.FixedFrom(p)
		if err != nil {
			panic(err)
		}
		return orb.Point{float64(f.X), float64(f.Y)}
	}
	switch g := g.(type) {
	case orb.Point:
		return one(g)
	case orb.LineString:
		var out orb.LineString
		for _, p := range g {
			out = append(out, one(p))
		}
		return out
	}
	panic("not needed")
}

// Random shapes meet where ST_Intersects says so.
func TestRegionAsPostGIS(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	r := source(t)
	var a, b []string
	var got []bool
	for len(a) < 1000 {
		one, two := randomGeometry(r), randomGeometry(r)
		region, err := cql2.NewRegion(one)
		if err != nil {
			t.Fatal(err)
		}
		a, b, got = append(a, wkt.MarshalString(one)), append(b, wkt.MarshalString(two)), append(got, region.Meets(two))
	}
	rows, err := conn.Query(t.Context(), `SELECT i, CASE WHEN ST_IsValid(a) AND ST_IsValid(b) THEN ST_Intersects(a, b) END FROM
		(SELECT i, ST_GeomFromText(x) AS a, ST_GeomFromText(y) AS b FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(x, y, i)) AS s`, a, b)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	compared := 0
	for rows.Next() {
		var i int
		var want *bool
		if err := rows.Scan(&i, &want); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			continue // polygons that cross themselves have no inside that all agree on
		}
		compared++
		if got[i-1] != *want {
			t.Errorf("%s meets %s: %v, PostGIS says %v", a[i-1], b[i-1], got[i-1], *want)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if compared < 150 {
		t.Errorf("only %d pairs of valid shapes", compared)
	}
}

func TestRegionRefuses(t *testing.T) {
	for _, g := range []orb.Geometry{orb.MultiPoint{}, orb.Point{181, 0}, orb.Polygon{}, orb.LineString{{1, 2}, {1, 91}}, orb.Collection{}, nil} {
		if _, err := cql2.NewRegion(g); err == nil {
			t.Errorf("%v is a region", g)
		}
	}
	region, err := cql2.NewRegion(orb.Point{1, 2})
	if err != nil || region.Meets(nil) || region.Meets(orb.LineString{}) || region.Meets(orb.Point{1000, 2}) {
		t.Error("a point meets nothing at all", err)
	}
}
