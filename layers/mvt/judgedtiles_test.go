package mvt_test

import (
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

var judgedTiles = flag.Int("tiles", 12, "how many tiles of each data set are read by programs that others wrote; from 500 of all real coverages")

// judgedTile is one tile as it is served: all layers in it.
type judgedTile struct {
	at    geo.Tile
	bytes []byte
	read  []mvt.TileLayer // by our own reader
}

// name is the name of the tile's file and rows. GDAL takes z/x/y from a name of the form z-x-y, but not from this one: it then
// reads positions as they stand in the tile, but for y, which it turns about to 4096 - y.
func (j judgedTile) name() string { return "t" + strings.ReplaceAll(j.at.String(), "/", "_") }

// addressOf is the address z/x/y of the tile with a name.
func addressOf(name string) string {
	return strings.ReplaceAll(strings.TrimPrefix(name, "t"), "_", "/")
}

// judgedSet is a data set with the tiles of it that are judged.
type judgedSet struct {
	snapshot *layers.Snapshot
	atlas    *mvt.Atlas
	tiles    []judgedTile
}

func newJudgedSet(t testing.TB, s *layers.Snapshot, a *mvt.Atlas, n int) *judgedSet {
	t.Helper()
	set := &judgedSet{snapshot: s, atlas: a}
	for _, at := range chooseTiles(s, n) {
		b := bytesOf(t, a, at, mvt.Layers()...)
		read, err := mvt.Decode(b)
		if err != nil {
			t.Fatalf("tile %s: %v", at, err)
		}
		set.tiles = append(set.tiles, judgedTile{at, b, read})
	}
	return set
}

// chooseTiles takes n tiles of zoom 8 to 17, a tenth of them from each; a zoom that has fewer leaves the rest to the next ones. Half
// of them lie where a border has a vertex, a quarter where some feature of some layer begins, a quarter anywhere.
func chooseTiles(s *layers.Snapshot, n int) []geo.Tile {
	r := rand.New(rand.NewPCG(8, 17))
	corners, features, box := placesOf(s)
	seen := map[geo.Tile]bool{}
	var out []geo.Tile
	for z := uint8(8); z <= 17; z++ {
		want := n * int(z-7) / 10
		for tries := 0; len(out) < want && tries < 40*n; tries++ {
			p := orb.Point{box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1])}
			switch r.IntN(4) {
			case 0, 1:
				p = corners[r.IntN(len(corners))]
			case 2:
				list := features[r.IntN(len(features))]
				p = list[r.IntN(len(list))]
			}
			if at := geo.TileAt(p, z); !seen[at] {
				seen[at] = true
				out = append(out, at)
			}
		}
	}
	return out
}

// placesOf are the vertices of the borders of grids, a place of each feature of each layer that has some, and the box of the grids.
func placesOf(s *layers.Snapshot) (corners []orb.Point, features [][]orb.Point, box orb.Bound) {
	for arc := range s.Partition(layers.Grids, now).Coverage().Arcs() {
		for _, v := range arc.Line {
			corners = append(corners, v.Point())
		}
	}
	for _, in := range layers.All() {
		var list []orb.Point
		for f := range s.Set(in.Layer).All(now) {
			if in.Tiles {
				list = append(list, firstPoint(f.Shape()))
			}
		}
		if len(list) > 0 {
			features = append(features, list)
		}
	}
	return corners, features, boundOf(s, layers.Grids)
}

func firstPoint(g orb.Geometry) orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return g
	case orb.LineString:
		return g[0]
	case orb.Polygon:
		return g[0][0]
	case orb.MultiPolygon:
		return g[0][0][0]
	}
	return g.Bound().Center()
}

// encode writes layers as they are, right or wrong: it is for planting defects.
func encode(list []mvt.TileLayer) []byte {
	var out []byte
	for _, l := range list {
		layer := message(1, []byte(l.Name))
		for _, f := range l.Features {
			layer = append(layer, message(2, encodeFeature(&l, f))...)
		}
		for _, k := range l.Keys {
			layer = append(layer, message(3, []byte(k))...)
		}
		for _, v := range l.Values {
			layer = append(layer, message(4, encodeValue(v))...)
		}
		layer = binary.AppendUvarint(append(layer, 5<<3), uint64(l.Extent))
		out = append(out, message(3, append(layer, 15<<3, byte(l.Version)))...)
	}
	return out
}

func encodeFeature(l *mvt.TileLayer, f mvt.TileFeature) []byte {
	var tags, path []byte
	for i, k := range l.Keys { // in an order that is always the same
		if v, ok := f.Properties[k]; ok {
			tags = binary.AppendUvarint(binary.AppendUvarint(tags, uint64(i)), uint64(slices.Index(l.Values, v)))
		}
	}
	var at [2]int64
	command := func(id int, line []orb.Point) {
		path = binary.AppendUvarint(path, uint64(len(line)<<3|id))
		for _, p := range line {
			for i := range at {
				path = binary.AppendVarint(path, int64(p[i])-at[i])
				at[i] = int64(p[i])
			}
		}
	}
	kind := byte(1)
	switch g := f.Geometry.(type) {
	case orb.MultiPoint:
		command(1, g)
	case orb.MultiLineString:
		kind = 2
		for _, line := range g {
			command(1, line[:1])
			command(2, line[1:])
		}
	case orb.MultiPolygon:
		kind = 3
		for _, pg := range g {
			for _, ring := range pg {
				command(1, ring[:1])
				command(2, ring[1:len(ring)-1])
				path = append(path, 15)
			}
		}
	}
	b := binary.AppendUvarint([]byte{1 << 3}, f.ID)
	b = append(append(b, message(2, tags)...), 3<<3, kind)
	return append(b, message(4, path)...)
}

func encodeValue(v any) []byte {
	switch v := v.(type) {
	case string:
		return message(1, []byte(v))
	case float32:
		return binary.LittleEndian.AppendUint32([]byte{2<<3 | 5}, math.Float32bits(v))
	case float64:
		return binary.LittleEndian.AppendUint64([]byte{3<<3 | 1}, math.Float64bits(v))
	case int64:
		return binary.AppendVarint([]byte{6 << 3}, v)
	case uint64:
		return binary.AppendUvarint([]byte{5 << 3}, v)
	case bool:
		if v {
			return []byte{7 << 3, 1}
		}
		return []byte{7 << 3, 0}
	}
	panic(fmt.Sprintf("a value of type %T", v))
}
