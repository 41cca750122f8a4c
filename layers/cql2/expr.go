package cql2

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// Bounds of a filter.
const (
	// MaxLength is the most bytes that are read.
	MaxLength = 16 << 10
	// MaxDepth is how deep expressions may be nested.
	MaxDepth = 64
)

// Expr is a part of a filter: one of the types of this file.
type Expr interface{ where() Place }

// Place is where something stands in what was parsed.
type Place struct {
	// Offset is the number of bytes before it in the text form; -1 in the JSON form.
	Offset int
	// Pointer is its JSON Pointer in the JSON form, "" for the whole.
	Pointer string
}

func (p Place) where() Place { return p }

// Error says what is wrong with a filter, and where.
type Error struct {
	Place
	Detail string
}

func (e *Error) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("cql2: at %q: %s", e.Pointer, e.Detail)
	}
	return fmt.Sprintf("cql2: at byte %d: %s", e.Offset, e.Detail)
}

func (p Place) errorf(format string, args ...any) *Error {
	return &Error{p, fmt.Sprintf(format, args...)}
}

// And is true if all of Args are.
type And struct {
	Place
	Args []Expr
}

// Or is true if one of Args is.
type Or struct {
	Place
	Args []Expr
}

// Not is true if Arg is false.
type Not struct {
	Place
	Arg Expr
}

// Comparison compares two scalars. Op is =, <>, <, >, <= or >=.
type Comparison struct {
	Place
	Op          string
	Left, Right Expr
}

// Like is true if Value matches Pattern, in which % stands for any characters, _ for one, and \ before one of them for itself.
// Pattern is a text, or a CaseI of one.
type Like struct {
	Place
	Value, Pattern Expr
}

// Between is true if Value is neither less than Low nor greater than High, all three being numbers.
type Between struct {
	Place
	Value, Low, High Expr
}

// In is true if Value equals one of List.
type In struct {
	Place
	Value Expr
	List  []Expr
}

// IsNull is true if Arg has no value.
type IsNull struct {
	Place
	Arg Expr
}

// Intersects is true if two shapes have a point in common.
type Intersects struct {
	Place
	Left, Right Expr
}

// CaseI is Arg without the difference of capital and small letters.
type CaseI struct {
	Place
	Arg Expr
}

// Property is what a feature has under a name.
type Property struct {
	Place
	Name string
}

// Text is a text as it stands.
type Text struct {
	Place
	Value string
}

// Number is a finite number.
type Number struct {
	Place
	Value float64
}

// Boolean is true or false.
type Boolean struct {
	Place
	Value bool
}

// Instant is a timestamp, or a date, whose value is the start of the day in Shanghai.
type Instant struct {
	Place
	Value layers.Instant
	// Date says that it is a date.
	Date bool
}

// Geometry is a shape as it stands, in the system and the order of axes of the request.
type Geometry struct {
	Place
	// Value is a Point, LineString, Polygon, one of their Multi forms, or a Collection of these. Rings are closed.
	Value orb.Geometry
}

// BBox is a box as it stands: two corners. The first coordinate of Min is greater than that of Max when the box lies across the
// line where longitudes begin anew.
type BBox struct {
	Place
	Min, Max orb.Point
}
