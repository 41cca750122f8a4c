package postgis_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"wangge/geo"
	"wangge/layers/postgis"
)

func shapes() []orb.Geometry {
	ring := orb.Ring{{121.3, 30.7}, {121.4, 30.7}, {121.4, 30.8}, {121.3, 30.7}}
	hole := orb.Ring{{121.35, 30.71}, {121.36, 30.72}, {121.36, 30.71}, {121.35, 30.71}}
	return []orb.Geometry{
		orb.Point{121.3000001, -30.7},
		orb.LineString{{121.3, 30.7}, {121.4, 30.8}},
		orb.Polygon{ring, hole},
		orb.MultiPolygon{{ring, hole}, {ring}},
	}
}

// The bytes are those of another codec, in both directions and both byte orders.
func TestGeometryCodec(t *testing.T) {
	for _, g := range shapes() {
		b, err := postgis.EncodeGeometry(g)
		if err != nil {
			t.Fatal(err)
		}
		if want := ewkb.MustMarshal(g, 4490); !bytes.Equal(b, want) {
			t.Errorf("%T: encoded as %x, another codec says %x", g, b, want)
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			got, err := postgis.DecodeGeometry(ewkb.MustMarshal(g, 4490, order))
			if err != nil {
				t.Fatalf("%T: %v", g, err)
			}
			if d := cmp.Diff(g, got); d != "" {
				t.Errorf("%T decoded (-want +got):\n%s", g, d)
			}
		}
	}
	if _, err := postgis.EncodeGeometry(orb.MultiPoint{{1, 2}}); err == nil {
		t.Error("a MultiPoint, which no layer has, was encoded")
	}
}

// head is the start of EWKB in EPSG:4490, little endian, of a type.
func head(kind uint32) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{1}, kind|0x20000000)
	return binary.LittleEndian.AppendUint32(b, 4490)
}

func hostile() map[string][]byte {
	point := ewkb.MustMarshal(orb.Point{121.3, 30.7}, 4490)
	count := func(b []byte, n uint32) []byte { return binary.LittleEndian.AppendUint32(b, n) }
	all := uint32(math.MaxUint32)
	return map[string][]byte{
		"nothing":                       {},
		"a byte order":                  {1},
		"byte order 7":                  append([]byte{7}, point[1:]...),
		"half a point":                  point[:17],
		"bytes after the point":         append(bytes.Clone(point), 0),
		"no reference system":           ewkb.MustMarshal(orb.Point{121.3, 30.7}, 0),
		"another reference system":      ewkb.MustMarshal(orb.Point{121.3, 30.7}, 4326),
		"a system that is cut":          {1, 1, 0, 0, 0x20, 0x8a},
		"Z":                             append(head(1|0x80000000), make([]byte, 24)...),
		"M":                             append(head(1|0x40000000), make([]byte, 24)...),
		"ISO Z":                         append(head(1001), make([]byte, 24)...),
		"type 0":                        append(head(0), make([]byte, 16)...),
		"a collection":                  count(head(7), 0),
		"all the points in the world":   count(head(2), all),
		"all the rings in the world":    count(head(3), all),
		"all the polygons in the world": count(head(6), all),
		"a ring of all points":          count(count(head(3), 1), all),
		"counts whose product is small": append(count(head(2), 0x10000001), make([]byte, 16)...),
		"a member with its own system":  append(count(head(6), 1), count(head(3), 0)...),
		"a member that is a line":       append(count(head(6), 1), 1, 2, 0, 0, 0, 0, 0, 0, 0),
		"a member in itself":            append(count(head(6), 1), 1, 6, 0, 0, 0, 0, 0, 0, 0),
		"not a number":                  ewkb.MustMarshal(orb.Point{math.NaN(), math.NaN()}, 4490),
		"half a number":                 ewkb.MustMarshal(orb.Point{math.NaN(), 30}, 4490),
		"infinite":                      ewkb.MustMarshal(orb.Point{math.Inf(1), 30}, 4490),
		"metres":                        ewkb.MustMarshal(orb.Point{13503000, 3593000}, 4490),
	}
}

// TestHostileBytes: each of them is an error, and none costs more memory than it has bytes, about.
func TestHostileBytes(t *testing.T) {
	for name, b := range hostile() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		g, err := postgis.DecodeGeometry(b)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: decoded as %v", name, g)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("%s: %d bytes of memory for %d bytes of input", name, used, len(b))
		}
	}
}

// FuzzGeometry: whatever the bytes are, what is decoded can be encoded again, and comes back as the same.
func FuzzGeometry(f *testing.F) {
	for _, g := range shapes() {
		f.Add(ewkb.MustMarshal(g, 4490))
		f.Add(ewkb.MustMarshal(g, 4490, binary.BigEndian))
	}
	for _, b := range hostile() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := postgis.DecodeGeometry(b)
		if err != nil {
			return
		}
		if snapped, err := geo.Snap(g); err != nil || !orb.Equal(snapped, g) {
			t.Fatalf("%x: %v is not on multiples of 1e-7: %v", b, g, err)
		}
		again, err := postgis.EncodeGeometry(g)
		if err != nil {
			t.Fatalf("%x: %v", b, err)
		}
		same, err := postgis.DecodeGeometry(again)
		if err != nil || !orb.Equal(same, g) {
			t.Fatalf("%x: %v came back as %v, %v", b, g, same, err)
		}
	})
}
