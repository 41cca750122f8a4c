package source_test

import (
	"context"
	"strings"
	"testing"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// through plans an import of a text and writes the report: whatever the bytes are, the answer is an error or a report.
func through(t *testing.T, format source.Format, content string, l layers.Layer, o source.Options) {
	o.Format, o.Bytes, o.Vertices = format, 1<<20, 1000
	s, err := source.FromReader(strings.NewReader(content), "f", o)
	if err != nil {
		return
	}
	p, err := source.NewPlan(context.Background(), source.Input{Layer: l, Source: s, CRS: geo.WGS84, Settings: free(), Now: now(), Repair: true})
	if err != nil {
		return
	}
	if err := p.Report.WriteText(&strings.Builder{}, 3); err != nil {
		t.Fatal(err)
	}
	if p.Report.Blocked != (p.Report.Errors() > 0) || p.Report.Blocked && p.Edits() != nil {
		t.Fatalf("blocked %v with %d errors and %d edits", p.Report.Blocked, p.Report.Errors(), len(p.Edits()))
	}
	if p.Report.Blocked {
		return
	}
	for _, f := range p.Features {
		if err := f.Validate(layers.CodesFree); err != nil {
			t.Fatalf("an invalid feature came through: %v", err)
		}
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add(cells("A@0", "B@1"), false)
	f.Add(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4490"}},"features":[{"type":"Feature","id":1,"properties":{"code":"\ud800"},"geometry":{"type":"MultiPolygon","coordinates":[[[["1"," 2",3],[1,1e999],[0,0],[1,2]]]]}}]}`, true)
	f.Add(`{"type":"Polygon","coordinates":[[]]}`, true)
	f.Fuzz(func(t *testing.T, content string, lenient bool) {
		through(t, source.GeoJSON, content, layers.Grids, source.Options{LenientNumbers: lenient})
	})
}

func FuzzCSV(f *testing.F) {
	f.Add("code,lon,lat,height_m,ownership\nP1,121.3,30.7,8.5,u\n\"P\"\"2\",1e5,-0,,\n", "")
	f.Add("编码;wkt\nx;\"SRID=4490;POINT(1 2)\"\n", "gbk")
	f.Add("\xff\xfec\x00", "utf-16")
	f.Fuzz(func(t *testing.T, content, encoding string) {
		through(t, source.CSV, content, layers.Poles, source.Options{Encoding: encoding})
	})
}

func FuzzWKT(f *testing.F) {
	for _, s := range []string{"POINT Z (1 2 3)", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),EMPTY)", "SRID=4490;LINESTRING(1 2,3 4)", "MULTIPOINT((1 2),3 4)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		through(t, source.CSV, "code,wkt\nx,\""+strings.ReplaceAll(text, `"`, `""`)+"\"\n", layers.Overlays, source.Options{})
	})
}

func FuzzGeoPackageGeometry(f *testing.F) {
	f.Add(pointBlob(0x8a))
	f.Add(append([]byte{'G', 'P', 0, 3, 0x8a, 0x11, 0, 0}, wkb(0., 0., 0., 0., 1, uint32(6), uint32(1), 1, uint32(3), uint32(1), uint32(0xffffffff))...))
	f.Add(append([]byte{'G', 'P', 0, 1, 0, 0, 0, 0}, wkb(1, uint32(3003), uint32(1), uint32(1), 1., 2., 3., 4.)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, _, _, err := source.ParseBlob(b, 0)
		if err != nil {
			if g != nil {
				t.Fatal("a geometry beside an error")
			}
			return
		}
		if g != nil && g.GeoJSONType() == "GeometryCollection" {
			t.Fatal(g)
		}
	})
}
