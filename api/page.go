package api

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"time"

	"wangge/layers"
)

const (
	// pageBytes is the size at which a page ends early.
	pageBytes = 4 << 20
	// historyRows is how many features are read from the store at a time.
	historyRows = 1000
)

// pageWriter collects the items of a page.
type pageWriter struct {
	buf bytes.Buffer
	// encode writes one feature.
	encode func(layers.Feature) ([]byte, error)
	count  int
	limit  int
	last   string
	more   bool
}

// add writes one item. It is false when the page is full, and the item is left for the next.
func (p *pageWriter) add(f layers.Feature) (bool, error) {
	if p.count == p.limit || p.buf.Len() >= pageBytes {
		p.more = true
		return false, nil
	}
	body, err := p.encode(f)
	if err != nil {
		return false, err
	}
	if p.count > 0 && p.buf.Len()+len(body) > pageBytes {
		p.more = true
		return false, nil
	}
	if p.count > 0 {
		p.buf.WriteByte(',')
	}
	p.buf.Write(body)
	p.count++
	p.last = f.Head().ID
	return true, nil
}

// page takes a page from where it is.
func (c *call) page(q listing, p *pageWriter) error {
	if q.stored() {
		return c.pageOfHistory(q, p)
	}
	return c.pageOfWorld(q, p)
}

// pageOfWorld takes a page from the World, in the order of ids.
func (c *call) pageOfWorld(q listing, p *pageWriter) error {
	for f := range c.wanted(q) {
		if ok, err := p.add(f); !ok || err != nil {
			return err
		}
	}
	return c.Request().Context().Err()
}

// wanted yields the features of the World after the cursor that the filter keeps, by id: from the index of boxes if a box is asked
// for, one more than the limit at most. It ends early when the request does.
func (c *call) wanted(q listing) iter.Seq[layers.Feature] {
	set := c.w.Set(q.info.Layer)
	if q.filter.box != nil && q.during == nil {
		return slices.Values(c.inBox(set, q))
	}
	return func(yield func(layers.Feature) bool) {
		for f := range c.patient(q.rows(set)) {
			if q.filter.keeps(f) && !yield(f) {
				return
			}
		}
	}
}

// rows yields what applies at the time of the listing, after the cursor, by id.
func (q *listing) rows(set *layers.Set) iter.Seq[layers.Feature] {
	if q.during == nil {
		return set.After(q.after, q.at)
	}
	return func(yield func(layers.Feature) bool) {
		var last layers.Feature
		for f := range set.Rows() { // by id and valid time
			if f.Head().ID <= q.after || !q.during.meets(f.Head()) {
				continue
			}
			if last != nil && last.Head().ID != f.Head().ID && !yield(last) {
				return
			}
			last = f
		}
		if last != nil {
			yield(last)
		}
	}
}

// patient ends a sequence when the request has ended; it looks every thousand features.
func (c *call) patient(rows iter.Seq[layers.Feature]) iter.Seq[layers.Feature] {
	return func(yield func(layers.Feature) bool) {
		n := 0
		for f := range rows {
			if n++; n%1024 == 0 && c.Request().Context().Err() != nil || !yield(f) {
				return
			}
		}
	}
}

// inBox returns the features in the box of the filter with the lowest ids after the cursor: one more than the limit at most.
func (c *call) inBox(set *layers.Set, q listing) []layers.Feature {
	var found []layers.Feature
	byID := func(a, b layers.Feature) int { return strings.Compare(a.Head().ID, b.Head().ID) }
	trim := func() {
		slices.SortFunc(found, byID)
		found = found[:min(len(found), q.limit+1)]
	}
	for f := range c.patient(q.boxed(set)) {
		if f.Head().ID > q.after && q.filter.keeps(f) {
			if found = append(found, f); len(found) > 4*(q.limit+1) {
				trim()
			}
		}
	}
	trim()
	return found
}

// boxed yields what the index finds in the box of the filter, in no order.
func (q *listing) boxed(set *layers.Set) iter.Seq[layers.Feature] {
	return func(yield func(layers.Feature) bool) { set.Search(*q.filter.box, q.at, yield) }
}

// pageOfHistory takes a page from the store. A search that takes too long ends the page early, with what was found until then.
func (c *call) pageOfHistory(q listing, p *pageWriter) error {
	after := q.after
	for deadline := time.Now().Add(historyPatience); ; {
		rows, last, err := c.rowsOfHistory(q, after)
		if err != nil {
			return err
		}
		for _, f := range rows {
			if !q.filter.keeps(f) {
				continue
			}
			if ok, err := p.add(f); !ok || err != nil {
				return err
			}
		}
		if last == "" {
			return nil
		}
		after = last
		if time.Now().After(deadline) {
			p.more, p.last = true, after
			return nil
		}
		if err := c.Request().Context().Err(); err != nil {
			return err
		}
	}
}

// rowsOfHistory reads the next states from the store, one of each feature, and the id after which more come; "" if there are no
// more.
func (c *call) rowsOfHistory(q listing, after string) (rows []layers.Feature, last string, err error) {
	asked := layers.Asked{Layer: q.info.Layer, At: q.at, KnownAt: q.known, After: after, Limit: historyRows}
	if q.during != nil {
		asked.At = 0
	}
	all, err := c.history(asked)
	if err != nil {
		return nil, "", err
	}
	features := 0
	for i, f := range all { // by id and valid time, every state of a feature if one is there
		if i == 0 || all[i-1].Head().ID != f.Head().ID {
			features++
		}
		switch n := len(rows); {
		case q.during != nil && !q.during.meets(f.Head()):
		case n > 0 && rows[n-1].Head().ID == f.Head().ID:
			rows[n-1] = f
		default:
			rows = append(rows, f)
		}
	}
	if features == historyRows {
		last = all[len(all)-1].Head().ID
	}
	return rows, last, nil
}
