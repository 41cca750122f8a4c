package main

import (
	"fmt"
	"math/rand/v2"

	"wangge/geo"
	"wangge/layers"
)

const (
	poleCount  = 3000
	firstBatch = 54 // poles of the first batch, each at a site of its own
	batchGrid  = "310116104Z05"
	// exampleNumber is the number of the pole beside the example point of the documents.
	exampleNumber = 7
)

// stand is where a pole can stand.
type stand struct {
	place vec
	road  string
	side  string
	grid  int
	// row numbers the stretch of road.
	row int
}

// poles sets the poles along the roads and says who owns each.
func (d *district) poles(roads []stretch, locate func(vec) int) []layers.Feature {
	stands := d.chosen(candidates(roads, locate))
	r := dice(forPoles, 1)
	out := make([]layers.Feature, 0, len(stands))
	batch := 0
	for i, s := range stands {
		n := i + 1
		p := &layers.Pole{Meta: meta(fmt.Sprintf("p_%04d", n)), Code: fmt.Sprintf("JS-P%05d", n), Name: poleName(s, n), Road: s.road, Side: s.side,
			SurveyMethod: "gnss", AccuracyM: 0.5, Geometry: s.place.point()}
		describe(p, r)
		switch {
		case n == exampleNumber:
			p.MainUse, p.State, p.ClaimState = "telecom", "claimed", "claimed"
			p.SurveyDate = "2025-04-17"
			p.Ownership = owned("claim", "2025-05-12", unitTelecom)
		case d.grids[s.grid].code == batchGrid && batch < firstBatch:
			batch++
			closed(p, batch, r)
		default:
			lifecycle(p, n, r)
		}
		out = append(out, p)
	}
	return out
}

func poleName(s stand, n int) string {
	if s.road == "" {
		return fmt.Sprintf("%d号杆", n)
	}
	return fmt.Sprintf("%s%d号杆", s.road, n)
}

// candidates walks along every road with a name and finds places on both sides of it, about 50 m apart.
func candidates(roads []stretch, locate func(vec) int) []stand {
	r := dice(forPoles, 0)
	var out []stand
	for row, s := range roads {
		if s.name == "" {
			continue
		}
		line, away := s.curve(), 4+float64(2*float64(s.lanes))
		length := line.length()
		for d := 14.0; d < length-14; d += 46 + spread(r, 5) {
			p, dir := line.along(d)
			side, sign := "left", 1.0
			if r.IntN(2) == 0 {
				side, sign = "right", -1
			}
			p = p.add(dir.left().scale(float64(sign * (away + spread(r, 0.6)))))
			if g := locate(p); g >= 0 {
				out = append(out, stand{p, s.name, side, g, row})
			}
		}
	}
	return out
}

// chosen takes about as many places in each grid, whole roads first, and puts the pole of the example where it belongs.
func (d *district) chosen(all []stand) []stand {
	example := at(examplePoint[0], examplePoint[1]).add(vec{1.9, -0.9})
	near := newRaster(14)
	near.add(example)
	byGrid := make([][]stand, len(d.grids))
	for _, s := range all {
		if near.near(s.place, 14) < 0 {
			near.add(s.place)
			byGrid[s.grid] = append(byGrid[s.grid], s)
		}
	}
	quota := make([]int, len(byGrid))
	left := poleCount - 1
	for left > 0 {
		before := left
		for g := range byGrid {
			if left > 0 && quota[g] < len(byGrid[g]) {
				quota[g]++
				left--
			}
		}
		if left == before {
			break
		}
	}
	var out []stand
	for g, list := range byGrid {
		out = append(out, wholeRows(list, quota[g], dice(forPoles, 100+g))...)
	}
	grid := 0
	for i, g := range d.grids {
		if g.code == batchGrid {
			grid = i
		}
	}
	out = append(out[:exampleNumber-1], append([]stand{{place: example, grid: grid}}, out[exampleNumber-1:]...)...)
	return out
}

// wholeRows takes n of the places, stretch by stretch in an order by chance.
func wholeRows(list []stand, n int, r *rand.Rand) []stand {
	var rows [][]stand
	for i, s := range list {
		if i == 0 || s.row != list[i-1].row {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], s)
	}
	var out []stand
	for _, k := range r.Perm(len(rows)) {
		out = append(out, rows[k][:min(len(rows[k]), n-len(out))]...)
	}
	return out
}

// touches reports whether a road of that name has an end or vertex at a place.
func touches(roads []stretch, name string, at geo.Fixed) bool {
	for _, s := range roads {
		if s.name != name {
			continue
		}
		for _, p := range s.points {
			if p == at {
				return true
			}
		}
	}
	return false
}
