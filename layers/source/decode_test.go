package source_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"wangge/data/realdata"
	"wangge/layers"
	"wangge/layers/source"
)

// all reads a source to its end.
func all(s *source.Source) (list []source.Record, err error) {
	for r, err := range s.Records(context.Background()) {
		if err != nil {
			return list, err
		}
		list = append(list, r)
	}
	return list, nil
}

// kinds are the kinds of a record's problems.
func kinds(r source.Record) string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, string(p.Kind))
	}
	return strings.Join(out, " ")
}

func TestGeoJSONGeometry(t *testing.T) {
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	cases := []struct {
		name, geometry string
		want           orb.Geometry
		kinds          string
	}{
		{"point", `{"type":"Point","coordinates":[1.5,-2e0]}`, orb.Point{1.5, -2}, ""},
		{"members in another order", `{"coordinates":[1,2],"type":"Point"}`, orb.Point{1, 2}, ""},
		{"height", `{"type":"Point","coordinates":[1,2,3]}`, orb.Point{1, 2}, "extra-ordinate"},
		{"line", `{"type":"LineString","coordinates":[[1,2],[3,4]]}`, orb.LineString{{1, 2}, {3, 4}}, ""},
		{"polygon", `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`, orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, ""},
		{"multi point", `{"type":"MultiPoint","coordinates":[[1,2]]}`, orb.MultiPoint{{1, 2}}, ""},
		{"multi line", `{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}`, orb.MultiLineString{{{1, 2}, {3, 4}}}, ""},
		{"multi polygon", `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`, orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}, ""},
		{"null", `null`, nil, ""},
		{"collection", `{"type":"GeometryCollection","geometries":[]}`, nil, "geometry-type"},
		{"no type", `{"coordinates":[1,2]}`, nil, "geometry"},
		{"type is a number", `{"type":5,"coordinates":[1,2]}`, nil, "geometry"},
		{"no coordinates", `{"type":"Point"}`, nil, "geometry"},
		{"one number", `{"type":"Point","coordinates":[1]}`, nil, "geometry"},
		{"five numbers", `{"type":"Point","coordinates":[1,2,3,4,5]}`, nil, "geometry"},
		{"too flat", `{"type":"Polygon","coordinates":[[1,2],[3,4]]}`, nil, "geometry"},
		{"too deep", `{"type":"Point","coordinates":[[1,2]]}`, nil, "coordinate"},
		{"null in a position", `{"type":"Point","coordinates":[1,null]}`, nil, "coordinate"},
		{"text", `{"type":"Point","coordinates":["1"," 2"]}`, nil, "string-number"},
		{"text that is no number", `{"type":"Point","coordinates":["1","x"]}`, nil, "string-number coordinate"},
		{"hexadecimal text", `{"type":"Point","coordinates":["1","0x10"]}`, nil, "string-number coordinate"},
		{"infinite", `{"type":"Point","coordinates":[1,1e999]}`, nil, "coordinate"},
		{"array", `[1,2]`, nil, "geometry"},
		{"nested", deep, nil, "depth"},
		{"nested collections", strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 2000) + strings.Repeat(`]}`, 2000), nil, "depth"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := reader(t, source.GeoJSON, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":`+c.geometry+`}]}`, source.Options{})
			list, err := all(s)
			if err != nil || len(list) != 1 {
				t.Fatalf("%d records, error %v", len(list), err)
			}
			if got := kinds(list[0]); got != c.kinds || cmp.Diff(c.want, list[0].Geometry) != "" {
				t.Errorf("got %v, problems %q (%v)\nwant %v, %q", list[0].Geometry, got, list[0].Problems, c.want, c.kinds)
			}
		})
	}
}

