package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/routing/duty"
)

// Limits of a batch (CONTRACT.md 3).
const (
	mostPoints = 10_000
	mostBatch  = 2 << 20
	// longestBatch bounds the time of a batch. A usual one of the greatest size takes a quarter of a second; positions on the other
	// side of the world are dearer.
	longestBatch = 30 * time.Second
)

// lookupBatchPath takes three forms of a batch: JSON, lines of JSON (stream.go) and bytes (binary.go).
const lookupBatchPath = "/v1/lookup:batch"

// The values of fields.
const (
	fieldsAll  = "all"  // whole answers
	fieldsGrid = "grid" // the grids alone
)

func batchOperation() operation {
	return operation{
		Method: http.MethodPost, Path: lookupBatchPath, ID: "lookupBatch", Tag: "lookup", Limit: mostBatch, Longest: longestBatch,
		Summary: "Many positions at once",
		Text: fmt.Sprintf("Up to %d positions, %d of which may be lines and areas; the answers are in their order, and a position that cannot be read fails alone. With `fields` `grid` the answer is `grids`, "+
			"a list of indexes into `codes`, with %d for a position outside and %d for one that is in `errors`; otherwise `items` has whole answers as `/v1/lookup` gives them, or an `error`.", mostPoints, mostDrawn, gridOutside, gridError),
		Body:    &content{Type: batchSchema(), Text: "The positions"},
		Answers: []answer{{Status: http.StatusOK, Text: "The answers, in the order of the points", Content: &content{Type: batchAnswerSchema()}}},
		Handle:  lookupBatch,
	}
}

func batchSchema() *huma.Schema {
	two, most := 2, mostPoints
	number := &huma.Schema{Type: "number"}
	text := &huma.Schema{Type: "string"}
	members := func(more map[string]*huma.Schema) map[string]*huma.Schema {
		more["crs"], more["category"], more["accuracy_m"], more["at"] = text, text, number, timeSchema()
		for _, r := range reportMembers {
			more[r.name] = r.schema
		}
		return more
	}
	point := &huma.Schema{OneOf: []*huma.Schema{
		{Type: "array", Items: number, MinItems: &two, MaxItems: &two, Description: "Longitude, latitude."},
		{Type: "object", AdditionalProperties: false, Properties: members(map[string]*huma.Schema{"lon": number, "lat": number, "geometry": shapeSchema()}),
			Description: "A position, or a line or an area, with what differs from the rest."},
	}}
	return &huma.Schema{Type: "object", Required: []string{"crs", "points"}, AdditionalProperties: false, Properties: members(map[string]*huma.Schema{
		"points":   {Type: "array", Items: point, MaxItems: &most},
		"known_at": describedTime("When the answers are to have been known; now if it is not given."),
		"fields":   {Type: "string", Enum: []any{fieldsAll, fieldsGrid}, Default: fieldsAll},
	})}
}

func batchAnswerSchema() *huma.Schema {
	failure := &huma.Schema{Type: "object", Required: []string{"code", "detail", "pointer"}, Properties: map[string]*huma.Schema{
		"index": {Type: "integer"}, "code": {Type: "string"}, "detail": {Type: "string"}, "pointer": {Type: "string"}}}
	data := &huma.Schema{Type: "object", Required: []string{"epoch", "revision"}, Properties: map[string]*huma.Schema{"epoch": {Type: "string"}, "revision": {Type: "integer"}}}
	whole := &huma.Schema{OneOf: []*huma.Schema{
		{Ref: schemaPrefix + "Answer"},
		{Type: "object", Required: []string{"error"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{"error": failure}},
	}}
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: "object", Required: []string{"items", "data"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{
			"items": {Type: "array", Items: whole}, "data": data}},
		{Type: "object", Required: []string{"codes", "grids", "errors", "data"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{
			"codes": {Type: "array", Items: &huma.Schema{Type: "string"}}, "grids": {Type: "array", Items: &huma.Schema{Type: "integer"}},
			"errors": {Type: "array", Items: failure}, "data": data}},
	}}
}

func lookupBatch(c *call) error {
	l := borrow()
	defer l.giveBack()
	var err error
	if l.body, err = readAll(l.body, c.Request()); err != nil {
		return bodyProblem(err)
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	if q, ok := readQuickBatch(l.body, duty.Question{At: c.now()}, l.positions); ok && q.fields == fieldsGrid {
		l.positions = q.positions
		if g, err := c.gridder(q.common); err == nil {
			return c.bytes(http.StatusOK, jsonMedia, g.answer(l))
		}
	}
	b, err := c.parseBatch(l.body)
	if err != nil {
		return err
	}
	if b.fields == fieldsGrid {
		return c.bytes(http.StatusOK, jsonMedia, c.gridsOf(b))
	}
	return c.answersOf(b)
}

// readAll appends the body of r to room. Room for a body of known length is made at once, which the limit of the operation bounds.
func readAll(room []byte, r *http.Request) ([]byte, error) {
	if n := r.ContentLength; n > 0 {
		room = slices.Grow(room, int(n)+1)
	}
	for {
		if len(room) == cap(room) {
			room = slices.Grow(room, 64<<10)
		}
		n, err := r.Body.Read(room[len(room):cap(room)])
		room = room[:len(room)+n]
		switch {
		case errors.Is(err, io.EOF):
			return room, nil
		case err != nil:
			return room, err
		}
	}
}

// answer locates the positions of l and writes the answer of a batch with fields grid, as gridsOf does for any body.
func (g *gridder) answer(l *lists) []byte {
	l.areas = g.locate(l.areas, l.positions)
	failures := []itemError{}
	for i, area := range l.areas {
		if area == gridError {
			failures = append(failures, itemErrorOf(i, g.problem(l.positions[2*i], l.positions[2*i+1])))
		}
	}
	codes := g.tabulate(l.areas)
	out := append(l.out, `{"grids":[`...)
	for i, n := range l.areas {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, int64(n), 10)
	}
	l.out = g.w.endOfGrids(out, codes, failures)
	return l.out
}

