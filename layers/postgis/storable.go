package postgis

import (
	"fmt"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// contentOf returns what insertSQL and updateSQL write, in the order of table.content.
func contentOf(t table, f layers.Feature, s shape) ([]any, error) {
	m := f.Head()
	values := make([]any, 1, len(t.content))
	values[0] = m.ID
	columns, err := layers.Values(f)
	if err != nil {
		return nil, err
	}
	for _, v := range columns {
		if v == "" {
			v = nil
		}
		values = append(values, v)
	}
	values = append(values, m.Demo)
	if t.info.Geometry != "" {
		values = append(values, s)
	}
	return append(values, bound(m.ValidFrom), bound(m.ValidTo)), nil
}

// storable checks what a row must have to be read again, and returns the geometry on multiples of 1e-7 degree. Whether the
// feature is valid in its layer is for the caller to say.
func storable(e layers.Edit) (t table, s shape, bad *layers.Invalid) {
	t, ok := tableOf(e.Layer)
	switch {
	case !ok:
		return t, s, issue(e, "", "layer", fmt.Sprintf("%q is no layer", e.Layer))
	case e.ID == "":
		return t, s, issue(e, "/id", "required", "an edit names an id")
	case e.Op == layers.Delete:
		return t, s, nil
	case e.Op != layers.Create && e.Op != layers.Replace:
		return t, s, issue(e, "", "op", fmt.Sprintf("%q is no operation", e.Op))
	case e.Feature == nil || e.Feature.Layer() != e.Layer:
		return t, s, issue(e, "", "required", fmt.Sprintf("there is no feature of %s to write", e.Layer))
	}
	m := e.Feature.Head()
	code, _ := e.Feature.Label()
	switch {
	case m.ID != e.ID:
		return t, s, issue(e, "/id", "form", fmt.Sprintf("the edit is of %q, the feature is %q", e.ID, m.ID))
	case t.info.IDIsCode && code != e.ID:
		return t, s, issue(e, "/code", "form", fmt.Sprintf("in %s the id is the code; got %q and %q", e.Layer, e.ID, code))
	case m.ValidFrom == 0:
		return t, s, issue(e, "/valid_from", "required", "a feature applies from an instant")
	case m.ValidTo != 0 && m.ValidTo <= m.ValidFrom:
		return t, s, issue(e, "/valid_to", "range", "valid_to must be after valid_from")
	case t.info.Geometry == "":
		return t, s, nil
	}
	g := e.Feature.Shape()
	if g == nil {
		return t, s, issue(e, "/geometry", "required", "a "+t.info.Geometry+" is required")
	}
	g, err := geo.Snap(g)
	if err != nil {
		return t, s, issue(e, "/geometry", "bad-coordinate", err.Error())
	}
	return t, shape{geometry: g}, nil
}

func issue(e layers.Edit, pointer, code, detail string) *layers.Invalid {
	return invalid(e.Layer, e.ID, pointer, code, detail)
}

func conflict(kind layers.ConflictKind, e layers.Edit, version int64, detail string) error {
	return passed{&layers.Conflict{Kind: kind, Layer: e.Layer, ID: e.ID, Version: version, Detail: detail}}
}

// unquoted returns column names as COPY takes them.
func unquoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.Trim(n, `"`)
	}
	return out
}
