package mvt

import (
	"wangge/geo"
	"wangge/layers"
)

// difference says where the tiles of a layer may differ between two atlases; outside they are the same bytes at every instant.
type difference struct {
	everywhere bool
	// gone and come are where rows were and are; a row that was replaced is in both.
	gone, come []reach
	// drawn is where the layer shows something else although its rows are the same: borders that it is drawn by, or what it says of
	// another layer.
	drawn []reach
}

// reach is a box in which something is drawn, and from which zoom to which.
type reach struct {
	box         unitBox
	first, last uint8
}

// mostReaches is up to how many places are listed; a layer with more has changed everywhere.
const mostReaches = 2000

// differences are those of all layers; a layer that is not there has none.
type differences map[layers.Layer]*difference

// of returns the difference of a layer, a new one if there is none yet.
func (ds differences) of(l layers.Layer) *difference {
	if ds[l] == nil {
		ds[l] = &difference{}
	}
	return ds[l]
}

// compare returns where the tiles of two atlases differ.
func compare(before, a *Atlas) differences {
	ds := differences{}
	for _, sp := range specs {
		now, was := a.snapshot.Set(sp.layer), before.snapshot.Set(sp.layer)
		if now == was {
			continue
		}
		d, zones := ds.of(sp.layer), map[string]bool{}
		now.Difference(was, func(f layers.Feature) {
			d.gone = d.add(d.gone, sp, f)
			zones[f.Head().ID] = true
		}, func(f layers.Feature) {
			d.come = d.add(d.come, sp, f)
			zones[f.Head().ID] = true
		})
		if sp.layer == layers.Zones {
			ds.spacesOf(zones, a)
		}
		if now.Info().Partition {
			ds.partitions(sp, before, a)
		}
	}
	ds.retimed(before, a)
	return ds
}

// add adds where a feature is drawn to a list of the difference.
func (d *difference) add(list []reach, sp *spec, f layers.Feature) []reach {
	r, ok := sp.place(f)
	if !ok {
		return list
	}
	return d.addReach(list, reach{r.box, r.zoom, geo.MaxZoom})
}

func (d *difference) addReach(list []reach, r reach) []reach {
	if d.everywhere = d.everywhere || len(list) >= mostReaches; d.everywhere {
		return list
	}
	return append(list, r)
}

// spacesOf notes the spaces of zones that have changed, because a space shows the mode of its zone.
func (ds differences) spacesOf(zones map[string]bool, a *Atlas) {
	spaces := specOf(layers.Spaces)
	for f := range a.snapshot.Set(layers.Spaces).Rows() {
		if zones[f.(*layers.Space).Zone] {
			d := ds.of(layers.Spaces)
			d.drawn = d.add(d.drawn, spaces, f)
		}
	}
}

// cells notes the cells in which the poles are counted otherwise, by resolution.
func (ds differences) cells(before, a *Atlas, recounted [resolutions][]cellCensus) {
	for k, list := range recounted {
		for _, c := range list {
			h := a.hexagons[k].find(c.cell)
			if h == nil {
				h = before.hexagons[k].find(c.cell)
			}
			d := ds.of(Hexagons)
			d.drawn = d.addReach(d.drawn, h.reachOf(k))
		}
	}
}

// any reports whether there is any place in the difference.
func (d *difference) any() bool { return d.everywhere || len(d.gone)+len(d.come)+len(d.drawn) > 0 }

// each calls f for every place in the difference.
func (d *difference) each(f func(reach)) {
	for _, list := range [3][]reach{d.gone, d.come, d.drawn} {
		for _, r := range list {
			f(r)
		}
	}
}

// touches reports whether the layer may differ in the tile.
func (d *difference) touches(sp *spec, t geo.Tile) bool {
	if d.everywhere {
		return true
	}
	frame, touched := frameOf(t, sp.bufferAt(t.Z)), false
	d.each(func(r reach) { touched = touched || r.first <= t.Z && t.Z <= r.last && frame.meets(r.box) })
	return touched
}

// tiles returns the columns and rows of the tiles of a zoom whose frames meet the box.
func (r reach) tiles(sp *spec, z uint8) (lo, hi [2]uint32) {
	f := frame{z: z}
	a, b, buffer, last := f.scale(r.box.lo), f.scale(r.box.hi), sp.bufferAt(z), int64(1)<<z-1
	column := func(v int64) uint32 { return uint32(max(0, min(v>>extentBits, last))) }
	return [2]uint32{column(a.X - buffer - 1), column(a.Y - buffer - 1)}, [2]uint32{column(b.X + buffer), column(b.Y + buffer)}
}
