package geopackage

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// reader turns rows of one layer into features. It belongs to one goroutine.
type reader struct {
	t      table
	values []any // fid or hid, slice, id, version, rev_from, valid_from, valid_to, demo, geom, and the columns
	into   []any // pointers to them
	clock  clock
}

// fixedColumns is how many values come before the layer's own columns.
const fixedColumns = 9

func newReader(t table) *reader {
	r := &reader{t: t, values: make([]any, fixedColumns+len(t.columns))}
	r.into = make([]any, len(r.values))
	for i := range r.values {
		r.into[i] = &r.values[i]
	}
	return r
}

// next reads the current row of rows. The error is of the file; a row that makes no feature is a Row with Broken set.
func (r *reader) next(rows *sql.Rows) (layers.Row, error) {
	if err := rows.Scan(r.into...); err != nil {
		return layers.Row{}, err
	}
	return r.row(), nil
}

// row makes a row of the current values.
func (r *reader) row() layers.Row {
	slice := r.values[1] == int64(1)
	f, err := r.feature()
	if err == nil {
		return layers.Row{Feature: f, Slice: slice}
	}
	key := "fid"
	if slice {
		key = "hid"
	}
	broken := &layers.Quarantined{Layer: r.t.info.Layer, Row: fmt.Sprintf("%s %v", key, r.values[0]), Reason: err.Error()}
	broken.ID, _ = r.values[2].(string)
	if b, ok := r.values[8].([]byte); ok {
		if extent, empty, ok := boxOf(b); ok && !empty {
			broken.At = &orb.Point{(extent[0] + extent[1]) / 2, (extent[2] + extent[3]) / 2}
		}
	}
	return layers.Row{Broken: broken}
}

// raw returns the current values in the order of table.rawColumns.
func (r *reader) raw() []any {
	if r.t.info.Geometry == "" {
		return slices.Concat(r.values[2:fixedColumns-1], r.values[fixedColumns:])
	}
	return r.values[2:]
}

// feature makes the feature of the current values.
func (r *reader) feature() (layers.Feature, error) {
	f := r.t.info.New()
	if err := r.meta(f.Head()); err != nil {
		return nil, err
	}
	if err := layers.SetValues(f, r.values[fixedColumns:]); err != nil {
		return nil, err
	}
	if r.t.info.Geometry == "" {
		return f, nil
	}
	b, ok := r.values[8].([]byte)
	if !ok {
		return nil, errors.New("geom: there is no geometry")
	}
	g, err := decodeGeometry(b)
	if err != nil {
		return nil, fmt.Errorf("geom: %w", err)
	}
	return f, f.SetShape(g)
}

func (r *reader) meta(m *layers.Meta) (err error) {
	id, ok := r.values[2].(string)
	if !ok || id == "" {
		return fmt.Errorf("id: %v is no id", r.values[2])
	}
	m.ID = id
	if m.Version, ok = r.values[3].(int64); !ok {
		return fmt.Errorf("version: %v is no version", r.values[3])
	}
	if m.Revision, ok = r.values[4].(int64); !ok {
		return fmt.Errorf("rev_from: %v is no revision", r.values[4])
	}
	if m.ValidFrom, err = r.clock.instant(r.values[5]); err != nil {
		return fmt.Errorf("valid_from: %w", err)
	}
	if r.values[5] == nil {
		return errors.New("valid_from: is missing")
	}
	if r.values[6] != nil {
		if m.ValidTo, err = layers.ParseInstant(fmt.Sprint(r.values[6])); err != nil {
			return fmt.Errorf("valid_to: %w", err)
		}
	}
	switch demo := r.values[7].(type) {
	case nil:
	case bool:
		m.Demo = demo
	case int64:
		m.Demo = demo != 0
	default:
		return fmt.Errorf("demo: %v is neither true nor false", demo)
	}
	return nil
}
