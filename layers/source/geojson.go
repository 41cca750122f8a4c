package source

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"wangge/geo"
	"wangge/layers"
)

// geojsonReader reads a FeatureCollection feature by feature, or a single Feature or geometry. It holds one feature at a time.
type geojsonReader struct {
	source  *Source
	options Options
	in      *bufio.Reader
	dec     *json.Decoder
	kind    string // the root's type
	had     bool   // the features member was there
	number  int
}

// records reads the root object. Members come in any order: what is known only at the end (crs, type) is looked at by then.
func (g *geojsonReader) records(ctx context.Context, yield func(Record, error) bool) {
	g.dec = json.NewDecoder(g.in)
	stopped := false
	err := g.root(ctx, func(r Record) bool {
		stopped = !yield(r, nil)
		return !stopped
	})
	if err != nil && !stopped {
		yield(Record{}, err)
	}
}

func (g *geojsonReader) invalid(format string, args ...any) error {
	return fmt.Errorf("%w: byte %d: %s", layers.ErrInvalid, g.dec.InputOffset(), fmt.Sprintf(format, args...))
}

// broken turns an error of the decoder into one that says where.
func (g *geojsonReader) broken(err error) error {
	if errors.Is(err, layers.ErrInvalid) || err == nil {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return g.invalid("the file ends early")
	}
	return g.invalid("%s", err)
}

func (g *geojsonReader) root(ctx context.Context, yield func(Record) bool) error {
	t, err := g.dec.Token()
	if err != nil {
		return g.broken(err)
	}
	if t != json.Delim('{') {
		return g.invalid("is no GeoJSON object")
	}
	rest := map[string]json.RawMessage{} // the members of a root that is no collection
	for g.dec.More() {
		t, err := g.dec.Token()
		if err != nil {
			return g.broken(err)
		}
		name := t.(string) // encoding/json gives nothing else for a key
		if name == "features" {
			if more, err := g.features(ctx, yield); err != nil || !more {
				return err
			}
			continue
		}
		var raw json.RawMessage
		if err := g.dec.Decode(&raw); err != nil {
			return g.broken(err)
		}
		if _, twice := rest[name]; twice {
			return g.invalid("the member %.40q is there twice", name)
		}
		if depthOf(raw) > MaxDepth-1 {
			return g.invalid("the member %.40q nests more than %d levels", name, MaxDepth)
		}
		rest[name] = raw
		if err := g.rootMember(name, raw); err != nil {
			return err
		}
	}
	if _, err := g.dec.Token(); err != nil {
		return g.broken(err)
	}
	if _, err := g.dec.Token(); !errors.Is(err, io.EOF) {
		return g.invalid("something follows the end of the object")
	}
	return g.single(rest, yield)
}

func (g *geojsonReader) rootMember(name string, raw []byte) error {
	switch name {
	case "type":
		if g.kind = ""; raw[0] == '"' {
			g.kind = unquote(raw)
		}
		if g.kind == "Topology" {
			return g.invalid("is TopoJSON; turn it into GeoJSON first (ogr2ogr out.geojson in.topo.json)")
		}
	case "crs":
		return g.crs(raw)
	case "wangge":
		members(raw, func(name string, value []byte) bool {
			if name == "crs" && value[0] == '"' {
				g.source.declared = unquote(value)
			}
			return true
		})
	}
	return nil
}

