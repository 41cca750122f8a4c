package api

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/cql2"
)

// crsHeader names the system of the positions in a body.
const crsHeader = "Content-Crs"

// The languages of filters.
const (
	cqlText = "cql2-text"
	cqlJSON = "cql2-json"
)

func instantParam() param {
	return param{Name: "datetime", In: "query", Schema: timeSchema(), Example: "2025-05-20T02:05:00Z", Text: "When the answer is to apply; now if it is not given. It is what `at` is elsewhere."}
}

// itemsParams are the parameters of a list of features beside its form.
func itemsParams(info layers.Info) []param {
	four, six, usual := 4, 6, wholeSchema(1, mostLimit)
	usual.Default = usualLimit
	params := []param{
		{Name: "limit", In: "query", Schema: usual, Text: fmt.Sprintf("The most features of a page; more than %d counts as that. A page also ends at 4 MiB.", mostLimit)},
		{Name: "cursor", In: "query", Schema: &huma.Schema{Type: "string"}, Text: "In the link `next` of the page before."},
		{Name: "bbox", In: "query", List: true, Schema: &huma.Schema{Type: "array", Items: &huma.Schema{Type: "number"}, MinItems: &four, MaxItems: &six},
			Text: "What meets this box: two corners, of which the first has the lesser coordinates, with two numbers each, or three of which the last is a height and is passed over. A box whose west is greater than its east lies across the 180th meridian."},
		systemParam("bbox-crs", "The system of `bbox`."),
		{Name: "datetime", In: "query", Schema: &huma.Schema{Type: "string"}, Example: "2025-01-01T00:00:00Z/..", Text: "What applies at an instant, or at some time of an interval: two instants with a slash between them, or `..` for no end. " +
			"Of several states that apply in the interval the last is shown. Now if it is not given."},
		knownAtParam(),
		systemParam("crs", "The system of the positions in the answer."),
		{Name: "filter", In: "query", Schema: &huma.Schema{Type: "string"}, Example: "name LIKE '亭林%' AND version > 1", Text: "A condition in CQL2 on what `queryables` lists."},
		{Name: "filter-lang", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{cqlText, cqlJSON}, Default: cqlText}, Text: "The language of `filter`."},
		systemParam("filter-crs", "The system of the positions in `filter`."),
		{Name: "q", In: "query", Schema: &huma.Schema{Type: "string"}, Text: "Part of the code or of a name, without regard to case."},
	}
	for _, property := range cql2.Queryables(info.Layer) {
		if property.Type != cql2.TypeGeometry {
			params = append(params, param{Name: property.Name, In: "query", Schema: plainSchema(property.Type), Text: "Only those whose `" + property.Name + "` is this."})
		}
	}
	return params
}

// itemsAsked reads what a list of features was asked for, and the system that it is wanted in.
func (c *call) itemsAsked(info layers.Info) (q listing, sys system, err error) {
	q.info, q.dated = info, c.query.Has("datetime")
	if q.at, q.during, err = c.datetime(); err != nil {
		return q, sys, err
	}
	if q.known, err = c.instant("known_at", 0); err != nil {
		return q, sys, err
	}
	limit, err := c.whole("limit", usualLimit, 1, math.MaxInt64)
	if err != nil {
		return q, sys, err
	}
	q.limit = int(min(limit, mostLimit))
	if c.query.Has("cursor") {
		var ok bool
		if q.after, ok = parseCursor(c.query.Get("cursor")); !ok {
			return q, sys, badParameter("cursor", "is not that of the link next of a page")
		}
	}
	if sys, err = c.system("crs"); err != nil {
		return q, sys, err
	}
	q.filter, err = c.itemsFilter(info)
	return q, sys, err
}

// datetime reads an instant or an interval.
func (c *call) datetime() (layers.Instant, *interval, error) {
	from, to, isInterval := strings.Cut(c.query.Get("datetime"), "/")
	if !isInterval {
		at, err := c.instant("datetime", c.now())
		return at, nil, err
	}
	v := &interval{}
	for _, end := range []struct {
		text string
		at   *layers.Instant
	}{{from, &v.from}, {to, &v.to}} {
		if end.text == ".." || end.text == "" {
			continue
		}
		var err error
		if *end.at, err = parseTime(end.text); err != nil {
			return 0, nil, badTime("datetime", err)
		}
	}
	if v.from != 0 && v.to != 0 && v.from > v.to {
		return 0, nil, badTime("datetime", errors.New("ends before it begins"))
	}
	return c.now(), v, nil
}

// itemsFilter reads everything that leaves features out.
func (c *call) itemsFilter(info layers.Info) (f filter, err error) {
	if f.text, err = c.searchedText(); err != nil {
		return f, err
	}
	if f.region, err = c.bbox(); err != nil {
		return f, err
	}
	if f.region != nil {
		bound := f.region.Bound()
		f.box = &bound
	}
	condition, err := c.condition(info)
	if condition == nil || err != nil {
		return f, err
	}
	f.also = condition.Keeps
	if bound, ok := condition.Bound(); ok && (f.box == nil || area(bound) < area(*f.box)) {
		f.box = &bound
	}
	return f, nil
}

func area(b orb.Bound) float64 { return (b.Max[0] - b.Min[0]) * (b.Max[1] - b.Min[1]) }

