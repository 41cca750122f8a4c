package mvt_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"

	"wangge/geo"
	"wangge/layers"
)

// plainTile makes a tile the plain way, as orb's encoder does: each feature is found in the index, projected, simplified and
// clipped alone by orb's functions, and its attributes go through maps. It is the baseline of the benchmarks.
func plainTile(t testing.TB, s *layers.Snapshot, l layers.Layer, at geo.Tile) []byte {
	t.Helper()
	p := &plain{keys: map[string]int{}, values: map[any]int{}}
	x0, y0, side := at.Units()
	scale := 4096 / float64(side)
	project := func(q orb.Point) orb.Point {
		x, y := geo.MercatorUnits(q)
		return orb.Point{(float64(x) - float64(x0)) * scale, (float64(y) - float64(y0)) * scale}
	}
	frame := orb.Bound{Min: orb.Point{-64, -64}, Max: orb.Point{4160, 4160}}
	s.Set(l).Search(at.Bound(64.0/4096), now, func(f layers.Feature) bool {
		g := clip.Geometry(frame, simplify.DouglasPeucker(1).Simplify(projected(f.Shape(), project)))
		if g == nil {
			return true
		}
		code, name := f.Label()
		attributes := map[string]any{"id": f.Head().ID, "code": code, "name": name}
		if pole, ok := f.(*layers.Pole); ok {
			attributes["state"], attributes["claim_state"], attributes["main_use"] = pole.State, pole.ClaimState, pole.MainUse
			if at.Z < 14 {
				attributes = map[string]any{"id": f.Head().ID, "state": pole.State, "claim_state": pole.ClaimState}
			}
		}
		p.feature(g, attributes)
		return true
	})
	return p.tile(string(l))
}

func projected(g orb.Geometry, project func(orb.Point) orb.Point) orb.Geometry {
	each := func(line []orb.Point) []orb.Point {
		for i := range line {
			line[i] = project(line[i])
		}
		return line
	}
	switch g := orb.Clone(g).(type) {
	case orb.Point:
		return project(g)
	case orb.LineString:
		return orb.LineString(each(g))
	case orb.Polygon:
		for _, r := range g {
			each(r)
		}
		return g
	case orb.MultiPolygon:
		for _, pg := range g {
			for _, r := range pg {
				each(r)
			}
		}
		return g
	}
	panic(fmt.Sprintf("a %T", g))
}

// plain is a layer that is being written plainly.
type plain struct {
	keys     map[string]int
	values   map[any]int
	keyList  [][]byte
	features [][]byte
	valList  [][]byte
}

func (p *plain) feature(g orb.Geometry, attributes map[string]any) {
	var tags, path []byte
	for k, v := range attributes {
		if _, ok := p.keys[k]; !ok {
			p.keys[k] = len(p.keyList)
			p.keyList = append(p.keyList, []byte(k))
		}
		if _, ok := p.values[v]; !ok {
			p.values[v] = len(p.valList)
			p.valList = append(p.valList, message(1, []byte(v.(string))))
		}
		tags = binary.AppendUvarint(binary.AppendUvarint(tags, uint64(p.keys[k])), uint64(p.values[v]))
	}
	var at [2]int64
	to := func(q orb.Point) {
		for i := range 2 {
			v := int64(q[i])
			path = binary.AppendVarint(path, v-at[i])
			at[i] = v
		}
	}
	line := func(line []orb.Point) {
		path = append(path, 9)
		to(line[0])
		path = binary.AppendUvarint(path, uint64(len(line)-1)<<3|2)
		for _, q := range line[1:] {
			to(q)
		}
	}
	polygon := func(pg orb.Polygon) {
		for i, r := range pg {
			if (planar.Area(r) > 0) != (i == 0) {
				r.Reverse()
			}
			line(r[:len(r)-1])
			path = append(path, 15)
		}
	}
	kind := byte(3)
	switch g := g.(type) {
	case orb.Point:
		kind, path = 1, append(path, 9)
		to(g)
	case orb.LineString:
		kind = 2
		line(g)
	case orb.MultiLineString:
		kind = 2
		for _, part := range g {
			line(part)
		}
	case orb.Polygon:
		polygon(g)
	case orb.MultiPolygon:
		for _, pg := range g {
			polygon(pg)
		}
	}
	f := message(2, tags)
	f = append(f, 3<<3, kind)
	p.features = append(p.features, append(f, message(4, path)...))
}

func (p *plain) tile(name string) []byte {
	layer := message(1, []byte(name))
	for number, list := range map[int][][]byte{2: p.features, 3: p.keyList, 4: p.valList} {
		for _, m := range list {
			layer = append(layer, message(number, m)...)
		}
	}
	return message(3, append(layer, 15<<3, 2))
}

func message(number int, b []byte) []byte {
	return append(binary.AppendUvarint([]byte{byte(number<<3 | 2)}, uint64(len(b))), b...)
}
