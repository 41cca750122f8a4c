package source

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// draft is a feature on its way: the record, what it became, and whether it can take part in the checks of the whole.
type draft struct {
	record  *Record
	feature layers.Feature
	code    string
	// sound says that the geometry is there and can be rounded; dated that the file says when the feature starts.
	sound, dated bool
}

// maker turns records into features.
type maker struct {
	in      *Input
	info    layers.Info
	columns []layers.Column
	bound   *bindings
	store   *present
	report  *collector
}

// draft makes the feature of a record. Everything that is wrong is reported; nil means that there is no feature to go on with.
func (m *maker) draft(r *Record) *draft {
	for _, p := range r.Problems {
		p.Code = m.codeText(r)
		m.report.add(p)
	}
	if r.Geometry == nil && m.info.Geometry != "" && !r.broken() {
		m.report.add(Problem{Kind: KindNoGeometry, Severity: geo.SeverityError, Row: r.Row, Code: m.codeText(r),
			Detail: "a " + m.info.Geometry + " is required"})
	}
	d := &draft{record: r}
	if d.code = m.code(r); d.code == "" {
		return nil
	}
	id, current := m.identity(r, d.code)
	d.feature = m.info.New()
	d.feature.Head().ID = id
	d.sound = m.shape(d)
	m.fill(d, current)
	m.meta(d)
	return d
}

// bound value of a column; present is false when the record says nothing about it.
func (m *maker) value(r *Record, column string) (any, bool) {
	for i := range m.bound.list {
		if b := &m.bound.list[i]; b.column == column {
			return b.of(r)
		}
	}
	return nil, false
}

func (m *maker) codeText(r *Record) string {
	v, _ := m.value(r, "code")
	s, _ := textOf(v)
	return strings.TrimSpace(s)
}

// code returns the code of a record. Official codes are taken as they are; any other that does not have the form of an id is changed
// to one, which is reported.
func (m *maker) code(r *Record) string {
	s := m.codeText(r)
	if s == "" {
		if !r.broken() {
			m.report.add(Problem{Kind: KindNoCode, Severity: geo.SeverityError, Row: r.Row, Field: "code", Detail: "the row has no code"})
		}
		return ""
	}
	if idForm(s) || m.info.IDIsCode && m.in.Settings.Codes != layers.CodesFree {
		return s
	}
	made := asID(s)
	m.report.add(Problem{Kind: KindCodeMade, Severity: geo.SeverityInfo, Row: r.Row, Code: made, Field: "code",
		Detail: fmt.Sprintf("%.80q has not the form of an id and became %s", s, made)})
	return made
}

// identity finds the id: the code itself, the id that the file gives (in our own form, by the mapping, or with the layer's own
// prefix), the one that the store has for the code, or a new one made of the code.
func (m *maker) identity(r *Record, code string) (string, layers.Feature) {
	if m.info.IDIsCode {
		return code, m.store.byID[code]
	}
	_, mapped := m.in.Mapping.Fields["id"]
	if v, ok := m.value(r, "id"); ok {
		id, _ := textOf(v)
		if id = strings.TrimSpace(id); id != "" && (mapped || m.bound.whole || strings.HasPrefix(id, m.info.Prefix)) {
			return id, m.store.byID[id]
		}
	}
	if f, ok := m.store.byCode[code]; ok {
		return f.Head().ID, f
	}
	id := m.info.Prefix + code
	if len(id) > maxID {
		id = m.info.Prefix + asID(code + " ")[:maxID-len(m.info.Prefix)]
	}
	return id, m.store.byID[id]
}

