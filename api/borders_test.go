package api_test

import (
	"math"
	"net/http"
	"slices"
	"testing"

	"wangge/geo"
)

// Each border is there once, as long as its line, and the borders of a grid are those that name it.
func TestBorders(t *testing.T) {
	s := demoServer(t)
	type border struct {
		ID, Lead, Agreement string
		GridA               string  `json:"grid_a"`
		GridB               string  `json:"grid_b"`
		NameA               string  `json:"name_a"`
		NameAEn             string  `json:"name_a_en"`
		TownA               string  `json:"town_a"`
		TownB               string  `json:"town_b"`
		CrossTown           bool    `json:"cross_town"`
		External            bool    `json:"external"`
		LengthM             float64 `json:"length_m"`
		Beyond              []struct {
			Unit, Name string
			LengthM    float64 `json:"length_m"`
		}
		Geometry *struct {
			Type        string
			Coordinates [][][2]float64
		}
	}
	type list struct {
		Borders []border
		LengthM float64 `json:"length_m"`
	}
	of := func(query string) (out list) {
		s.get("/v1/borders" + query).status(http.StatusOK).json(&out)
		return out
	}
	all := of("")
	if len(all.Borders) < 80 || all.LengthM < 400_000 {
		t.Fatalf("%d borders of %v m", len(all.Borders), all.LengthM)
	}
	led, beyond := 0, map[string]float64{}
	for _, b := range all.Borders {
		if b.Geometry != nil || b.NameA == "" || b.NameAEn == "" || b.CrossTown != (b.TownB != "" && b.TownA != b.TownB) || b.External != (b.GridB == "") {
			t.Errorf("%+v", b)
		}
		for _, one := range b.Beyond {
			if !b.External || one.Unit == "" || one.Name == "" || one.LengthM <= 0 || one.LengthM > b.LengthM+0.1 {
				t.Errorf("%s: beyond it lies %+v", b.ID, one)
			}
			beyond[one.Unit] += one.LengthM
		}
		if b.Lead != "" {
			led++
			if b.Lead != b.GridA && b.Lead != b.GridB || b.Agreement == "" {
				t.Errorf("%+v", b)
			}
		}
	}
	if led == 0 {
		t.Error("nobody leads anywhere")
	}
	if len(beyond) != 5 || beyond["u_ext_310120"] < 10_000 || beyond["u_ext_310118"] > 5_000 {
		t.Errorf("beyond the border of the district: %v", beyond)
	}
	const code = "310116104Z01"
	mine := of("?grid=" + code)
	for _, b := range all.Borders {
		named := b.GridA == code || b.GridB == code
		if named != slices.ContainsFunc(mine.Borders, func(o border) bool { return o.ID == b.ID }) {
			t.Errorf("%s: of the grid %v", b.ID, named)
		}
	}
	if town := of("?town=310116104"); len(town.Borders) <= len(mine.Borders) || len(town.Borders) >= len(all.Borders) {
		t.Errorf("%d borders of the town, %d of its grid", len(town.Borders), len(mine.Borders))
	}
	for _, b := range mine.Borders {
		var one border
		s.get("/v1/borders/" + b.ID).status(http.StatusOK).json(&one)
		if one.Geometry == nil || one.Geometry.Type != "MultiLineString" {
			t.Fatalf("%+v", one)
		}
		m := 0.0
		for _, line := range one.Geometry.Coordinates {
			for i := 1; i < len(line); i++ {
				m += float64(geo.Distance(line[i-1], line[i]))
			}
		}
		if math.Abs(m-one.LengthM) > 0.5+1e-3*m {
			t.Errorf("%s: %v m, its line %v m", b.ID, one.LengthM, m)
		}
	}
	s.get("/v1/borders/b_310116104Z01_310116001Z01").problem(http.StatusNotFound, "not-found")
	s.get("/v1/borders/nothing").problem(http.StatusNotFound, "not-found")
}
