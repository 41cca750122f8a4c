package mvt

import (
	"wangge/geo"
	"wangge/layers"
)

// flightKey is what is being made: a layer of a tile, of one Atlas, in one coding.
type flightKey struct {
	mark   *mark
	spec   *spec
	tile   geo.Tile
	coding Coding
}

// flight is something that is being made; others wait for it.
type flight struct {
	done  chan struct{}
	chunk *chunk // nil if it failed
}

// get returns a layer of a tile in a coding, and whether it was kept. One of few bytes may come in Plain alone: whether it is to be
// compressed depends on the other layers of the tile.
func (c *Cache) get(a *Atlas, sp *spec, t geo.Tile, at layers.Instant, coding Coding) (k *chunk, kept bool) {
	c.lock.Lock()
	number, known := c.stepOf(a)
	var have *chunk
	if known {
		if e := c.find(sp, t, at, number); e != nil {
			c.use(e)
			if have = e.chunk; have.has(coding) || have.size < leastPacked {
				c.lock.Unlock()
				c.tallies[sp].kept.Add(1)
				return have, true
			}
		}
	}
	key := flightKey{a.mark, sp, t, coding}
	f, flying := c.flights[key]
	if !flying {
		f = &flight{done: make(chan struct{})}
		c.flights[key] = f
	}
	c.lock.Unlock()
	if !flying {
		defer c.land(key, f, number, known)
		f.chunk = c.make(a, sp, t, at, coding, have)
		return f.chunk, false
	}
	<-f.done
	if k := f.chunk; k != nil && k.span.holds(at) {
		c.tallies[sp].shared.Add(1)
		return k, false
	}
	return c.make(a, sp, t, at, coding, have), false // another instant, at which the layer looks otherwise
}

// land keeps what was made and lets those go on that wait for it, also when making it has failed.
func (c *Cache) land(key flightKey, f *flight, number int, known bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	delete(c.flights, key)
	if known && f.chunk != nil {
		c.keep(key.spec, key.tile, f.chunk, number)
	}
	close(f.done)
}

// make makes a layer of a tile in a coding, from have if that is there in Plain.
func (c *Cache) make(a *Atlas, sp *spec, t geo.Tile, at layers.Instant, coding Coding, have *chunk) *chunk {
	c.tallies[sp].made.Add(1)
	c.making <- struct{}{}
	defer func() { <-c.making }()
	r := c.rooms.Get().(*room)
	defer c.rooms.Put(r)
	if have != nil && have.forms[Plain] != nil {
		return c.packer.packed(have, coding)
	}
	var s span
	r.plain, s = a.appendLayer(r.plain[:0], sp, t, at)
	var k *chunk
	k, r.packed = c.packer.newChunk(r.plain, r.packed, s, coding)
	return k
}

// packed returns a chunk in a coding, made from its Plain form, and keeps that beside it.
func (c *Cache) packed(a *Atlas, sp *spec, t geo.Tile, k *chunk, coding Coding) *chunk {
	k = c.packer.packed(k, coding)
	c.lock.Lock()
	defer c.lock.Unlock()
	if number, known := c.stepOf(a); known {
		c.keep(sp, t, k, number)
	}
	return k
}
