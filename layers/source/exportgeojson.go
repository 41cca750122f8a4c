package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"

	"wangge/layers"
)

// writeGeoJSON writes a FeatureCollection (RFC 7946), one feature a line. Two foreign members say what it is: "wangge" for
// programs, "coordinateSystem" for people. The properties of each feature are all columns, empty ones as null, so that a table has the
// same columns everywhere.
func (e Export) writeGeoJSON(ctx context.Context, w io.Writer) error {
	list, err := e.sorted()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	about := struct {
		Layer    layers.Layer `json:"layer"`
		CRS      string       `json:"crs"`
		Store    string       `json:"store,omitempty"`
		Epoch    string       `json:"epoch"`
		Revision int64        `json:"revision"`
		Demo     bool         `json:"demo"`
	}{e.Layer, storageCRS, e.Settings.Name, e.Position.Epoch, e.Position.Revision, e.demo(list)}
	head, err := plainJSON(about)
	if err != nil {
		return err
	}
	name, err := plainJSON(string(e.Layer))
	if err != nil {
		return err
	}
	note, err := plainJSON(crsNote)
	if err != nil {
		return err
	}
	out.WriteString(`{"type":"FeatureCollection","name":`)
	out.Write(name)
	out.WriteString(`,"wangge":`)
	out.Write(head)
	out.WriteString(`,"coordinateSystem":`)
	out.Write(note)
	out.WriteString(`,"features":[`)
	for i, f := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		b, err := featureJSON(f)
		if err != nil {
			return err
		}
		out.Write(b)
	}
	out.WriteString("\n]}\n")
	return out.Flush() // a bufio.Writer keeps its first error
}

func featureJSON(f layers.Feature) ([]byte, error) {
	id, err := plainJSON(f.Head().ID)
	if err != nil {
		return nil, err
	}
	b := append([]byte(`{"type":"Feature","id":`), id...)
	b = append(b, `,"properties":{`...)
	names, values := headColumns(), headValues(f)
	own, err := layers.Values(f)
	if err != nil {
		return nil, err
	}
	columns := layers.Columns(f.Layer())
	for i, c := range columns {
		names = append(names, c.Name)
		if s, ok := own[i].(string); ok && c.Kind == layers.KindJSON {
			own[i] = json.RawMessage(s)
		}
	}
	for i, v := range append(values, own...) {
		if i > 0 {
			b = append(b, ',')
		}
		if v == "" && names[i] != "code" && names[i] != "name" {
			v = nil
		}
		value, err := plainJSON(v)
		if err != nil {
			return nil, err
		}
		b = append(append(append(append(b, '"'), names[i]...), `":`...), value...)
	}
	b = append(b, `},"geometry":`...)
	return append(layers.AppendGeoJSON(b, f.Shape()), '}'), nil
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
