package source

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// Mapping says which field of a file goes into which column of a layer. A column without an entry takes the field of its own name;
// code and name also take the usual other names (adcode, 编码, 名称, in any case). Columns are those of layers.Columns, and id, valid_from,
// valid_to and demo.
type Mapping struct {
	// Fields names for a column the field that it takes. A text with braces is a template: {FIELD} stands for a field, {#} for the
	// number of the row, so that "L{#}" makes a code where a file has none. "" leaves the column out.
	Fields map[string]string
	// Values gives columns the same value in every feature, in the text form of CSV; it wins over Fields.
	Values map[string]string
}

// metaColumns are the columns of layers.Meta that a file may give.
func metaColumns() []string { return []string{"id", "valid_from", "valid_to", "demo"} }

// otherNames are the names under which files hold code and name, in lower case.
func otherNames(column string) []string {
	switch column {
	case "code":
		return []string{"code", "编码", "代码", "编号", "adcode"}
	case "name":
		return []string{"name", "名称", "nom"}
	}
	return nil
}

// binding fills one column.
type binding struct {
	column string
	index  int // in layers.Columns; -1 for a column of Meta
	// from is what it takes, for the report.
	from     string
	field    string
	template []string // texts and field names in turn
	value    *string
	// loose says that only the equal name brought field and column together, in a file that is not ours: a value that does
	// not fit is left out with a warning, where one that was mapped would be an error.
	loose bool
}

// bindings is a resolved mapping.
type bindings struct {
	list []binding
	// whole says that the file is in the form of our own export, in which an absent field means an empty column.
	whole  bool
	unused []string
	// schemes are the fields that hold codes of other lists.
	schemes []string
}

// bind resolves m against the fields of a file. Problems name every entry that fits neither the layer nor the file.
func (m Mapping) bind(l layers.Layer, fields []string) (*bindings, []Problem) {
	info, _ := l.Info()
	b := &bindings{whole: ownForm(fields)}
	var bad []Problem
	names := slices.Clone(metaColumns())
	for _, c := range layers.Columns(l) {
		names = append(names, c.Name)
	}
	for _, given := range []map[string]string{m.Fields, m.Values} {
		for column := range given {
			if !slices.Contains(names, column) {
				bad = append(bad, Problem{Kind: KindNoField, Severity: geo.SeverityError, Field: column,
					Detail: fmt.Sprintf("%s has no column %q; the columns are %s", l, column, strings.Join(names, ", "))})
			}
		}
	}
	used := map[string]bool{}
	b.schemes = schemeFields(l, fields)
	for _, f := range b.schemes {
		used[f] = true
	}
	for i, column := range names {
		one := binding{column: column, index: i - len(metaColumns())}
		if i < len(metaColumns()) {
			one.index = -1
		}
		if column == "id" && info.IDIsCode {
			used["id"] = true
			continue
		}
		ok, problem := m.choose(&one, fields, b.whole)
		if problem != nil {
			bad = append(bad, *problem)
		}
		if ok {
			b.list = append(b.list, one)
			for _, f := range one.takes() {
				used[f] = true
			}
		}
	}
	for _, f := range fields {
		if !used[f] && !(b.whole && (f == "version" || f == "revision" || f == "fid")) {
			b.unused = append(b.unused, f)
		}
	}
	if !b.has("code") && len(bad) == 0 {
		bad = append(bad, Problem{Kind: KindNoCode, Severity: geo.SeverityError, Field: "code",
			Detail: "no field holds the code; name it with --code-field (a template such as 'L{#}' numbers the rows); the fields are " +
				strings.Join(fields, ", ")})
	}
	slices.SortFunc(bad, func(a, b Problem) int { return strings.Compare(a.Field, b.Field) })
	return b, bad
}

// ownForm reports whether a file has the fields that every export of ours has.
func ownForm(fields []string) bool {
	return slices.Contains(fields, "id") && slices.Contains(fields, "valid_from") && slices.Contains(fields, "demo")
}

