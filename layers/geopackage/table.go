package geopackage

import (
	"fmt"
	"strings"

	"wangge/layers"
)

// table is what the SQL of one layer is made from.
type table struct {
	info    layers.Info
	name    string // the table of head rows
	history string
	columns []layers.Column
	content []string // quoted names of what a slice takes over: id, the columns, version, demo, geom
}

// tableOf returns the table of a layer, false for what is no layer.
func tableOf(l layers.Layer) (table, bool) {
	info, ok := l.Info()
	if !ok {
		return table{}, false
	}
	t := table{info: info, name: string(l), history: string(l) + "_history", columns: layers.Columns(l), content: []string{"id"}}
	for _, c := range t.columns {
		t.content = append(t.content, quote(c.Name))
	}
	t.content = append(t.content, "version", "demo")
	if info.Geometry != "" {
		t.content = append(t.content, "geom")
	}
	return t, true
}

// quote returns a column's name for SQL; some are words of the language.
func quote(name string) string { return `"` + name + `"` }

// list returns the content with a prefix such as "NEW.".
func (t table) list(prefix string) string {
	return prefix + strings.Join(t.content, ", "+prefix)
}

// headColumns and sliceColumns are what row.go reads, in the same order, from the one and the other table. The plus keeps the
// driver from turning times into its own.
func (t table) headColumns() string  { return t.selected("fid", 0) }
func (t table) sliceColumns() string { return t.selected("hid", 1) }

func (t table) selected(key string, slice int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d AS slice, id, version, rev_from, +valid_from AS valid_from, +valid_to AS valid_to, demo", key, slice)
	if t.info.Geometry != "" {
		b.WriteString(", geom")
	} else {
		b.WriteString(", NULL AS geom")
	}
	for _, c := range t.columns {
		b.WriteString(", " + quote(c.Name))
	}
	return b.String()
}

// insertSQL writes a head row: fid is given by SQLite; the arguments are those of values.
func (t table) insertSQL() string {
	return fmt.Sprintf("INSERT INTO %s (%s, rev_from, valid_from, valid_to) VALUES (?%s)",
		t.name, t.list(""), strings.Repeat(", ?", len(t.content)+2))
}

// updateSQL writes a head row over the one of the id, which is the first and, once more, the last argument.
func (t table) updateSQL() string {
	return fmt.Sprintf("UPDATE %s SET %s = ?, rev_from = ?, valid_from = ?, valid_to = ? WHERE id = ?",
		t.name, strings.Join(t.content, " = ?, "))
}

// historySQL writes a row of the history as it is: the arguments are those of insertSQL, op and rev_to.
func (t table) historySQL() string {
	return fmt.Sprintf("INSERT INTO %s (%s, rev_from, valid_from, valid_to, op, rev_to) VALUES (?%s)",
		t.history, t.list(""), strings.Repeat(", ?", len(t.content)+4))
}

// rawColumns names what a reader has of a row beside its key, in the same order.
func (t table) rawColumns() []string {
	names := []string{"id", "version", "rev_from", "valid_from", "valid_to", "demo"}
	if t.info.Geometry != "" {
		names = append(names, "geom")
	}
	for _, c := range t.columns {
		names = append(names, quote(c.Name))
	}
	return names
}