func TestGeoJSONFile(t *testing.T) {
	feature := `{"type":"Feature","id":7,"properties":{"a":"x","b":1.50,"c":null,"d":true,"e":[1]},"geometry":null}`
	cases := []struct {
		name, file string
		n          int
		declared   string
		kinds      string
		fails      bool
	}{
		{"collection", `{"type":"FeatureCollection","features":[` + feature + `,` + feature + `]}`, 2, "", "", false},
		{"features before type", `{"features":[` + feature + `],"type":"FeatureCollection"}`, 1, "", "", false},
		{"byte order mark", "\ufeff" + `{"type":"FeatureCollection","features":[]}`, 0, "", "", false},
		{"single feature", feature, 1, "", "", false},
		{"bare geometry", `{"type":"Point","coordinates":[1,2]}`, 1, "", "", false},
		{"crs", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features":[]}`, 0, "urn:ogc:def:crs:EPSG::4490", "", false},
		{"crs after the features", `{"type":"FeatureCollection","features":[],"crs":{"type":"EPSG","properties":{"code":4326}}}`, 0, "epsg:4326", "", false},
		{"crs null", `{"type":"FeatureCollection","crs":null,"features":[]}`, 0, "", "", false},
		{"our own", `{"type":"FeatureCollection","wangge":{"crs":"cgcs2000"},"features":[]}`, 0, "cgcs2000", "", false},
		{"properties null", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":null,"geometry":null}]}`, 1, "", "", false},
		{"no feature", `{"type":"FeatureCollection","features":[5]}`, 1, "", "record", false},
		{"property twice", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1,"a":2},"geometry":null}]}`, 1, "", "duplicate-key", false},
		{"geometry twice", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"geometry":null}]}`, 1, "", "duplicate-key", false},
		{"lone surrogate", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"\ud800"},"geometry":null}]}`, 1, "", "encoding", false},
		{"not UTF-8", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"a\":\"\xb1\xe0\"},\"geometry\":null}]}", 1, "", "encoding", false},
		{"deep property", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + `},"geometry":null}]}`, 1, "", "depth", false},
		{"crs without a name", `{"type":"FeatureCollection","crs":{},"features":[]}`, 0, "", "", true},
		{"features twice", `{"type":"FeatureCollection","features":[],"features":[]}`, 0, "", "", true},
		{"no features", `{"type":"FeatureCollection"}`, 0, "", "", true},
		{"features no array", `{"type":"FeatureCollection","features":{}}`, 0, "", "", true},
		{"topology", `{"type":"Topology","objects":{}}`, 0, "", "", true},
		{"no type", `{}`, 0, "", "", true},
		{"array", `[]`, 0, "", "", true},
		{"empty", ``, 0, "", "", true},
		{"cut off", `{"type":"FeatureCollection","features":[` + feature + `,{"type":`, 1, "", "", true},
		{"something behind", `{"type":"FeatureCollection","features":[]} {}`, 0, "", "", true},
		{"NaN", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":NaN}}]}`, 0, "", "", true},
		{"deep root member", `{"x":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`, 0, "", "", true},
		{"deeper than encoding/json reads", `{"x":` + strings.Repeat("[", 20000), 0, "", "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := reader(t, source.GeoJSON, c.file, source.Options{})
			list, err := all(s)
			if (err != nil) != c.fails || err != nil && !errors.Is(err, layers.ErrInvalid) {
				t.Fatalf("error %v, want one of kind ErrInvalid: %v", err, c.fails)
			}
			if len(list) != c.n || s.Declared() != c.declared {
				t.Errorf("%d records, declared %q; want %d, %q", len(list), s.Declared(), c.n, c.declared)
			}
			if len(list) > 0 && kinds(list[0]) != c.kinds {
				t.Errorf("problems %v, want %q", list[0].Problems, c.kinds)
			}
		})
	}
	list, err := all(reader(t, source.GeoJSON, feature, source.Options{}))
	want := map[string]any{"id": json.Number("7"), "a": "x", "b": json.Number("1.50"), "c": nil, "d": true, "e": json.RawMessage("[1]")}
	if err != nil || cmp.Diff(want, list[0].Fields) != "" {
		t.Errorf("fields differ: %v %s", err, cmp.Diff(want, list[0].Fields))
	}
}

