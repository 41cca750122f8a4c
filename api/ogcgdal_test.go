package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// gdal runs one of GDAL's programs; the test is skipped aloud where there is none.
func gdal(t *testing.T, program string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatal(program + " is missing: install gdal-bin")
		}
		t.Skip(program + " is missing (package gdal-bin): GDAL does not read the OGC API")
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), "NO_PROXY=*", "no_proxy=*")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	if strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
		t.Errorf("%s %v complains: %s", program, args, out)
	}
	return string(out)
}

// GDAL's driver lists all collections, with their counts, extents and properties.
func TestGDALListsCollections(t *testing.T) {
	s := demoServer(t)
	h := httptest.NewServer(s.Handler())
	defer h.Close()
	out := gdal(t, "ogrinfo", "-ro", "-so", "-al", "OAPIF:"+h.URL)
	count, extent := regexp.MustCompile(`Feature Count: (\d+)`), regexp.MustCompile(`Extent: \(([-\d.]+), ([-\d.]+)\) - \(([-\d.]+), ([-\d.]+)\)`)
	for _, info := range openLayers() {
		_, part, found := strings.Cut(out, "Layer name: "+string(info.Layer)+"\n")
		if !found {
			t.Errorf("%s is not listed:\n%.3000s", info.Layer, out)
			continue
		}
		part, _, _ = strings.Cut(part, "Layer name: ")
		want := s.World().Set(info.Layer).Len()
		if m := count.FindStringSubmatch(part); m == nil || m[1] != strconv.Itoa(want) {
			t.Errorf("%s: count %v, want %d", info.Layer, m, want)
		}
		for _, c := range layers.Columns(info.Layer) {
			if !strings.Contains(part, "\n"+c.Name+": ") && want > 0 {
				t.Errorf("%s has no column %s:\n%s", info.Layer, c.Name, part)
			}
		}
		boxes := boxesOf(s, info.Layer)
		if boxes == nil {
			continue
		}
		m := extent.FindStringSubmatch(part)
		if m == nil {
			t.Errorf("%s: no extent:\n%s", info.Layer, part)
			continue
		}
		for i, want := range boxes[0] {
			if got, err := strconv.ParseFloat(m[i+1], 64); err != nil || got-want > 1e-6 || want-got > 1e-6 {
				t.Errorf("%s: extent %v, want %v", info.Layer, m[1:], boxes[0])
			}
		}
	}
}

// What GDAL reads, whole and through boxes, is what is there.
func TestGDALReadsBoxes(t *testing.T) {
	s := demoServer(t)
	h := httptest.NewServer(s.Handler())
	defer h.Close()
	r := rand.New(rand.NewPCG(1, 2))
	for _, l := range []layers.Layer{layers.Grids, layers.Poles} {
		extent := boxesOf(s, l)[0]
		for i := range 2 {
			args := []string{"-f", "GeoJSON", "-preserve_fid"}
			want := scanBox(s, l, orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}})
			if i > 0 {
				w, high := extent[2]-extent[0], extent[3]-extent[1]
				x, y := extent[0]+w*r.Float64()*0.8, extent[1]+high*r.Float64()*0.8
				box := orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + w/5, y + high/5}}
				want = scanBox(s, l, box)
				args = append(args, "-spat", fmt.Sprint(box.Min[0]), fmt.Sprint(box.Min[1]), fmt.Sprint(box.Max[0]), fmt.Sprint(box.Max[1]))
			}
			file := filepath.Join(t.TempDir(), "out.json")
			gdal(t, "ogr2ogr", append(args, file, "OAPIF:"+h.URL, string(l))...)
			b, err := os.ReadFile(file)
			must(t, err)
			var got struct {
				Features []struct{ Properties struct{ Code, ID string } }
			}
			must(t, json.Unmarshal(b, &got))
			var ids []string
			for _, f := range got.Features {
				ids = append(ids, f.Properties.Code)
			}
			slices.Sort(ids)
			if !slices.Equal(ids, want) {
				t.Errorf("%s: GDAL reads %d features, want %d", l, len(ids), len(want))
			}
		}
	}
}
