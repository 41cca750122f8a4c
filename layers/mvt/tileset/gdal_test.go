package tileset_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/layers/mvt/tileset"
)

// gdal is what ogrinfo says; a complaint fails the test.
func gdal(t *testing.T, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("ogrinfo")
	if err != nil {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatal("ogrinfo is missing: install gdal-bin")
		}
		t.Skip("ogrinfo is missing (package gdal-bin): GDAL does not read the tiles")
	}
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil || strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
		t.Fatalf("ogrinfo %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// TestGDAL: GDAL reads MBTiles without complaint, and counts in one tile what package mvt reads from it; PMTiles too, where GDAL is
// new enough to know the format (3.8).
func TestGDAL(t *testing.T) {
	d := demo()
	formats := gdal(t, "--formats")
	at := geo.TileAt(demoPlace, 14)
	plain, err := d.Atlas.Append(nil, at, now, layers.Grids, layers.Poles, layers.Roads)
	must(t, err)
	decoded, err := mvt.Decode(plain)
	must(t, err)
	for _, f := range []tileset.Format{tileset.MBTiles, tileset.PMTiles} {
		if !strings.Contains(strings.ToLower(formats), string(f)) {
			t.Logf("LEFT OUT: this GDAL does not know %s (3.8 and later do)", f)
			continue
		}
		p := planOf(f, 0, 14, "grids", "poles", "roads")
		p.Box = &orb.Bound{Min: demoPlace, Max: demoPlace}
		path, _ := export(t, p, d)
		said := gdal(t, "-ro", "-so", "-al", path)
		contains(t, string(f), said, "maxzoom=14", fmt.Sprintf("name=%s", d.Snapshot.Settings().Name), "code: String", "batch: Real")
		for _, l := range decoded {
			_, info, _ := strings.Cut(said, "Layer name: "+l.Name+"\n")
			count, err := strconv.Atoi(number(info, `Feature Count: (\d+)`))
			// The tile is the only one of its zoom, and GDAL reads the buffer like the rest.
			if err != nil || count != len(l.Features) {
				t.Errorf("%s %s: %d features, want %d (%v)\n%s", f, l.Name, count, len(l.Features), err, info)
			}
		}
	}
}

func number(text, pattern string) string {
	if found := regexp.MustCompile(pattern).FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}
