package wkb_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	plain "github.com/paulmach/orb/encoding/wkb"

	"wangge/geo"
	"wangge/layers/wkb"
)

// form is one of the two forms of WKB, and another codec that writes it.
type form struct {
	encode func(orb.Geometry) ([]byte, error)
	decode func([]byte) (orb.Geometry, error)
	other  func(orb.Geometry, ...binary.ByteOrder) []byte
	// head is the start of a geometry of a type, little endian.
	head func(kind uint32) []byte
}

func forms() map[string]form {
	return map[string]form{
		"plain": {wkb.Encode, wkb.Decode, plain.MustMarshal, func(kind uint32) []byte {
			return binary.LittleEndian.AppendUint32([]byte{1}, kind)
		}},
		"extended": {wkb.EncodeExtended, wkb.DecodeExtended, extended, func(kind uint32) []byte {
			b := binary.LittleEndian.AppendUint32([]byte{1}, kind|0x20000000)
			return binary.LittleEndian.AppendUint32(b, 4490)
		}},
	}
}

func extended(g orb.Geometry, order ...binary.ByteOrder) []byte {
	return ewkb.MustMarshal(g, 4490, order...)
}

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
func TestCodec(t *testing.T) {
	for name, f := range forms() {
		for _, g := range shapes() {
			b, err := f.encode(g)
			if err != nil {
				t.Fatal(err)
			}
			if want := f.other(g); !bytes.Equal(b, want) {
				t.Errorf("%s %T: encoded as %x, another codec says %x", name, g, b, want)
			}
			for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
				got, err := f.decode(f.other(g, order))
				if err != nil {
					t.Fatalf("%s %T: %v", name, g, err)
				}
				if d := cmp.Diff(g, got); d != "" {
					t.Errorf("%s %T decoded (-want +got):\n%s", name, g, d)
				}
			}
		}
		if _, err := f.encode(orb.MultiPoint{{1, 2}}); err == nil {
			t.Errorf("%s: a MultiPoint, which no layer has, was encoded", name)
		}
	}
}

// Scan names each position once, in its order, and as it is.
func TestScanNamesPositions(t *testing.T) {
	g := orb.MultiPolygon{{{{121.3, 30.7}, {math.Inf(1), 30.7}, {121.4, 1e9}, {121.3, 30.7}}, {}}, {}}
	want := []orb.Point(g[0][0])
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		var got []orb.Point
		if err := wkb.Scan(plain.MustMarshal(g, order), func(x, y float64) { got = append(got, orb.Point{x, y}) }); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%v (-want +got):\n%s", order, d)
		}
	}
}

// hostile are bytes in a form that are no geometry of a layer.
func hostile(f form) map[string][]byte {
	point := f.other(orb.Point{121.3, 30.7})
	count := func(b []byte, n uint32) []byte { return binary.LittleEndian.AppendUint32(b, n) }
	all := uint32(math.MaxUint32)
	return map[string][]byte{
		"nothing":                       {},
		"a byte order":                  {1},
		"byte order 7":                  append([]byte{7}, point[1:]...),
		"half a point":                  point[:len(point)-8],
		"bytes after the point":         append(bytes.Clone(point), 0),
		"another reference system":      ewkb.MustMarshal(orb.Point{121.3, 30.7}, 4326),
		"a system that is cut":          {1, 1, 0, 0, 0x20, 0x8a},
		"Z":                             append(f.head(1|0x80000000), make([]byte, 24)...),
		"M":                             append(f.head(1|0x40000000), make([]byte, 24)...),
		"ISO Z":                         append(f.head(1001), make([]byte, 24)...),
		"type 0":                        append(f.head(0), make([]byte, 16)...),
		"a collection":                  count(f.head(7), 0),
		"all the points in the world":   count(f.head(2), all),
		"all the rings in the world":    count(f.head(3), all),
		"all the polygons in the world": count(f.head(6), all),
		"a ring of all points":          count(count(f.head(3), 1), all),
		"counts whose product is small": append(count(f.head(2), 0x10000001), make([]byte, 16)...),
		"a member with its own system":  append(count(f.head(6), 1), count(forms()["extended"].head(3), 0)...),
		"a member that is a line":       append(count(f.head(6), 1), 1, 2, 0, 0, 0, 0, 0, 0, 0),
		"a member in itself":            append(count(f.head(6), 1), 1, 6, 0, 0, 0, 0, 0, 0, 0),
		"not a number":                  f.other(orb.Point{math.NaN(), math.NaN()}),
		"half a number":                 f.other(orb.Point{math.NaN(), 30}),
		"infinite":                      f.other(orb.Point{math.Inf(1), 30}),
		"metres":                        f.other(orb.Point{13503000, 3593000}),
	}
}

// TestHostileBytes: each of them is an error, and none costs more memory than it has bytes, about.
func TestHostileBytes(t *testing.T) {
	for form, f := range forms() {
		for name, b := range hostile(f) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			g, err := f.decode(b)
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Errorf("%s, %s: decoded as %v", form, name, g)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
				t.Errorf("%s, %s: %d bytes of memory for %d bytes of input", form, name, used, len(b))
			}
		}
	}
}

// A geometry of the one form is none of the other.
func TestFormsAreNotMixed(t *testing.T) {
	for _, g := range shapes() {
		if got, err := wkb.Decode(extended(g)); err == nil {
			t.Errorf("EWKB was taken for WKB: %v", got)
		}
		if got, err := wkb.DecodeExtended(plain.MustMarshal(g)); err == nil {
			t.Errorf("WKB without a reference system was taken for EWKB: %v", got)
		}
	}
}

func FuzzDecode(f *testing.F)         { fuzz(f, forms()["plain"]) }
func FuzzDecodeExtended(f *testing.F) { fuzz(f, forms()["extended"]) }

// fuzz: whatever the bytes are, what is decoded can be encoded again, and comes back as the same.
func fuzz(f *testing.F, one form) {
	for _, g := range shapes() {
		f.Add(one.other(g))
		f.Add(one.other(g, binary.BigEndian))
	}
	for _, b := range hostile(one) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := one.decode(b)
		if err != nil {
			return
		}
		if snapped, err := geo.Snap(g); err != nil || !orb.Equal(snapped, g) {
			t.Fatalf("%x: %v is not on multiples of 1e-7: %v", b, g, err)
		}
		again, err := one.encode(g)
		if err != nil {
			t.Fatalf("%x: %v", b, err)
		}
		same, err := one.decode(again)
		if err != nil || !orb.Equal(same, g) {
			t.Fatalf("%x: %v came back as %v, %v", b, g, same, err)
		}
	})
}
