package source

import (
	"encoding/json"
	"slices"
	"strings"

	"wangge/layers"
)

// A table of categories may have a column for each list of others (whistle, algorithm, hotline, part, event) instead of the column codes. A
// cell holds one code or several, with semicolons, 、 or line ends between them.

// schemeFields are the fields of a file of categories that hold codes of other lists; none where it has the column itself.
func schemeFields(l layers.Layer, fields []string) (out []string) {
	if l != layers.Categories || slices.Contains(fields, "codes") {
		return nil
	}
	for _, scheme := range layers.CodeSchemes() {
		if slices.Contains(fields, scheme) {
			out = append(out, scheme)
		}
	}
	return out
}

// foreignCodes makes the column codes of a record of categories.
func foreignCodes(r *Record, schemes []string) (json.RawMessage, error) {
	list := []layers.ExternalCode{}
	for _, scheme := range schemes {
		text, _ := textOf(r.Fields[scheme])
		for _, code := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(";；、\n\r", c) }) {
			if code = strings.TrimSpace(code); code != "" {
				list = append(list, layers.ExternalCode{Scheme: scheme, Code: code})
			}
		}
	}
	return json.Marshal(list)
}
