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

// pagesNotShared returns the rows of the pages that only one of two sets has.
func pagesNotShared(a, b *Set) (onlyA, onlyB []entry) {
	var p, q []*page
	if a != nil {
		p = a.pages
	}
	if b != nil {
		q = b.pages
	}
	EachUnshared(p, q, func(a, b *page) int { return strings.Compare(a.first(), b.first()) },
		func(g *page) { onlyA = append(onlyA, g.rows...) }, func(g *page) { onlyB = append(onlyB, g.rows...) })
	return onlyA, onlyB
}

// EachUnshared calls onlyA and onlyB for the pages that only one of two lists has. Both lists are in the order of compare and have no two
// pages that it takes for equal, so that one walk meets every page that they share in both at once.
func EachUnshared[P comparable](a, b []P, compare func(P, P) int, onlyA, onlyB func(P)) {
	for len(a) > 0 || len(b) > 0 {
		order := 0
		switch {
		case len(b) == 0:
			order = -1
		case len(a) == 0:
			order = 1
		case a[0] == b[0]:
			a, b = a[1:], b[1:]
			continue
		default:
			order = compare(a[0], b[0])
		}
		if order <= 0 {
			onlyA(a[0])
			a = a[1:]
		}
		if order >= 0 {
			onlyB(b[0])
			b = b[1:]
		}
	}
}
