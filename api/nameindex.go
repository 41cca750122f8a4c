package api

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"wangge/layers"
)

// nameIndex finds features by their texts. One index serves every World of a Server: for each layer it keeps what it made of the
// set that was asked for last, and takes that up again as long as the set is the same. So an edit costs the index nothing
// until somebody searches, and then only the edited layer; poles and spaces, which are many, are brought up to date row by row.
type nameIndex struct {
	named map[layers.Layer]*memo[*nameTable]
	roads *memo[*roadTable]
	coded map[layers.Layer]*memo[*codeTable]
}

// newNameIndex returns the index of a snapshot, which is that of the one before.
func newNameIndex(_ *layers.Snapshot, before *nameIndex) *nameIndex {
	if before != nil {
		for _, m := range before.coded {
			m.age()
		}
		return before
	}
	x := &nameIndex{named: map[layers.Layer]*memo[*nameTable]{}, coded: map[layers.Layer]*memo[*codeTable]{}}
	for _, l := range namedLayers {
		x.named[l] = &memo[*nameTable]{make: newNameTable}
	}
	x.roads = &memo[*roadTable]{make: newRoadTable}
	for _, l := range codedLayers {
		x.coded[l] = &memo[*codeTable]{make: newCodeTable}
	}
	return x
}

// The layers of the index, in the order in which equally good hits are listed; roads come between. They are never changed.
var (
	namedLayers = []layers.Layer{layers.Districts, layers.Towns, layers.Grids, layers.Communities, layers.Segments, layers.Zones, layers.Overlays, layers.Units}
	codedLayers = []layers.Layer{layers.Poles, layers.Spaces}
)

// memo keeps what was made of the set that was asked for last.
type memo[T any] struct {
	// make makes it of a set, from what was made of another one if that helps.
	make func(set *layers.Set, before T) T

	lock sync.Mutex
	set  *layers.Set
	made T
	idle int // Worlds since it was asked last
}

// longIdle is how many Worlds go by before what nobody asks for is forgotten, and the set that it was made of with it.
const longIdle = 1000

// age is called for each new World.
func (m *memo[T]) age() {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.idle++; m.idle > longIdle {
		var none T
		m.set, m.made = nil, none
	}
}

func (m *memo[T]) of(set *layers.Set) T {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.idle = 0
	if m.set != set {
		m.made = m.make(set, m.made)
		m.set = set
	}
	return m.made
}

// hit is a find with what orders it.
type hit struct {
	fit   int
	layer int // place in the order of layers
	name  string
	id    string
	found func() Found
}

// search returns the best finds, at most q.limit, never nil.
func (x *nameIndex) search(s *layers.Snapshot, q nameQuery) []Found {
	var hits []hit
	for i, l := range namedLayers {
		hits = append(hits, x.named[l].of(s.Set(l)).search(s, &q, i)...)
	}
	roads := x.roads.of(s.Set(layers.Roads))
	hits = append(hits, roads.search(&q, len(namedLayers))...)
	for i, l := range codedLayers {
		hits = append(hits, x.coded[l].of(s.Set(l)).search(s, &q, len(namedLayers)+1+i)...)
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(a.fit-b.fit, a.layer-b.layer, len(a.name)-len(b.name), strings.Compare(a.name, b.name), strings.Compare(a.id, b.id))
	})
	out := crossings(s, roads, &q)
	for _, h := range hits[:min(len(hits), q.limit)] {
		out = append(out, h.found())
	}
	return out[:min(len(out), q.limit)]
}

// nameTable is one small layer: the folded texts of each row.
type nameTable struct{ rows []namedRow }

type namedRow struct {
	feature layers.Feature
	texts   []string
}

func newNameTable(set *layers.Set, _ *nameTable) *nameTable {
	t := &nameTable{}
	for f := range set.Rows() {
		t.rows = append(t.rows, namedRow{f, textsOf(f)})
	}
	return t
}

// textsOf returns the texts by which a feature is found, folded: code, id, names.
func textsOf(f layers.Feature) []string {
	code, name := f.Label()
	list := []string{code, f.Head().ID, name, englishOf(f)}
	switch f := f.(type) {
	case *layers.Town:
		list = append(list, f.Aliases...)
	case *layers.Grid:
		list = append(list, f.Aliases...)
	case *layers.Segment:
		list = append(list, strings.Join([]string{f.Road, f.From, f.To}, " ")) // it is not the road itself
	}
	var out []string
	for _, s := range list {
		if s = fold(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func englishOf(f layers.Feature) string {
	switch f := f.(type) {
	case *layers.District:
		return f.NameEn
	case *layers.Town:
		return f.NameEn
	case *layers.Grid:
		return f.NameEn
	case *layers.Community:
		return f.NameEn
	case *layers.Overlay:
		return f.NameEn
	case *layers.Unit:
		return f.NameEn
	case *layers.Road:
		return f.NameEn
	}
	return ""
}

func (t *nameTable) search(s *layers.Snapshot, q *nameQuery, place int) []hit {
	var hits []hit
	for i := range t.rows {
		r := &t.rows[i]
		fit := q.fit(r.texts)
		if fit == fitsNot || !r.feature.Head().ValidAt(q.at) {
			continue
		}
		_, name := r.feature.Label()
		hits = append(hits, hit{fit, place, name, r.feature.Head().ID, func() Found { return foundOf(s, r.feature, q) }})
	}
	return hits
}

// codeTable is one large layer: its rows in the order of their codes, and of their plates, without regard to capitals. They are
// found by how these begin.
type codeTable struct {
	set   *layers.Set
	codes codeList
	plate codeList
}

// newCodeTable brings the table before up to date, or makes a new one.
func newCodeTable(set *layers.Set, before *codeTable) *codeTable {
	if before == nil {
		before = &codeTable{codes: codeList{key: codeOf}, plate: codeList{key: plateOf}}
	}
	var gone, come []layers.Feature
	set.Difference(before.set, func(f layers.Feature) { gone = append(gone, f) }, func(f layers.Feature) { come = append(come, f) })
	return &codeTable{set: set, codes: before.codes.change(gone, come), plate: before.plate.change(gone, come)}
}

func codeOf(f layers.Feature) string {
	code, _ := f.Label()
	return code
}

func plateOf(f layers.Feature) string {
	if p, ok := f.(*layers.Pole); ok {
		return p.Plate
	}
	return ""
}

// search looks the beginning up. Every number of hits beyond the limit is as good as the limit.
func (t *codeTable) search(s *layers.Snapshot, q *nameQuery, place int) []hit {
	var hits []hit
	seen := map[string]bool{}
	add := func(fit int, f layers.Feature) bool {
		id := f.Head().ID
		if !seen[id] && f.Head().ValidAt(q.at) {
			seen[id] = true
			code, _ := f.Label()
			hits = append(hits, hit{fit, place, code, id, func() Found { return foundOf(s, f, q) }})
		}
		return len(hits) < q.limit
	}
	if f, ok := t.set.Get(strings.TrimSpace(q.raw), q.at); ok {
		add(fitsExactly, f)
	}
	for _, list := range []codeList{t.codes, t.plate} {
		list.startingWith(q.text, func(f layers.Feature) bool {
			fit := fitsStart
			if len(list.key(f)) == len(q.text) {
				fit = fitsExactly
			}
			return add(fit, f)
		})
	}
	return hits
}
