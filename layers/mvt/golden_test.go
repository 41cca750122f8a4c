package mvt_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// sample is a small district with a feature of every kind.
func sample() []layers.Feature {
	meta := func(id string) layers.Meta { return layers.Meta{ID: id, ValidFrom: 1, Demo: true} }
	at := func(x, y float64) orb.Point { return orb.Point{(1213000000 + 1e5*x) / 1e7, (307000000 + 1e5*y) / 1e7} }
	box := func(x, y, w, h float64) orb.Ring {
		return orb.Ring{at(x, y), at(x+w, y), at(x+w, y+h), at(x, y+h), at(x, y)}
	}
	hole := func(x, y, w, h float64) orb.Ring {
		r := box(x, y, w, h)
		r.Reverse()
		return r
	}
	one := func(r ...orb.Ring) orb.MultiPolygon { return orb.MultiPolygon{r} }
	grid := func(n int, name string, g orb.MultiPolygon) layers.Feature {
		code := fmt.Sprintf("310116104Z%02d", n)
		return &layers.Grid{Meta: meta(code), Code: code, Name: name, NameEn: fmt.Sprintf("Grid %d", n), Town: "310116104", Geometry: g}
	}
	return []layers.Feature{
		&layers.District{Meta: meta("310116"), Code: "310116", Name: "金山区", NameEn: "Jinshan", Geometry: one(box(0, 0, 8, 4))},
		&layers.Town{Meta: meta("310116104"), Code: "310116104", Name: "亭林镇", NameEn: "Tinglin", District: "310116", Geometry: one(box(0, 0, 8, 4))},
		grid(1, "亭林第一网格", one(box(0, 0, 4, 4), hole(1, 1, 1, 1))),
		grid(2, "亭林第二网格", one(box(4, 0, 4, 4))),
		grid(3, "飞地网格", one(box(1, 1, 1, 1))),
		&layers.Community{Meta: meta("310116104001"), Code: "310116104001", Name: "东新居委", Kind: "residential", Town: "310116104",
			Grid: "310116104Z01", Geometry: one(box(0, 0, 8, 4))},
		&layers.Overlay{Meta: meta("o_1"), Code: "B01", Name: "中心街区", Kind: layers.Block, Geometry: one(box(2, 1, 4, 2), hole(3, 1.5, 1, 1))},
		&layers.Segment{Meta: meta("s_1"), Code: "S01", Name: "海汇街", Road: "海汇街", From: "龙皓路", To: "龙翔路", Side: "left",
			Geometry: orb.LineString{at(3.7, 2), at(4.1, 2.1), at(4.3, 2)}},
		&layers.Zone{Meta: meta("z_1"), Code: "Z01", Name: "潮汐泊位", Segment: "s_1", Kind: "kerb", Capacity: 2, DefaultMode: layers.Parking,
			Geometry: orb.Polygon{box(4, 2, 0.04, 0.01)}},
		&layers.Space{Meta: meta("sp_1"), Code: "P1", Name: "1号", Zone: "z_1", Number: 1, LengthM: 6, WidthM: 2.5, Orientation: "parallel",
			Charging: true, Geometry: orb.Polygon{box(4, 2, 0.02, 0.01)}},
		&layers.Space{Meta: meta("sp_2"), Code: "P2", Name: "2号", Zone: "z_1", Number: 2, LengthM: 6, WidthM: 2.5, Orientation: "parallel",
			Geometry: orb.Polygon{box(4.02, 2, 0.02, 0.01)}},
		&layers.Pole{Meta: meta("p_1"), Code: "JS-1", Name: "海汇街 1", MainUse: "power", Condition: "sound", Live: "yes", State: "in_use",
			ClaimState: "claimed", Batch: 1, Geometry: at(4.01, 2.02)},
		&layers.Pole{Meta: meta("p_2"), Code: "JS-2", Name: "海汇街 2", MainUse: "telecom", Condition: "leaning", Live: "no", State: "unclaimed",
			ClaimState: "unclaimed", Geometry: at(4.03, 2.02)},
		&layers.Road{Meta: meta("r_1"), Code: "R1", Name: "亭卫公路", NameEn: "Tingwei Highway", Class: "primary", Ref: "S319", Lanes: 4, Bridge: true,
			Geometry: orb.LineString{at(-1, 1), at(3, 1.5), at(5, 2.5), at(9, 3)}},
		&layers.Road{Meta: meta("r_2"), Code: "R2", Name: "海汇街", Class: "residential", Oneway: true, Geometry: orb.LineString{at(3.5, 2), at(4.5, 2)}},
	}
}