// bbox reads the box, nil if there is none.
func (c *call) bbox() (*cql2.Region, error) {
	sys, err := c.system("bbox-crs")
	if err != nil || !c.query.Has("bbox") {
		return nil, err
	}
	parts := strings.Split(c.query.Get("bbox"), ",")
	if len(parts) != 4 && len(parts) != 6 {
		return nil, badParameter("bbox", fmt.Sprintf("bbox has four numbers, or six with heights; this one has %d parts", len(parts)))
	}
	n := make([]float64, len(parts))
	for i, part := range parts {
		if n[i], err = parseNumber(part); err != nil {
			return nil, badParameter("bbox", fmt.Sprintf("bbox: part %d %s", i+1, err))
		}
	}
	var box orb.Bound
	half := len(n) / 2
	if box.Min, err = sys.toStorage(orb.Point{n[0], n[1]}); err == nil {
		box.Max, err = sys.toStorage(orb.Point{n[half], n[half+1]})
	}
	if err != nil {
		return nil, badParameter("bbox", "bbox: "+err.Error())
	}
	region, err := cql2.NewBoxRegion(box)
	if err != nil {
		return nil, badParameter("bbox", "bbox: "+err.Error())
	}
	return region, nil
}

var numberForm = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// parseNumber reads a number as programs write it, with an exponent or without.
func parseNumber(s string) (float64, error) {
	if len(s) > mostDigits || !numberForm.MatchString(s) {
		return 0, fmt.Errorf("%.40q is not a number", s)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%.40q is too large", s)
	}
	return v, nil
}

// condition reads filter and the parameters named like properties into one condition, nil if there are none.
func (c *call) condition(info layers.Info) (*cql2.Filter, error) {
	sys, err := c.system("filter-crs")
	if err != nil {
		return nil, err
	}
	properties := cql2.Queryables(info.Layer)
	all := &cql2.And{}
	for _, p := range properties {
		if p.Type == cql2.TypeGeometry || !c.query.Has(p.Name) {
			continue
		}
		v, err := literal(p.Type, c.query.Get(p.Name))
		if err != nil {
			return nil, badParameter(p.Name, p.Name+" "+err.Error())
		}
		all.Args = append(all.Args, &cql2.Comparison{Op: "=", Left: &cql2.Property{Name: p.Name}, Right: v})
	}
	asked, err := c.filterExpression()
	if err != nil {
		return nil, err
	}
	if asked != nil {
		all.Args = append(all.Args, asked)
	}
	if len(all.Args) == 0 {
		return nil, nil
	}
	condition, err := cql2.Compile(all, properties, sys.toStorage)
	return condition, c.badFilter(err)
}

// filterExpression reads filter in the language of filter-lang, nil if there is none.
func (c *call) filterExpression() (cql2.Expr, error) {
	lang := cqlText
	if c.query.Has("filter-lang") {
		lang = c.query.Get("filter-lang")
	}
	parse := map[string]func(string) (cql2.Expr, error){cqlText: cql2.ParseText, cqlJSON: func(s string) (cql2.Expr, error) { return cql2.ParseJSON([]byte(s)) }}[lang]
	if parse == nil {
		return nil, badParameter("filter-lang", "filter-lang is "+cqlText+" or "+cqlJSON)
	}
	if !c.query.Has("filter") {
		return nil, nil
	}
	e, err := parse(c.query.Get("filter"))
	return e, c.badFilter(err)
}

// badFilter says where a filter is wrong: at which character, or at which pointer.
func (c *call) badFilter(err error) error {
	var bad *cql2.Error
	if !errors.As(err, &bad) {
		return err
	}
	p := badParameter("filter", bad.Detail)
	if bad.Offset < 0 {
		p.Errors = []layers.Issue{{Pointer: bad.Pointer, Code: "filter", Detail: bad.Detail}}
		return p
	}
	text := c.query.Get("filter")
	n := utf8.RuneCountInString(text[:min(bad.Offset, len(text))]) + 1
	p.Detail = fmt.Sprintf("at character %d: %s", n, bad.Detail)
	p.More = map[string]any{"position": n}
	return p
}

// literal reads the value of a parameter that is named like a property of that type.
func literal(t cql2.Type, s string) (cql2.Expr, error) {
	switch t {
	case cql2.TypeInteger, cql2.TypeNumber:
		v, err := parseNumber(s)
		if err == nil && t == cql2.TypeInteger && v != math.Trunc(v) {
			err = fmt.Errorf("%.40q is not a whole number", s)
		}
		return &cql2.Number{Value: v}, err
	case cql2.TypeBoolean:
		if s != "true" && s != "false" {
			return nil, fmt.Errorf("%.40q is neither true nor false", s)
		}
		return &cql2.Boolean{Value: s == "true"}, nil
	case cql2.TypeTimestamp:
		at, err := parseTime(s)
		return &cql2.Instant{Value: at}, err
	case cql2.TypeDate:
		at, err := layers.ParseDay(s)
		if err != nil {
			err = fmt.Errorf("%.40q is not a date such as 2025-05-20", s)
		}
		return &cql2.Instant{Value: at, Date: true}, err
	}
	return &cql2.Text{Value: s}, checkSearch(s)
}

// plainSchema describes a value of that type.
func plainSchema(t cql2.Type) *huma.Schema {
	switch t {
	case cql2.TypeInteger:
		return &huma.Schema{Type: "integer"}
	case cql2.TypeNumber:
		return &huma.Schema{Type: "number"}
	case cql2.TypeBoolean:
		return &huma.Schema{Type: "boolean"}
	case cql2.TypeDate:
		return &huma.Schema{Type: "string", Format: "date"}
	case cql2.TypeTimestamp:
		return timeSchema()
	}
	return &huma.Schema{Type: "string"}
}