// fill sets the columns: from the record; else what the store has, for a feature that it has; else the default.
func (m *maker) fill(d *draft, current layers.Feature) {
	values := m.before(d, current)
	nested := map[string]json.RawMessage{}
	trimmed := false
	for i := range m.bound.list {
		b := &m.bound.list[i]
		if b.index < 0 {
			continue
		}
		v, present := b.of(d.record)
		if !present {
			continue
		}
		if v == nil && !m.bound.whole {
			v = defaultValue(m.in.Layer, b.column, d.code, m.in.Settings.Codes)
		}
		got, err := columnValue(m.columns[b.index], v)
		if err != nil {
			m.unfit(d, b.column, err)
			continue
		}
		switch n := got.(type) {
		case json.RawMessage:
			nested[b.column], values[b.index] = n, nil
		case string:
			if s := strings.TrimSpace(n); s != n {
				got, trimmed = s, true
			}
			values[b.index] = got
		default:
			values[b.index] = got
		}
	}
	if len(m.bound.schemes) > 0 {
		codes, err := foreignCodes(d.record, m.bound.schemes)
		if err != nil {
			m.unfit(d, "codes", err)
		} else {
			nested["codes"] = codes
		}
	}
	if trimmed {
		m.report.add(Problem{Kind: KindTrimmed, Severity: geo.SeverityInfo, Row: d.record.Row, Code: d.code,
			Detail: "blanks around a text were removed"})
	}
	m.finish(d, values, nested)
}

// before returns what the columns hold before the record is looked at. A record in our own form says everything, so that only
// columns that its file does not have at all get a default.
func (m *maker) before(d *draft, current layers.Feature) []any {
	if current != nil && !m.bound.whole {
		if values, err := layers.Values(current); err == nil {
			return values
		}
	}
	values := make([]any, len(m.columns))
	for i, c := range m.columns {
		if !m.bound.whole || !m.bound.has(c.Name) {
			values[i] = defaultValue(m.in.Layer, c.Name, d.code, m.in.Settings.Codes)
		}
	}
	return values
}

// finish sets what is known by now: code, a name where none is, the edition.
func (m *maker) finish(d *draft, values []any, nested map[string]json.RawMessage) {
	for i, c := range m.columns {
		switch {
		case c.Name == "code":
			values[i] = d.code
		case c.Name == "name" && m.in.Layer != layers.Poles && m.in.Layer != layers.Roads && (values[i] == nil || values[i] == ""):
			values[i] = d.code
			m.report.add(Problem{Kind: KindNameFromCode, Severity: geo.SeverityWarning, Row: d.record.Row, Code: d.code, Field: "name",
				Detail: "has no name; the code stands for it"})
		case c.Name == "edition" && m.info.Partition && m.in.Edition != "":
			values[i] = m.store.editionID()
		}
	}
	if err := layers.SetValues(d.feature, values); err != nil {
		m.issues(d, err)
	}
	if len(nested) > 0 {
		if err := layers.SetMembers(d.feature, nested); err != nil {
			m.issues(d, err)
		}
	}
}

// meta sets the times and whether the feature is invented.
func (m *maker) meta(d *draft) {
	h := d.feature.Head()
	h.ValidFrom = m.in.ValidFrom
	if at, ok := m.time(d, "valid_from"); ok && !m.in.fixed {
		h.ValidFrom, d.dated = at, true
	}
	h.ValidTo, _ = m.time(d, "valid_to")
	if v, present := m.value(d.record, "demo"); present && v != nil {
		b, ok := truth(v)
		if !ok {
			m.unfit(d, "demo", fmt.Errorf("%.40s is not true or false", shown(v)))
		}
		h.Demo = b
	}
}

// time returns the instant that the record gives for a column; ok is false when it gives none.
func (m *maker) time(d *draft, column string) (at layers.Instant, ok bool) {
	v, present := m.value(d.record, column)
	if !present || v == nil || v == "" {
		return 0, false
	}
	at, err := timeValue(v)
	if err != nil {
		m.unfit(d, column, err)
	}
	return at, err == nil
}

// place is a position of the feature to look at, nil if it has none.
func (d *draft) place() *orb.Point {
	if !d.sound {
		return nil
	}
	return placeOf(d.feature)
}

func placeOf(f layers.Feature) *orb.Point { return firstPoint(f.Shape()) }

func firstPoint(g orb.Geometry) *orb.Point {
	var out *orb.Point
	eachLine(g, func(line []orb.Point) {
		if out == nil && len(line) > 0 {
			p := line[0]
			out = &p
		}
	})
	return out
}
