package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"wangge/layers"
	"wangge/routing/duty"
)

// batch is the body of a batch: what holds for all positions, and the positions as they were written.
type batch struct {
	fields string
	common asking
	points [][]byte
	// known is when the answers are to have been known; 0 for now.
	known layers.Instant
	// resolve finds the category of a code of another list.
	resolve func(asking) (duty.Question, error)
}

// parseBatch reads the body. What is wrong with the body as a whole is an error here; what is wrong with one position is found
// when it is answered.
func (c *call) parseBatch(body []byte) (*batch, error) {
	if !utf8.Valid(body) {
		return nil, badJSON("", "encoding", "the body is not valid UTF-8")
	}
	// The scanner below relies on this check.
	if !json.Valid(body) {
		return nil, notJSON("", json.Unmarshal(body, new(json.RawMessage)))
	}
	b := &batch{fields: fieldsAll, common: asking{Question: duty.Question{At: c.now()}}, resolve: c.resolve}
	seen, err := members(body, func(name string, raw []byte) (err error) {
		switch name {
		case "points":
			b.points, err = pointsOf(raw)
		case "fields":
			b.fields, err = textMember("/fields", raw)
			if err == nil && b.fields != fieldsAll && b.fields != fieldsGrid {
				err = badJSON("/fields", "enum", fmt.Sprintf("fields is %q or %q", fieldsAll, fieldsGrid))
			}
		case "lon", "lat", "geometry":
			err = unknownMember(name)
		case "known_at":
			b.known, err = timeMember("/known_at", raw)
		default:
			err = setMember(&b.common, name, raw)
		}
		return err
	})
	if err == nil {
		err = oneSubject(seen)
	}
	switch {
	case err != nil:
		return nil, err
	case !seen["crs"]:
		return nil, crsRequired("name the coordinate system of the points").inBody("/crs")
	case !seen["points"]:
		return nil, badJSON("/points", "required", "the list of points is missing")
	}
	if drawn := b.drawn(); drawn > mostDrawn {
		return nil, &Problem{Status: http.StatusRequestEntityTooLarge, Code: "batch-too-large", More: map[string]any{"limit": mostDrawn},
			Detail: fmt.Sprintf("a batch has at most %d lines and areas", mostDrawn), Errors: []layers.Issue{{Pointer: "/points", Code: "too-long", Detail: "too many geometries"}}}
	}
	if b.known != 0 && b.fields == fieldsAll && len(b.points) > mostKnown {
		return nil, &Problem{Status: http.StatusRequestEntityTooLarge, Code: "batch-too-large", More: map[string]any{"limit": mostKnown},
			Detail: fmt.Sprintf("a batch with known_at has at most %d points with whole answers", mostKnown), Errors: []layers.Issue{{Pointer: "/points", Code: "too-long", Detail: "too many points"}}}
	}
	if err := c.known(b.known); err != nil {
		return nil, err
	}
	_, err = b.meant(b.common)
	return b, err
}

// mostDrawn bounds the lines and areas of a batch: each takes as long as a hundred positions and more.
const mostDrawn = 1000

// drawn counts the lines and areas of a batch.
func (b *batch) drawn() (n int) {
	for _, raw := range b.points {
		if bytes.Contains(raw, []byte(`"geometry"`)) {
			n++
		}
	}
	return n
}

// question reads one position: [lon, lat], or an object with lon, lat and what differs from the rest.
func (b *batch) question(raw []byte) (duty.Question, error) {
	a, err := b.position(raw)
	if err != nil {
		return a.Question, err
	}
	return b.meant(a)
}

// meant is resolve, whose problem is at a member of the body.
func (b *batch) meant(a asking) (duty.Question, error) {
	q, err := b.resolve(a)
	var p *Problem
	if errors.As(err, &p) && p.Parameter != "" {
		return q, p.inBody("/" + p.Parameter)
	}
	return q, err
}

func (b *batch) position(raw []byte) (asking, error) {
	q := b.common
	switch raw[0] {
	case '[':
		var n int
		err := elements(raw, func(i int, raw []byte) (err error) {
			n = i + 1
			switch i {
			case 0:
				q.Lon, err = numberMember("/0", raw, "bad-coordinate")
			case 1:
				q.Lat, err = numberMember("/1", raw, "bad-coordinate")
			}
			return err
		})
		if err == nil && n != 2 {
			err = badCoordinate("", "a position has two numbers, longitude and latitude")
		}
		return q, err
	case '{':
		seen, err := members(raw, func(name string, raw []byte) error { return setMember(&q, name, raw) })
		switch {
		case err != nil:
		case q.drawn != nil:
			err = q.drawnAlone(seen)
		case !(seen["lon"] && seen["lat"]):
			err = badCoordinate("", "a position has lon and lat, or a geometry")
		}
		if err == nil {
			err = oneSubject(seen)
		}
		return q, err
	}
	return q, badCoordinate("", "a position is [lon, lat], or an object with lon and lat or a geometry")
}

func badCoordinate(pointer, detail string) *Problem {
	return (&Problem{Status: http.StatusBadRequest, Code: "bad-coordinate", Detail: detail}).inBody(pointer)
}

// inBody puts a problem of a parameter at a member of the body.
func (p *Problem) inBody(pointer string) *Problem {
	out := *p
	out.Parameter = ""
	out.Errors = []layers.Issue{{Pointer: pointer, Code: p.Code, Detail: p.Detail}}
	return &out
}

func unknownMember(name string) *Problem {
	return badJSON("/"+pointerToken(name), "unknown-field", fmt.Sprintf("there is no member %q here", name))
}

