package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"wangge/layers"
)

const crsNote = "CGCS2000 (EPSG:4490), longitude before latitude, degrees, multiples of 1e-7; WGS 84 within a metre"

// collection writes features as wangge export does: a FeatureCollection, one feature a line, every column as a property.
func collection(l layers.Layer, list []layers.Feature) ([]byte, error) {
	about := struct {
		Layer layers.Layer `json:"layer"`
		CRS   string       `json:"crs"`
		Store string       `json:"store"`
		Demo  bool         `json:"demo"`
	}{l, "cgcs2000", settings.Name, true}
	var out bytes.Buffer
	for _, m := range []struct {
		text  string
		value any
	}{{`{"type":"FeatureCollection","name":`, string(l)}, {`,"wangge":`, about}, {`,"coordinateSystem":`, crsNote}} {
		b, err := plainJSON(m.value)
		if err != nil {
			return nil, err
		}
		out.WriteString(m.text)
		out.Write(b)
	}
	out.WriteString(`,"features":[`)
	for i, f := range list {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		b, err := featureJSON(f)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", l, f.Head().ID, err)
		}
		out.Write(b)
	}
	out.WriteString("\n]}\n")
	return out.Bytes(), nil
}

func featureJSON(f layers.Feature) ([]byte, error) {
	h := f.Head()
	names, values := []string{"id", "valid_from", "valid_to", "demo"}, []any{h.ID, h.ValidFrom, h.ValidTo, h.Demo}
	own, err := layers.Values(f)
	if err != nil {
		return nil, err
	}
	for i, c := range layers.Columns(f.Layer()) {
		if s, ok := own[i].(string); ok && c.Kind == layers.KindJSON {
			own[i] = json.RawMessage(s)
		}
		if own[i] == "" && c.Name != "code" && c.Name != "name" {
			own[i] = nil
		}
		names, values = append(names, c.Name), append(values, own[i])
	}
	id, err := plainJSON(h.ID)
	if err != nil {
		return nil, err
	}
	b := append([]byte(`{"type":"Feature","id":`), id...)
	b = append(b, `,"properties":{`...)
	for i, v := range values {
		value, err := plainJSON(v)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b = append(b, ',')
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