var tileLayers = []layers.Layer{layers.Districts, layers.Towns, layers.Grids, layers.Communities, layers.Overlays, layers.Roads, layers.Segments,
	layers.Zones, layers.Spaces, layers.Poles, mvt.Hexagons}

func goldenTiles() []geo.Tile {
	p := orb.Point{121.3402, 30.7201}
	return []geo.Tile{geo.TileAt(p, 4), geo.TileAt(p, 9), geo.TileAt(p, 12), geo.TileAt(p, 17)}
}

// TestGolden compares tiles of the sample with those in testdata, byte by byte. Beside each stands what the reader reads in it.
func TestGolden(t *testing.T) {
	a := atlasOf(t, snapshotOf(t, layers.CodesLocal, sample()))
	for _, at := range goldenTiles() {
		path := filepath.Join("testdata", strings.ReplaceAll(at.String(), "/", "-"))
		b := bytesOf(t, a, at, tileLayers...)
		text := readable(t, b)
		if *update {
			if err := os.WriteFile(path+".mvt", b, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+".json", text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path + ".mvt")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b, want) {
			t.Errorf("tile %s differs from %s.mvt; it reads\n%s", at, path, text)
		}
		if wantText, err := os.ReadFile(path + ".json"); err != nil || !bytes.Equal(text, wantText) {
			t.Errorf("tile %s differs from %s.json: %v", at, path, err)
		}
	}
}

// readable is a tile as JSON: a line for each feature.
func readable(t testing.TB, b []byte) []byte {
	t.Helper()
	list, err := mvt.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	out.WriteString("[\n")
	for i, l := range list {
		fmt.Fprintf(&out, "{\"layer\": %q, \"features\": [\n", l.Name)
		for j, f := range l.Features {
			line, err := json.Marshal(struct {
				ID         uint64         `json:"id"`
				Properties map[string]any `json:"properties"`
				Geometry   orb.Geometry   `json:"geometry"`
			}{f.ID, f.Properties, f.Geometry})
			if err != nil {
				t.Fatal(err)
			}
			out.WriteString("  " + string(line) + comma(j, len(l.Features)))
		}
		out.WriteString("]}" + comma(i, len(list)))
	}
	out.WriteString("]\n")
	return out.Bytes()
}

func comma(i, n int) string {
	if i+1 < n {
		return ",\n"
	}
	return "\n"
}

// TestOgrinfo: GDAL reads tiles without a warning and finds the layers in them.
func TestOgrinfo(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatal("ogrinfo is missing: install gdal-bin")
		}
		t.Skip("ogrinfo is missing (package gdal-bin): tiles are not read by GDAL")
	}
	_, a := demo()
	tiles := append(some(tilesOver(orb.Bound{Min: orb.Point{121, 30.7}, Max: orb.Point{121.45, 30.94}}, 12), 3), geo.TileAt(orb.Point{121.2, 30.8}, 8),
		geo.TileAt(orb.Point{121.2, 30.8}, 14))
	for _, at := range tiles {
		b := bytesOf(t, a, at, tileLayers...)
		if len(b) == 0 {
			continue
		}
		path := filepath.Join(t.TempDir(), "tile.mvt")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(ogrinfo, "-ro", "-al", "-so", "-oo", fmt.Sprint("X=", at.X), "-oo", fmt.Sprint("Y=", at.Y), "-oo", fmt.Sprint("Z=", at.Z), path)
		var out, problems bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &problems
		if err := cmd.Run(); err != nil || problems.Len() > 0 {
			t.Errorf("tile %s: %v: %s", at, err, problems.String())
		}
		list, err := mvt.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			if want := fmt.Sprintf("Layer name: %s\n", l.Name); !strings.Contains(out.String(), want) {
				t.Errorf("tile %s: GDAL finds no layer %s", at, l.Name)
			}
		}
	}
}
