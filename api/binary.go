package api

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// The media types of the compact form of a batch (doc.go).
const (
	pointsMedia = "application/vnd.wangge.points"
	gridsMedia  = "application/vnd.wangge.grids"
)

// Limits of the compact form. Without a dispatcher's token it takes as many points as JSON does.
const (
	mostBinaryPoints = 1_000_000
	mostBinary       = 16 << 20
)

// The layout of both heads, in bytes. All numbers are little endian.
const (
	pointsMagic   = "WGPT"
	gridsMagic    = "WGGR"
	binaryVersion = 1
	pointsHead    = 24
	gridsHead     = 32
	floatPoints   = 1 << 0 // flag of points: float64, not int32 of 1e-7 degree
	wideIndexes   = 1 << 0 // flag of grids: uint32, not uint16
)

// mostNarrow is how many codes uint16 can tell apart beside the two reserved values.
const mostNarrow = 0xfffe

// binarySystems are the systems by their number in the head of points.
func binarySystems() []geo.CRS {
	return []geo.CRS{1: geo.WGS84, 2: geo.CGCS2000, 3: geo.GCJ02, 4: geo.BD09, 5: geo.EPSG4549}
}

func binaryOperation() operation {
	return operation{
		Method: http.MethodPost, Path: lookupBatchPath, ID: "lookupBinary", Tag: "lookup", Limit: mostBinary, Longest: longestBatch,
		Summary: "The grids of many positions, in a compact form",
		Text: fmt.Sprintf("Up to %d positions, or %d with a token that may stream; the answer is `%s`. All numbers are little endian. "+
			"Points: `WGPT`, version 1 (1 byte), flags (1 byte; bit 0: coordinates are float64, else int32 in 1e-7 degree), system (1 byte: 1 wgs84, 2 cgcs2000, 3 gcj02, 4 bd09, "+
			"5 epsg:4549, which needs float64), 0 (1 byte), `at` (int64, milliseconds since 1970 in UTC, 0 for now), count (uint32), 0 (uint32), then longitude and latitude of each. "+
			"Grids: `WGGR`, version 1 (1 byte), flags (1 byte; bit 0: indexes are uint32, else uint16), length of the epoch (uint16), revision (int64), count (uint32), number of codes (uint32), "+
			"number of points with an error (uint32), length of the table (uint32), then the table: the epoch, each code after its length (uint16), and zeros up to a multiple of 4; then an index of "+
			"the codes for each point: all ones for a position outside, all ones but the lowest bit for one that cannot be read.", mostPoints, mostBinaryPoints, gridsMedia),
		Body:     &content{Media: pointsMedia, Type: binarySchema(), Text: "The positions"},
		Answers:  []answer{{Status: http.StatusOK, Text: "The grids, in the order of the points", Content: &content{Media: gridsMedia, Type: binarySchema()}}},
		Problems: []int{http.StatusNotFound},
		Handle:   lookupBinary,
	}
}

func lookupBinary(c *call) error {
	h, err := c.pointsHead()
	if err != nil {
		return err
	}
	g, err := c.gridder(h.question)
	if err != nil {
		return c.w.answerProblem(fmt.Errorf("%w: %s", err, h.question.At), h.question)
	}
	l := borrow()
	defer l.giveBack()
	if err := c.locatePoints(g, h, l); err != nil {
		return err
	}
	failures := 0
	for _, area := range l.areas {
		if area == gridError {
			failures++
		}
	}
	return c.sendGrids(l, g.tabulate(l.areas), failures)
}

// pointHead is the head of points.
type pointHead struct {
	question duty.Question // system and instant
	floats   bool
	count    int
}

// size is how many bytes a point has.
func (h *pointHead) size() int {
	if h.floats {
		return 16
	}
	return 8
}

func badBinary(detail string, args ...any) error {
	return &Problem{Status: http.StatusBadRequest, Code: "bad-request", Detail: fmt.Sprintf(detail, args...)}
}

// pointsHead reads the head, and refuses one that promises more than the body has or the client may send.
func (c *call) pointsHead() (h pointHead, err error) {
	var b [pointsHead]byte
	if n, err := io.ReadFull(c.Request().Body, b[:]); err != nil {
		return h, c.cutShort(err, "the head has %d bytes; this body ends after %d", pointsHead, n)
	}
	if h, err = c.parsePointsHead(b[:]); err != nil {
		return h, err
	}
	most := mostPoints
	if slices.Contains(streamers(), c.token.Role) {
		most = mostBinaryPoints
	}
	if h.count > most {
		return h, &Problem{Status: http.StatusRequestEntityTooLarge, Code: "batch-too-large", More: map[string]any{"limit": most},
			Detail: fmt.Sprintf("this form has at most %d points, and %d for holders of a token that may stream", mostPoints, mostBinaryPoints)}
	}
	want := int64(pointsHead + h.count*h.size())
	if n := c.Request().ContentLength; n >= 0 && n != want {
		return h, badBinary("the head says %d points, which are %d bytes with it; this body has %d", h.count, want, n)
	}
	return h, nil
}

// cutShort says why a body could not be read as far as it should.
func (c *call) cutShort(err error, detail string, args ...any) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return badBinary(detail, args...)
	}
	return bodyProblem(err)
}

