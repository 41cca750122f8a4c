package geopackage

import (
	"fmt"
	"math"

	"github.com/mattn/go-sqlite3"

	"wangge/layers/wkb"
)

// box is the extent of a geometry: minx, maxx, miny, maxy.
type box [4]float64

// boxOf returns the extent of a GeoPackageBinary: what its envelope says, or what its positions are. It is false for bytes
// that are no geometry of a layer, and for positions that are not finite. An empty geometry has no extent either.
func boxOf(b []byte) (extent box, empty, ok bool) {
	body, envelope, empty, err := splitHeader(b)
	if err != nil {
		return box{}, false, false
	}
	if envelope != nil && !empty {
		extent = box(envelope)
	} else {
		extent = box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
		finite := true
		err := wkb.Scan(body, func(x, y float64) {
			finite = finite && !math.IsNaN(x) && !math.IsNaN(y)
			extent = box{min(extent[0], x), max(extent[1], x), min(extent[2], y), max(extent[3], y)}
		})
		if err != nil || !finite {
			return box{}, false, false
		}
		if extent[0] > extent[1] {
			return box{}, true, true
		}
	}
	for _, v := range extent {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return box{}, false, false
		}
	}
	return extent, false, extent[0] <= extent[1] && extent[2] <= extent[3]
}

// register gives a connection the five functions that the R-tree triggers of a GeoPackage call. For what is no geometry they
// return NULL, so that a spoilt row is left out of the R-tree instead of failing the statement.
func register(c *sqlite3.SQLiteConn) error {
	side := func(i int) func(any) any {
		return func(v any) any {
			b, _ := v.([]byte)
			extent, empty, ok := boxOf(b)
			if !ok || empty {
				return nil
			}
			return extent[i]
		}
	}
	isEmpty := func(v any) any {
		b, _ := v.([]byte)
		_, empty, ok := boxOf(b)
		if !ok {
			return nil
		}
		return empty
	}
	for name, f := range map[string]any{"ST_MinX": side(0), "ST_MaxX": side(1), "ST_MinY": side(2), "ST_MaxY": side(3), "ST_IsEmpty": isEmpty} {
		if err := c.RegisterFunc(name, f, true); err != nil {
			return fmt.Errorf("register %s: %w", name, err)
		}
	}
	return nil
}