// choose finds what a column takes; ok is false when it takes nothing.
func (m Mapping) choose(b *binding, fields []string, whole bool) (ok bool, bad *Problem) {
	if v, given := m.Values[b.column]; given {
		b.value, b.from = &v, "= "+v
		return true, nil
	}
	want, given := m.Fields[b.column]
	switch {
	case given && want == "":
		return false, nil
	case given && strings.ContainsAny(want, "{}"):
		return m.parseTemplate(b, want, fields)
	case given:
		if !slices.Contains(fields, want) {
			return false, missingField(b.column, want, fields)
		}
		b.field, b.from = want, want
		return true, nil
	case slices.Contains(fields, b.column):
		b.field, b.from = b.column, b.column
		b.loose = !whole && b.column != "code" && b.column != "name"
		return true, nil
	}
	for _, other := range otherNames(b.column) {
		i := slices.IndexFunc(fields, func(f string) bool { return strings.ToLower(f) == other })
		if i >= 0 {
			b.field, b.from = fields[i], fields[i]
			return true, nil
		}
	}
	return false, nil
}

func missingField(column, want string, fields []string) *Problem {
	return &Problem{Kind: KindNoField, Severity: geo.SeverityError, Field: column,
		Detail: fmt.Sprintf("the file has no field %q for %s; the fields are %s", want, column, strings.Join(fields, ", "))}
}

func (m Mapping) parseTemplate(b *binding, text string, fields []string) (bool, *Problem) {
	b.from = text
	rest := text
	for {
		before, after, open := strings.Cut(rest, "{")
		b.template = append(b.template, before)
		if !open {
			return true, nil
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || strings.Contains(before, "}") {
			return false, &Problem{Kind: KindNoField, Severity: geo.SeverityError, Field: b.column,
				Detail: fmt.Sprintf("the template %q has a brace without its other", text)}
		}
		if name != "#" && !slices.Contains(fields, name) {
			return false, missingField(b.column, name, fields)
		}
		b.template = append(b.template, name)
		rest = tail
	}
}

// takes returns the fields that the binding reads.
func (b *binding) takes() []string {
	if b.field != "" {
		return []string{b.field}
	}
	var out []string
	for i := 1; i < len(b.template); i += 2 {
		out = append(out, b.template[i])
	}
	return out
}

// of returns what the column gets from r; present is false when r says nothing about it.
func (b *binding) of(r *Record) (v any, present bool) {
	switch {
	case b.value != nil:
		return *b.value, true
	case b.field != "":
		v, present = r.Fields[b.field]
		return v, present
	}
	var out strings.Builder
	for i, part := range b.template {
		switch {
		case i%2 == 0:
			out.WriteString(part)
		case part == "#":
			out.WriteString(strconv.Itoa(r.Number))
		default:
			s, _ := textOf(r.Fields[part])
			out.WriteString(strings.TrimSpace(s))
		}
	}
	return out.String(), true
}

func (b *bindings) has(column string) bool {
	return slices.ContainsFunc(b.list, func(x binding) bool { return x.column == column })
}

// loose reports whether the column, or the one that a pointer below it names, was bound by its name alone.
func (b *bindings) loose(column string) bool {
	column, _, _ = strings.Cut(column, "/")
	return slices.ContainsFunc(b.list, func(x binding) bool { return x.column == column && x.loose })
}

// described returns column → what it takes, for the report.
func (b *bindings) described() map[string]string {
	out := map[string]string{}
	for _, x := range b.list {
		out[x.column] = x.from
	}
	if len(b.schemes) > 0 {
		out["codes"] = strings.Join(b.schemes, " + ")
	}
	return out
}

// textOf returns a field value as text. A number that is whole is written without a point; an array or object is no text.
func textOf(v any) (string, bool) {
	switch n := v.(type) {
	case nil:
		return "", true
	case string:
		return n, true
	case bool:
		return strconv.FormatBool(n), true
	case json.Number:
		if f, ok := parseFloat(string(n)); ok && strings.ContainsAny(string(n), ".eE") && f == float64(int64(f)) && f < 1<<53 && f > -1<<53 {
			return strconv.FormatInt(int64(f), 10), true
		}
		return string(n), true
	}
	return "", false
}
