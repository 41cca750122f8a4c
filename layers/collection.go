package layers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"
)

// SystemNote says for people what the coordinates of a store, and of files written from it, are.
const SystemNote = "CGCS2000 (EPSG:4490), longitude before latitude, degrees, multiples of 1e-7; WGS 84 within a metre"

// Collection is features of one layer as a GeoJSON file.
type Collection struct {
	Layer Layer
	// About is written as the foreign member "wangge", for programs.
	About any
	// Head names the members of Meta that are properties, before the columns of the layer: of id, version, revision, valid_from,
	// valid_to and demo.
	Head []string
	// Features are written in this order.
	Features []Feature
	// Project turns a geometry into what is written; nil writes it as it is stored.
	Project func(orb.Geometry) orb.Geometry
}

// WriteGeoJSON writes c as a FeatureCollection (RFC 7946), one feature a line. Two foreign members say what it is: "wangge" for
// programs, "coordinateSystem" for people. The properties of each feature are all columns, empty ones as null (but code and
// name, which everything has), so that a table has the same columns everywhere. It ends with the error of ctx when that ends,
// and otherwise with those of w and of features that have no JSON form.
func (c Collection) WriteGeoJSON(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	for _, m := range []struct {
		text  string
		value any
	}{{`{"type":"FeatureCollection","name":`, c.Layer}, {`,"wangge":`, c.About}, {`,"coordinateSystem":`, SystemNote}} {
		b, err := plainJSON(m.value)
		if err != nil {
			return err
		}
		out.WriteString(m.text)
		out.Write(b)
	}
	out.WriteString(`,"features":[`)
	var line []byte
	for i, f := range c.Features {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		var err error
		if line, err = c.AppendFeature(line[:0], f); err != nil {
			return fmt.Errorf("%s %s: %w", c.Layer, f.Head().ID, err)
		}
		out.Write(line)
	}
	out.WriteString("\n]}\n")
	return out.Flush() // a bufio.Writer keeps its first error
}

// AppendFeature appends one feature as it is in the file.
func (c Collection) AppendFeature(dst []byte, f Feature) ([]byte, error) {
	id, err := plainJSON(f.Head().ID)
	if err != nil {
		return nil, err
	}
	dst = append(append(dst, `{"type":"Feature","id":`...), id...)
	dst = append(dst, `,"properties":{`...)
	for i, name := range c.Head {
		value, err := plainJSON(f.Head().member(name))
		if err != nil {
			return nil, err
		}
		dst = appendMember(dst, i, name, value)
	}
	values, err := Values(f)
	if err != nil {
		return nil, err
	}
	for i, col := range Columns(f.Layer()) {
		v := values[i]
		if v == "" && col.Name != "code" && col.Name != "name" {
			v = nil
		}
		value, err := plainJSON(v)
		if err != nil {
			return nil, err
		}
		if text, ok := v.(string); ok && col.Kind == KindJSON {
			value = []byte(text)
		}
		dst = appendMember(dst, len(c.Head)+i, col.Name, value)
	}
	dst = append(dst, `},"geometry":`...)
	g := f.Shape()
	if c.Project != nil && g != nil {
		g = c.Project(g)
	}
	return append(AppendGeoJSON(dst, g), '}'), nil
}

// appendMember appends the i-th member of an object, whose name needs no escapes.
func appendMember(dst []byte, i int, name string, value []byte) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return append(append(append(append(dst, '"'), name...), `":`...), value...)
}

// member returns the value of a member of m by its name in JSON, nil for one that there is not.
func (m *Meta) member(name string) any {
	switch name {
	case "id":
		return m.ID
	case "version":
		return m.Version
	case "revision":
		return m.Revision
	case "valid_from":
		return m.ValidFrom
	case "valid_to":
		return m.ValidTo
	case "demo":
		return m.Demo
	}
	return nil
}

// plainJSON is json.Marshal without the escapes that only HTML needs.
func plainJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
