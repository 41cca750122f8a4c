package mvt

import (
	"fmt"
	"slices"
	"sync"

	"wangge/geo"
	"wangge/layers"
)

// Atlas is what tiles are made from: a Snapshot with its borders prepared for every zoom. It is immutable and safe for
// concurrent use.
type Atlas struct {
	snapshot *layers.Snapshot
	tables   map[layers.Layer]*table                     // layers that are no partition
	borders  map[layers.Layer]map[*geo.Coverage]*borders // of every interval of a partition
	pens     *sync.Pool
}

// NewAtlas prepares a snapshot. What did not change since before, which may be nil, is shared with it: an edit of a pole costs the
// one or two pages that have it, an edit of a border the arrangement of its layer.
func NewAtlas(s *layers.Snapshot, before *Atlas) (*Atlas, error) {
	if before == nil {
		before = &Atlas{snapshot: &layers.Snapshot{}, pens: &sync.Pool{New: func() any { return &pen{lists: poleWords()} }}}
	}
	a := &Atlas{snapshot: s, pens: before.pens, tables: map[layers.Layer]*table{}, borders: map[layers.Layer]map[*geo.Coverage]*borders{}}
	for _, sp := range specs {
		set := s.Set(sp.layer)
		switch {
		case !set.Info().Partition:
			a.tables[sp.layer] = newTable(sp, set, before.tables[sp.layer])
		case before.snapshot.Set(sp.layer) == set:
			a.borders[sp.layer] = before.borders[sp.layer]
		default:
			a.borders[sp.layer] = bordersOf(s, sp, before.borders[sp.layer])
		}
	}
	return a, nil
}

// bordersOf prepares the partition of each interval of a layer, or takes it from before where the arrangement is the same.
func bordersOf(s *layers.Snapshot, sp *spec, before map[*geo.Coverage]*borders) map[*geo.Coverage]*borders {
	var cuts []layers.Instant
	for f := range s.Set(sp.layer).Rows() {
		cuts = append(cuts, f.Head().ValidFrom)
		if to := f.Head().ValidTo; to != 0 {
			cuts = append(cuts, to)
		}
	}
	slices.Sort(cuts)
	out := map[*geo.Coverage]*borders{}
	for _, at := range slices.Compact(cuts) {
		p := s.Partition(sp.layer, at)
		if p == nil || out[p.Coverage()] != nil {
			continue
		}
		b := before[p.Coverage()]
		if b == nil {
			b = newBorders(p.Coverage(), sp.labels != nil)
		}
		out[p.Coverage()] = b
	}
	return out
}

// Append appends the tile of the named layers as they apply at the instant to dst, one tile layer after the other, and returns
// the extended slice. A layer without a feature in the tile is left out; a tile without any layer has no bytes. A name that is no
// layer with tiles is an error of kind layers.ErrNotFound, a tile that does not exist or a name given twice one of kind
// layers.ErrInvalid; dst is then returned as it was. Append keeps nothing of dst, and allocates nothing once it has made tiles as
// large and dst has room.
func (a *Atlas) Append(dst []byte, t geo.Tile, at layers.Instant, names ...layers.Layer) ([]byte, error) {
	if !t.Valid() {
		return dst, fmt.Errorf("tile %s: %w", t, layers.ErrInvalid)
	}
	for i, name := range names {
		if specOf(name) == nil {
			return dst, fmt.Errorf("tiles of layer %q: %w", name, layers.ErrNotFound)
		}
		if slices.Contains(names[:i], name) {
			return dst, fmt.Errorf("tiles of layer %q: named twice: %w", name, layers.ErrInvalid)
		}
	}
	p := a.pens.Get().(*pen)
	p.atlas, p.at, p.zone = a, at, nil
	for _, name := range names {
		dst = p.appendSpec(dst, specOf(name), t)
	}
	p.atlas, p.zone = nil, nil // a pen outlives the atlas
	a.pens.Put(p)
	return dst, nil
}
