package mvt_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"wangge/data/realdata"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestJudges has programs that others wrote read tiles of zoom 8 to 17, all layers in each, over the demonstration and over real
// coverages. The whole of it is
//
//	go test ./layers/mvt -run TestJudges -v -tiles 500
func TestJudges(t *testing.T) {
	t.Run("demo", func(t *testing.T) {
		s, a := demo()
		judge(t, newJudgedSet(t, s, a, *judgedTiles))
	})
	for _, name := range judgedCoverages(t) {
		t.Run(name, func(t *testing.T) {
			s := realCoverage(t, name)
			judge(t, newJudgedSet(t, s, atlasOf(t, s), *judgedTiles))
		})
	}
}

// judgedCoverages are all real coverages; or one where a sample is enough, and none with the race detector then, which makes the
// preparation of one ten times as slow.
func judgedCoverages(t *testing.T) []string {
	switch {
	case *judgedTiles < 500 && raceEnabled:
		return nil
	case *judgedTiles < 500:
		return coverages()[:1]
	}
	paths, err := filepath.Glob(filepath.Join(realdata.File(t, "coverage"), "*.geojson"))
	if err != nil || len(paths) < 8 {
		t.Fatalf("%d coverages, %v", len(paths), err)
	}
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(path), ".geojson")
	}
	return paths
}

func judge(t *testing.T, set *judgedSet) {
	features, bytes := 0, 0
	for _, j := range set.tiles {
		bytes += len(j.bytes)
		for _, l := range j.read {
			features += len(l.Features)
		}
	}
	t.Logf("%d tiles, %d features, %d bytes", len(set.tiles), features, bytes)
	t.Run("vector-tile", func(t *testing.T) {
		needNode(t)
		report(t, vectorTileProblems(t, set))
	})
	t.Run("GDAL and GEOS", func(t *testing.T) {
		needGDAL(t)
		database, problems := readByGDAL(t, set)
		report(t, problems)
		report(t, gdalProblems(t, set, database))
		report(t, wholeProblems(t, set, database, partitionsOf(set.snapshot)))
	})
	t.Run("all areas", func(t *testing.T) {
		for _, l := range partitionsOf(set.snapshot) {
			step := 1
			if *judgedTiles < 500 {
				step = max(1, set.snapshot.Set(l).Len() / *judgedTiles)
			}
			report(t, absentAreas(set.snapshot, l, step, func(at geo.Tile) mvt.TileLayer {
				return tile(t, set.atlas, at, l)[string(l)]
			}))
		}
	})
}

// absentAreas says which areas of a partition are not in a tile that they meet, or have no part of a unit there, for zoom 8 to 17 and
// every area but for those between two steps.
func absentAreas(s *layers.Snapshot, l layers.Layer, step int, draw func(geo.Tile) mvt.TileLayer) []string {
	var out []string
	for z := uint8(8); z <= 17; z++ {
		areas, n := map[geo.Tile][]string{}, 0
		for f := range s.Set(l).All(now) {
			if n++; n%step == 0 {
				at := geo.TileAt(firstPoint(f.Shape()), z)
				areas[at] = append(areas[at], f.Head().ID)
			}
		}
		for at, ids := range areas {
			size := map[any]float64{}
			for _, f := range draw(at).Features {
				size[f.Properties["id"]] = areaOf(f.Geometry) / 2
			}
			for _, id := range ids {
				if size[id] < 0.5 {
					out = append(out, fmt.Sprintf("tile %s: %s has %v square units", at, id, size[id]))
				}
			}
		}
	}
	return out
}

// report fails the test with the first of the problems.
func report(t *testing.T, problems []string) {
	t.Helper()
	for i, p := range problems {
		if i == 10 {
			t.Errorf("and %d more", len(problems)-i)
			break
		}
		t.Error(p)
	}
}
