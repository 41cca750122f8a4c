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
	changes  map[layers.Layer][]layers.Instant           // of a partition: when its intervals begin and end
	hexagons hexTables                                   // poles counted in cells
	pens     *sync.Pool
	// mark is the identity of the Atlas, and before that of the one from which it was made, nil for none. differs says where the
	// tiles of a layer may differ between the two; a layer that is not in it has the same tiles.
	mark, before *mark
	differs      differences
}

// mark identifies an Atlas without holding it. It has a size, so that no two have one address.
type mark struct{ _ byte }

// NewAtlas prepares a snapshot. What did not change since before, which may be nil, is shared with it: an edit of a pole costs the
// one or two pages that have it, an edit of a border the arrangement of its layer.
func NewAtlas(s *layers.Snapshot, before *Atlas) (*Atlas, error) {
	if before == nil {
		before = &Atlas{snapshot: &layers.Snapshot{}, pens: &sync.Pool{New: func() any { return &pen{lists: poleWords()} }}}
	}
	a := &Atlas{snapshot: s, pens: before.pens, tables: map[layers.Layer]*table{}, borders: map[layers.Layer]map[*geo.Coverage]*borders{},
		changes: map[layers.Layer][]layers.Instant{}, mark: new(mark), before: before.mark}
	for _, sp := range specs {
		set := s.Set(sp.layer)
		switch {
		case sp.layer == Hexagons: // made of poles
		case !set.Info().Partition:
			a.tables[sp.layer] = newTable(sp, set, before.tables[sp.layer])
		case before.snapshot.Set(sp.layer) == set:
			a.borders[sp.layer], a.changes[sp.layer] = before.borders[sp.layer], before.changes[sp.layer]
		default:
			a.changes[sp.layer] = changesOf(set)
			a.borders[sp.layer] = a.bordersOf(sp, before.borders[sp.layer])
		}
	}
	var recounted [resolutions][]cellCensus
	a.hexagons, recounted = before.hexagons.count(before.tables[layers.Poles], a.tables[layers.Poles])
	if a.before != nil {
		a.differs = compare(before, a)
		a.differs.cells(before, a, recounted)
	}
	return a, nil
}

// bordersOf prepares the partition of each interval of a layer, or takes it from before where the arrangement is the same.
func (a *Atlas) bordersOf(sp *spec, before map[*geo.Coverage]*borders) map[*geo.Coverage]*borders {
	out := map[*geo.Coverage]*borders{}
	for _, at := range a.changes[sp.layer] {
		p := a.snapshot.Partition(sp.layer, at)
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
	if err := check(t, names); err != nil {
		return dst, err
	}
	for _, name := range names {
		dst, _ = a.appendLayer(dst, specOf(name), t, at)
	}
	return dst, nil
}

// check refuses a tile that does not exist, a name that is no layer with tiles, and one that comes twice.
func check(t geo.Tile, names []layers.Layer) error {
	if !t.Valid() {
		return fmt.Errorf("tile %s: %w", t, layers.ErrInvalid)
	}
	for i, name := range names {
		if specOf(name) == nil {
			return fmt.Errorf("tiles of layer %q: %w", name, layers.ErrNotFound)
		}
		if slices.Contains(names[:i], name) {
			return fmt.Errorf("tiles of layer %q: named twice: %w", name, layers.ErrInvalid)
		}
	}
	return nil
}

// appendLayer appends the part of a tile that one layer is, with its labels if it has any, and returns in which span of time the
// layer looks like that in the tile.
func (a *Atlas) appendLayer(dst []byte, sp *spec, t geo.Tile, at layers.Instant) ([]byte, span) {
	p := a.pens.Get().(*pen)
	p.atlas, p.at, p.zone, p.span = a, at, nil, always()
	dst = p.appendSpec(dst, sp, t)
	s := p.span
	p.atlas, p.zone = nil, nil // a pen outlives the atlas
	a.pens.Put(p)
	return dst, s
}
