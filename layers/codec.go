package layers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// MarshalFeature returns the API's form of f: its fields, and "geometry" as a GeoJSON geometry (absent without one).
func MarshalFeature(f Feature) ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	meta, err := json.Marshal(f.Head())
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", f.Layer(), f.Head().ID, err)
	}
	out.Write(meta[1 : len(meta)-1])
	values, err := Values(f)
	if err != nil {
		return nil, err
	}
	for i, c := range Columns(f.Layer()) {
		b := []byte(nil)
		switch v := values[i].(type) {
		case nil:
			continue
		case string:
			if c.Kind == KindJSON {
				b = []byte(v)
			} else if v == "" && c.Name != "code" && c.Name != "name" {
				continue
			}
		}
		if b == nil {
			if b, err = json.Marshal(values[i]); err != nil {
				return nil, fmt.Errorf("encode %s %s: %s: %w", f.Layer(), f.Head().ID, c.Name, err)
			}
		}
		fmt.Fprintf(&out, ",%q:%s", c.Name, b)
	}
	if g := f.Shape(); g != nil {
		out.WriteString(`,"geometry":`)
		out.Write(AppendGeoJSON(nil, g))
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// SetMembers fills f from JSON members by name, beside geometry. A member that the layer does not have, or of the wrong type,
// is an issue of the returned *Invalid, which names every one. version and revision are the store's and are passed over.
func SetMembers(f Feature, members map[string]json.RawMessage) error {
	bad := &Invalid{Layer: f.Layer(), ID: f.Head().ID}
	known := map[string]bool{"version": true, "revision": true, "geometry": true, "id": true, "valid_from": true, "valid_to": true, "demo": true}
	for _, c := range Columns(f.Layer()) {
		known[c.Name] = true
	}
	for name := range members {
		if !known[name] {
			bad.Issues = append(bad.Issues, Issue{Pointer: "/" + pointerToken(name), Code: "unknown-field", Detail: fmt.Sprintf("%s has no field %q", f.Layer(), name)})
		}
	}
	for name, raw := range members {
		if !known[name] || name == "geometry" || name == "version" || name == "revision" {
			continue
		}
		one, err := json.Marshal(map[string]json.RawMessage{name: raw})
		if err == nil {
			err = strictInto(one, f)
		}
		if err != nil {
			bad.Issues = append(bad.Issues, memberIssue(name, err))
		}
	}
	if len(bad.Issues) > 0 {
		sortIssues(bad.Issues)
		return bad
	}
	return nil
}

func strictInto(b []byte, f Feature) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(f)
}

func memberIssue(name string, err error) Issue {
	is := Issue{Pointer: "/" + pointerToken(name), Code: "type", Detail: err.Error()}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		is.Detail = fmt.Sprintf("cannot hold a JSON %s", wrong.Value)
	} else if strings.Contains(err.Error(), "unknown field") {
		is.Code = "unknown-field"
	}
	return is
}

// pointerToken escapes a name for a JSON Pointer (RFC 6901).
func pointerToken(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
