package mvt

import (
	"sync"
	"sync/atomic"

	"wangge/geo"
	"wangge/layers"
)

// Cache keeps the layers of tiles as they are sent, compressed, so that an edit makes only those again that it touches. Each Atlas
// that is made from the one before takes over what the two have in common (Advance). What is kept is bounded by its bytes; what
// was asked for longest ago goes first. Who asks for what another is making waits for it. A Cache is safe for concurrent use.
type Cache struct {
	packer *packer
	limit  int64
	// making holds a place for each layer that is being made, so that many requests for large tiles do not take memory at once.
	making chan struct{}
	rooms  sync.Pool // *room

	lock    sync.Mutex
	shelves map[*spec]map[geo.Tile]*entry
	newest  entry // the ring of entries: newest.next was asked for last, newest.previous longest ago
	used    int64
	count   int
	flights map[flightKey]*flight
	steps   []step // the last Atlases, the present one last

	tallies                     map[*spec]*tally
	evicted, touched, forgotten atomic.Int64
}

// entry is a chunk that is kept.
type entry struct {
	*chunk
	spec           *spec
	tile           geo.Tile
	since          int    // the step at which it was made
	other          *entry // of the same layer and tile, with another span
	next, previous *entry
}

// step is an Atlas that the cache has seen.
type step struct {
	number  int
	mark    *mark
	differs differences
}

// mostSteps is how many Atlases back a request may be that is still going on.
const mostSteps = 32

// tally counts what was asked for of one layer.
type tally struct{ kept, made, shared atomic.Int64 }

// room is what a layer is made in.
type room struct {
	plain  []byte
	packed [][]byte
}

// makers is how many layers may be made at a time.
const makers = 8

// NewCache returns a Cache that keeps up to limit bytes; with 0 it keeps nothing.
func NewCache(limit int64) *Cache {
	c := &Cache{packer: newPacker(), limit: limit, making: make(chan struct{}, makers), rooms: sync.Pool{New: func() any { return new(room) }},
		flights: map[flightKey]*flight{}, tallies: map[*spec]*tally{}}
	for _, sp := range specs {
		c.tallies[sp] = new(tally)
	}
	c.clear()
	return c
}

func (c *Cache) clear() {
	c.shelves, c.used, c.count = map[*spec]map[geo.Tile]*entry{}, 0, 0
	c.newest.next, c.newest.previous = &c.newest, &c.newest
	for _, sp := range specs {
		c.shelves[sp] = map[geo.Tile]*entry{}
	}
}

// Advance tells the cache of an Atlas before it is shown, so that what differs from the one before is forgotten. An Atlas that was not made
// from the last one that the cache was told of empties it.
func (c *Cache) Advance(a *Atlas) {
	c.lock.Lock()
	defer c.lock.Unlock()
	next := step{mark: a.mark, differs: a.differs}
	n := len(c.steps)
	if n > 0 {
		next.number = c.steps[n-1].number + 1
	}
	if n > 0 && c.steps[n-1].mark == a.before {
		c.steps = append(c.steps[max(0, n+1-mostSteps):n:n], next)
		for l, d := range a.differs {
			c.forget(specOf(l), d)
		}
		return
	}
	c.forgotten.Add(int64(c.count))
	c.clear()
	c.steps = []step{next}
}

// forget drops what is kept of a layer where it differs.
func (c *Cache) forget(sp *spec, d *difference) {
	shelf := c.shelves[sp]
	if d.everywhere {
		for _, e := range shelf {
			c.dropAll(e)
		}
		return
	}
	var wide []reach
	d.each(func(r reach) {
		for z := max(r.first, sp.min); z <= r.last; z++ {
			lo, hi := r.tiles(sp, z)
			if uint64(hi[0]-lo[0]+1)*uint64(hi[1]-lo[1]+1) > manyTiles {
				r.first = z
				wide = append(wide, r)
				return
			}
			for y := lo[1]; y <= hi[1]; y++ {
				for x := lo[0]; x <= hi[0]; x++ {
					c.dropAll(shelf[geo.Tile{Z: z, X: x, Y: y}])
				}
			}
		}
	})
	if len(wide) == 0 {
		return
	}
	some := difference{come: wide}
	for t, e := range shelf {
		if some.touches(sp, t) {
			c.dropAll(e)
		}
	}
}

// manyTiles is above how many tiles of a zoom it costs less to look at all that is kept.
const manyTiles = 64

