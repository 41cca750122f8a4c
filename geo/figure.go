package geo

import (
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// ErrFigure is wrapped by errors about a geometry that is no figure: see FigureFrom.
var ErrFigure = errors.New("geometry is neither a line nor an area")

// Figure is a line, or an area of one ring, that is laid on a coverage. Its corners are Fixed positions. It is immutable.
type Figure struct {
	corners []Fixed // of an area: closed, the inside on the left
	area    bool
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
		return Figure{corners: corners}, err
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
	if FixedRing(corners).Winding() < 0 {
		slices.Reverse(corners)
	}
	return Figure{corners: corners, area: true}, nil
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

// Corners returns the corners in degrees; those of an area are closed. The slice is the caller's.
func (f Figure) Corners() []orb.Point {
	out := make([]orb.Point, len(f.corners))
	for i, c := range f.corners {
		out[i] = c.Point()
	}
	return out
}

func (f Figure) box() box {
	b := boxOf(f.corners[0], f.corners[0])
	for _, c := range f.corners[1:] {
		b = b.join(boxOf(c, c))
	}
	return b
}
