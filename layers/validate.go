package layers

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// MaxText is the longest text of a field, in bytes.
const MaxText = 1024

var (
	idForm        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$`)
	districtForm  = regexp.MustCompile(`^[1-9][0-9]{5}$`)
	townForm      = regexp.MustCompile(`^[1-9][0-9]{5}(00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})$`)
	gridForm      = regexp.MustCompile(`^[1-9][0-9]{8}Z(0[1-9]|[1-9][0-9])$`)
	communityForm = regexp.MustCompile(`^[1-9][0-9]{11}$`)
)

// checker collects the issues of one feature.
type checker struct {
	layer  Layer
	id     string
	issues []Issue
}

func check(f Feature) *checker {
	c := &checker{layer: f.Layer(), id: f.Head().ID}
	m := f.Head()
	if !idForm.MatchString(m.ID) {
		c.add("/id", "form", "an id has 1 to 64 letters, digits, '_', '-' or '.', and starts with a letter or digit")
	}
	if m.ValidTo != 0 && m.ValidTo <= m.ValidFrom {
		c.add("/valid_to", "range", "valid_to must be after valid_from")
	}
	c.shape(f)
	return c
}

func (c *checker) add(pointer, code, detail string) {
	c.issues = append(c.issues, Issue{Pointer: pointer, Code: code, Detail: detail})
}

// result returns nil or everything that was found.
func (c *checker) result() error {
	if len(c.issues) == 0 {
		return nil
	}
	return &Invalid{Layer: c.layer, ID: c.id, Issues: c.issues}
}

func (c *checker) shape(f Feature) {
	info, _ := f.Layer().Info()
	g := f.Shape()
	if info.Geometry == "" {
		return
	}
	if isEmpty(g) {
		c.add("/geometry", "required", "a "+info.Geometry+" is required")
		return
	}
	switch v := g.(type) {
	case orb.Point:
		c.position("/geometry/coordinates", v)
	case orb.LineString:
		c.line(v)
	default:
		for _, d := range geo.ValidateMultiPolygon(g) {
			if d.Severity == "error" {
				c.add("/geometry", string(d.Kind), fmt.Sprintf("%s at %.7f,%.7f", d.Detail, d.At[0], d.At[1]))
			}
		}
	}
}

// position checks that a point is finite and on the globe.
func (c *checker) position(pointer string, p orb.Point) bool {
	if _, err := geo.FixedFrom(p); err != nil {
		c.add(pointer, "bad-coordinate", err.Error())
		return false
	}
	return true
}

// line checks that a line has two different points at least, and no point twice in a row.
func (c *checker) line(ls orb.LineString) {
	if len(ls) < 2 {
		c.add("/geometry", "line-too-short", "a line has two points at least")
		return
	}
	for i, p := range ls {
		if !c.position(fmt.Sprintf("/geometry/coordinates/%d", i), p) {
			return
		}
		if i > 0 && p == ls[i-1] {
			c.add(fmt.Sprintf("/geometry/coordinates/%d", i), "duplicate-vertex", "the point is the same as the one before")
			return
		}
	}
}

// text checks a text: valid UTF-8, no control and no direction-changing characters, at most MaxText bytes.
func (c *checker) text(pointer, s string, required bool) {
	switch {
	case s == "" && required:
		c.add(pointer, "required", "must not be empty")
	case len(s) > MaxText:
		c.add(pointer, "too-long", fmt.Sprintf("at most %d bytes", MaxText))
	case !utf8.ValidString(s):
		c.add(pointer, "encoding", "is not valid UTF-8")
	default:
		for _, r := range s {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
				c.add(pointer, "character", fmt.Sprintf("the character %U is not allowed", r))
				return
			}
		}
	}
}

// code checks a code against its form in the local code space, and against the form of an id in the free one.
func (c *checker) code(pointer, s string, space CodeSpace, form *regexp.Regexp, says string) {
	if space == CodesFree {
		c.text(pointer, s, true)
		if len(s) > 64 {
			c.add(pointer, "too-long", "a code has at most 64 bytes")
		}
		return
	}
	if !form.MatchString(s) {
		c.add(pointer, "code", says)
	}
}

// ref checks the form of a reference to another feature; whether it exists is the store's business.
func (c *checker) ref(pointer, s string, required bool) {
	if s == "" {
		if required {
			c.add(pointer, "required", "must not be empty")
		}
		return
	}
	if !idForm.MatchString(s) {
		c.add(pointer, "form", "is not an id")
	}
}

func (c *checker) oneOf(pointer, s string, allowed ...string) {
	if !slices.Contains(allowed, s) {
		c.add(pointer, "enum", fmt.Sprintf("%q is not one of %v", s, allowed))
	}
}

func (c *checker) within(pointer string, v, low, high float64) {
	if math.IsNaN(v) || v < low || v > high {
		c.add(pointer, "range", fmt.Sprintf("%v is not between %v and %v", v, low, high))
	}
}

func isEmpty(g orb.Geometry) bool {
	switch v := g.(type) {
	case nil:
		return true
	case orb.Point:
		return false
	case orb.LineString:
		return len(v) == 0
	case orb.Polygon:
		return len(v) == 0
	case orb.MultiPolygon:
		return len(v) == 0
	}
	return false
}

// shapeError says that a geometry is of the wrong type for the layer.
func shapeError(l Layer, id, want string, got orb.Geometry) error {
	name := "none"
	if got != nil {
		name = got.GeoJSONType()
	}
	return &Invalid{Layer: l, ID: id, Issues: []Issue{{
		Pointer: "/geometry", Code: "geometry-type", Detail: fmt.Sprintf("want a %s, got %s", want, name),
	}}}
}

// asMulti takes a Polygon or a MultiPolygon.
func asMulti(f Feature, g orb.Geometry) (orb.MultiPolygon, error) {
	switch v := g.(type) {
	case orb.MultiPolygon:
		return v, nil
	case orb.Polygon:
		return orb.MultiPolygon{v}, nil
	}
	return nil, shapeError(f.Layer(), f.Head().ID, "MultiPolygon", g)
}