func TestLimits(t *testing.T) {
	file := `{"type":"FeatureCollection","features":[]}`
	if _, err := source.FromReader(strings.NewReader(file), "f", source.Options{Format: source.GeoJSON, Bytes: 10}); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("a file of more bytes than allowed: %v", err)
	}
	big := reader(t, source.GeoJSON, file[:len(file)-2]+strings.Repeat(" ", 1<<20)+"]}", source.Options{Bytes: 1 << 19})
	if _, err := all(big); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("a longer file of more bytes than allowed: %v", err)
	}
	list, err := all(reader(t, source.GeoJSON, `{"type":"LineString","coordinates":[[1,2],[3,4],[5,6]]}`, source.Options{Vertices: 2}))
	if err != nil || kinds(list[0]) != "geometry" || list[0].Geometry != nil {
		t.Errorf("a geometry of more vertices than allowed: %v %v", list, err)
	}
}

func TestCSV(t *testing.T) {
	utf16le := func(s string) string {
		b := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(s)) {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
		return string(b)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("编码,经度,纬度\n街道,1,2\n")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, file string
		o          source.Options
		want       orb.Geometry
		fields     string
		kinds      string
		fails      bool
	}{
		{"comma", "code,lon,lat\nx,1,2\n", source.Options{}, orb.Point{1, 2}, "map[code:x]", "", false},
		{"semicolon", "code;lng;lat\r\nx;1;2\r\n", source.Options{}, orb.Point{1, 2}, "map[code:x]", "", false},
		{"tab", "code\tX\tY\nx\t1\t2\n", source.Options{}, orb.Point{1, 2}, "map[code:x]", "", false},
		{"separator in quotes", "\"a;b;c\",lon,lat\nx,1,2\n", source.Options{}, orb.Point{1, 2}, "map[a;b;c:x]", "", false},
		{"mark", "\ufeffcode,lon,lat\nx,1,2\n", source.Options{}, orb.Point{1, 2}, "map[code:x]", "", false},
		{"gbk", gbk, source.Options{Encoding: "GBK"}, orb.Point{1, 2}, "map[编码:街道]", "", false},
		{"gbk without a word", gbk, source.Options{}, nil, "", "", true},
		{"utf-16", utf16le("编码\tlon\tlat\n街道\t1\t2\n"), source.Options{}, orb.Point{1, 2}, "map[编码:街道]", "", false},
		{"wkt", "code,wkt\nx,\"POLYGON((0 0,1 0,1 1,0 0))\"\n", source.Options{}, orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, "map[code:x]", "", false},
		{"bad wkt", "code,wkt\nx,POINT(1)\n", source.Options{}, nil, "map[code:x]", "geometry", false},
		{"no geometry", "code,name\nx,y\n", source.Options{}, nil, "map[code:x name:y]", "", false},
		{"empty geometry", "code,lon,lat\nx,,\n", source.Options{}, nil, "map[code:x]", "", false},
		{"half a geometry", "code,lon,lat\nx,1,\n", source.Options{}, nil, "map[code:x]", "coordinate", false},
		{"named columns", "code,a,b\nx,1,2\n", source.Options{LonField: "a", LatField: "b"}, orb.Point{1, 2}, "map[code:x]", "", false},
		{"named column missing", "code,a,b\nx,1,2\n", source.Options{LonField: "a", LatField: "q"}, nil, "", "", true},
		{"only one named", "code,a,b\nx,1,2\n", source.Options{LonField: "a"}, nil, "", "", true},
		{"short row", "code,lon,lat\nx,1\n", source.Options{}, nil, "map[]", "ragged-row", false},
		{"long row", "code,lon,lat\nx,1,2,3\n", source.Options{}, nil, "map[]", "ragged-row", false},
		{"quotes within", "code,lon,lat\nx\"y,1,2\n", source.Options{}, nil, "", "", true},
		{"column twice", "code,code\nx,y\n", source.Options{}, nil, "", "", true},
		{"not UTF-8", "code,lon,lat\n\xb1\xe0,1,2\n", source.Options{}, orb.Point{1, 2}, "map[code:\xb1\xe0]", "encoding", false},
		{"binary", "\x00\x01\x02,b\n", source.Options{}, nil, "", "", true},
		{"empty", "", source.Options{}, nil, "", "", true},
		{"unknown encoding", "a\n", source.Options{Encoding: "big5"}, nil, "", "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.o.Format = source.CSV
			s, err := source.FromReader(strings.NewReader(c.file), "f.csv", c.o)
			var list []source.Record
			if err == nil {
				list, err = all(s)
			}
			if (err != nil) != c.fails || err != nil && !errors.Is(err, layers.ErrInvalid) {
				t.Fatalf("error %v, want one: %v", err, c.fails)
			}
			if c.fails {
				return
			}
			r := list[0]
			if got := fmt.Sprint(r.Fields); got != c.fields || kinds(r) != c.kinds || cmp.Diff(c.want, r.Geometry) != "" {
				t.Errorf("got %v %v %v\nwant %v %v %v", got, kinds(r), r.Geometry, c.fields, c.kinds, c.want)
			}
		})
	}
}

