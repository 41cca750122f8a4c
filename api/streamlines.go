package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"runtime/debug"
	"unicode/utf8"

	"wangge/routing/duty"
)

// answer answers the lines of b.
func (s *lineStream) answer(b *lines) {
	defer func() {
		if p := recover(); p != nil { // here it would end the process
			s.c.s.metrics.panics.Inc()
			s.c.s.log.Error("a line of a stream ended in a panic", "panic", p, "stack", string(debug.Stack()))
			b.failed = true
		}
	}()
	b.out = b.out[:0]
	if s.grids && s.quick != nil {
		s.locate(b)
	} else {
		b.areas = b.areas[:0]
	}
	i := 0
	for text := b.text; len(text) > 0; i++ {
		var line []byte
		line, text = nextLine(text)
		if i < len(b.areas) && b.areas[i] != gridError {
			b.out = s.appendGrid(b.out, b.areas[i])
			continue
		}
		b.out = s.one(b.out, b.first+i, line)
	}
}

// nextLine cuts the first line off, without its end.
func nextLine(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte{'\n'})
	return line, rest
}

// locate finds the areas of the lines that are plain pairs of numbers, together; all others get gridError.
func (s *lineStream) locate(b *lines) {
	b.positions, b.areas = b.positions[:0], b.areas[:0]
	for text := b.text; len(text) > 0; {
		var line []byte
		line, text = nextLine(text)
		lon, lat, ok := pair(line)
		if !ok {
			lon, lat = math.NaN(), math.NaN()
		}
		b.positions = append(b.positions, lon, lat)
	}
	b.areas = s.quick.locate(b.areas, b.positions)
}

// pair reads a line that is [lon, lat].
func pair(line []byte) (lon, lat float64, ok bool) {
	if len(line) > mostLine {
		return 0, 0, false
	}
	q := quickScanner{b: line}
	if !q.take('[') {
		return 0, 0, false
	}
	if lon, ok = q.number(); !ok || !q.take(',') {
		return 0, 0, false
	}
	if lat, ok = q.number(); !ok || !q.take(']') {
		return 0, 0, false
	}
	return lon, lat, q.atEnd()
}

func (s *lineStream) appendGrid(out []byte, area int32) []byte {
	if area < 0 {
		return append(out, "{\"grid\":null}\n"...)
	}
	code, _ := s.quick.grids.Features()[area].Label()
	return appendGrid(out, code)
}

func appendGrid(out []byte, code string) []byte {
	out = append(out, `{"grid":`...)
	out = appendText(out, code)
	return append(out, "}\n"...)
}

// one answers a line of any form.
func (s *lineStream) one(out []byte, number int, line []byte) []byte {
	q, err := s.question(line)
	if err == nil {
		err = s.c.w.check(q)
	}
	if err != nil {
		return appendError(out, number, err)
	}
	if !s.grids {
		w, err := s.c.answering(q)
		if err != nil {
			return appendError(out, number, err)
		}
		if out, err = s.c.s.answer(out, w, q); err != nil {
			return appendError(out, number, s.c.w.answerProblem(err, q))
		}
		return out
	}
	grid, err := duty.Grid(s.c.w.Snapshot, s.c.w.Rules, s.c.s.Converter, q)
	switch {
	case err != nil:
		return appendError(out, number, s.c.w.answerProblem(err, q))
	case grid == nil:
		return append(out, "{\"grid\":null}\n"...)
	}
	return appendGrid(out, grid.Code)
}

// question reads a line of any form.
func (s *lineStream) question(line []byte) (duty.Question, error) {
	if len(line) > mostLine {
		return duty.Question{}, badJSON("", "too-long", fmt.Sprintf("the line has more than %d bytes", mostLine))
	}
	line = bytes.TrimSpace(line)
	switch {
	case len(line) == 0:
		return duty.Question{}, badJSON("", "json", "the line is empty")
	case !utf8.Valid(line):
		return duty.Question{}, badJSON("", "encoding", "the line is not valid UTF-8")
	case !json.Valid(line): // the scanner of members relies on it
		return duty.Question{}, notJSON("", json.Unmarshal(line, new(json.RawMessage)))
	}
	return s.general.question(line)
}

// appendError appends the line that says what is wrong with one.
func appendError(out []byte, number int, err error) []byte {
	e := itemErrorOf(number, err)
	e.Pointer = ""
	if p := problemOf(err); len(p.Errors) > 0 {
		e.Pointer = p.Errors[0].Pointer
	}
	return append(appendJSON(out, map[string]itemError{"error": e}), '\n')
}
