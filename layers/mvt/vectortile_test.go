package mvt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers/mvt"
)

// nodeModules has the libraries that the web application reads tiles with.
const nodeModules = "../../web/node_modules"

// needNode skips the test aloud where there is no Node or no library.
func needNode(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(nodeModules, "@mapbox/vector-tile"))
	}
	if err == nil {
		return
	}
	if os.Getenv("WANGGE_REQUIRE") == "all" {
		t.Fatal(err, ": install Node, and run npm ci in web")
	}
	t.Skip(err, ": @mapbox/vector-tile does not read the tiles")
}

// vectorTileProblems has @mapbox/vector-tile read the tiles, and says where it complains or reads anything else than our reader.
func vectorTileProblems(t *testing.T, set *judgedSet) []string {
	t.Helper()
	dir := writeTiles(t, set)
	cmd := exec.CommandContext(t.Context(), "node", "testdata/vectortile.mjs", nodeModules, dir)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	var problems []string
	if err != nil || said.Len() > 0 {
		problems = append(problems, fmt.Sprintf("node: %v: %.500s", err, said.String()))
	}
	read := map[string]nodeTile{}
	for d := json.NewDecoder(&out); ; {
		var one nodeTile
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		read[one.File] = one
	}
	for _, j := range set.tiles {
		one, ok := read[j.name()+".mvt"]
		if !ok {
			problems = append(problems, fmt.Sprintf("tile %s was not read", j.at))
		}
		for _, p := range append(one.Problems, disagreements(t, j.read, one.Layers)...) {
			problems = append(problems, fmt.Sprintf("tile %s: %s", j.at, p))
		}
	}
	return problems
}

// writeTiles puts the tiles into a fresh folder.
func writeTiles(t *testing.T, set *judgedSet) string {
	t.Helper()
	dir := t.TempDir()
	for _, j := range set.tiles {
		if err := os.WriteFile(filepath.Join(dir, j.name()+".mvt"), j.bytes, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// nodeTile is a line that testdata/vectortile.mjs writes.
type nodeTile struct {
	File     string
	Problems []string
	Layers   []nodeLayer
}

type nodeLayer struct {
	Name     string        `json:"name"`
	Version  int           `json:"version"`
	Extent   int           `json:"extent"`
	Features []nodeFeature `json:"features"`
}

type nodeFeature struct {
	ID         uint64         `json:"id"`
	Type       int            `json:"type"`
	Properties map[string]any `json:"properties"`
	Geometry   any            `json:"geometry"`
}

// disagreements compares what two readers read: layers, and feature by feature id, type, properties and every position.
func disagreements(t *testing.T, own []mvt.TileLayer, other []nodeLayer) []string {
	t.Helper()
	want := map[string]nodeLayer{}
	for _, l := range own {
		want[l.Name] = asNodeReads(t, l)
	}
	var out []string
	for _, got := range other {
		w, ok := want[got.Name]
		delete(want, got.Name)
		if !ok || w.Version != got.Version || w.Extent != got.Extent || len(w.Features) != len(got.Features) {
			out = append(out, fmt.Sprintf("layer %s: version %d, extent %d, %d features; our reader finds %d, %d, %d", got.Name, got.Version, got.Extent,
				len(got.Features), w.Version, w.Extent, len(w.Features)))
			continue
		}
		for i, f := range got.Features {
			if !reflect.DeepEqual(f, w.Features[i]) {
				out = append(out, fmt.Sprintf("layer %s: feature %d is %.300s; our reader finds %.300s", got.Name, i, fmt.Sprint(f), fmt.Sprint(w.Features[i])))
			}
		}
	}
	for name := range want {
		out = append(out, fmt.Sprintf("layer %s was not found", name))
	}
	return out
}

// asNodeReads is a layer as JSON carries it.
func asNodeReads(t *testing.T, l mvt.TileLayer) nodeLayer {
	t.Helper()
	out := nodeLayer{Name: l.Name, Version: int(l.Version), Extent: int(l.Extent), Features: []nodeFeature{}}
	for _, f := range l.Features {
		n := nodeFeature{ID: f.ID, Properties: f.Properties, Geometry: f.Geometry}
		switch g := f.Geometry.(type) {
		case orb.MultiPoint:
			n.Type = 1
			single := make([][]orb.Point, len(g)) // there each point is a line of one
			for i, p := range g {
				single[i] = []orb.Point{p}
			}
			n.Geometry = single
		case orb.MultiLineString:
			n.Type = 2
		case orb.MultiPolygon:
			n.Type = 3
		}
		out.Features = append(out.Features, n)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	var back nodeLayer
	d := json.NewDecoder(strings.NewReader(string(text)))
	if err := d.Decode(&back); err != nil {
		t.Fatal(err)
	}
	return back
}
