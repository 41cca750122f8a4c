package postgis

import (
	"fmt"
	"strings"

	"wangge/layers"
)

// table is what the SQL of one layer is made from.
type table struct {
	info    layers.Info
	name    string // the table of head rows, with the schema
	history string
	columns []layers.Column
	content []string // quoted names of what an edit writes: id, the columns, demo, geom, valid_from, valid_to
}

// tableOf returns the table of a layer, false for what is no layer.
func tableOf(l layers.Layer) (table, bool) {
	info, ok := l.Info()
	if !ok {
		return table{}, false
	}
	name := schema + "." + string(l)
	t := table{info: info, name: name, history: name + "_history", columns: layers.Columns(l), content: []string{"id"}}
	for _, c := range t.columns {
		t.content = append(t.content, quote(c.Name))
	}
	t.content = append(t.content, "demo")
	if info.Geometry != "" {
		t.content = append(t.content, "geom")
	}
	t.content = append(t.content, "valid_from", "valid_to")
	return t, true
}

// quote returns a column's name for SQL; some are words of the language.
func quote(name string) string { return `"` + name + `"` }

// headColumns and sliceColumns are what row.go reads, in the same order, from the one and the other table, which is named h.
func (t table) headColumns() string  { return t.selected(false) }
func (t table) sliceColumns() string { return t.selected(true) }

func (t table) selected(slice bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "h.ctid, %t AS slice, h.id, h.version, h.rev_from, h.valid_from, h.valid_to, h.demo", slice)
	if t.info.Geometry != "" {
		b.WriteString(", h.geom")
	}
	for _, c := range t.columns {
		b.WriteString(", h." + quote(c.Name))
		if c.Kind == layers.KindJSON {
			b.WriteString("::text")
		}
	}
	return b.String()
}

// insertSQL writes a head row with the content as arguments. The trigger fills version and rev_from.
func (t table) insertSQL() string {
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", t.name, strings.Join(t.content, ", "), arguments(len(t.content)))
}

// updateSQL writes over the head row of the id, which is the first of the content.
func (t table) updateSQL() string {
	return fmt.Sprintf("UPDATE %s SET (%s) = ROW(%s) WHERE id = $1", t.name, strings.Join(t.content, ", "), arguments(len(t.content)))
}

// The same from a table of staged rows.
func (t table) stageSQL(stage string) string {
	return fmt.Sprintf("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA", stage, strings.Join(t.content, ", "), t.name)
}

func (t table) insertStagedSQL(stage string) string {
	list := strings.Join(t.content, ", ")
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM pg_temp.%s", t.name, list, list, stage)
}

func (t table) updateStagedSQL(stage string) string {
	return fmt.Sprintf("UPDATE %s h SET (%s) = ROW(s.%s) FROM pg_temp.%s s WHERE h.id = s.id",
		t.name, strings.Join(t.content, ", "), strings.Join(t.content, ", s."), stage)
}

func arguments(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String()
}
