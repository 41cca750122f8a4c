package geo

import (
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// ErrFigure is wrapped by errors about a geometry that is no figure: see FigureFrom.
var ErrFigure = errors.New("geometry is neither a line nor an area")

// Figure is a line or an area that is laid on a coverage. Its corners are Fixed positions. It is immutable.
type Figure struct {
	lines [][]Fixed // of an area: closed rings, the inside on the left
	area  bool
}

// FigureFrom rounds a LineString or a Polygon without holes (longitude, latitude in degrees; a ring is closed). Equal corners that follow each
// other count once. The error wraps ErrFigure for anything else, a line without length, and a ring that crosses itself or has no
// inside; it wraps ErrCoordinate for a corner that is no position on Earth.
func FigureFrom(g orb.Geometry) (Figure, error) {
	switch g := g.(type) {
	case orb.LineString:
		corners, err := figureCorners(g)
		if err == nil && len(corners) < 2 {
			err = fmt.Errorf("geo: a line has two different corners: %w", ErrFigure)
		}
		return Figure{lines: [][]Fixed{corners}}, err
	case orb.Polygon:
		if len(g) != 1 {
			return Figure{}, fmt.Errorf("geo: an area has one ring, this one %d: %w", len(g), ErrFigure)
		}
		return figureOfRing(g)
	}
	return Figure{}, fmt.Errorf("geo: %T: %w", g, ErrFigure)
}

func figureOfRing(g orb.Polygon) (Figure, error) {
	for _, p := range g[0] {
		if err := checkPoint(p); err != nil {
			return Figure{}, err
		}
	}
	for _, d := range ValidateMultiPolygon(g) {
		if d.Severity == SeverityError {
			return Figure{}, fmt.Errorf("geo: %s: %w", d.Detail, ErrFigure)
		}
	}
	corners, err := figureCorners(orb.LineString(g[0]))
	if err != nil {
		return Figure{}, err
	}
	return FigureOf(FixedMultiPolygon{{corners}}), nil
}

// FigureOf makes a figure of an area that is valid (ValidateMultiPolygon), with its parts and holes. The area must have a ring.
func FigureOf(m FixedMultiPolygon) Figure {
	f := Figure{area: true}
	for _, pg := range m {
		for i, ring := range pg {
			ring = slices.Clone(ring)
			if (ring.Winding() < 0) != (i > 0) {
				slices.Reverse(ring)
			}
			f.lines = append(f.lines, ring)
		}
	}
	return f
}

// figureCorners rounds the corners and leaves out each that equals the one before.
func figureCorners(line orb.LineString) (out []Fixed, err error) {
	for _, p := range line {
		f, err := FixedFrom(p)
		if err != nil {
			return nil, err
		}
		if len(out) == 0 || f != out[len(out)-1] {
			out = append(out, f)
		}
	}
	return out, nil
}

// IsArea reports whether the figure is an area.
func (f Figure) IsArea() bool { return f.area }

// Corners returns the corners in degrees, ring by ring; rings are closed. The slice is the caller's.
func (f Figure) Corners() []orb.Point {
	var out []orb.Point
	for _, line := range f.lines {
		for _, c := range line {
			out = append(out, c.Point())
		}
	}
	return out
}

func (f Figure) box() box {
	b := boxOf(f.lines[0][0], f.lines[0][0])
	for _, line := range f.lines {
		for _, c := range line {
			b = b.join(boxOf(c, c))
		}
	}
	return b
}
