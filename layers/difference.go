package layers

import "strings"

// Difference calls gone for each row of before that s has not, and come for each row of s that before has not; a row that was
// replaced is both. Pages that the two share are passed over, so that the cost is in proportion to what changed and to the
// number of pages. Neither order is fixed. before may be nil, which has no rows.
func (s *Set) Difference(before *Set, gone, come func(Feature)) {
	old, now := pagesNotShared(before, s)
	had, has := make(map[entry]bool, len(old)), make(map[entry]bool, len(now))
	for _, e := range old {
		had[e] = true
	}
	for _, e := range now {
		has[e] = true
	}
	for _, e := range old {
		if !has[e] {
			gone(e.feature)
		}
	}
	for _, e := range now {
		if !had[e] {
			come(e.feature)
		}
	}
}

// pagesNotShared returns the rows of the pages that only one of two sets has. No two pages of a set begin with the same id, and
// both are in the order of ids, so one walk meets every shared page in both at once.
func pagesNotShared(a, b *Set) (onlyA, onlyB []entry) {
	var p, q []*page
	if a != nil {
		p = a.pages
	}
	if b != nil {
		q = b.pages
	}
	for len(p) > 0 || len(q) > 0 {
		order := 0
		switch {
		case len(q) == 0:
			order = -1
		case len(p) == 0:
			order = 1
		case p[0] == q[0]:
			p, q = p[1:], q[1:]
			continue
		default:
			order = strings.Compare(p[0].first(), q[0].first())
		}
		if order <= 0 {
			onlyA, p = append(onlyA, p[0].rows...), p[1:]
		}
		if order >= 0 {
			onlyB, q = append(onlyB, q[0].rows...), q[1:]
		}
	}
	return onlyA, onlyB
}