// endOfGrids closes the list grids and appends the members after it.
func (w *World) endOfGrids(out []byte, codes []string, failures []itemError) []byte {
	out = append(out, `],"codes":`...)
	out = appendJSON(out, append([]string{}, codes...))
	out = append(out, `,"errors":`...)
	out = appendJSON(out, failures)
	out = append(out, `,"data":`...)
	out = appendJSON(out, w.Position())
	return append(out, "}\n"...)
}

// bodyProblem says why a body could not be read to its end.
func bodyProblem(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return &Problem{Status: http.StatusBadRequest, Code: "bad-request", Detail: "the body ended before its announced length", cause: err}
}

// itemError is what is wrong with one position of a batch.
type itemError struct {
	Index   int    `json:"index"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Pointer string `json:"pointer"`
}

// itemErrorOf makes it from any error.
func itemErrorOf(i int, err error) itemError {
	p := problemOf(err)
	e := itemError{Index: i, Code: p.Code, Detail: p.Detail, Pointer: "/points/" + strconv.Itoa(i)}
	if len(p.Errors) > 0 {
		e.Pointer += p.Errors[0].Pointer
	}
	return e
}

// check does for one position what lookup does for a query.
func (w *World) check(q duty.Question) error {
	if p := w.mistaken(q.CRS, orb.Point{q.Lon, q.Lat}); p != nil {
		return p
	}
	return nil
}

// gridsOf answers with indexes and one table of codes.
func (c *call) gridsOf(b *batch) []byte {
	out := make([]byte, 0, 64+4*len(b.points))
	out = append(out, `{"grids":[`...)
	var codes []string
	index := map[string]int{}
	failures := []itemError{}
	for i, raw := range b.points {
		if i > 0 {
			out = append(out, ',')
		}
		n, err := c.gridOf(b, raw, func(code string) int {
			n, known := index[code]
			if !known {
				n = len(codes)
				index[code] = n
				codes = append(codes, code)
			}
			return n
		})
		if err != nil {
			failures = append(failures, itemErrorOf(i, err))
			n = gridError
		}
		out = strconv.AppendInt(out, int64(n), 10)
	}
	return c.w.endOfGrids(out, codes, failures)
}

func (c *call) gridOf(b *batch, raw []byte, index func(code string) int) (int, error) {
	q, err := b.question(raw)
	if err == nil {
		err = c.w.check(q)
	}
	if err != nil {
		return 0, err
	}
	grid, err := duty.Grid(c.w.Snapshot, c.w.Rules, c.s.Converter, q)
	switch {
	case err != nil:
		return 0, c.w.answerProblem(err, q)
	case grid == nil:
		return gridOutside, nil
	}
	return index(grid.Code), nil
}

// answersOf streams whole answers, so that a large batch needs no large buffer.
func (c *call) answersOf(b *batch) error {
	c.Response().Header().Set("Content-Type", jsonMedia)
	c.Response().WriteHeader(http.StatusOK)
	out := bufio.NewWriterSize(c.Response(), 64<<10)
	_, _ = out.WriteString(`{"items":[`) // a bufio.Writer keeps its first error for Flush
	for i, raw := range b.points {
		if i%64 == 0 {
			if err := c.Request().Context().Err(); err != nil {
				return err
			}
		}
		if i > 0 {
			_ = out.WriteByte(',')
		}
		if _, err := out.Write(c.itemOf(b, i, raw)); err != nil {
			return err
		}
	}
	_, _ = out.WriteString(`],"data":`)
	_, _ = out.Write(appendJSON(nil, c.w.Position()))
	_, _ = out.WriteString("}\n")
	return out.Flush()
}

func (c *call) itemOf(b *batch, i int, raw []byte) []byte {
	q, err := b.question(raw)
	if err == nil {
		err = c.w.check(q)
	}
	var w *World
	if err == nil {
		w, err = c.answering(q)
	}
	if err == nil {
		var body []byte
		if body, err = c.s.answer(nil, w, q); err == nil {
			return body[:len(body)-1] // without the line's end
		}
		err = c.w.answerProblem(err, q)
	}
	return appendJSON(nil, map[string]itemError{"error": itemErrorOf(i, err)})
}
