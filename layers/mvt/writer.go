package mvt

import (
	"bytes"
	"hash/maphash"
)

// writer builds one layer of a tile. It keeps its buffers from layer to layer.
type writer struct {
	fields   []Field
	features []byte
	values   []byte
	count    uint32 // of values
	keys     []byte
	keyCount uint32
	keyAt    [maxFields]int32 // field → place in keys, -1 while unused
	tags     []byte
	path     path
	table    valueTable
	lastTag  uint32 // the number of the value of the last tag
}

// maxFields bounds the fields of a tile layer; a test of the table of layers holds it.
const maxFields = 32

func (w *writer) begin(fields []Field) {
	w.fields = fields
	w.features, w.values, w.keys, w.tags = w.features[:0], w.values[:0], w.keys[:0], w.tags[:0]
	w.count, w.keyCount = 0, 0
	for i := range w.keyAt {
		w.keyAt[i] = -1
	}
	w.table.clear()
}

// tag names a field of the feature that is being written; its value is the one just appended or found.
func (w *writer) tag(field int, value uint32) {
	at := w.keyAt[field]
	if at < 0 {
		at = int32(w.keyCount)
		w.keyAt[field] = at
		w.keyCount++
		w.keys = appendBytes(w.keys, layerKey, w.fields[field].Name)
	}
	w.tags = appendVarint(appendVarint(w.tags, uint64(at)), uint64(value))
	w.lastTag = value
}

// settle looks up the value that was appended from start on. If the layer has it already it is taken back.
func (w *writer) settle(start int) uint32 {
	n, known := w.table.add(w.values, start, w.count)
	if known {
		w.values = w.values[:start]
		return n
	}
	w.count++
	return n
}

// text writes a field; an empty text is left out.
func (w *writer) text(field int, s string) {
	if s == "" {
		return
	}
	start := len(w.values)
	w.values = appendTextValue(w.values, s)
	w.tag(field, w.settle(start))
}

// value writes a field whose value is there as it stands in a tile; one without bytes is left out.
func (w *writer) value(field int, b []byte) {
	if len(b) == 0 {
		return
	}
	start := len(w.values)
	w.values = append(w.values, b...)
	w.tag(field, w.settle(start))
}

// onlyValue is value for one that no other feature of the layer has, such as an id: it is not looked for.
func (w *writer) onlyValue(field int, b []byte) {
	if len(b) == 0 {
		return
	}
	w.values = append(w.values, b...)
	w.tag(field, w.count)
	w.count++
}

func appendTextValue(b []byte, s string) []byte {
	n := uint64(len(s))
	b = appendVarint(append(b, layerValue), n+uint64(sizeVarint(n))+1)
	return appendBytes(b, valueText, s)
}

// number writes a whole number that is not negative; zero is left out.
func (w *writer) number(field int, n int) {
	if n <= 0 {
		return
	}
	start := len(w.values)
	w.values = appendNumberValue(w.values, uint64(n))
	w.tag(field, w.settle(start))
}

func appendNumberValue(b []byte, n uint64) []byte {
	return appendVarint(append(b, layerValue, byte(1+sizeVarint(n)), valueUint), n)
}

// yes writes true; false is left out.
func (w *writer) yes(field int, b bool) {
	if !b {
		return
	}
	start := len(w.values)
	w.values = append(w.values, layerValue, 2, valueBool, 1)
	w.tag(field, w.settle(start))
}

// end writes the feature whose geometry is in w.path and whose tags were written since the last one.
func (w *writer) end(id uint64, t geometryType) {
	tags, geometry := len(w.tags), len(w.path.bytes)
	n := 1 + sizeVarint(id) + 2 + 1 + sizeVarint(uint64(geometry)) + geometry
	if tags > 0 {
		n += 1 + sizeVarint(uint64(tags)) + tags
	}
	b := appendVarint(append(w.features, layerFeature), uint64(n))
	b = appendVarint(append(b, featureID), id)
	if tags > 0 {
		b = appendBytes(b, featureTags, w.tags)
	}
	b = append(b, featureType, byte(t))
	w.features = appendBytes(b, featureGeometry, w.path.bytes)
	w.tags = w.tags[:0]
	w.path.reset()
}

// appendLayer appends the layer to a tile, or nothing if it has no feature.
func (w *writer) appendLayer(dst []byte, name string) []byte {
	if len(w.features) == 0 {
		return dst
	}
	n := 2 + 1 + sizeVarint(uint64(len(name))) + len(name) + len(w.features) + len(w.keys) + len(w.values) + 1 + sizeVarint(Extent)
	dst = appendVarint(append(dst, tileLayer), uint64(n))
	dst = append(dst, layerVersion, 2)
	dst = appendBytes(dst, layerName, name)
	dst = append(dst, w.features...)
	dst = append(dst, w.keys...)
	dst = append(dst, w.values...)
	return appendVarint(append(dst, layerExtent), Extent)
}

// valueTable finds a value of a layer by its bytes. Slots belong to the present layer when they carry its round. A layer begins with few
// of them and takes more as it needs them, so that a small layer after a large one does not look all over the memory.
type valueTable struct {
	slots []valueSlot
	size  int // how many slots are in use, a power of two
	used  int
	round uint32
	spare []valueSlot // for grow
}

type valueSlot struct {
	round, number uint32
	start, end    uint32
}

// leastSlots is how many slots a layer begins with.
const leastSlots = 256

var valueSeed = maphash.MakeSeed()

func (t *valueTable) clear() {
	t.next(leastSlots)
	t.used = 0
}

// next empties the table and gives it a size.
func (t *valueTable) next(size int) {
	if t.size = size; len(t.slots) < size {
		t.slots = make([]valueSlot, size)
	}
	if t.round++; t.round == 0 { // every slot of the last 2^32 rounds would look new
		clear(t.slots)
		t.round = 1
	}
}

// add returns the number of the value values[start:] and whether it was there; if not it gets number.
func (t *valueTable) add(values []byte, start int, number uint32) (uint32, bool) {
	if 2*t.used >= t.size {
		t.grow(values)
	}
	s := t.find(values, values[start:])
	if s.round == t.round {
		return s.number, true
	}
	*s = valueSlot{t.round, number, uint32(start), uint32(len(values))}
	t.used++
	return number, false
}

func (t *valueTable) find(values, value []byte) *valueSlot {
	mask := uint64(t.size - 1)
	for i := maphash.Bytes(valueSeed, value) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.round != t.round || bytes.Equal(values[s.start:s.end], value) {
			return s
		}
	}
}

// grow doubles the size and puts the values into their new slots.
func (t *valueTable) grow(values []byte) {
	t.spare = t.spare[:0]
	for _, s := range t.slots[:t.size] {
		if s.round == t.round {
			t.spare = append(t.spare, s)
		}
	}
	t.next(2 * t.size)
	for _, s := range t.spare {
		s.round = t.round
		*t.find(values, values[s.start:s.end]) = s
	}
}
