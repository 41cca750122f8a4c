package layers

import (
	"cmp"
	"iter"
	"strings"
)

// Follows reports whether what happened between from and p can be told: from is a position of the same epoch, not ahead of p.
func (p Position) Follows(from Position) bool {
	return from.Epoch == p.Epoch && 0 <= from.Revision && from.Revision <= p.Revision
}

// Compare orders keys by the name of the layer, then by id.
func (k Key) Compare(other Key) int {
	return cmp.Or(strings.Compare(string(k.Layer), string(other.Layer)), strings.Compare(k.ID, other.ID))
}

// ByLayer yields each layer of keys, which are in the order of Key.Compare, with its ids; the slices are the caller's.
func ByLayer(keys []Key) iter.Seq2[Layer, []string] {
	return func(yield func(Layer, []string) bool) {
		for len(keys) > 0 {
			l := keys[0].Layer
			var ids []string
			for len(keys) > 0 && keys[0].Layer == l {
				ids, keys = append(ids, keys[0].ID), keys[1:]
			}
			if !yield(l, ids) {
				return
			}
		}
	}
}

// WholeRevisions shortens lines of the audit to the limit (0 or less is none) as Store.Changes promises: a revision is not cut in
// two, unless it is the first. lines holds one line more than the limit where the audit goes on. It returns a part of lines.
func WholeRevisions(lines []Change, limit int) []Change {
	if limit <= 0 || len(lines) <= limit {
		return lines
	}
	cut := limit
	for cut > 0 && lines[cut-1].Revision == lines[limit].Revision {
		cut--
	}
	if cut == 0 {
		cut = limit
	}
	return lines[:cut]
}
