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

// surveyed is a file of real areas and what NewCoverage says of it.
type surveyed struct {
	areas    []geo.FixedMultiPolygon
	coverage *geo.Coverage // nil when there are errors
	defects  []geo.Defect
}

// surveyedOnce and preparedOnce keep what several tests use and takes long.
var surveyedOnce, preparedOnce sync.Map

// surveyFile reads a file of real areas and looks at it as it is.
func surveyFile(t testing.TB, name string) surveyed {
	t.Helper()
	if s, ok := surveyedOnce.Load(name); ok {
		return s.(surveyed)
	}
	s := surveyed{areas: realAreas(t, "coverage/"+name+".geojson")}
	s.coverage, s.defects = geo.NewCoverage(s.areas, realTolerance)
	surveyedOnce.Store(name, s)
	return s
}

// prepared is a coverage with its locator.
type prepared struct {
	areas    []geo.FixedMultiPolygon
	coverage *geo.Coverage
	locator  *geo.Locator
}

func (c tested) prepare(t testing.TB) prepared {
	t.Helper()
	if p, ok := preparedOnce.Load(c.name); ok {
		return p.(prepared)
	}
	p := prepared{areas: c.load(t)}
	if s, ok := surveyedOnce.Load(c.name); ok {
		p.coverage = s.(surveyed).coverage
	}
	if p.coverage == nil {
		p.coverage = mustCover(t, p.areas)
	}
	p.locator = geo.NewLocator(p.coverage)
	if p.coverage.Len() < 20_000 {
		preparedOnce.Store(c.name, p)
	}
	return p
}

// repairedAreas reads a file of real areas and repairs it where it is needed.
func repairedAreas(t testing.TB, name string) []geo.FixedMultiPolygon {
	t.Helper()
	s := surveyFile(t, name)
	if s.coverage != nil {
		return s.areas
	}
	areas, _, defects := geo.RepairCoverage(s.areas, realTolerance)
	if geo.HasErrors(defects) {
		t.Fatalf("%s is not repaired: %v", name, geo.Summarize(defects))
	}
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
