package postgis

import (
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"wangge/layers"
)

// reader turns rows of one layer into features. It belongs to one goroutine.
type reader struct {
	t                 table
	ctid              pgtype.TID
	slice             bool
	id                pgtype.Text
	version, revision pgtype.Int8
	from, to          pgtype.Timestamptz
	demo              pgtype.Bool
	shape             shape
	cells             []cell
	values            []any // what SetValues takes
	into              []any // pointers to all of the above, in the order of table.selected
}

// cell is where a column of a layer is read into.
type cell struct {
	kind    layers.Kind
	text    pgtype.Text
	integer pgtype.Int8
	real    pgtype.Float8
	boolean pgtype.Bool
}

func newReader(t table) *reader {
	r := &reader{t: t, cells: make([]cell, len(t.columns)), values: make([]any, len(t.columns))}
	r.into = []any{&r.ctid, &r.slice, &r.id, &r.version, &r.revision, &r.from, &r.to, &r.demo}
	if t.info.Geometry != "" {
		r.into = append(r.into, &r.shape)
	}
	for i, c := range t.columns {
		r.cells[i].kind = c.Kind
		r.into = append(r.into, r.cells[i].target())
	}
	return r
}

func (c *cell) target() any {
	switch c.kind {
	case layers.KindInteger:
		return &c.integer
	case layers.KindReal:
		return &c.real
	case layers.KindBoolean:
		return &c.boolean
	}
	return &c.text // KindText and KindJSON
}

// value returns what SetValues takes, nil for NULL.
func (c *cell) value() any {
	switch {
	case c.kind == layers.KindInteger && c.integer.Valid:
		return c.integer.Int64
	case c.kind == layers.KindReal && c.real.Valid:
		return c.real.Float64
	case c.kind == layers.KindBoolean && c.boolean.Valid:
		return c.boolean.Bool
	case (c.kind == layers.KindText || c.kind == layers.KindJSON) && c.text.Valid:
		return c.text.String
	}
	return nil
}

// row makes a row of the values that were read last; one that makes no feature is a Row with Broken set.
func (r *reader) row() layers.Row {
	f, err := r.feature()
	if err == nil {
		return layers.Row{Feature: f, Slice: r.slice}
	}
	name := r.t.name
	if r.slice {
		name = r.t.history
	}
	broken := &layers.Quarantined{Layer: r.t.info.Layer, ID: r.id.String, Reason: err.Error(),
		Row: fmt.Sprintf("ctid (%d,%d) of %s", r.ctid.BlockNumber, r.ctid.OffsetNumber, name)}
	if g := r.shape.geometry; r.t.info.Geometry != "" && g != nil {
		at := g.Bound().Center()
		broken.At = &at
	}
	return layers.Row{Broken: broken}
}

// feature makes the feature of the current values.
func (r *reader) feature() (layers.Feature, error) {
	f := r.t.info.New()
	if err := r.meta(f.Head()); err != nil {
		return nil, err
	}
	for i := range r.cells {
		r.values[i] = r.cells[i].value()
	}
	if err := layers.SetValues(f, r.values); err != nil {
		return nil, err
	}
	if r.t.info.Geometry == "" {
		return f, nil
	}
	if r.shape.broken != nil {
		return nil, fmt.Errorf("geom: %w", r.shape.broken)
	}
	if r.shape.geometry == nil {
		return nil, errors.New("geom: there is no geometry")
	}
	return f, f.SetShape(r.shape.geometry)
}

func (r *reader) meta(m *layers.Meta) (err error) {
	if r.id.String == "" {
		return errors.New("id: is missing")
	}
	if !r.version.Valid {
		return errors.New("version: is missing")
	}
	if !r.revision.Valid {
		return errors.New("rev_from: is missing")
	}
	if !r.from.Valid {
		return errors.New("valid_from: is missing")
	}
	m.ID, m.Version, m.Revision, m.Demo = r.id.String, r.version.Int64, r.revision.Int64, r.demo.Bool
	if m.ValidFrom, err = instantOf(r.from); err != nil {
		return fmt.Errorf("valid_from: %w", err)
	}
	if m.ValidTo, err = instantOf(r.to); err != nil {
		return fmt.Errorf("valid_to: %w", err)
	}
	return nil
}

// instantOf returns the instant of a column: NULL is the zero Instant. Infinite times and years that layers.ParseInstant does
// not take are errors.
func instantOf(t pgtype.Timestamptz) (layers.Instant, error) {
	switch {
	case !t.Valid:
		return 0, nil
	case t.InfinityModifier != pgtype.Finite:
		return 0, fmt.Errorf("%v is no time", t.InfinityModifier)
	}
	if y := t.Time.UTC().Year(); y < 1900 || y > 9999 {
		return 0, fmt.Errorf("the year %d is not 1900 to 9999", y)
	}
	return layers.InstantOf(t.Time), nil
}

// stamp returns the time of an instant; the zero Instant is 1970-01-01, so that it comes before every other revision.
func stamp(i layers.Instant) time.Time { return time.UnixMilli(int64(i)).UTC() }

// bound returns the time of an instant, or NULL for the zero Instant, which bounds nothing.
func bound(i layers.Instant) pgtype.Timestamptz {
	return pgtype.Timestamptz{Time: stamp(i), Valid: i != 0}
}
