package geo

import (
	"errors"
	"fmt"
	"strings"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// MaxCells is the largest number of cells for which CellsIn makes room: as many as the square of the diagonal of the box holds.
const MaxCells = 1_000_000

// ErrCell is wrapped by errors about H3 cells.
var ErrCell = errors.New("no such cell")

// Cell returns the H3 cell of resolution 0 to 15 that holds p. The error wraps ErrCell for another resolution and
// ErrCoordinate for what is no position.
func Cell(p orb.Point, resolution int) (uint64, error) {
	if err := checkPoint(p); err != nil {
		return 0, err
	}
	if err := checkResolution(resolution); err != nil {
		return 0, err
	}
	c, err := h3.LatLngToCell(h3.NewLatLng(p[1], p[0]), resolution)
	if err != nil {
		return 0, fmt.Errorf("geo: cell of resolution %d: %w: %w", resolution, ErrCell, err)
	}
	return uint64(c), nil
}

// CellBoundary returns the closed outline of a cell, counter-clockwise; nil when there is no such cell.
func CellBoundary(cell uint64) orb.Polygon {
	if !h3.Cell(cell).IsValid() {
		return nil
	}
	boundary, err := h3.CellToBoundary(h3.Cell(cell))
	if err != nil {
		return nil
	}
	ring := make(orb.Ring, 0, len(boundary)+1)
	for _, v := range boundary {
		ring = append(ring, orb.Point{v.Lng, v.Lat})
	}
	return orb.Polygon{append(ring, ring[0])}
}

// CellString returns the usual form of a cell: fifteen hexadecimal digits in lower case.
func CellString(cell uint64) string { return h3.CellToString(h3.Cell(cell)) }

// ParseCell reads what CellString writes, in capitals too; the error wraps ErrCell.
func ParseCell(s string) (uint64, error) {
	c := h3.CellFromString(s)
	if !c.IsValid() || h3.CellToString(c) != strings.ToLower(s) {
		return 0, fmt.Errorf("geo: cell %.32q: %w", s, ErrCell)
	}
	return uint64(c), nil
}

// CellsIn returns the cells of a resolution whose centre lies in pg, in no particular order; none for an empty polygon. More
// than MaxCells are refused before anything is allocated, with an error that wraps ErrCell, as is a polygon without width;
// ErrCoordinate is wrapped for a vertex that is no position.
func CellsIn(pg orb.Polygon, resolution int) ([]uint64, error) {
	if err := checkResolution(resolution); err != nil {
		return nil, err
	}
	if len(pg) == 0 || len(pg[0]) < 3 {
		return nil, nil
	}
	loops := make([]h3.GeoLoop, len(pg))
	for i, r := range pg {
		loops[i] = make(h3.GeoLoop, len(r))
		for j, p := range r {
			if err := checkPoint(p); err != nil {
				return nil, err
			}
			loops[i][j] = h3.NewLatLng(p[1], p[0])
		}
	}
	if err := checkCellCount(pg[0].Bound(), resolution); err != nil {
		return nil, err
	}
	cells, err := h3.PolygonToCells(h3.GeoPolygon{GeoLoop: loops[0], Holes: loops[1:]}, resolution)
	if err != nil {
		return nil, fmt.Errorf("geo: cells of resolution %d: %w: %w", resolution, ErrCell, err)
	}
	out := make([]uint64, len(cells))
	for i, c := range cells {
		out[i] = uint64(c)
	}
	return out, nil
}

// checkResolution refuses what is no resolution; the library would take its lower 32 bits.
func checkResolution(resolution int) error {
	if resolution < 0 || resolution > h3.MaxResolution {
		return fmt.Errorf("geo: cell of resolution %d: %w", resolution, ErrCell)
	}
	return nil
}

// checkCellCount refuses a box whose diagonal squared holds more cells than MaxCells: by that, and not by the area of the
// polygon, the library sizes its arrays.
func checkCellCount(b orb.Bound, resolution int) error {
	average, err := h3.HexagonAreaAvgM2(resolution)
	if err != nil {
		return fmt.Errorf("geo: cells of resolution %d: %w: %w", resolution, ErrCell, err)
	}
	diagonal := float64(Distance(b.Min, b.Max))
	if n := diagonal * diagonal / average; n > MaxCells {
		return fmt.Errorf("geo: room for %.0f cells of resolution %d, at most %d: %w", n, resolution, MaxCells, ErrCell)
	}
	return nil
}