// crs reads the crs member of GeoJSON before RFC 7946: {"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}} or
// {"type":"EPSG","properties":{"code":4326}}. null says nothing.
func (g *geojsonReader) crs(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	var crs struct {
		Type       string `json:"type"`
		Properties struct {
			Name string      `json:"name"`
			Code json.Number `json:"code"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(raw, &crs); err != nil {
		return g.invalid("the crs member cannot be read: %s", err)
	}
	if g.source.declared = crs.Properties.Name; crs.Properties.Code != "" && crs.Properties.Name == "" {
		g.source.declared = "epsg:" + crs.Properties.Code.String()
	}
	if g.source.declared == "" {
		return g.invalid("the crs member names no system")
	}
	return nil
}

// features reads the array of features; more is false when the caller wants no more.
func (g *geojsonReader) features(ctx context.Context, yield func(Record) bool) (more bool, err error) {
	if g.had {
		return false, g.invalid("the member \"features\" is there twice")
	}
	g.had = true
	if t, err := g.dec.Token(); err != nil {
		return false, g.broken(err)
	} else if t != json.Delim('[') {
		return false, g.invalid("the member \"features\" is no array")
	}
	for g.dec.More() {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		var raw json.RawMessage
		if err := g.dec.Decode(&raw); err != nil {
			return false, g.broken(err)
		}
		if !yield(g.feature(raw, MaxDepth-2)) {
			return false, nil
		}
	}
	_, err = g.dec.Token()
	return true, g.broken(err)
}

// single deals with a root that is a Feature or a geometry itself.
func (g *geojsonReader) single(rest map[string]json.RawMessage, yield func(Record) bool) error {
	switch {
	case g.had && g.kind == "FeatureCollection":
		return nil
	case g.had:
		return g.invalid("has features but the type %.40q", g.kind)
	case g.kind == "FeatureCollection":
		return g.invalid("is a FeatureCollection without the member \"features\"")
	case g.kind == "Feature":
		raw, err := json.Marshal(rest)
		if err == nil {
			yield(g.feature(raw, MaxDepth))
		}
		return err
	case g.kind == "":
		return g.invalid("has no type; is it GeoJSON?")
	}
	raw, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	r := g.next()
	parseGeometry(&r, raw, g.options)
	yield(r)
	return nil
}

func (g *geojsonReader) next() Record {
	g.number++
	return Record{Row: fmt.Sprintf("feature %d", g.number), Number: g.number, Fields: map[string]any{}}
}

// feature reads one Feature. The id is the field "id" unless a property has that name.
func (g *geojsonReader) feature(raw []byte, depth int) Record {
	r := g.next()
	if d := depthOf(raw); d > depth {
		r.problem(KindDepth, geo.SeverityError, "the feature nests %d levels, at most %d are read", d, depth)
		return r
	}
	if !utf8.Valid(raw) {
		r.problem(KindEncoding, geo.SeverityError, "the text is not UTF-8; name its encoding, such as --encoding gbk")
		return r
	}
	var kind string
	var id any
	seen := map[string]bool{}
	members(raw, func(name string, value []byte) bool {
		if seen[name] {
			r.problem(KindDuplicateKey, geo.SeverityError, "the member %.40q is there twice", name)
		}
		seen[name] = true
		switch name {
		case "type":
			kind, _ = fieldValue(value).(string)
		case "id":
			id = fieldValue(value)
		case "properties":
			g.properties(&r, value)
		case "geometry":
			if string(value) != "null" {
				parseGeometry(&r, value, g.options)
			}
		}
		return true
	})
	if kind != "Feature" {
		r.problem(KindRecord, geo.SeverityError, "want a Feature, got the type %.40q", kind)
	}
	if _, has := r.Fields["id"]; id != nil && !has {
		g.source.sawField("id")
		r.Fields["id"] = id
	}
	return r
}

func (g *geojsonReader) properties(r *Record, raw []byte) {
	members(raw, func(name string, value []byte) bool {
		if _, twice := r.Fields[name]; twice {
			r.problem(KindDuplicateKey, geo.SeverityError, "the property %.40q is there twice", name)
		}
		v := fieldValue(value)
		if s, ok := v.(string); ok && replaced(s) || replaced(name) {
			r.Problems = append(r.Problems, Problem{Kind: KindEncoding, Severity: geo.SeverityError, Row: r.Row, Field: name,
				Detail: fmt.Sprintf("the text %.40q has characters that could not be decoded", s)})
		}
		g.source.sawField(name)
		r.Fields[name] = v
		return true
	})
}
