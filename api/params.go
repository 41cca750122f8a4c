package api

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// Every parser here takes what a request says and returns a value, or a *Problem that names the parameter. A parameter that is
// there but empty is wrong: it never means the default.

// Limits of parameters.
const (
	// mostDigits bounds a number's text. Nothing that is measured needs more.
	mostDigits = 40
	// mostAccuracy is the greatest error of a position in metres.
	mostAccuracy = 10_000
	// mostCategory bounds a category's text.
	mostCategory = 100
)

var (
	categoryForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
	timeForm     = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)
	epochForm    = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z-]{0,62}[0-9A-Za-z])?$`)
	wholeForm    = regexp.MustCompile(`^(0|[1-9][0-9]{0,17})$`)
)

// parseDecimal reads a number in plain decimal notation: ASCII digits, at most one point, no exponent, no plus sign.
func parseDecimal(s string) (float64, error) {
	switch {
	case s == "":
		return 0, fmt.Errorf("is empty; want a decimal number")
	case len(s) > mostDigits:
		return 0, fmt.Errorf("has more than %d characters; want a decimal number", mostDigits)
	case !isDecimal(s):
		return 0, fmt.Errorf("%.40q is not a decimal number such as 121.3254", s)
	}
	return strconv.ParseFloat(s, 64)
}

// isDecimal reports whether s is a sign at most, digits, and at most a point with digits behind it.
func isDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole == len(s) {
		return whole > 0
	}
	parts := s[whole+1:]
	return s[whole] == '.' && parts != "" && digits(parts) == len(parts)
}

// digits counts the ASCII digits that s begins with.
func digits(s string) (n int) {
	for n < len(s) && s[n]-'0' < 10 {
		n++
	}
	return n
}

// parsePosition reads <epoch>-<revision>.
func parsePosition(s string) (layers.Position, error) {
	i := strings.LastIndexByte(s, '-')
	if i <= 0 || !epochForm.MatchString(s[:i]) || !wholeForm.MatchString(s[i+1:]) {
		return layers.Position{}, fmt.Errorf("%.100q is not <epoch>-<revision>", s)
	}
	n, err := strconv.ParseInt(s[i+1:], 10, 64)
	if err != nil {
		return layers.Position{}, fmt.Errorf("%.100q is not <epoch>-<revision>", s)
	}
	return layers.Position{Epoch: s[:i], Revision: n}, nil
}

// parseTime reads RFC 3339 with an offset. A blank where the offset's sign should be is a plus sign that was not escaped.
func parseTime(s string) (layers.Instant, error) {
	switch {
	case s == "":
		return 0, fmt.Errorf("is empty; want a time such as 2025-05-20T10:05:00+08:00")
	case len(s) > mostDigits:
		return 0, fmt.Errorf("has more than %d characters; want a time such as 2025-05-20T10:05:00+08:00", mostDigits)
	case strings.Contains(s, " ") && timeForm.MatchString(strings.Replace(s, " ", "+", 1)):
		return 0, fmt.Errorf("%q has a blank where the offset begins: in a query the plus sign must be written %%2B, as in 2025-05-20T10:05:00%%2B08:00", s)
	case !timeForm.MatchString(s):
		return 0, fmt.Errorf("%q is not RFC 3339 with an offset, such as 2025-05-20T10:05:00+08:00", s)
	}
	at, err := layers.ParseInstant(s)
	if err == nil && at == 0 {
		at = 1 // the first instant of 1970 means "not set" in a store; one millisecond later is as good
	}
	return at, err
}

// parseCategory reads a path of lower-case words with dots, such as part.pole.abandoned.
func parseCategory(s string) (string, error) {
	if len(s) > mostCategory || !categoryForm.MatchString(s) {
		return "", fmt.Errorf("%.40q is not a category: lower-case words of letters, digits and _ with dots between them, at most %d characters", s, mostCategory)
	}
	return s, nil
}

// parseAccuracy checks an accuracy in metres.
func parseAccuracy(v float64) (float64, error) {
	if !(v >= 0 && v <= mostAccuracy) {
		return 0, fmt.Errorf("%v is not between 0 and %d metres", v, mostAccuracy)
	}
	return v, nil
}

// crsRequired says that the coordinate system is missing or unknown.
func crsRequired(detail string) *Problem {
	return &Problem{Status: http.StatusBadRequest, Code: "crs-required", Parameter: "crs", Detail: detail, More: map[string]any{"allowed": geo.AllCRS()}}
}

// crs reads the parameter crs, which is never guessed.
func (c *call) crs() (geo.CRS, error) {
	if !c.query.Has("crs") {
		return "", crsRequired("name the coordinate system of lon and lat: the same numbers lie half a kilometre apart in another")
	}
	return parseCRS(c.query.Get("crs"))
}

func parseCRS(s string) (geo.CRS, error) {
	crs, err := geo.ParseCRS(s)
	if err != nil {
		return "", crsRequired(fmt.Sprintf("%.64q is not a coordinate system that is read here", s))
	}
	return crs, nil
}

// number reads a required decimal number.
func (c *call) number(name, code string) (float64, error) {
	if !c.query.Has(name) {
		return 0, &Problem{Status: http.StatusBadRequest, Code: code, Parameter: name, Detail: name + " is missing"}
	}
	v, err := parseDecimal(c.query.Get(name))
	if err != nil {
		return 0, &Problem{Status: http.StatusBadRequest, Code: code, Parameter: name, Detail: name + " " + err.Error()}
	}
	return v, nil
}

// whole reads an optional whole number between low and high.
func (c *call) whole(name string, otherwise, low, high int64) (int64, error) {
	if !c.query.Has(name) {
		return otherwise, nil
	}
	s := c.query.Get(name)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !wholeForm.MatchString(s) || n < low || n > high {
		return 0, badParameter(name, fmt.Sprintf("%.40q is not a whole number between %d and %d", s, low, high))
	}
	return n, nil
}

// instant reads an optional time; otherwise it is what the caller says.
func (c *call) instant(name string, otherwise layers.Instant) (layers.Instant, error) {
	if !c.query.Has(name) {
		return otherwise, nil
	}
	at, err := parseTime(c.query.Get(name))
	if err != nil {
		return 0, badTime(name, err)
	}
	return at, nil
}

func badTime(name string, err error) *Problem {
	return &Problem{Status: http.StatusBadRequest, Code: "bad-time", Parameter: name, Detail: name + " " + err.Error()}
}

// at reads the instant that the answer applies at; now if it is not named.
func (c *call) at() (layers.Instant, error) { return c.instant("at", c.now()) }

// category reads the optional category.
func (c *call) category() (string, error) {
	if !c.query.Has("category") {
		return "", nil
	}
	s, err := parseCategory(c.query.Get("category"))
	if err != nil {
		return "", badParameter("category", err.Error())
	}
	return s, nil
}

// accuracy reads the optional accuracy in metres.
func (c *call) accuracy() (float64, error) {
	if !c.query.Has("accuracy_m") {
		return 0, nil
	}
	v, err := c.number("accuracy_m", "bad-parameter")
	if err != nil {
		return 0, err
	}
	if v, err = parseAccuracy(v); err != nil {
		return 0, badParameter("accuracy_m", "accuracy_m "+err.Error())
	}
	return v, nil
}

// mistaken finds the usual mistakes in numbers that could be read: longitude and latitude exchanged, by where the district is, and
// degrees in a system of metres. It never corrects them.
func (w *World) mistaken(crs geo.CRS, p orb.Point) *Problem {
	detail := ""
	switch {
	case crs.Normal() == geo.EPSG4549:
		if math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90 && p != (orb.Point{}) {
			detail = fmt.Sprintf("lon %v and lat %v look like degrees; %s is in metres, easting and northing", p[0], p[1], crs)
		}
	case !w.extent.IsEmpty() && geo.LooksSwapped(p, w.extent):
		detail = fmt.Sprintf("lon %v and lat %v look swapped: exchanged they lie in the district; the order is longitude, latitude", p[0], p[1])
	}
	if detail == "" {
		return nil
	}
	return &Problem{Status: http.StatusBadRequest, Code: "bad-coordinate", Parameter: "lon", Detail: detail}
}

// The parameters that several operations take, as the document shows them.

func crsParam() param {
	return param{Name: "crs", In: "query", Required: true, Schema: &huma.Schema{Type: "string"}, Example: "wgs84",
		Text: "Coordinate system of `lon` and `lat`: " + listCRS() + ". It is never guessed."}
}

func listCRS() string {
	names := make([]string, 0, len(geo.AllCRS()))
	for _, c := range geo.AllCRS() {
		names = append(names, "`"+string(c)+"`")
	}
	return strings.Join(names, ", ")
}

func lonParam() param {
	return param{Name: "lon", In: "query", Required: true, Schema: decimalSchema(), Example: 121.3254,
		Text: "Longitude in degrees, in plain decimal notation; for `epsg:4549` the easting in metres."}
}

func latParam() param {
	return param{Name: "lat", In: "query", Required: true, Schema: decimalSchema(), Example: 30.8924,
		Text: "Latitude in degrees; for `epsg:4549` the northing in metres."}
}

func decimalSchema() *huma.Schema { return &huma.Schema{Type: "number"} }

func atParam() param {
	return param{Name: "at", In: "query", Schema: timeSchema(), Example: "2025-05-20T10:05:00+08:00",
		Text: "When the answer is to apply; now if it is not given. RFC 3339 with an offset; write the plus sign as `%2B`."}
}

func timeSchema() *huma.Schema { return &huma.Schema{Type: "string", Format: "date-time"} }

func categoryParam() param {
	return param{Name: "category", In: "query", Schema: &huma.Schema{Type: "string", Pattern: categoryForm.String()}, Example: "part.pole.abandoned",
		Text: "What it is about: a path of lower-case words with dots."}
}

func accuracyParam() param {
	low, high := 0.0, float64(mostAccuracy)
	return param{Name: "accuracy_m", In: "query", Schema: &huma.Schema{Type: "number", Minimum: &low, Maximum: &high}, Example: 12,
		Text: "Radius in metres within which the position lies with a probability of 68 %."}
}

func wholeSchema(low, high float64) *huma.Schema {
	return &huma.Schema{Type: "integer", Minimum: &low, Maximum: &high}
}
