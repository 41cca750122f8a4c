package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
	"wangge/routing/duty"
)

// describe makes the OpenAPI 3.1 document of the table. Types and their schemas are huma's; the paths come from the same lines
// that requests are checked against. A table that cannot be described is a mistake in the program, which New reports at once.
func (s *Server) describe(table []operation) *document {
	d := newDocument(s.Version)
	for i := range table {
		switch first := firstOf(table[:i], &table[i]); {
		case table[i].Hidden:
		case first != nil:
			d.join(&table[i])
		default:
			d.add(&table[i])
		}
	}
	d.straighten()
	return d
}

// json writes the document.
func (d *document) json() []byte {
	b, err := json.Marshal(d.api)
	if err != nil {
		panic("api: the document cannot be written: " + err.Error())
	}
	return b
}

// document is an OpenAPI document in the making.
type document struct {
	api      *huma.OpenAPI
	registry huma.Registry
}

const schemaPrefix = "#/components/schemas/"

func newDocument(version string) *document {
	if version == "" {
		version = "dev"
	}
	registry := huma.NewMapRegistry(schemaPrefix, schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[layers.Instant](), reflect.TypeFor[instantSchema]())
	registry.RegisterTypeAlias(reflect.TypeFor[duty.Shape](), reflect.TypeFor[drawnSchema]())
	maps.Copy(registry.Map(), featureSchemas())
	maps.Copy(registry.Map(), itemSchemas())
	d := &document{registry: registry, api: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "wangge", Version: version, Description: "Which grid of the district a coordinate lies in and who is responsible for it, " +
			"the layers behind the answer, and their edits.\n\nPositions are longitude, latitude in the coordinate system that the request names; geometry in answers is CGCS2000 " +
			"(EPSG:4490). Distances are metres on the ellipsoid. Times are RFC 3339. Every GET answers HEAD. Errors are RFC 9457 problem details with a stable `code`."},
		Servers: []*huma.Server{{URL: "/"}},
		Components: &huma.Components{
			Schemas:         registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token from `wangge token create`."}},
		},
	}}
	problem := registry.Schema(reflect.TypeFor[problemDocument](), true, "")
	curb := d.curbError()
	d.api.Components.Responses = map[string]*huma.Response{"Problem": {
		Description: "What went wrong (RFC 9457).",
		Headers:     headers([]string{"X-Request-Id"}),
		Content:     map[string]*huma.MediaType{problemMedia: {Schema: problem}},
	}, curbErrorName: curb}
	return d
}

// schemaName names the schema of a type; duty's words for what is near a position are told from the layers' own.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if strings.HasSuffix(t.PkgPath(), "layers/cds") {
		return "Curb" + name
	}
	if strings.HasSuffix(t.PkgPath(), "routing/duty") {
		switch t.Name() {
		case "Feature", "Nearest":
			return "Near" + strings.TrimPrefix(t.Name(), "Nearest")
		}
	}
	return strings.TrimSuffix(name, "Document")
}

// problemDocument is the schema of a problem's body.
type problemDocument struct {
	_         struct{}       `additionalProperties:"true"`
	Type      string         `json:"type" doc:"/problems/ and the code"`
	Title     string         `json:"title" doc:"What kind of problem it is, in Chinese or English by Accept-Language"`
	Status    int            `json:"status"`
	Code      problemWord    `json:"code" doc:"Never changes"`
	Detail    string         `json:"detail"`
	Instance  string         `json:"instance"`
	TraceID   string         `json:"trace_id" doc:"The request's id"`
	Parameter string         `json:"parameter,omitempty" doc:"The query parameter, path parameter or header that is wrong"`
	Pointer   string         `json:"pointer,omitempty" doc:"JSON Pointer of the first member of the body that is wrong"`
	Errors    []layers.Issue `json:"errors,omitempty"`
}

// problemWord is the code of a problem.
type problemWord string

func (problemWord) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: "string"}
	for _, p := range problemCodes {
		s.Enum = append(s.Enum, p.Code)
	}
	return s
}

// instantSchema stands for layers.Instant, which is a number in Go and a text in JSON.
type instantSchema struct{}

func (instantSchema) Schema(huma.Registry) *huma.Schema { return timeSchema() }

// add puts an operation into the document.
func (d *document) add(o *operation) {
	op := &huma.Operation{
		Method: o.Method, Path: o.Path, OperationID: o.ID, Summary: o.Summary, Description: o.Text, Tags: []string{o.Tag},
		Responses: map[string]*huma.Response{},
	}
	for _, p := range o.Params {
		one := &huma.Param{Name: p.Name, In: p.In, Required: p.Required || p.In == "path", Description: p.Text, Schema: p.Schema, Example: p.Example}
		if p.List {
			one.Style, one.Explode = "form", new(bool)
		}
		op.Parameters = append(op.Parameters, one)
	}
	if o.Body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Description: o.Body.Text, Content: d.content(o.Body)}
	}
	if o.Roles != nil {
		op.Security = []map[string][]string{{"token": {}}}
		op.Description = strings.TrimSpace(op.Description + "\n\nFor tokens of the roles " + roleNames(o.Roles) + ".")
	}
	for _, a := range o.Answers {
		op.Responses[strconv.Itoa(a.Status)] = d.answer(o, a)
	}
	for _, status := range o.problems() {
		if op.Responses[strconv.Itoa(status)] == nil {
			op.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/" + o.failure()}
		}
	}
	d.api.AddOperation(op)
	d.tag(o.Tag)
}

