package api

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"sync"

	"wangge/layers"
)

// matched counts all features of the World that a listing is of, on whatever page. Where that takes going through the whole layer,
// the count is kept for the other pages.
func (c *call) matched(q listing) (int, error) {
	q.after = ""
	set := c.w.Set(q.info.Layer)
	if q.filter.box != nil || q.during != nil {
		rows := q.rows(set)
		if q.during == nil {
			rows = q.boxed(set)
		}
		n := 0
		for f := range c.patient(rows) {
			if q.filter.keeps(f) {
				n++
			}
		}
		return n, c.Request().Context().Err()
	}
	key := c.countKey(set)
	if n, ok := c.s.counted.get(key, q.at); ok {
		return n, nil
	}
	one := count{from: q.at, until: math.MaxInt64}
	for f := range c.patient(all(set)) {
		m := f.Head()
		switch {
		case m.ValidFrom > q.at:
			one.until = min(one.until, m.ValidFrom)
			continue
		case m.ValidTo != 0 && m.ValidTo <= q.at:
			continue
		case m.ValidTo != 0:
			one.until = min(one.until, m.ValidTo)
		}
		if q.filter.keeps(f) {
			one.n++
		}
	}
	if err := c.Request().Context().Err(); err != nil {
		return 0, err
	}
	c.s.counted.put(key, one)
	return one.n, nil
}

// all yields every row of a set.
func all(set *layers.Set) func(yield func(layers.Feature) bool) {
	return func(yield func(layers.Feature) bool) {
		for f := range set.Rows() {
			if !yield(f) {
				return
			}
		}
	}
}

// countKey stands for what is counted: the content of the layer, and everything of the query that leaves features out.
func (c *call) countKey(set *layers.Set) string {
	q := url.Values(maps.Clone(c.query))
	for _, name := range []string{"cursor", "limit", "f", "lang", "crs"} {
		q.Del(name)
	}
	return string(set.Info().Layer) + " " + set.Digest().String() + " " + q.Encode()
}

// count is how many features matched at the instant from, and until when that holds if nothing is edited.
type count struct {
	from, until layers.Instant
	n           int
}

// mostCounts bounds how many counts are kept.
const mostCounts = 256

// counts keeps what was counted. It refers to layers by their digest, so that it keeps none of them in memory.
type counts struct {
	sync.Mutex
	of map[string]count
	// order has the keys, the oldest first.
	order []string
}

func (k *counts) get(key string, at layers.Instant) (int, bool) {
	k.Lock()
	defer k.Unlock()
	one, ok := k.of[key]
	return one.n, ok && at >= one.from && at < one.until
}

func (k *counts) put(key string, one count) {
	k.Lock()
	defer k.Unlock()
	if _, have := k.of[key]; !have {
		k.order = append(k.order, key)
	}
	if k.of == nil {
		k.of = map[string]count{}
	}
	k.of[key] = one
	if len(k.order) > mostCounts {
		delete(k.of, k.order[0])
		k.order = slices.Delete(k.order, 0, 1)
	}
}
