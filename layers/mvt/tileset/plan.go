package tileset

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// Format is the kind of a tileset file.
type Format string

// The formats.
const (
	PMTiles Format = "pmtiles" // PMTiles version 3
	MBTiles Format = "mbtiles" // MBTiles 1.3, which is SQLite
)

// ParseFormat returns the format of that name, or an error of kind layers.ErrInvalid.
func ParseFormat(s string) (Format, error) {
	if f := Format(s); f == PMTiles || f == MBTiles {
		return f, nil
	}
	return "", fmt.Errorf("format %q: %w: want %s or %s", s, layers.ErrInvalid, PMTiles, MBTiles)
}

// Plan says what is in a tileset. Equal plans give equal files.
type Plan struct {
	Format Format `json:"format"`
	// Layers are in a tile in this order; PlanLayers gives it.
	Layers  []layers.Layer `json:"layers"`
	MinZoom uint8          `json:"min_zoom"`
	MaxZoom uint8          `json:"max_zoom"`
	// Box limits the tiles to those that meet it, edges included; nil for all tiles with anything in them. Degrees.
	Box *orb.Bound `json:"box,omitempty"`
	// At is the instant that the tiles show. Present says that it was the present when the run began, and not asked for.
	At      layers.Instant `json:"at"`
	Present bool           `json:"present"`
	// KnownAt is when it was known, zero for what is known at Position.
	KnownAt  layers.Instant  `json:"known_at,omitzero"`
	Position layers.Position `json:"position"`
	// Program identifies what makes the tiles: another program may make other bytes.
	Program string `json:"program"`
}

// PlanLayers returns the layers in the order of mvt.Layers, each once; all with tiles for none. A name that is no layer with tiles
// is an error of kind layers.ErrNotFound that lists those that are.
func PlanLayers(names []string) ([]layers.Layer, error) {
	all, out := mvt.Layers(), []layers.Layer(nil)
	for _, l := range all {
		if slices.Contains(names, string(l)) {
			out = append(out, l)
		}
	}
	for _, name := range names {
		if !slices.Contains(out, layers.Layer(name)) {
			return nil, fmt.Errorf("tiles of layer %q: %w: the layers with tiles are %v", name, layers.ErrNotFound, all)
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	return out, nil
}

// Zooms returns the zooms that TileJSON gives for the layers: the first with anything in a tile, and the one past which a viewer may
// enlarge tiles instead of asking for more.
func Zooms(names []layers.Layer) (first, last uint8) {
	first = geo.MaxZoom
	for _, name := range names {
		if info, ok := mvt.Describe(name); ok {
			first, last = min(first, info.MinZoom), max(last, info.MaxZoom)
		}
	}
	return first, last
}

// check refuses a plan that makes no sense.
func (p Plan) check() error {
	if _, err := ParseFormat(string(p.Format)); err != nil {
		return err
	}
	if len(p.Layers) == 0 {
		return fmt.Errorf("a tileset of no layers: %w", layers.ErrInvalid)
	}
	for i, l := range p.Layers {
		if _, ok := mvt.Describe(l); !ok || slices.Contains(p.Layers[:i], l) {
			return fmt.Errorf("a tileset of layer %q: %w", l, layers.ErrInvalid)
		}
	}
	if p.MinZoom > p.MaxZoom || p.MaxZoom > geo.MaxZoom {
		return fmt.Errorf("zooms %d to %d: %w", p.MinZoom, p.MaxZoom, layers.ErrInvalid)
	}
	if p.Box != nil {
		return CheckBox(*p.Box)
	}
	return nil
}

// CheckBox refuses a box that is none, with an error of kind layers.ErrInvalid. A box across the antimeridian is none.
func CheckBox(b orb.Bound) error {
	for _, v := range []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%w: not a finite number", layers.ErrInvalid)
		}
	}
	switch {
	case b.Min[0] > b.Max[0]:
		return fmt.Errorf("%w: west %g is east of east %g", layers.ErrInvalid, b.Min[0], b.Max[0])
	case b.Min[1] > b.Max[1]:
		return fmt.Errorf("%w: south %g is north of north %g", layers.ErrInvalid, b.Min[1], b.Max[1])
	case b.Min[0] < -180 || b.Max[0] > 180:
		return fmt.Errorf("%w: a longitude is beyond 180", layers.ErrInvalid)
	case b.Min[1] < -90 || b.Max[1] > 90:
		return fmt.Errorf("%w: a latitude is beyond 90; longitude comes first", layers.ErrInvalid)
	}
	return nil
}

// Differences says, for people, in what a plan differs from that of a stopped run; none when the run can be gone on with.
func (p Plan) Differences(stopped Plan) []string {
	var out []string
	add := func(differs bool, format string, args ...any) {
		if differs {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(p.Position != stopped.Position, "the store went on from revision %s to %s", stopped.Position, p.Position)
	add(p.Program != stopped.Program, "the program is another")
	add(p.Format != stopped.Format, "the format was %s", stopped.Format)
	add(!slices.Equal(p.Layers, stopped.Layers), "the layers were %s", joined(stopped.Layers))
	add(p.MinZoom != stopped.MinZoom || p.MaxZoom != stopped.MaxZoom, "the zooms were %d to %d", stopped.MinZoom, stopped.MaxZoom)
	add(text(p.Box) != text(stopped.Box), "the box was %s", text(stopped.Box))
	add(p.At != stopped.At || p.Present != stopped.Present, "the time was %s", stopped.At)
	add(p.KnownAt != stopped.KnownAt, "the time of knowledge was another")
	return out
}

// text is a box as people give it.
func text(b *orb.Bound) string {
	if b == nil {
		return "none"
	}
	return fmt.Sprintf("%v,%v,%v,%v", b.Min[0], b.Min[1], b.Max[0], b.Max[1])
}

func joined(names []layers.Layer) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = string(n)
	}
	return strings.Join(parts, ",")
}
