package api

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/routing/duty"
)

// asking is a question as it is written: what it is about may be named in somebody else's list.
type asking struct {
	duty.Question
	// code is the category in another list; the zero value for none. Category is empty then.
	code layers.ExternalCode
	// drawn is the line or the area that it is about, before draw has taken it; nil for a position.
	drawn orb.Geometry
}

// about takes what the question is about: a category, or a code of another list in its place.
func (a *asking) about(category string, code layers.ExternalCode, item int) {
	a.Category, a.code, a.WhistleItem = category, code, item
}

// reported is one thing that a report says of itself: a parameter of a lookup, and a member of a batch.
type reported struct {
	name, text string
	schema     *huma.Schema
	example    any
	// number says that it is a number in JSON.
	number bool
	// names says that it names what the report is about, of which there is one.
	names bool
	// set reads it.
	set func(a *asking, text string) error
}

var (
	caseForm  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._/-]{0,39}$`)
	wholeItem = regexp.MustCompile(`^[1-9][0-9]{0,2}$`)
)

// mostCode bounds the code of another list in bytes.
const mostCode = 200

// reportMembers is the one table of what a report says of itself; it is never changed.
var reportMembers = []reported{
	{name: "whistle_item", names: true, number: true, schema: wholeSchema(1, 999), example: 17,
		text: "Number in the whistle list, in place of a category.",
		set: func(a *asking, text string) error {
			if !wholeItem.MatchString(text) {
				return fmt.Errorf("%.40q is not a whole number between 1 and 999", text)
			}
			n, err := strconv.Atoi(text)
			a.about("", layers.ExternalCode{Scheme: layers.WhistleScheme, Code: text}, n)
			return err
		}},
	{name: "algorithm", names: true, schema: codeSchema(), example: "standing_water", text: "What a camera has recognised, in place of a category.", set: external(layers.AlgorithmScheme)},
	{name: "hotline", names: true, schema: codeSchema(), example: "市容环卫/垃圾", text: "Category of the 12345 hotline, in place of a category.", set: external(layers.HotlineScheme)},
	{name: "channel", schema: wordSchema(layers.Channels()), example: "12345", text: "How the report came.",
		set: choice(layers.Channels(), func(a *asking, s string) { a.Channel = s })},
	{name: "severity", schema: wordSchema(layers.Severities()), example: "high", text: "How bad it is.",
		set: choice(layers.Severities(), func(a *asking, s string) { a.Severity = s })},
	{name: "reporter", schema: wordSchema(layers.Reporters()), example: "resident", text: "Who reports.",
		set: choice(layers.Reporters(), func(a *asking, s string) { a.Reporter = s })},
	{name: "confidence", number: true, schema: confidenceSchema(), example: 0.92, text: "How sure the source is, above 0 to 1.",
		set: func(a *asking, text string) (err error) {
			if a.Confidence, err = parseDecimal(text); err != nil {
				return err
			}
			if !(a.Confidence > 0 && a.Confidence <= 1) {
				return fmt.Errorf("%v is not above 0 and at most 1", a.Confidence)
			}
			return nil
		}},
	{name: "case_number", schema: &huma.Schema{Type: "string", Pattern: caseForm.String()}, example: "20260914-0017", text: "Number of the case: agreements that take turns by case go by its last digit.",
		set: formed(caseForm, "a case number: up to 40 letters, digits and . _ / -", func(a *asking, s string) { a.CaseNumber = s })},
	{name: "received_by", schema: &huma.Schema{Type: "string"}, example: "310116113Z02", text: "Code of the grid that took the report first.",
		set: formed(caseForm, "the code of a grid", func(a *asking, s string) { a.ReceivedBy = s })},
}

func external(scheme string) func(*asking, string) error {
	return func(a *asking, text string) error {
		if text == "" || len(text) > mostCode || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("is a code of 1 to %d bytes without control characters", mostCode)
		}
		a.about("", layers.ExternalCode{Scheme: scheme, Code: text}, 0)
		return nil
	}
}

func choice(words []string, take func(*asking, string)) func(*asking, string) error {
	return func(a *asking, text string) error {
		if !slices.Contains(words, text) {
			return fmt.Errorf("%.40q is not one of %s", text, strings.Join(words, ", "))
		}
		take(a, text)
		return nil
	}
}

func formed(form *regexp.Regexp, what string, take func(*asking, string)) func(*asking, string) error {
	return func(a *asking, text string) error {
		if !form.MatchString(text) {
			return fmt.Errorf("%.40q is not %s", text, what)
		}
		take(a, text)
		return nil
	}
}

func codeSchema() *huma.Schema {
	least, most := 1, mostCode
	return &huma.Schema{Type: "string", MinLength: &least, MaxLength: &most}
}

func wordSchema(words []string) *huma.Schema {
	s := &huma.Schema{Type: "string"}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}

func confidenceSchema() *huma.Schema {
	low, high := 0.0, 1.0
	return &huma.Schema{Type: "number", ExclusiveMinimum: &low, Maximum: &high}
}

// reportParams are the parameters of what a report says of itself.
func reportParams() []param {
	var out []param
	for _, r := range reportMembers {
		out = append(out, param{Name: r.name, In: "query", Schema: r.schema, Example: r.example, Text: r.text})
	}
	return out
}

// reportOf returns the line of the table with a name.
func reportOf(name string) (reported, bool) {
	i := slices.IndexFunc(reportMembers, func(r reported) bool { return r.name == name })
	if i < 0 {
		return reported{}, false
	}
	return reportMembers[i], true
}

// report reads what the query says of the report, its category among it.
func (c *call) report(a *asking) (err error) {
	named := ""
	if c.query.Has("category") {
		named = "category"
		if a.Category, err = c.category(); err != nil {
			return err
		}
	}
	for _, r := range reportMembers {
		if !c.query.Has(r.name) {
			continue
		}
		if r.names && named != "" {
			return badParameter(r.name, fmt.Sprintf("%s and %s both say what it is about; give one of them", named, r.name))
		}
		if r.names {
			named = r.name
		}
		if err := r.set(a, c.query.Get(r.name)); err != nil {
			return badParameter(r.name, r.name+" "+err.Error())
		}
	}
	return nil
}

// setReported sets one member of a body by its name; known is false if there is none of that name.
func setReported(a *asking, name string, raw []byte) (known bool, err error) {
	r, known := reportOf(name)
	if !known {
		return false, nil
	}
	pointer := "/" + pointerToken(name)
	text := string(raw)
	if r.number {
		if _, err := numberMember(pointer, raw, "bad-parameter"); err != nil {
			return true, err
		}
	} else if text, err = textMember(pointer, raw); err != nil {
		return true, err
	}
	if err := r.set(a, text); err != nil {
		return true, badParameter("", name+" "+err.Error()).inBody(pointer)
	}
	return true, nil
}

// oneSubject refuses members of an object that name several things that it is about.
func oneSubject(seen map[string]bool) error {
	named := ""
	for _, name := range append([]string{"category"}, subjects()...) {
		switch {
		case !seen[name]:
		case named != "":
			return badParameter("", fmt.Sprintf("%s and %s both say what it is about; give one of them", named, name)).inBody("/" + name)
		default:
			named = name
		}
	}
	return nil
}

// subjects are the members that name what a report is about in another list.
func subjects() (out []string) {
	for _, r := range reportMembers {
		if r.names {
			out = append(out, r.name)
		}
	}
	return out
}
