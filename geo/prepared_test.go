package geo_test

import (
	"encoding/json"
	"io/fs"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data"
	"wangge/geo"
)

// tested is a coverage that the oracle, the shuffles and the planted defects are run on.
type tested struct {
	name string
	// lakes is how many pieces of ground inside belong to no area. One of nobody's that touches the outside is none.
	lakes int
	load  func(t testing.TB) []geo.FixedMultiPolygon
}

// testedCoverages lists the demonstration district, the real files and made-up ones; the two that take long only for a full run.
func testedCoverages(full bool) []tested {
	demo := func(layer string) tested {
		return tested{name: "demo-" + layer, load: func(t testing.TB) []geo.FixedMultiPolygon { return demoAreas(t, layer) }}
	}
	real := func(name string, lakes int) tested {
		return tested{name: name, lakes: lakes, load: func(t testing.TB) []geo.FixedMultiPolygon { return repairedAreas(t, name) }}
	}
	fractal := func(name string, n, vertices int) tested {
		return tested{name: name, load: func(t testing.TB) []geo.FixedMultiPolygon { return newFractal(t, n, vertices).areas }}
	}
	out := []tested{
		demo("towns"), demo("grids"), demo("communities"),
		real("malta-councils-osm", 1), real("france-communes-bretagne", 0), real("france-communes-ile-de-france", 0),
		real("italy-municipalities-R12", 2), real("neighbourhoods-seoul", 0), real("neighbourhoods-berlin", 1),
		real("neighbourhoods-toronto", 0), real("neighbourhoods-amsterdam", 0),
		fractal("fractal-37", 37, 1400),
	}
	if full {
		out = append(out, fractal("fractal-1000", 1000, 467), fractal("fractal-20000", 20_000, 159))
	}
	return out
}

// repairedOnce keeps repaired files: several tests use each.
var repairedOnce sync.Map

// repairedAreas reads a file of real areas and repairs it.
func repairedAreas(t testing.TB, name string) []geo.FixedMultiPolygon {
	t.Helper()
	if areas, ok := repairedOnce.Load(name); ok {
		return areas.([]geo.FixedMultiPolygon)
	}
	areas, _, defects := geo.RepairCoverage(realAreas(t, "coverage/"+name+".geojson"), realTolerance)
	if geo.HasErrors(defects) {
		t.Fatalf("%s is not repaired: %v", name, geo.Summarize(defects))
	}
	repairedOnce.Store(name, areas)
	return areas
}

// demoAreas reads a layer of the demonstration district.
func demoAreas(t testing.TB, layer string) []geo.FixedMultiPolygon {
	t.Helper()
	text, err := fs.ReadFile(data.Files(), layer+".geojson")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Features []struct {
			Geometry struct{ Coordinates orb.MultiPolygon }
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("%s: %v", layer, err)
	}
	var areas []geo.FixedMultiPolygon
	for _, f := range file.Features {
		m, err := geo.FixedMultiPolygonFrom(f.Geometry.Coordinates)
		if err != nil {
			t.Fatalf("%s: %v", layer, err)
		}
		areas = append(areas, m)
	}
	return areas
}
