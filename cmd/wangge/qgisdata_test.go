package main

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// qgisCollections asks for every layer that all may read, most in pages of 50, with a box in the middle of those that have
// places.
func qgisCollections(snap *layers.Snapshot) []qgisCollection {
	var out []qgisCollection
	for _, in := range layers.All() {
		if in.Confined {
			continue
		}
		c := qgisCollection{Name: in.Layer, Page: 50}
		if n := snap.Set(in.Layer).Len(); n > 1000 {
			c.Page = 1000
		}
		if in.Geometry != "" && snap.Set(in.Layer).Len() > 0 {
			b := boxOf(snap, in.Layer, 0)
			w, h := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
			c.Box = &[4]float64{b.Min[0] + 0.4*w, b.Min[1] + 0.4*h, b.Min[0] + 0.6*w, b.Min[1] + 0.6*h}
		}
		out = append(out, c)
	}
	return out
}

func checkQGISCollections(t *testing.T, s *running, snap *layers.Snapshot, job qgisJob, found qgisFindings) {
	for _, c := range job.Collections {
		got := found.Collections[c.Name]
		var want []string
		for f := range snap.Set(c.Name).All(qgisNow) {
			want = append(want, f.Head().ID)
		}
		slices.Sort(want)
		if !got.Valid || !slices.Equal(got.IDs, want) {
			t.Errorf("%s: valid %v, QGIS reads %d features, want %d", c.Name, got.Valid, len(got.IDs), len(want))
		}
		if matched, _ := s.items(t, c.Name, url.Values{"limit": {"1"}}); got.Counted != matched || got.Counted != len(want) {
			t.Errorf("%s: QGIS counts %d, numberMatched is %d, want %d", c.Name, got.Counted, matched, len(want))
		}
		if got.Invalid > 0 || c.Box != nil && (got.WithoutGeometry > 0 || got.CRS == "") {
			t.Errorf("%s: %d geometries are not valid, %d absent, CRS %q", c.Name, got.Invalid, got.WithoutGeometry, got.CRS)
		}
		if c.Box == nil {
			continue
		}
		_, boxed := s.items(t, c.Name, url.Values{"limit": {"10000"}, "bbox": {strings.Trim(strings.ReplaceAll(fmt.Sprint(*c.Box), " ", ","), "[]")}})
		slices.Sort(boxed)
		if !slices.Equal(got.InBox, boxed) {
			t.Errorf("%s: QGIS finds %d features in the box, want %d", c.Name, len(got.InBox), len(boxed))
		}
		t.Logf("%s: %d features in pages of %d, %d of them in the box", c.Name, len(got.IDs), c.Page, len(got.InBox))
	}
}

// items returns numberMatched and the ids of a request for items.
func (r *running) items(t *testing.T, l layers.Layer, query url.Values) (matched int, ids []string) {
	t.Helper()
	status, _, body := r.get(fmt.Sprintf("/collections/%s/items?f=json&%s", l, query.Encode()))
	if status != http.StatusOK {
		t.Fatalf("%s %v: %d %.500s", l, query, status, body)
	}
	page := decode[struct {
		NumberMatched int
		Features      []struct{ ID string }
	}](t, body)
	for _, f := range page.Features {
		ids = append(ids, f.ID)
	}
	return page.NumberMatched, ids
}

// checkQGISGeoPackage: each layer is there with all rows; those with places have an index of them.
func checkQGISGeoPackage(t *testing.T, snap *layers.Snapshot, found qgisFindings) {
	for _, in := range layers.All() {
		got, ok := found.GeoPackage[string(in.Layer)]
		want := snap.Set(in.Layer).Len()
		if !ok || !got.Valid || got.Counted != want || got.Read != want || got.Spatial != (in.Geometry != "") || got.Indexed != got.Spatial {
			t.Errorf("%s: %+v; want %d rows", in.Layer, got, want)
		}
		if got.Spatial && got.CRS != "EPSG:4490" {
			t.Errorf("%s: the CRS is %s", in.Layer, got.CRS)
		}
		for _, c := range layers.Columns(in.Layer) {
			if ok && !slices.Contains(got.Fields, c.Name) {
				t.Errorf("%s: no field %s in %v", in.Layer, c.Name, got.Fields)
			}
		}
	}
}

// qgisEdits give a grid and a pole another name, and the pole another place.
func qgisEdits(snap *layers.Snapshot) []qgisEdit {
	out := []qgisEdit{{Layer: layers.Grids, ID: "310116104Z01", Field: "name", Value: "改名的网格"}}
	for f := range snap.Set(layers.Poles).All(qgisNow) {
		p := f.Shape().(orb.Point)
		p[0] += 0.0001
		return append(out, qgisEdit{Layer: layers.Poles, ID: f.Head().ID, Field: "name", Value: "移动的线杆", Point: &p})
	}
	return out
}

// checkQGISEdits: the service sees the edits within seconds, and takes edits of its own as before.
func checkQGISEdits(t *testing.T, s *running, store string, job qgisJob, found qgisFindings) {
	for i, e := range job.Edits {
		if got := found.Edits[i]; !got.Started || !got.Changed || !got.Committed {
			t.Errorf("%s %s: %+v", e.Layer, e.ID, got)
			continue
		}
		path := fmt.Sprintf("/v1/%s/%s", e.Layer, e.ID)
		var body string
		eventually(t, fmt.Sprintf("%s shows %q", path, e.Value), func() bool {
			_, _, body = s.get(path)
			return strings.Contains(body, e.Value)
		})
		if e.Point == nil {
			continue
		}
		got := decode[struct {
			Geometry struct{ Coordinates orb.Point }
		}](t, body).Geometry.Coordinates
		if math.Abs(got[0]-e.Point[0]) > 1e-7 || math.Abs(got[1]-e.Point[1]) > 1e-7 {
			t.Errorf("%s is at %v, want %v", e.ID, got, *e.Point)
		}
	}
	secret := regexp.MustCompile(`wg_[\w-]+`).FindString(ok(t, "token", "create", "--name", "after", "--role", "planner", "--store", store).out)
	eventually(t, "an edit of the service after those of QGIS", func() bool { // once it knows the token
		status, _ := s.post(t, "/v1/units", secret, `{"code":"T-1","name":"after QGIS","kind":"other"}`)
		return status == http.StatusCreated
	})
	ok(t, "check", "--store", store)
}
