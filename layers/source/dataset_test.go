package source_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/source"
)

func TestReadDatasetReadsTheDemo(t *testing.T) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	if !set.Settings.Demo || set.Settings.Codes != layers.CodesLocal || set.Settings.Name == "" {
		t.Errorf("settings %+v", set.Settings)
	}
	order := map[layers.Layer]int{}
	for i, in := range layers.All() {
		order[in.Layer] = i
	}
	count := map[layers.Layer]int{}
	before := map[layers.Key]bool{}
	for i, f := range set.Features {
		count[f.Layer()]++
		if i > 0 && order[set.Features[i-1].Layer()] > order[f.Layer()] {
			t.Fatalf("%s %s stands after %s", f.Layer(), f.Head().ID, set.Features[i-1].Layer())
		}
		for _, r := range layers.Refs(f) {
			if !before[layers.Key{Layer: r.To, ID: r.ID}] {
				t.Errorf("%s %s refers to %s %s, which does not stand before it", f.Layer(), f.Head().ID, r.To, r.ID)
			}
		}
		before[layers.Key{Layer: f.Layer(), ID: f.Head().ID}] = true
	}
	for _, in := range layers.All() {
		none := in.Layer == layers.Orders || in.Layer == layers.Activations || in.Layer == layers.Refusals // of these the demo has none
		if (count[in.Layer] == 0) != none {
			t.Errorf("%d %s", count[in.Layer], in.Layer)
		}
	}
}

// TestReadDatasetRefuses plants one defect at a time in a copy of the demo.
func TestReadDatasetRefuses(t *testing.T) {
	replace := func(name, old, now string) func(fstest.MapFS) {
		return func(m fstest.MapFS) {
			text := string(m[name].Data)
			if !strings.Contains(text, old) {
				panic(fmt.Sprintf("%s does not contain %q", name, old))
			}
			m[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, now, 1))}
		}
	}
	for name, c := range map[string]struct {
		plant func(fstest.MapFS)
		want  string
	}{
		"no manifest":     {func(m fstest.MapFS) { delete(m, "manifest.json") }, "manifest.json"},
		"no JSON":         {func(m fstest.MapFS) { m["manifest.json"] = &fstest.MapFile{Data: []byte("{")} }, "manifest.json"},
		"a file missing":  {func(m fstest.MapFS) { delete(m, "zones.geojson") }, "zones.geojson"},
		"one digit":       {replace("grids.geojson", "30.8", "30.9"), "grids.geojson"},
		"one letter":      {replace("units.geojson", "Jinshan", "Jinsham"), "units.geojson"},
		"an unknown name": {replace("manifest.json", `"layer": "zones"`, `"layer": "zebras"`), "zebras"},
		"a layer twice":   {replace("manifest.json", `"layer": "zones"`, `"layer": "roads"`), "twice"},
		"a wrong count":   {replace("manifest.json", `"features": 88`, `"features": 87`), "spaces.geojson"},
		"a path upwards":  {replace("manifest.json", `"zones.geojson"`, `"../zones.geojson"`), "../zones.geojson"},
		"units left out":  {replace("manifest.json", `"layer": "units"`, `"layer": "frontages"`), "frontages"},
	} {
		t.Run(name, func(t *testing.T) {
			m := copyOfDemo(t)
			c.plant(m)
			_, err := source.ReadDataset(m)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error that names %s", err, c.want)
			}
			if !errors.Is(err, layers.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%v is of no known kind", err)
			}
		})
	}
}

func copyOfDemo(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(data.Files(), "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(data.Files(), n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = &fstest.MapFile{Data: b}
	}
	return out
}