// setMember sets one member of a question by its name.
func setMember(q *asking, name string, raw []byte) (err error) {
	pointer := "/" + pointerToken(name)
	var text string
	switch name {
	case "geometry":
		q.drawn, err = shapeMember(raw)
	case "lon":
		q.Lon, err = numberMember(pointer, raw, "bad-coordinate")
	case "lat":
		q.Lat, err = numberMember(pointer, raw, "bad-coordinate")
	case "accuracy_m":
		if q.AccuracyM, err = numberMember(pointer, raw, "bad-parameter"); err == nil {
			if _, wrong := parseAccuracy(q.AccuracyM); wrong != nil {
				err = badParameter("", "accuracy_m "+wrong.Error()).inBody(pointer)
			}
		}
	case "crs":
		if text, err = textMember(pointer, raw); err == nil {
			q.CRS, err = parseCRS(text)
		}
	case "category":
		if text, err = textMember(pointer, raw); err == nil {
			if text, err = parseCategory(text); err != nil {
				err = badParameter("", err.Error())
			}
			q.about(text, layers.ExternalCode{}, 0)
		}
	case "at":
		q.At, err = timeMember(pointer, raw)
	default:
		var known bool
		if known, err = setReported(q, name, raw); !known {
			return unknownMember(name)
		}
	}
	var p *Problem
	if errors.As(err, &p) && len(p.Errors) == 0 {
		return p.inBody(pointer)
	}
	return err
}

// timeMember reads a time.
func timeMember(pointer string, raw []byte) (layers.Instant, error) {
	text, err := textMember(pointer, raw)
	if err != nil {
		return 0, err
	}
	at, err := parseTime(text)
	if err != nil {
		return 0, badTime(pointer[1:], err).inBody(pointer)
	}
	return at, nil
}

func textMember(pointer string, raw []byte) (s string, err error) {
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		return "", badJSON(pointer, "type", "want a text")
	}
	return s, nil
}

// numberMember reads a JSON number that a float64 can hold.
func numberMember(pointer string, raw []byte, code string) (float64, error) {
	wrong := &Problem{Status: http.StatusBadRequest, Code: code, Detail: "want a number"}
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return 0, wrong.inBody(pointer)
	}
	if len(raw) > mostDigits {
		wrong.Detail = fmt.Sprintf("the number has more than %d characters", mostDigits)
		return 0, wrong.inBody(pointer)
	}
	v, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		wrong.Detail = "the number is too large"
		return 0, wrong.inBody(pointer)
	}
	return v, nil
}

// pointsOf takes the list apart, and gives up at the first position too many.
func pointsOf(raw []byte) ([][]byte, error) {
	if raw[0] != '[' {
		return nil, badJSON("/points", "type", "want a list of positions")
	}
	var points [][]byte
	err := elements(raw, func(i int, raw []byte) error {
		if i == mostPoints {
			return &Problem{Status: http.StatusRequestEntityTooLarge, Code: "batch-too-large", More: map[string]any{"limit": mostPoints},
				Detail: fmt.Sprintf("a batch has at most %d points", mostPoints), Errors: []layers.Issue{{Pointer: "/points", Code: "too-long", Detail: "too many points"}}}
		}
		points = append(points, raw)
		return nil
	})
	return points, err
}

// members calls each for the members of the object in valid JSON, with their values as they are written, and returns their
// names. A member that comes twice is an error, and so is a value that is no object.
func members(object []byte, each func(name string, raw []byte) error) (seen map[string]bool, err error) {
	s := jsonScanner{b: object}
	if s.next() != '{' {
		return nil, badJSON("", "type", "want an object")
	}
	seen = map[string]bool{}
	for s.i++; s.next() != '}'; {
		if s.next() == ',' {
			s.i++
			continue
		}
		var name string
		if err := json.Unmarshal(s.value(), &name); err != nil {
			return nil, notJSON("", err)
		}
		s.next() // the colon
		s.i++
		raw := s.value()
		if seen[name] {
			return nil, badJSON("/"+pointerToken(name), "duplicate", fmt.Sprintf("the member %q comes twice", name))
		}
		seen[name] = true
		if err := each(name, raw); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// elements calls each for the elements of the array in valid JSON.
func elements(array []byte, each func(i int, raw []byte) error) error {
	s := jsonScanner{b: array}
	s.next()
	s.i++
	for i := 0; s.next() != ']'; {
		if s.next() == ',' {
			s.i++
			continue
		}
		if err := each(i, s.value()); err != nil {
			return err
		}
		i++
	}
	return nil
}

// jsonScanner walks over JSON that is known to be valid.
type jsonScanner struct {
	b []byte
	i int
}

// next passes over white space and returns the byte after it without taking it.
func (s *jsonScanner) next() byte {
	for s.b[s.i] == ' ' || s.b[s.i] == '\t' || s.b[s.i] == '\n' || s.b[s.i] == '\r' {
		s.i++
	}
	return s.b[s.i]
}

// value takes the next value and returns it as it is written.
func (s *jsonScanner) value() []byte {
	s.next()
	from, depth := s.i, 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			s.text()
		case '{', '[':
			depth++
			s.i++
		case '}', ']':
			if depth == 0 {
				return s.b[from:s.i]
			}
			depth--
			s.i++
		case ',', ':', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return s.b[from:s.i]
			}
			s.i++
			continue
		default:
			s.i++
			continue
		}
		if depth == 0 {
			break
		}
	}
	return s.b[from:s.i]
}

// text passes over a string.
func (s *jsonScanner) text() {
	for s.i++; s.b[s.i] != '"'; s.i++ {
		if s.b[s.i] == '\\' {
			s.i++
		}
	}
	s.i++
}

func appendJSON(dst []byte, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return append(dst, "null"...) // no value of this package fails
	}
	return append(dst, b...)
}
