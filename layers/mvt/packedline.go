package mvt

import (
	"encoding/binary"
	"slices"
)

// packedLines is the rows of a page of lines laid out for reading one after the other, as packed is for poles: their vertices, and
// their attributes as they stand in a tile. It is immutable.
type packedLines struct {
	points  []unit
	first   []uint8 // by point: the zoom from which it is drawn
	lineEnd []uint32
	bytes   []byte
	values  []packedValue
	rowEnd  []uint32
}

// packedValue is one attribute.
type packedValue struct {
	end   uint32 // of its bytes
	field uint8
	// same is how many values of the row before it the same bytes are, 0 for a value of its own.
	same uint8
}

// packLines lays out rows of a layer of lines whose attributes are the same at every zoom and instant.
func packLines(s *spec, rows []row) *packedLines {
	if s.geometry != lineType {
		return nil
	}
	p := &packedLines{}
	var k pen
	for _, r := range rows {
		p.points = append(p.points, r.shape.line...)
		p.first = append(p.first, r.shape.first...)
		p.lineEnd = append(p.lineEnd, uint32(len(p.points)))
		k.begin(s.fields)
		s.write(&k, r.feature)
		p.addValues(&k.writer)
		p.rowEnd = append(p.rowEnd, uint32(len(p.values)))
	}
	p.points, p.first, p.lineEnd = slices.Clip(p.points), slices.Clip(p.first), slices.Clip(p.lineEnd)
	p.bytes, p.values, p.rowEnd = slices.Clip(p.bytes), slices.Clip(p.values), slices.Clip(p.rowEnd)
	return p
}

// addValues takes over the attributes of the one feature that a writer has written.
func (p *packedLines) addValues(w *writer) {
	var fields, place [maxFields]uint8 // of a key, its field; of a value, which attribute of the row had it first
	for field, key := range w.keyAt {
		if key >= 0 {
			fields[key] = uint8(field)
		}
	}
	left, known := w.values, uint8(0)
	for i := 0; i < len(w.tags)/2; i++ { // keys and values are fewer than 128, so that each is a byte
		field, value := fields[w.tags[2*i]], w.tags[2*i+1]
		v := packedValue{field: field}
		if value < known {
			v.same = uint8(i) - place[value]
		} else {
			place[value], known = uint8(i), known+1
			n := valueSize(left)
			p.bytes, left = append(p.bytes, left[:n]...), left[n:]
		}
		v.end = uint32(len(p.bytes))
		p.values = append(p.values, v)
	}
}

// valueSize is the length of the first of some values as they stand in a tile.
func valueSize(values []byte) int {
	n, k := binary.Uvarint(values[1:])
	return 1 + k + int(n)
}

// line returns the vertices of row i, and from which zoom each is drawn.
func (p *packedLines) line(i int) (line []unit, first []uint8) {
	from := uint32(0)
	if i > 0 {
		from = p.lineEnd[i-1]
	}
	return p.points[from:p.lineEnd[i]], p.first[from:p.lineEnd[i]]
}

// writeLine writes the attributes that the layer's write would write. Ids and codes are not looked for: no other row has them.
func (p *pen) writeLine(rows *packedLines, i int) {
	from := uint32(0)
	if i > 0 {
		from = rows.rowEnd[i-1]
	}
	start := uint32(0)
	if from > 0 {
		start = rows.values[from-1].end
	}
	var numbers [maxFields]uint32
	for k, v := range rows.values[from:rows.rowEnd[i]] {
		switch {
		case v.same > 0:
			p.tag(int(v.field), numbers[k-int(v.same)])
		case v.field == fieldID || v.field == fieldCode:
			p.onlyValue(int(v.field), rows.bytes[start:v.end])
		default:
			p.value(int(v.field), rows.bytes[start:v.end])
		}
		numbers[k], start = p.lastTag, v.end
	}
}