// dropAll drops an entry, which may be nil, and the others of its layer and tile, because an edit touches them.
func (c *Cache) dropAll(e *entry) {
	for e != nil {
		other := e.other
		c.drop(e)
		c.touched.Add(1)
		e = other
	}
}

// drop takes an entry out.
func (c *Cache) drop(e *entry) {
	e.next.previous, e.previous.next = e.previous, e.next
	c.used -= e.bytes()
	c.count--
	shelf := c.shelves[e.spec]
	first := shelf[e.tile]
	if first == e {
		if e.other == nil {
			delete(shelf, e.tile)
		} else {
			shelf[e.tile] = e.other
		}
		return
	}
	for ; first.other != e; first = first.other {
	}
	first.other = e.other
}

// find returns what is kept of a layer of a tile at an instant for the Atlas of a step, nil if nothing is.
func (c *Cache) find(sp *spec, t geo.Tile, at layers.Instant, number int) *entry {
	for e := c.shelves[sp][t]; e != nil; e = e.other {
		if e.span.holds(at) {
			if e.since > number {
				return nil // it is of a later Atlas
			}
			return e
		}
	}
	return nil
}

// use makes an entry the one that was asked for last.
func (c *Cache) use(e *entry) {
	e.next.previous, e.previous.next = e.previous, e.next
	c.link(e)
}

func (c *Cache) link(e *entry) {
	e.previous, e.next = &c.newest, c.newest.next
	e.next.previous, c.newest.next = e, e
}

// keep keeps a chunk that was made of the Atlas of a step, unless an edit since then touches it.
func (c *Cache) keep(sp *spec, t geo.Tile, k *chunk, number int) {
	if k.bytes() > c.limit || !c.holdsStill(sp, t, number) {
		return
	}
	apart := 0
	for e := c.shelves[sp][t]; e != nil; {
		other := e.other
		switch meets := e.span.meets(k.span); {
		case meets && e.sum == k.sum && e.size == k.size:
			k, number = k.joined(e.chunk), max(number, e.since)
			c.drop(e)
		case meets:
			c.drop(e)
		default:
			if apart++; apart >= mostSpans {
				c.drop(e)
			}
		}
		e = other
	}
	e := &entry{chunk: k, spec: sp, tile: t, since: number, other: c.shelves[sp][t]}
	c.shelves[sp][t] = e
	c.link(e)
	c.used += k.bytes()
	c.count++
	for c.used > c.limit {
		c.drop(c.newest.previous)
		c.evicted.Add(1)
	}
}

// mostSpans is how many spans of time are kept of one layer in one tile.
const mostSpans = 16

// holdsStill reports whether no step after the given one touches the layer in the tile. A step that is not known any more may have.
func (c *Cache) holdsStill(sp *spec, t geo.Tile, number int) bool {
	if c.steps[0].number > number {
		return false
	}
	for _, s := range c.steps {
		if d := s.differs[sp.layer]; s.number > number && d != nil && d.touches(sp, t) {
			return false
		}
	}
	return true
}

// stepOf returns the number of the step of an Atlas, false if the cache does not know it (any more).
func (c *Cache) stepOf(a *Atlas) (int, bool) {
	for i := len(c.steps) - 1; i >= 0; i-- {
		if c.steps[i].mark == a.mark {
			return c.steps[i].number, true
		}
	}
	return 0, false
}

// CacheState is what a Cache holds and has done.
type CacheState struct {
	// Bytes is what is kept, of at most Limit, in so many Chunks: layers of tiles.
	Bytes, Limit int64
	Chunks       int
	// Evicted counts chunks that made room for others, Touched those that an edit touched, Forgotten those of a state that was
	// left as a whole.
	Evicted, Touched, Forgotten int64
	// Kept, Made and Shared count, by layer, chunks that were asked for and were there, had to be made, or were being made for
	// somebody else.
	Kept, Made, Shared map[layers.Layer]int64
}

// State tells what the cache holds and has done.
func (c *Cache) State() CacheState {
	s := CacheState{Limit: c.limit, Evicted: c.evicted.Load(), Touched: c.touched.Load(), Forgotten: c.forgotten.Load(),
		Kept: map[layers.Layer]int64{}, Made: map[layers.Layer]int64{}, Shared: map[layers.Layer]int64{}}
	for sp, n := range c.tallies {
		s.Kept[sp.layer], s.Made[sp.layer], s.Shared[sp.layer] = n.kept.Load(), n.made.Load(), n.shared.Load()
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	s.Bytes, s.Chunks = c.used, c.count
	return s
}
