package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// qgisPython returns a Python that has QGIS. It is some 170 packages, so that nothing installs it; not even WANGGE_REQUIRE=all asks
// for it.
func qgisPython(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(t.Context(), python, "-c", "import qgis.core").Run() == nil {
			return python
		}
	}
	t.Skip("QGIS is absent (Debian: apt-get install --no-install-recommends python3-qgis qgis-providers; it is large, so that make test does " +
		"not bring it): QGIS does not read the tiles, the OGC API and the GeoPackage")
	return ""
}

// qgisJob is what testdata/inqgis.py does.
type qgisJob struct {
	URL         string           `json:"url"`
	GeoPackage  string           `json:"geopackage"`
	Found       string           `json:"found"` // the file for the findings
	Maps        []qgisMap        `json:"maps"`
	Collections []qgisCollection `json:"collections"`
	Edits       []qgisEdit       `json:"edits"`
}

type qgisMap struct {
	Name    string         `json:"name"`
	Image   string         `json:"image"`
	Layers  []layers.Layer `json:"layers"`
	MaxZoom uint8          `json:"max_zoom"`
	Styles  []qgisStyle    `json:"styles"`
	Box     [4]float64     `json:"box"` // degrees
	Size    [2]int         `json:"size"`
}

type qgisStyle struct {
	Layer    string `json:"layer"` // in the tile
	Geometry string `json:"geometry"`
	Color    string `json:"color"`
	Where    string `json:"where,omitempty"`
}

type qgisCollection struct {
	Name layers.Layer `json:"name"`
	Page int          `json:"page"`
	Box  *[4]float64  `json:"box,omitempty"`
}

type qgisEdit struct {
	Layer layers.Layer `json:"layer"`
	ID    string       `json:"id"`
	Field string       `json:"field"`
	Value string       `json:"value"`
	Point *orb.Point   `json:"point,omitempty"`
}

// qgisFindings is what came of it.
type qgisFindings struct {
	Maps map[string]struct {
		Valid  bool
		Errors []string
		Extent [4]float64 // Mercator metres
		Pixels map[string]int
	}
	Collections map[layers.Layer]struct {
		Valid           bool
		CRS             string
		Counted         int
		IDs             []string
		Fields          []string
		WithoutGeometry int `json:"without_geometry"`
		Invalid         int
		InBox           []string `json:"in_box"`
	}
	GeoPackage map[string]struct {
		Valid            bool
		Counted, Read    int
		CRS              string
		Spatial, Indexed bool
		Fields           []string
	}
	Edits []struct {
		Started, Changed, Committed bool
		Errors                      []string
	}
}

// qgis has QGIS do the job.
func qgis(t *testing.T, python string, job qgisJob) qgisFindings {
	t.Helper()
	home := t.TempDir()
	job.Found = filepath.Join(home, "found.json")
	text, err := json.Marshal(job)
	if err == nil {
		err = os.WriteFile(filepath.Join(home, "job.json"), text, 0o600)
	}
	if err == nil {
		err = os.Chmod(home, 0o700) // as XDG_RUNTIME_DIR has to be
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "testdata/inqgis.py", filepath.Join(home, "job.json"))
	cmd.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+home, "XDG_RUNTIME_DIR="+home, "LC_ALL=C.UTF-8", "NO_PROXY=*", "no_proxy=*")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	} else if len(out) > 0 {
		t.Logf("QGIS says: %s", out)
	}
	var found qgisFindings
	text, err = os.ReadFile(job.Found)
	if err == nil {
		err = json.Unmarshal(text, &found)
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestQGIS has QGIS, without a desktop, read all that a demo has to offer it, and edit the file that is being served. The pictures
// that it draws stay in the folder that WANGGE_PICTURES names, if it does.
func TestQGIS(t *testing.T) {
	python := qgisPython(t)
	store := demo(t)
	snap := demoSnapshot(t)
	s := serve(t, "--store", store)
	s.ready("/readyz")
	pictures := os.Getenv("WANGGE_PICTURES")
	if pictures == "" {
		pictures = t.TempDir()
	}
	job := qgisJob{URL: "http://" + s.address, GeoPackage: store, Maps: qgisMaps(snap, pictures), Collections: qgisCollections(snap), Edits: qgisEdits(snap)}
	found := qgis(t, python, job)
	t.Run("tiles", func(t *testing.T) { checkQGISMaps(t, snap, job, found) })
	t.Run("collections", func(t *testing.T) { checkQGISCollections(t, s, snap, job, found) })
	t.Run("geopackage", func(t *testing.T) { checkQGISGeoPackage(t, snap, found) })
	t.Run("edits", func(t *testing.T) { checkQGISEdits(t, s, store, job, found) })
}
