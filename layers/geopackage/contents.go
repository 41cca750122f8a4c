package geopackage

import (
	"encoding/json"
	"math"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// noBox is the extent of nothing.
var noBox = box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}

func (b box) union(o box) box {
	return box{min(b[0], o[0]), max(b[1], o[1]), min(b[2], o[2]), max(b[3], o[3])}
}

func boxOfShape(g orb.Geometry) box {
	b := g.Bound()
	return box{b.Min[0], b.Max[0], b.Min[1], b.Max[1]}
}

// contents keeps the table of contents that other programs read: when a layer changed, and its extent, which only grows.
func (w *editor) contents() error {
	for l, extent := range w.extents {
		if err := w.exec("UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?", stamp(w.at), string(l)); err != nil {
			return err
		}
		if extent == noBox {
			continue
		}
		err := w.exec(`UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), max_x = max(coalesce(max_x, ?2), ?2),
			min_y = min(coalesce(min_y, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4) WHERE table_name = ?5`,
			extent[0], extent[1], extent[2], extent[3], string(l))
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) setSettings(s layers.Settings) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return t.exec("UPDATE wangge_meta SET settings = ?", string(b))
}
