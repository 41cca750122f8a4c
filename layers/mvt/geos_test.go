package mvt_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// TestGEOS asks GEOS, through GDAL, about tiles of the demonstration: every polygon is valid and the union of a partition has no hole.
func TestGEOS(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatal("ogrinfo is missing: install gdal-bin")
		}
		t.Skip("ogrinfo is missing (package gdal-bin): GEOS does not judge the polygons")
	}
	_, a := demo()
	path := filepath.Join(t.TempDir(), "tile.mvt")
	number := regexp.MustCompile(`\w+ \(Integer\) = (\d+)`)
	for _, z := range []uint8{8, 10, 12} {
		at := geo.TileAt(orb.Point{121.18, 30.83}, z)
		if err := os.WriteFile(path, bytesOf(t, a, at, layers.Grids, layers.Communities), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, l := range []layers.Layer{layers.Grids, layers.Communities} {
			out, err := exec.Command(ogrinfo, "-q", "-ro", "-oo", fmt.Sprint("X=", at.X), "-oo", fmt.Sprint("Y=", at.Y), "-oo", fmt.Sprint("Z=", z), "-oo", "CLIP=NO",
				path, "-dialect", "sqlite", "-sql", fmt.Sprintf("select count(*) as n, sum(ST_IsValid(geometry)) as valid, ST_NumInteriorRing(ST_GeometryN(ST_Union(geometry), 1)) as holes from %s", l)).CombinedOutput()
			if strings.Contains(string(out), "no such function") {
				t.Skip("this GDAL has no SpatiaLite: GEOS does not judge the polygons")
			}
			found := number.FindAllStringSubmatch(string(out), -1)
			if err != nil || len(found) != 3 || found[0][1] == "0" || found[0][1] != found[1][1] || found[2][1] != "0" {
				t.Errorf("tile %s %s: %v: %s", at, l, err, out)
			}
		}
	}
}