func (c *call) parsePointsHead(b []byte) (h pointHead, err error) {
	le := binary.LittleEndian
	systems := binarySystems()
	flags, system := b[5], int(b[6])
	at := int64(le.Uint64(b[8:]))
	switch {
	case string(b[:4]) != pointsMagic:
		return h, badBinary("the body begins with %q, not with %s", b[:4], pointsMagic)
	case b[4] != binaryVersion:
		return h, badBinary("version %d; this reads version %d", b[4], binaryVersion)
	case flags&^floatPoints != 0 || b[7] != 0 || le.Uint32(b[20:]) != 0:
		return h, badBinary("flags %#x and the bytes 7 and 20 to 23 have bits that mean nothing in version %d", flags, binaryVersion)
	case system == 0 || system >= len(systems):
		return h, crsRequired(fmt.Sprintf("byte 6 is %d; the systems are 1 to %d", system, len(systems)-1))
	}
	h = pointHead{floats: flags&floatPoints != 0, count: int(le.Uint32(b[16:]))}
	h.question = duty.Question{CRS: systems[system], At: layers.Instant(at)}
	if h.question.CRS == geo.EPSG4549 && !h.floats {
		return h, badBinary("coordinates in %s are metres and need float64", geo.EPSG4549)
	}
	if at == 0 {
		h.question.At = c.now()
	} else if y := time.UnixMilli(at).UTC().Year(); y < 1900 || y > 9999 {
		return h, badTime("at", errors.New("must lie in the years 1900 to 9999"))
	}
	return h, nil
}

// block is how many bytes of points are read and located at a time: a multiple of both sizes of a point.
const block = 64 << 10

// locatePoints reads the points and puts their areas into l.
func (c *call) locatePoints(g *gridder, h pointHead, l *lists) error {
	l.body = slices.Grow(l.body, block)[:block]
	l.areas = slices.Grow(l.areas, h.count)
	body := c.Request().Body
	for left := h.count * h.size(); left > 0; {
		part := l.body[:min(block, left)]
		if n, err := io.ReadFull(body, part); err != nil {
			return c.cutShort(err, "the body ends %d bytes before the last of %d points", left-n, h.count)
		}
		left -= len(part)
		if h.floats {
			l.positions = appendFloats(l.positions[:0], part)
			l.areas = g.locate(l.areas, l.positions)
		} else {
			l.areas = g.locateFixed(l.areas, part)
		}
	}
	switch n, err := body.Read(l.body[:1]); {
	case n > 0:
		return badBinary("the body goes on after the last of %d points", h.count)
	case err != nil && !errors.Is(err, io.EOF):
		return bodyProblem(err)
	}
	return nil
}

// appendFloats appends the float64 of b.
func appendFloats(to []float64, b []byte) []float64 {
	for ; len(b) >= 8; b = b[8:] {
		to = append(to, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return to
}

// locateFixed is locate for positions in 1e-7 degree, 8 bytes each.
func (g *gridder) locateFixed(areas []int32, b []byte) []int32 {
	var queries [stage]geo.Query
	for len(b) > 0 {
		n := min(stage, len(b)/8)
		wrong := 0
		for i := range n {
			at := fixedAt(b, i)
			if g.nearby(at) {
				queries[i] = at.Query()
				continue
			}
			p := at.Point()
			q, ok := g.query(p[0], p[1])
			queries[i] = q
			if !ok {
				wrong++
			}
		}
		areas = g.grids.LocateAll(areas, queries[:n])
		if wrong > 0 {
			for i := range n {
				p := fixedAt(b, i).Point()
				if _, ok := g.query(p[0], p[1]); !ok {
					areas[len(areas)-n+i] = gridError
				}
			}
		}
		b = b[8*n:]
	}
	return areas
}

func fixedAt(b []byte, i int) geo.Fixed {
	v := binary.LittleEndian.Uint64(b[8*i:])
	return geo.Fixed{X: int32(v), Y: int32(v >> 32)}
}

// sendGrids answers with the indexes that l has in place of areas.
func (c *call) sendGrids(l *lists, codes []string, failures int) error {
	position := c.w.Position()
	table := append([]byte(nil), position.Epoch...)
	for _, code := range codes {
		table = binary.LittleEndian.AppendUint16(table, uint16(len(code)))
		table = append(table, code...)
	}
	for len(table)%4 != 0 {
		table = append(table, 0)
	}
	le := binary.LittleEndian
	wide, size := byte(0), 2
	if len(codes) > mostNarrow {
		wide, size = wideIndexes, 4
	}
	out := slices.Grow(l.out[:0], gridsHead+len(table)+size*len(l.areas))
	out = append(out, gridsMagic...)
	out = append(out, binaryVersion, wide)
	out = le.AppendUint16(out, uint16(len(position.Epoch)))
	out = le.AppendUint64(out, uint64(position.Revision))
	for _, n := range []int{len(l.areas), len(codes), failures, len(table)} {
		out = le.AppendUint32(out, uint32(n))
	}
	out = append(out, table...)
	out = appendIndexes(out, l.areas, wide != 0)
	l.out = out
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(len(out)))
	return c.bytes(http.StatusOK, gridsMedia, out)
}

// appendIndexes appends indexes of codes. gridOutside and gridError are all ones, and all ones but the lowest bit, in either width.
func appendIndexes(out []byte, indexes []int32, wide bool) []byte {
	if wide {
		for _, n := range indexes {
			out = binary.LittleEndian.AppendUint32(out, uint32(n))
		}
		return out
	}
	for _, n := range indexes {
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
	}
	return out
}

func binarySchema() *huma.Schema { return &huma.Schema{Type: "string", Format: "binary"} }