// failure names the form of the operation's errors.
func (o *operation) failure() string {
	if o.Tag == cdsTag {
		return curbErrorName
	}
	return "Problem"
}

// firstOf returns the first of the lines before o that has its method and path, nil if there is none.
func firstOf(before []operation, o *operation) *operation {
	for i := range before {
		if before[i].Method == o.Method && before[i].Path == o.Path {
			return &before[i]
		}
	}
	return nil
}

// join puts a line whose method and path an earlier one has into that one's operation: another body, and what it is answered
// with. Parameters and problems are those of all lines.
func (d *document) join(o *operation) {
	op := d.api.Paths[o.Path].Post // bodies are what the lines differ in, and only POST has several
	one := &document{registry: d.registry, api: &huma.OpenAPI{Paths: map[string]*huma.PathItem{}}}
	one.add(o)
	more := one.api.Paths[o.Path].Post
	media := o.Body.media()
	op.Description += "\n\n**" + o.Summary + ": `" + media + "`.** " + more.Description
	for _, p := range more.Parameters {
		p.Required = false // in one of the forms it is, which its text says
		p.Description = "With `" + media + "`: " + p.Description
		op.Parameters = append(op.Parameters, p)
	}
	maps.Copy(op.RequestBody.Content, more.RequestBody.Content)
	for status, r := range more.Responses {
		if have := op.Responses[status]; have == nil {
			op.Responses[status] = r
		} else {
			maps.Copy(have.Content, r.Content)
			maps.Copy(have.Headers, r.Headers)
		}
	}
}

func (d *document) tag(name string) {
	if !slices.ContainsFunc(d.api.Tags, func(t *huma.Tag) bool { return t.Name == name }) {
		d.api.Tags = append(d.api.Tags, &huma.Tag{Name: name})
	}
}

func roleNames(roles []layers.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// problems lists the statuses of the problems that an operation can run into, by what it takes.
func (o *operation) problems() []int {
	list := []int{http.StatusBadRequest, http.StatusNotAcceptable, http.StatusUnsupportedMediaType, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if o.Roles != nil {
		list = append(list, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(o.Path, "{") || o.takes("at") {
		list = append(list, http.StatusNotFound)
	}
	if o.Body != nil {
		list = append(list, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	}
	if o.edits() {
		list = append(list, http.StatusConflict, http.StatusGone, http.StatusPreconditionFailed, http.StatusPreconditionRequired, http.StatusUnprocessableEntity)
	}
	return append(list, o.Problems...)
}

func (d *document) answer(o *operation, a answer) *huma.Response {
	names := append([]string{"X-Request-Id"}, a.Headers...)
	if !o.Timeless {
		names = append(names, revisionHeader)
	}
	r := &huma.Response{Description: a.Text, Headers: headers(names)}
	if r.Description == "" {
		r.Description = http.StatusText(a.Status)
	}
	if a.Content != nil {
		r.Content = d.content(a.Content)
	}
	if a.Also != nil {
		maps.Copy(r.Content, d.content(a.Also))
	}
	return r
}

func headers(names []string) map[string]*huma.Header {
	out := map[string]*huma.Header{}
	for _, name := range names {
		out[name] = &huma.Header{Schema: &huma.Schema{Type: "string"}}
	}
	return out
}

// content describes a body: of a type, of a schema that is given as it is, or of bytes.
func (d *document) content(c *content) map[string]*huma.MediaType {
	m := &huma.MediaType{}
	switch t := c.Type.(type) {
	case nil:
	case *huma.Schema:
		m.Schema = t
	case reflect.Type:
		m.Schema = d.registry.Schema(t, true, "")
	default:
		m.Schema = d.registry.Schema(reflect.TypeOf(t), true, "")
	}
	return map[string]*huma.MediaType{c.media(): m}
}

// straighten corrects what huma assumes of Go types and what is not so here: lists are never null, and a pointer to a struct
// that is not left out is null or the struct.
func (d *document) straighten() {
	for name, s := range d.registry.Map() {
		t := d.registry.TypeFromRef(schemaPrefix + name)
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t == nil { // of a layer, which says itself what may be null
			continue
		}
		neverNull(s)
		if t.Kind() != reflect.Struct {
			continue
		}
		for i := range t.NumField() {
			f := t.Field(i)
			member, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			property := s.Properties[member]
			if property == nil || property.Ref == "" || f.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
				continue
			}
			s.Properties[member] = &huma.Schema{OneOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}, Description: property.Description}
		}
	}
}

func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, p := range s.Properties {
		neverNull(p)
	}
	if more, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(more)
	}
}
