package postgis

import (
	"strings"

	"wangge/layers"
)

// contentOf returns what insertSQL and updateSQL write, in the order of table.content.
func contentOf(t table, f layers.Feature, s shape) ([]any, error) {
	m := f.Head()
	values := make([]any, 1, len(t.content))
	values[0] = m.ID
	columns, err := layers.StoredValues(f)
	if err != nil {
		return nil, err
	}
	values = append(append(values, columns...), m.Demo)
	if t.info.Geometry != "" {
		values = append(values, s)
	}
	return append(values, bound(m.ValidFrom), bound(m.ValidTo)), nil
}

// unquoted returns column names as COPY takes them.
func unquoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.Trim(n, `"`)
	}
	return out
}