func TestWKT(t *testing.T) {
	cases := []struct {
		text string
		want orb.Geometry
		ok   bool
	}{
		{"POINT(1 2)", orb.Point{1, 2}, true},
		{"point z (1 2 3)", orb.Point{1, 2}, true},
		{"POINTZM(1 2 3 4)", orb.Point{1, 2}, true},
		{"POINT EMPTY", nil, true},
		{"LINESTRING (1 2 , 3 4)", orb.LineString{{1, 2}, {3, 4}}, true},
		{"MULTIPOINT((1 2),(3 4))", orb.MultiPoint{{1, 2}, {3, 4}}, true},
		{"MULTIPOINT(1 2,3 4)", orb.MultiPoint{{1, 2}, {3, 4}}, true},
		{"MULTILINESTRING((1 2,3 4))", orb.MultiLineString{{{1, 2}, {3, 4}}}, true},
		{"POLYGON((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0))", orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}, {{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, true},
		{"MULTIPOLYGON M (((0 0 1,1 0 1,1 1 1,0 0 1)))", orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}, true},
		{"SRID=4490;POINT(1 2)", orb.Point{1, 2}, true},
		{"SRID=x;POINT(1 2)", nil, false},
		{"POINT(1 2", nil, false},
		{"POINT(1 2))", nil, false},
		{"POINT(1 2,3 4)", nil, false},
		{"POINT(1,2)", nil, false},
		{"POINT(1 NaN)", nil, false},
		{"POINT(1 0x2)", nil, false},
		{"POINT(1 2 3 4 5)", nil, false},
		{"GEOMETRYCOLLECTION(POINT(1 2))", nil, false},
		{"((((((((((", nil, false},
	}
	for _, c := range cases {
		list, err := all(reader(t, source.CSV, "code,wkt\nx,\""+c.text+"\"\n", source.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		if ok := len(list[0].Problems) == 0; ok != c.ok || cmp.Diff(c.want, list[0].Geometry) != "" {
			t.Errorf("%s: got %v %v, want %v", c.text, list[0].Geometry, list[0].Problems, c.want)
		}
	}
}

// wkb builds well-known binary from a mix of bytes, uint32 and float64.
func wkb(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch v := p.(type) {
		case int:
			b = append(b, byte(v))
		case uint32:
			b = binary.LittleEndian.AppendUint32(b, v)
		case float64:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		case []byte:
			b = append(b, v...)
		}
	}
	return b
}

func TestWKB(t *testing.T) {
	u := func(n uint32) uint32 { return n }
	bigPoint, err := hex.DecodeString("0000000001" + "3ff0000000000000" + "4000000000000000")
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	ring := wkb(u(4), 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0)
	square := orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}}
	cases := []struct {
		name string
		b    []byte
		want orb.Geometry
		ok   bool
	}{
		{"point", wkb(1, u(1), 1.0, 2.0), orb.Point{1, 2}, true},
		{"big endian", bigPoint, orb.Point{1, 2}, true},
		{"point Z", wkb(1, u(1001), 1.0, 2.0, 3.0), orb.Point{1, 2}, true},
		{"point M", wkb(1, u(2001), 1.0, 2.0, 3.0), orb.Point{1, 2}, true},
		{"point ZM", wkb(1, u(3001), 1.0, 2.0, 3.0, 4.0), orb.Point{1, 2}, true},
		{"EWKB ZM with the table's SRID", wkb(1, u(0xE0000001), u(4490), 1.0, 2.0, 3.0, 4.0), orb.Point{1, 2}, true},
		{"EWKB with another SRID", wkb(1, u(0x20000001), u(4326), 1.0, 2.0), nil, false},
		{"empty point", wkb(1, u(1), nan, nan), nil, true},
		{"line", wkb(1, u(2), u(2), 1.0, 2.0, 3.0, 4.0), orb.LineString{{1, 2}, {3, 4}}, true},
		{"polygon", wkb(1, u(3), u(1), ring), orb.Polygon{square}, true},
		{"multi point of both byte orders", wkb(1, u(4), u(2), bigPoint, wkb(1, u(1), 1.0, 2.0)), orb.MultiPoint{{1, 2}, {1, 2}}, true},
		{"multi line", wkb(1, u(5), u(1), wkb(1, u(2), u(2), 1.0, 2.0, 3.0, 4.0)), orb.MultiLineString{{{1, 2}, {3, 4}}}, true},
		{"multi polygon", wkb(1, u(6), u(1), wkb(1, u(3), u(1), ring)), orb.MultiPolygon{{square}}, true},
		{"empty multi polygon", wkb(1, u(6), u(0)), nil, true},
		{"collection", wkb(1, u(7), u(0)), nil, false},
		{"type 0", wkb(1, u(0)), nil, false},
		{"type 8", wkb(1, u(8)), nil, false},
		{"type 4001", wkb(1, u(4001), 1.0, 2.0), nil, false},
		{"byte order 2", wkb(2, u(1), 1.0, 2.0), nil, false},
		{"nothing", nil, nil, false},
		{"half a point", wkb(1, u(1), 1.0), nil, false},
		{"trailing bytes", wkb(1, u(1), 1.0, 2.0, 0), nil, false},
		{"points 0xFFFFFFFF", wkb(1, u(2), u(0xFFFFFFFF), 1.0, 2.0), nil, false},
		{"points 0x10000001", wkb(1, u(2), u(0x10000001), 1.0, 2.0), nil, false},
		{"rings 0xFFFFFFFF", wkb(1, u(3), u(0xFFFFFFFF), ring), nil, false},
		{"members 0xFFFFFFFF", wkb(1, u(6), u(0xFFFFFFFF), wkb(1, u(3), u(1), ring)), nil, false},
		{"a point in a multi polygon", wkb(1, u(6), u(1), wkb(1, u(1), 1.0, 2.0)), nil, false},
		{"nested multi", wkb(1, u(6), u(1), wkb(1, u(6), u(0), u(0))), nil, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			blob := append([]byte{'G', 'P', 0, 1, 0x8a, 0x11, 0, 0}, c.b...)
			list, err := all(open(t, geopackage(t, blob), source.Options{}))
			if err != nil {
				t.Fatal(err)
			}
			ok := true
			for _, p := range list[0].Problems {
				ok = ok && p.Severity != "error"
			}
			if ok != c.ok || cmp.Diff(c.want, list[0].Geometry) != "" {
				t.Errorf("got %v %v, want %v", list[0].Geometry, list[0].Problems, c.want)
			}
		})
	}
}

// TestRealCorpora: other people's collections of good and bad JSON. Nothing may panic or hang; what is no JSON is refused.
func TestRealCorpora(t *testing.T) {
	for _, dir := range []string{"json/test_parsing", "geojson-validity/geojsonhint", "geojson-validity/chrieke"} {
		root := realdata.File(t, dir)
		n := 0
		err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			n++
			s, err := source.Open(path, source.Options{Format: source.GeoJSON})
			if err != nil {
				return nil // not even the beginning is text
			}
			defer s.Close()
			list, err := all(s)
			if strings.HasPrefix(filepath.Base(path), "n_") && err == nil {
				t.Errorf("%s is no JSON but gave %d records", filepath.Base(path), len(list))
			}
			return nil
		})
		if err != nil || n == 0 {
			t.Errorf("%s: %d files, %v", dir, n, err)
		}
		t.Logf("%s: %d files", dir, n)
	}
}
