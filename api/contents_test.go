package api_test

import (
	"math"
	"net/http"
	"testing"

	"wangge/layers"
)

// What lies in the grids of the demo: 304 organisations, each in a grid, with shares that add up to all of it, 16 police stations of which every
// grid has one, and a chief in each grid.
func TestContentsOfGrids(t *testing.T) {
	s := demoServer(t)
	type contents struct {
		Grid  string
		Items []struct {
			Layer, ID, Kind, Name string
			Share, Covers         float64
		}
		Posts []struct{ ID, Kind, Unit string }
		Count map[string]int
	}
	shares, kinds := map[string]float64{}, map[string]string{}
	for f := range s.World().Set(layers.Grids).All(layers.InstantOf(noon)) {
		g := f.(*layers.Grid)
		var got contents
		s.get("/v1/grids/" + g.Code + "/contents?at=2026-09-14T10:00:00%2B08:00").status(http.StatusOK).json(&got)
		covered, stations := 0.0, 0
		for _, one := range got.Items {
			key := one.Layer + " " + one.ID
			shares[key] += one.Share
			kinds[key] = one.Layer
			if one.Layer == "overlays" {
				kinds[key] = one.Kind
			}
			if one.Layer == "communities" {
				covered += one.Covers
			}
			if one.Kind == layers.PoliceArea {
				stations++
			}
		}
		if math.Abs(covered-1) > 0.02 || stations == 0 || got.Count[layers.PoliceArea] != stations {
			t.Errorf("%s: communities cover %.3f of it, and it has %d police areas: %v", g.Code, covered, stations, got.Count)
		}
		if len(got.Posts) == 0 || got.Posts[0].Kind != layers.Chief {
			t.Errorf("%s: the posts %v", g.Code, got.Posts)
		}
	}
	count := map[string]int{}
	for key, sum := range shares {
		count[kinds[key]]++
		if math.Abs(sum-1) > 0.006 && kinds[key] != layers.PoliceArea {
			t.Errorf("%s: its shares add up to %.3f", key, sum)
		}
	}
	delete(count, layers.KeptClear)
	same(t, "what there is", count, map[string]int{"communities": 247, layers.Block: 41, layers.Park: 12, layers.Building: 4, layers.PoliceArea: 16})
	s.get("/v1/grids/310116999Z01/contents").problem(http.StatusNotFound, "not-found")
}
