package layers

import (
	"iter"
	"strings"
)

// Changed yields the ids whose rows differ between before and s, in their order, each with the rows of both. Pages that the two
// sets share are passed over, so that the cost is that of the pages that an edit has touched. Rows count as the same when id,
// version, revision and times are. The slice is the caller's, its features are shared.
func (s *Set) Changed(before *Set) iter.Seq2[string, []Feature] {
	return func(yield func(string, []Feature) bool) {
		old, now := apart(before, s)
		for len(old) > 0 || len(now) > 0 {
			id := lowestID(old, now)
			a, b := leading(old, id), leading(now, id)
			old, now = old[len(a):], now[len(b):]
			if sameRows(a, b) {
				continue
			}
			rows := make([]Feature, 0, len(a)+len(b))
			for _, e := range a {
				rows = append(rows, e.feature)
			}
			for _, e := range b {
				rows = append(rows, e.feature)
			}
			if !yield(id, rows) {
				return
			}
		}
	}
}

// apart returns the rows of the pages that two sets do not share.
func apart(before, after *Set) (old, now []entry) {
	shared := make(map[*page]bool, len(before.pages))
	for _, p := range before.pages {
		shared[p] = false
	}
	for _, p := range after.pages {
		if _, both := shared[p]; both {
			shared[p] = true
			continue
		}
		now = append(now, p.rows...)
	}
	for _, p := range before.pages {
		if !shared[p] {
			old = append(old, p.rows...)
		}
	}
	return old, now
}

func lowestID(a, b []entry) string {
	switch {
	case len(a) == 0:
		return b[0].feature.Head().ID
	case len(b) == 0:
		return a[0].feature.Head().ID
	}
	x, y := a[0].feature.Head().ID, b[0].feature.Head().ID
	if strings.Compare(x, y) < 0 {
		return x
	}
	return y
}

// leading returns the rows of id at the beginning of rows.
func leading(rows []entry, id string) []entry {
	n := 0
	for n < len(rows) && rows[n].feature.Head().ID == id {
		n++
	}
	return rows[:n]
}

func sameRows(a, b []entry) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].slice != b[i].slice || a[i].feature != b[i].feature && *a[i].feature.Head() != *b[i].feature.Head() {
			return false
		}
	}
	return true
}
