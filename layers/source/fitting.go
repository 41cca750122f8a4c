package source

import (
	"errors"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// unfit reports a value that its column cannot hold.
func (m *maker) unfit(d *draft, column string, err error) {
	if m.bound.loose(column) {
		m.dropped(d, column, err.Error())
		return
	}
	m.issue(d, column, "type", err.Error())
}

// dropped says that a value was left out.
func (m *maker) dropped(d *draft, column, detail string) {
	m.report.add(Problem{Kind: KindDropped, Severity: geo.SeverityWarning, Row: d.record.Row, Code: d.code, Field: column,
		At: d.place(), Detail: detail + "; the value is left out (map the field to insist on it, or to nothing)"})
}

// drop puts the column of a loose binding back to what it was before the record, with a warning.
func (m *maker) drop(d *draft, column, detail string) {
	column, _, _ = strings.Cut(column, "/")
	values, err := layers.Values(d.feature)
	if err != nil {
		m.issues(d, err)
		return
	}
	before := m.before(d, m.store.byID[d.feature.Head().ID])
	for i, c := range m.columns {
		if c.Name == column {
			values[i] = before[i]
		}
	}
	if err := layers.SetValues(d.feature, values); err != nil {
		m.issues(d, err)
		return
	}
	m.dropped(d, column, detail)
}

// validate checks the feature by itself. What loose bindings brought in is dropped if it does not fit; all else is reported, but for
// what was reported about its geometry before.
func (m *maker) validate(d *draft) {
	bad := new(layers.Invalid)
	if err := d.feature.Validate(m.in.Settings.Codes); !errors.As(err, &bad) {
		if err != nil {
			m.issues(d, err)
		}
		return
	}
	rest := &layers.Invalid{Layer: bad.Layer, ID: bad.ID}
	for _, is := range bad.Issues {
		column := strings.TrimPrefix(is.Pointer, "/")
		switch {
		case m.bound.loose(column):
			m.drop(d, column, is.Detail)
		case !strings.HasPrefix(column, "geometry") || d.sound && !m.report.broken[d.code]:
			rest.Issues = append(rest.Issues, is)
		}
	}
	m.issues(d, rest)
}

// references reports references to features that will not be there.
func (m *maker) references(d *draft, there func(layers.Key) bool) {
	for _, ref := range layers.Refs(d.feature) {
		if there(layers.Key{Layer: ref.To, ID: ref.ID}) {
			continue
		}
		is := ref.Missing()
		if column := strings.TrimPrefix(is.Pointer, "/"); m.bound.loose(column) {
			m.drop(d, column, is.Detail)
		} else {
			m.issue(d, column, string(KindReference), is.Detail)
		}
	}
}

// issue reports one thing that is wrong with a column.
func (m *maker) issue(d *draft, column, kind, detail string) {
	m.report.add(Problem{Kind: Kind(kind), Severity: geo.SeverityError, Row: d.record.Row, Code: d.code, Field: column,
		At: d.place(), Detail: detail})
}

// issues reports what package layers found.
func (m *maker) issues(d *draft, err error) {
	bad := new(layers.Invalid)
	if !errors.As(err, &bad) {
		m.issue(d, "", "type", err.Error())
		return
	}
	for _, is := range bad.Issues {
		m.issue(d, strings.TrimPrefix(is.Pointer, "/"), is.Code, is.Detail)
	}
}
