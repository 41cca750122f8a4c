package mvt

import (
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// celled says in which cells the poles of a page lie, at each resolution. It is immutable.
type celled struct {
	cells [resolutions][]cellCensus // in the order in which the poles come to them
	at    [][resolutions]uint16     // of each pole, its places in cells; noCell for one that is in none
}

// noCell stands for the place of a cell where there is none. A page has fewer.
const noCell = 1<<16 - 1

// celler finds the cells of poles. It is for one goroutine.
type celler [resolutions]*geo.CellFinder

func newCeller() *celler {
	c := new(celler)
	for k := range c {
		c[k], _ = geo.NewCellFinder(firstResolution + k) // they are resolutions
	}
	return c
}

// find returns the cells of the rows of a page. Those of rows that the page before has, which may be nil, are taken from there.
func (c *celler) find(rows []row, before *page) *celled {
	out := &celled{at: make([][resolutions]uint16, len(rows))}
	if before != nil {
		for k, list := range before.celled.cells {
			out.cells[k] = make([]cellCensus, 0, len(list)+1)
		}
	}
	next := 0 // row of the page before
	for i := range rows {
		r, pole := &rows[i], rows[i].feature.(*layers.Pole)
		one := censusOf(pole)
		for before != nil && next < len(before.rows) && compareRows(before.rows[next], *r) < 0 {
			next++
		}
		known := before != nil && next < len(before.rows) && before.rows[next].feature == r.feature
		for k := range c {
			var cell uint64
			if known {
				cell = before.celled.cell(next, k)
			} else {
				cell = c.cell(k, pole.Geometry)
			}
			out.at[i][k] = out.add(k, cell, one)
		}
	}
	return out
}

// cell returns the cell of a position, 0 for none.
func (c *celler) cell(k int, p orb.Point) uint64 {
	cell, err := c[k].Cell(p)
	if err != nil {
		return 0 // a pole that is nowhere is in no cell
	}
	return cell
}

// add counts a pole in a cell and returns its place. The cells of the last poles are the likely ones.
func (c *celled) add(k int, cell uint64, one census) uint16 {
	if cell == 0 {
		return noCell
	}
	list := c.cells[k]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].cell == cell {
			list[i].census = list[i].plus(one)
			return uint16(i)
		}
	}
	c.cells[k] = append(list, cellCensus{cell, one})
	return uint16(len(list))
}

// cell returns the cell of pole i at a resolution, 0 for none.
func (c *celled) cell(i, k int) uint64 {
	if at := c.at[i][k]; at != noCell {
		return c.cells[k][at].cell
	}
	return 0
}

// pagesBetween calls gone and come for the pages that only one of two tables has.
func pagesBetween(before, now *table, gone, come func(*page)) {
	var p, q []*page
	if before != nil {
		p = before.pages
	}
	if now != nil {
		q = now.pages
	}
	layers.EachUnshared(p, q, func(a, b *page) int { return compareRows(a.rows[0], b.rows[0]) }, gone, come)
}
