package layers

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// pageRows is how many rows a page aims at; a page is split when it has twice as many.
const pageRows = 256

// entry is one row of a set.
type entry struct {
	feature Feature
	// slice marks what applied before the head row.
	slice bool
}

// page holds neighbouring rows in the order of compareEntries. All rows of one id are in one page. A page that belongs to a
// Set is never changed.
type page struct{ rows []entry }

func (p *page) first() string { return p.rows[0].feature.Head().ID }

// Set is one layer of a Snapshot: its rows in pages by id, an index of their boxes, and the digest of all. It is immutable.
type Set struct {
	info   Info
	pages  []*page
	heads  int
	rows   int
	digest Digest
	index  *geo.Index[Feature] // nil for a layer without geometry
	shapes *geo.Index[*shaped] // of a layer of areas that may overlap and are asked for by position, else nil
}

// shaped is a feature with its area prepared.
type shaped struct {
	feature   Feature
	footprint *geo.Footprint
}

func compareEntries(a, b entry) int {
	x, y := a.feature.Head(), b.feature.Head()
	return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.ValidFrom, y.ValidFrom), cmp.Compare(x.Revision, y.Revision))
}

func newSet(info Info) *Set {
	s := &Set{info: info}
	if info.Geometry != "" {
		s.index = geo.NewIndex[Feature]()
	}
	if info.Layer == Overlays || info.Layer == Zones {
		s.shapes = geo.NewIndex[*shaped]()
	}
	return s
}

