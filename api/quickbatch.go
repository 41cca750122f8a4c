package api

import (
	"sync"

	"wangge/routing/duty"
)

// quickBatch is a batch as most clients write it: a plain object with points that are pairs of numbers.
type quickBatch struct {
	fields string
	common duty.Question
	// positions are longitude and latitude in turn.
	positions []float64
}

// readQuickBatch reads the body of a batch in one pass, if it is of the usual form: members in ASCII without escapes, none twice,
// and points that are all [lon, lat]. For any other body, whether it is right or wrong, ok is false, and parseBatch reads it and says what
// is wrong. What both read is the same. The positions are appended to room.
func readQuickBatch(body []byte, common duty.Question, room []float64) (q quickBatch, ok bool) {
	q = quickBatch{fields: fieldsAll, common: common, positions: room}
	s := quickScanner{b: body}
	if !s.take('{') {
		return q, false
	}
	var hasCRS, hasPoints bool
	var seen []string
	for more := true; more; more = s.take(',') {
		name, ok := s.text()
		if !ok || !s.take(':') {
			return q, false
		}
		for _, before := range seen {
			if before == name {
				return q, false
			}
		}
		seen = append(seen, name)
		switch name {
		case "points":
			hasPoints = true
			if q.positions, ok = s.points(room); !ok {
				return q, false
			}
			continue
		case "fields":
			q.fields, ok = s.text()
			if !ok || q.fields != fieldsAll && q.fields != fieldsGrid {
				return q, false
			}
			continue
		case "crs":
			hasCRS = true
		case "category", "at", "accuracy_m":
		default:
			return q, false
		}
		raw, ok := s.simple()
		a := asking{Question: q.common}
		if !ok || setMember(&a, name, raw) != nil {
			return q, false
		}
		q.common = a.Question
	}
	if !s.take('}') || !s.atEnd() {
		return q, false
	}
	return q, hasCRS && hasPoints
}

// quickScanner walks over JSON and gives up at whatever is not plain.
type quickScanner struct {
	b []byte
	i int
}

// blanks passes over white space.
func (s *quickScanner) blanks() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\t' || s.b[s.i] == '\r') {
		s.i++
	}
}

// take passes over white space and c, and reports whether c was there.
func (s *quickScanner) take(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c { // mostly there is no white space
		s.i++
		return true
	}
	s.blanks()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *quickScanner) atEnd() bool {
	s.blanks()
	return s.i == len(s.b)
}

// quoted takes a text of printable ASCII without escapes, quotation marks included.
func (s *quickScanner) quoted() (raw []byte, ok bool) {
	if !s.take('"') {
		return nil, false
	}
	from := s.i - 1
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[from:s.i], true
		case c < ' ' || c > '~' || c == '\\':
			return nil, false
		}
	}
	return nil, false
}

func (s *quickScanner) text() (string, bool) {
	raw, ok := s.quoted()
	if !ok {
		return "", false
	}
	return string(raw[1 : len(raw)-1]), true
}

// simple takes a plain text or a number and returns it as it is written.
func (s *quickScanner) simple() (raw []byte, ok bool) {
	s.blanks()
	if s.i < len(s.b) && s.b[s.i] == '"' {
		return s.quoted()
	}
	_, end, ok := scanNumber(s.b, s.i)
	raw, s.i = s.b[s.i:end], end
	return raw, ok
}

func (s *quickScanner) number() (v float64, ok bool) {
	s.blanks()
	v, s.i, ok = scanNumber(s.b, s.i)
	return v, ok
}

// points takes a list of pairs of numbers, at most mostPoints, and appends them to room.
func (s *quickScanner) points(room []float64) ([]float64, bool) {
	if !s.take('[') {
		return room, false
	}
	if s.take(']') {
		return room, true
	}
	for more := true; more; more = s.take(',') {
		if len(room) == 2*mostPoints || !s.take('[') {
			return room, false
		}
		lon, ok := s.number()
		if !ok || !s.take(',') {
			return room, false
		}
		lat, ok := s.number()
		if !ok || !s.take(']') {
			return room, false
		}
		room = append(room, lon, lat)
	}
	return room, s.take(']')
}

// lists is room for the positions of a batch and what came of them, used again by the next one.
type lists struct {
	body      []byte
	positions []float64
	areas     []int32
	out       []byte
}

var listsPool = sync.Pool{New: func() any { return new(lists) }}

// borrow returns empty lists; giveBack must be called when nothing refers to them any more.
func borrow() *lists {
	l := listsPool.Get().(*lists)
	l.body, l.positions, l.areas, l.out = l.body[:0], l.positions[:0], l.areas[:0], l.out[:0]
	return l
}

// mostKept bounds the bytes of what is kept for the next batch, so that one large body does not stay in memory for ever.
const mostKept = 4 << 20

func (l *lists) giveBack() {
	if cap(l.body)+8*cap(l.positions)+4*cap(l.areas)+cap(l.out) <= mostKept {
		listsPool.Put(l)
	}
}
