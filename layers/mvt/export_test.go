package mvt

import (
	"sync"

	"wangge/layers"
)

// What follows plants defects, which the tests of the cache must find.

// ForgetGone makes an Atlas forget where the rows were that an edit has replaced.
func (a *Atlas) ForgetGone() {
	for _, d := range a.differs {
		d.gone = nil
	}
}

// ForgetCome makes an Atlas forget where the new rows are.
func (a *Atlas) ForgetCome() {
	for _, d := range a.differs {
		d.come = nil
	}
}

// ForgetDrawn makes an Atlas forget what a layer draws otherwise although its rows are the same.
func (a *Atlas) ForgetDrawn(l layers.Layer) {
	if d := a.differs[l]; d != nil {
		d.drawn = nil
	}
}

// ForgetEverywhere makes an Atlas forget that a layer has changed as a whole.
func (a *Atlas) ForgetEverywhere() {
	for _, d := range a.differs {
		d.everywhere = false
	}
}

// ForgetLowZooms makes an Atlas forget that a change shows below zoom 14.
func (a *Atlas) ForgetLowZooms() {
	for _, d := range a.differs {
		for _, list := range [][]reach{d.gone, d.come, d.drawn} {
			for i := range list {
				list[i].first = max(list[i].first, 14)
			}
		}
	}
}

// ForgetTime makes the cache take what it keeps for right at any instant.
func (c *Cache) ForgetTime() {
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, shelf := range c.shelves {
		for _, e := range shelf {
			k := *e.chunk
			k.span = always()
			e.chunk = &k
		}
	}
}

// ForgetSteps makes the cache forget what the Atlases that it has seen differed in.
func (c *Cache) ForgetSteps() {
	c.lock.Lock()
	defer c.lock.Unlock()
	for i := range c.steps {
		c.steps[i].differs = nil
	}
}

// LongestRise is for the test of it.
func LongestRise(list []int) []bool { return longestRise(list) }

// Then combines the checksums of two parts.
func Then(a, b []byte) uint32 { return checksumOf(a).then(checksumOf(b)).crc }

// Broken returns an Atlas of which no tile can be made: trying panics.
func Broken() *Atlas {
	return &Atlas{pens: &sync.Pool{New: func() any { return new(pen) }}}
}