// setOf builds a set at once from rows in any order, which it keeps.
func setOf(info Info, rows []entry) (*Set, error) {
	slices.SortFunc(rows, compareEntries)
	s := newSet(info)
	var scratch []byte
	for from := 0; from < len(rows); {
		to := endOfID(rows, min(from+pageRows, len(rows)))
		s.pages = append(s.pages, &page{rows: slices.Clip(slices.Clone(rows[from:to]))})
		from = to
	}
	for _, e := range rows {
		d, b, err := digestOf(e.feature, e.slice, scratch)
		if err != nil {
			return nil, err
		}
		scratch = b
		s.count(e, d, +1)
		if err := s.insert(e.feature); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// endOfID moves a cut forward to where the next id begins.
func endOfID(rows []entry, cut int) int {
	for cut < len(rows) && cut > 0 && rows[cut].feature.Head().ID == rows[cut-1].feature.Head().ID {
		cut++
	}
	return cut
}

func (s *Set) count(e entry, d Digest, sign int) {
	s.rows += sign
	if !e.slice {
		s.heads += sign
	}
	if sign > 0 {
		s.digest.add(d)
	} else {
		s.digest.sub(d)
	}
}

func (s *Set) insert(f Feature) error {
	g := f.Shape()
	if g == nil || s.index == nil {
		return nil
	}
	s.index.Insert(g.Bound(), f)
	if s.shapes == nil {
		return nil
	}
	footprint, err := geo.NewFootprint(areaOf(g))
	if err != nil {
		return fmt.Errorf("layers: %s %s: %w", s.info.Layer, f.Head().ID, err)
	}
	s.shapes.Insert(g.Bound(), &shaped{f, footprint})
	return nil
}

// remove takes a feature out of the indexes.
func (s *Set) remove(f Feature) {
	g := f.Shape()
	if g == nil || s.index == nil {
		return
	}
	s.index.Delete(g.Bound(), f)
	if s.shapes == nil {
		return
	}
	var found *shaped
	s.shapes.Search(g.Bound(), func(_ orb.Bound, v *shaped) bool {
		if v.feature == f {
			found = v
		}
		return found == nil
	})
	s.shapes.Delete(g.Bound(), found)
}

// areaOf returns a polygon as a list of one.
func areaOf(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// with returns a set in which each id of changed has exactly the rows given for it. Pages that hold none of the ids are
// shared with s.
func (s *Set) with(changed map[string][]entry) (*Set, error) {
	n := *s
	n.pages = slices.Clone(s.pages)
	if s.index != nil {
		n.index = s.index.Copy()
	}
	if s.shapes != nil {
		n.shapes = s.shapes.Copy()
	}
	ids := make([]string, 0, len(changed))
	for id := range changed {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	// From the last page to the first, so that a split or an emptied page does not move those still to come.
	for hi := len(ids); hi > 0; {
		at := n.pageOf(ids[hi-1])
		lo := hi - 1
		for lo > 0 && n.pageOf(ids[lo-1]) == at {
			lo--
		}
		if err := n.rewrite(at, ids[lo:hi], changed); err != nil {
			return nil, err
		}
		hi = lo
	}
	return &n, nil
}

// pageOf returns the index of the page that holds id or would hold it; 0 when there are no pages.
func (s *Set) pageOf(id string) int {
	i, found := slices.BinarySearchFunc(s.pages, id, func(p *page, id string) int { return strings.Compare(p.first(), id) })
	if !found && i > 0 {
		i--
	}
	return i
}

// rewrite replaces the page at index at by one or two pages, or none, in which the ids have their new rows.
func (s *Set) rewrite(at int, ids []string, changed map[string][]entry) error {
	var old []entry
	if at < len(s.pages) {
		old = s.pages[at].rows
	}
	rows := make([]entry, 0, len(old)+len(ids))
	var scratch []byte
	tally := func(e entry, sign int) error {
		d, b, err := digestOf(e.feature, e.slice, scratch)
		if err == nil {
			scratch = b
			s.count(e, d, sign)
		}
		return err
	}
	for _, e := range old {
		if _, gone := slices.BinarySearch(ids, e.feature.Head().ID); !gone {
			rows = append(rows, e)
			continue
		}
		if err := tally(e, -1); err != nil {
			return err
		}
		s.remove(e.feature)
	}
	for _, id := range ids {
		for _, e := range changed[id] {
			if err := tally(e, +1); err != nil {
				return err
			}
			if err := s.insert(e.feature); err != nil {
				return err
			}
			rows = append(rows, e)
		}
	}
	slices.SortFunc(rows, compareEntries)
	var fresh []*page
	for from := 0; from < len(rows); {
		to := len(rows)
		if to-from > 2*pageRows {
			to = endOfID(rows, from+pageRows)
		}
		fresh = append(fresh, &page{rows: slices.Clone(rows[from:to])})
		from = to
	}
	s.pages = slices.Replace(s.pages, at, min(at+1, len(s.pages)), fresh...)
	return nil
}

// Info returns what is fixed about the layer.
func (s *Set) Info() Info { return s.info }

// Len returns how many features the layer has now (head rows).
func (s *Set) Len() int { return s.heads }

// Digest returns the digest of all rows, slices among them.
func (s *Set) Digest() Digest { return s.digest }

// Head returns the newest row of id.
func (s *Set) Head(id string) (Feature, bool) {
	for e := range s.of(id) {
		if !e.slice {
			return e.feature, true
		}
	}
	return nil, false
}

// Get returns the row of id that applies at the instant. For a layer whose Info has no Slices only the head row is known here.
func (s *Set) Get(id string, at Instant) (Feature, bool) {
	for e := range s.of(id) {
		if e.feature.Head().ValidAt(at) {
			return e.feature, true
		}
	}
	return nil, false
}

// Versions returns every row of id in the order of valid time.
func (s *Set) Versions(id string) []Feature {
	var out []Feature
	for e := range s.of(id) {
		out = append(out, e.feature)
	}
	return out
}

func (s *Set) of(id string) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		if len(s.pages) == 0 {
			return
		}
		rows := s.pages[s.pageOf(id)].rows
		i, _ := slices.BinarySearchFunc(rows, id, func(e entry, id string) int { return strings.Compare(e.feature.Head().ID, id) })
		for ; i < len(rows) && rows[i].feature.Head().ID == id; i++ {
			if !yield(rows[i]) {
				return
			}
		}
	}
}

// All yields the rows that apply at the instant, by id.
func (s *Set) All(at Instant) iter.Seq[Feature] { return s.After("", at) }

// After yields the rows that apply at the instant and whose id is greater than id, by id.
func (s *Set) After(id string, at Instant) iter.Seq[Feature] {
	return func(yield func(Feature) bool) {
		for f := range s.rowsAfter(id) {
			if f.feature.Head().ValidAt(at) && !yield(f.feature) {
				return
			}
		}
	}
}

// Rows yields every row, by id and valid time, and whether it is a slice.
func (s *Set) Rows() iter.Seq2[Feature, bool] {
	return func(yield func(Feature, bool) bool) {
		for e := range s.rowsAfter("") {
			if !yield(e.feature, e.slice) {
				return
			}
		}
	}
}

func (s *Set) rowsAfter(id string) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		if len(s.pages) == 0 {
			return
		}
		for _, p := range s.pages[s.pageOf(id):] {
			for _, e := range p.rows {
				if (id == "" || e.feature.Head().ID > id) && !yield(e) {
					return
				}
			}
		}
	}
}

// Search calls each for the rows that apply at the instant and whose box meets b, in no particular order, until each returns
// false. The box is a first filter: the caller tests the shape.
func (s *Set) Search(b orb.Bound, at Instant, each func(Feature) bool) {
	if s.index == nil {
		return
	}
	s.index.Search(b, func(_ orb.Bound, f Feature) bool {
		return !f.Head().ValidAt(at) || each(f)
	})
}

// SearchShapes is Search for overlays and zones, and calls each with the prepared area of the row too. Another layer has none.
func (s *Set) SearchShapes(b orb.Bound, at Instant, each func(Feature, *geo.Footprint) bool) {
	if s.shapes == nil {
		return
	}
	s.shapes.Search(b, func(_ orb.Bound, v *shaped) bool {
		return !v.feature.Head().ValidAt(at) || each(v.feature, v.footprint)
	})
}
