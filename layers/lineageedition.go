package layers

import (
	"cmp"
	"slices"
)

// Term is an interval in which one edition of a partition layer is in force. Its areas may change in it: a correction of one
// area is no new edition.
type Term struct {
	// Edition is the id of the edition, "" for areas that name none.
	Edition string
	// From and To bound the interval, half-open; a zero To is no end.
	From, To Instant
}

// Terms returns when which edition of a partition layer is in force, in the order of time: past, present and to come. Intervals
// without areas, and past ones whose areas formed no partition, are in none. A layer that is no partition has none.
func (s *Snapshot) Terms(l Layer) []Term {
	t := s.timelines[l]
	if t == nil {
		return nil
	}
	var out []Term
	for i, p := range t.parts {
		if p == nil {
			continue
		}
		one := Term{Edition: p.edition, From: t.from[i]}
		if i+1 < len(t.from) {
			one.To = t.from[i+1]
		}
		if k := len(out) - 1; k >= 0 && out[k].Edition == one.Edition && out[k].To == one.From {
			out[k].To = one.To
		} else {
			out = append(out, one)
		}
	}
	return out
}

// Holds reports whether the term holds the instant.
func (t Term) Holds(at Instant) bool { return t.From <= at && (t.To == 0 || at < t.To) }

// Standing is the instant at which an edition is taken as it stands: now while it is in force, its last instant once it is over,
// its first one while it is to come.
func (t Term) Standing(now Instant) Instant {
	switch {
	case t.Holds(now):
		return now
	case now < t.From:
		return t.From
	}
	return t.To - 1
}

// TermOf returns the term of an edition by its id: the one that holds now, else the last one before, else the first one to come.
// before is the term before it; it is zero for the first.
func (s *Snapshot) TermOf(l Layer, edition string, now Instant) (term, before Term, ok bool) {
	terms := s.Terms(l)
	best := -1
	for i, t := range terms {
		if t.Edition == edition && (best < 0 || t.From <= now) {
			best = i
		}
	}
	if best < 0 {
		return Term{}, Term{}, false
	}
	if best > 0 {
		before = terms[best-1]
	}
	return terms[best], before, true
}

// Edition returns the id of the edition that is in force: of the editions that its areas name, the one whose first area began
// last, because an edition may change some of the areas alone. It is "" when they name none.
func (p *Partition) Edition() string { return p.edition }

func newestEdition(areas []Feature) string {
	began := map[string]Instant{}
	for _, f := range areas {
		if id := EditionOf(f); id != "" {
			if from, ok := began[id]; !ok || f.Head().ValidFrom < from {
				began[id] = f.Head().ValidFrom
			}
		}
	}
	newest := ""
	for id, from := range began {
		if newest == "" || cmp.Or(cmp.Compare(from, began[newest]), cmp.Compare(id, newest)) > 0 {
			newest = id
		}
	}
	return newest
}

// EditionOf returns the id of the edition that an area names, "" for one that names none and for other features.
func EditionOf(f Feature) string {
	switch v := f.(type) {
	case *Town:
		return v.Edition
	case *Grid:
		return v.Edition
	case *Community:
		return v.Edition
	}
	return ""
}

// FindEdition returns the edition of a partition layer that has the text as its code or its id, in the state that began last.
func (s *Snapshot) FindEdition(l Layer, text string) (*Edition, bool) {
	var found []*Edition
	for f := range s.Set(Editions).Rows() {
		if e, ok := f.(*Edition); ok && e.Of == l && (e.Code == text || e.ID == text) {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil, false
	}
	return slices.MaxFunc(found, func(a, b *Edition) int {
		byCode := func(e *Edition) int {
			if e.Code == text {
				return 1
			}
			return 0
		}
		return cmp.Or(byCode(a)-byCode(b), cmp.Compare(a.ValidFrom, b.ValidFrom))
	}), true
}
