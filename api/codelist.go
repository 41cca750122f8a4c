package api

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"wangge/layers"
)

// codeList is features in the order of a text of theirs, small letters as capitals. Changes go into a second, short list until
// that is long; so an edit never moves half a million rows. A codeList is immutable.
type codeList struct {
	key  func(layers.Feature) string
	long []layers.Feature
	// gone are rows of long that count no more; late are rows that came since.
	gone map[layers.Feature]bool
	late []layers.Feature
}

// mostLate is how long the short list gets.
const mostLate = 4096

// change returns the list without the rows of gone and with those of come.
func (l codeList) change(gone, come []layers.Feature) codeList {
	n := codeList{key: l.key, long: l.long, gone: maps.Clone(l.gone)}
	if n.gone == nil {
		n.gone = map[layers.Feature]bool{}
	}
	late := make(map[layers.Feature]bool, len(l.late)+len(come))
	for _, f := range l.late {
		late[f] = true
	}
	for _, f := range gone {
		switch {
		case late[f]:
			delete(late, f)
		case l.key(f) != "":
			n.gone[f] = true
		}
	}
	for _, f := range come {
		switch {
		case n.gone[f]: // it is in long, from an earlier set
			delete(n.gone, f)
		case l.key(f) != "":
			late[f] = true
		}
	}
	n.late = slices.SortedFunc(maps.Keys(late), n.compare)
	if len(n.late)+len(n.gone) > mostLate {
		n.settle()
	}
	return n
}

// settle makes one list of all.
func (l *codeList) settle() {
	all := make([]layers.Feature, 0, len(l.long)+len(l.late))
	i := 0
	for _, f := range l.long {
		for i < len(l.late) && l.compare(l.late[i], f) < 0 {
			all = append(all, l.late[i])
			i++
		}
		if !l.gone[f] {
			all = append(all, f)
		}
	}
	l.long, l.late, l.gone = append(all, l.late[i:]...), nil, nil
}

func (l *codeList) compare(a, b layers.Feature) int {
	return cmp.Or(compareFolded(l.key(a), l.key(b)), strings.Compare(a.Head().ID, b.Head().ID))
}

// startingWith calls each for the rows whose text begins with the folded text, in order of the text within each of the two lists,
// until each returns false.
func (l *codeList) startingWith(text string, each func(layers.Feature) bool) {
	for _, list := range [][]layers.Feature{l.late, l.long} {
		i, _ := slices.BinarySearchFunc(list, text, func(f layers.Feature, text string) int { return compareFolded(l.key(f), text) })
		for ; i < len(list) && startsFolded(l.key(list[i]), text); i++ {
			if !l.gone[list[i]] && !each(list[i]) {
				return
			}
		}
	}
}

// small returns the small letter of a capital of ASCII; codes have no others.
func small(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func compareFolded(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := small(a[i]), small(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func startsFolded(s, start string) bool {
	return len(s) >= len(start) && compareFolded(s[:len(start)], start) == 0
}
