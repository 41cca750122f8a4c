package mvt

import (
	"fmt"
	"sync"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// Atlas is what tiles are made from: a Snapshot with its borders prepared for every zoom. It is immutable and safe for
// concurrent use.
type Atlas struct {
	snapshot *layers.Snapshot
	pens     *sync.Pool
}

// NewAtlas prepares a snapshot. What did not change since before is shared with it; before may be nil.
func NewAtlas(s *layers.Snapshot, before *Atlas) (*Atlas, error) {
	a := &Atlas{snapshot: s, pens: &sync.Pool{New: func() any { return new(pen) }}}
	if before != nil {
		a.pens = before.pens
	}
	return a, nil
}

// pen is the scratch space in which one tile is made.
type pen struct {
	writer
}

// Append appends the tile of the named layers as they apply at the instant to dst, one tile layer after the other, and returns
// the extended slice. A layer without a feature in the tile is left out; a tile without any layer has no bytes. A name that is no
// layer with tiles is an error of kind layers.ErrNotFound, a tile that does not exist one of kind layers.ErrInvalid; dst is then
// returned as it was.
func (a *Atlas) Append(dst []byte, t geo.Tile, at layers.Instant, names ...layers.Layer) ([]byte, error) {
	if !t.Valid() {
		return dst, fmt.Errorf("tile %s: %w", t, layers.ErrInvalid)
	}
	for _, name := range names {
		if specOf(name) == nil {
			return dst, fmt.Errorf("tiles of layer %q: %w", name, layers.ErrNotFound)
		}
	}
	p := a.pens.Get().(*pen)
	defer a.pens.Put(p)
	for _, name := range names {
		dst = p.appendLayerOf(dst, a, specOf(name), t, at)
	}
	return dst, nil
}

func (p *pen) appendLayerOf(dst []byte, a *Atlas, s *spec, t geo.Tile, at layers.Instant) []byte {
	f := frameOf(t, s.buffer)
	p.begin(s.fields)
	a.snapshot.Set(s.layer).Search(t.Bound(float64(s.buffer)/Extent), at, func(feature layers.Feature) bool {
		if t.Z < s.firstZoom(feature) {
			return true
		}
		if p.draw(&f, feature.Shape()) {
			s.write(&p.writer, feature, t.Z, at)
			p.end(FeatureID(feature.Head().ID), s.geometry)
		}
		return true
	})
	return p.appendLayer(dst, s.id)
}

func (p *pen) draw(f *frame, g orb.Geometry) bool {
	switch g := g.(type) {
	case orb.Point:
		p.path.point(f.local(f.scale(unitOf(g))))
	case orb.LineString:
		if line := p.quantize(f, g); len(line) > 1 {
			p.path.line(line)
		}
	case orb.Polygon:
		for i, r := range g {
			p.ringOf(f, r, i == 0)
		}
	case orb.MultiPolygon:
		for _, pg := range g {
			for i, r := range pg {
				p.ringOf(f, r, i == 0)
			}
		}
	}
	return len(p.path.bytes) > 0
}

func (p *pen) quantize(f *frame, line []orb.Point) []xy {
	var out []xy
	for _, pt := range line {
		q := f.local(f.scale(unitOf(pt)))
		if len(out) == 0 || q != out[len(out)-1] {
			out = append(out, q)
		}
	}
	return out
}

func (p *pen) ringOf(f *frame, r orb.Ring, exterior bool) {
	ring := p.quantize(f, r)
	if len(ring) < 4 {
		return
	}
	ring = ring[:len(ring)-1]
	var sum int64
	for i, q := range ring {
		n := ring[(i+1)%len(ring)]
		sum += q.X*n.Y - n.X*q.Y
	}
	if sum > 0 != exterior {
		for i, j := 0, len(ring)-1; i < j; i, j = i+1, j-1 {
			ring[i], ring[j] = ring[j], ring[i]
		}
	}
	p.path.ring(ring)
}
