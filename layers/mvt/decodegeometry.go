package mvt

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
)

func decodeGeometry(kind geometryType, commands []uint32, version uint32) (orb.Geometry, error) {
	parts, err := decodeParts(kind, commands)
	if err != nil {
		return nil, err
	}
	switch kind {
	case pointType:
		return orb.MultiPoint(parts[0]), nil
	case lineType:
		out := make(orb.MultiLineString, len(parts))
		for i, p := range parts {
			out[i] = p
		}
		return out, nil
	}
	return nestRings(parts, version)
}

// commandReader reads the commands of a geometry and keeps the position.
type commandReader struct {
	list []uint32
	at   [2]int64
}

// command reads the next one, and checks that its parameters are there.
func (r *commandReader) command() (id, count int, err error) {
	v := r.list[0]
	r.list = r.list[1:]
	id, count = int(v&7), int(v>>3)
	if id != closePath && count > len(r.list)/2 {
		return id, count, fmt.Errorf("a command counts %d positions where %d numbers are left", count, len(r.list))
	}
	return id, count, nil
}

func (r *commandReader) position() (p orb.Point, moved bool) {
	dx, dy := unzigzag(r.list[0]), unzigzag(r.list[1])
	r.list = r.list[2:]
	r.at[0] += dx
	r.at[1] += dy
	return orb.Point{float64(r.at[0]), float64(r.at[1])}, dx != 0 || dy != 0
}

func unzigzag(v uint32) int64 { return int64(v>>1) ^ -int64(v&1) }

// decodeParts returns all points at once, each line, or each ring.
func decodeParts(kind geometryType, commands []uint32) ([][]orb.Point, error) {
	if kind < pointType || kind > polygonType {
		return nil, fmt.Errorf("its type is %d, want 1, 2 or 3", kind)
	}
	if len(commands) == 0 {
		return nil, errors.New("it has no geometry")
	}
	r := &commandReader{list: commands}
	var parts [][]orb.Point
	for len(r.list) > 0 {
		part, err := r.part(kind)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if kind == pointType && len(parts) != 1 {
		return nil, errors.New("points take one MoveTo")
	}
	return parts, nil
}

// part reads a MoveTo and what belongs to it.
func (r *commandReader) part(kind geometryType) ([]orb.Point, error) {
	id, count, err := r.command()
	if err != nil {
		return nil, err
	}
	if id != moveTo || count < 1 || count > 1 && kind != pointType {
		return nil, fmt.Errorf("command %d with count %d where a MoveTo was due", id, count)
	}
	var part []orb.Point
	for range count {
		p, _ := r.position()
		part = append(part, p)
	}
	if kind == pointType {
		return part, nil
	}
	if part, err = r.segments(part, kind); err != nil || kind == lineType {
		return part, err
	}
	if len(r.list) == 0 {
		return nil, errors.New("a ring without ClosePath")
	}
	if id, count, _ = r.command(); id != closePath || count != 1 {
		return nil, fmt.Errorf("command %d with count %d where a ClosePath was due", id, count)
	}
	if part[0] == part[len(part)-1] {
		return nil, errors.New("a ring repeats its first position before ClosePath")
	}
	return append(part, part[0]), nil
}

func (r *commandReader) segments(part []orb.Point, kind geometryType) ([]orb.Point, error) {
	if len(r.list) == 0 {
		return nil, errors.New("a MoveTo without LineTo")
	}
	id, count, err := r.command()
	if err != nil {
		return nil, err
	}
	if id != lineTo || count < 1 || count < 2 && kind == polygonType {
		return nil, fmt.Errorf("command %d with count %d where a LineTo was due", id, count)
	}
	for range count {
		p, moved := r.position()
		if !moved {
			return nil, errors.New("a segment of length 0")
		}
		part = append(part, p)
	}
	return part, nil
}

// nestRings makes polygons of rings: an exterior and the holes that follow it. In a tile of version 1 the first ring shows which
// way exteriors run.
func nestRings(rings [][]orb.Point, version uint32) (orb.MultiPolygon, error) {
	var out orb.MultiPolygon
	exterior := 1.0
	for i, r := range rings {
		area := ringArea(r)
		if i == 0 && version == 1 && area < 0 {
			exterior = -1
		}
		switch {
		case area*exterior > 0:
			out = append(out, orb.Polygon{r})
		case area == 0 && version > 1:
			return nil, fmt.Errorf("ring %d has no area", i)
		case len(out) == 0 && version > 1:
			return nil, errors.New("a hole comes before any exterior")
		case len(out) == 0:
			out = append(out, orb.Polygon{r})
		default:
			out[len(out)-1] = append(out[len(out)-1], r)
		}
	}
	return out, nil
}

// ringArea is twice the signed area by the surveyor's formula.
func ringArea(r []orb.Point) float64 {
	sum := 0.0
	for i := 1; i < len(r); i++ {
		sum += (r[i-1][0]-r[0][0])*(r[i][1]-r[0][1]) - (r[i][0]-r[0][0])*(r[i-1][1]-r[0][1])
	}
	return sum
}
