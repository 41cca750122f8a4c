package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

// operation is one line of the table of all that is served: what is checked before the handler runs, and what the document
// says.
type operation struct {
	Method string
	// Path is in the form of OpenAPI. Its last segment may end in something fixed after a parameter: {y}.mvt, {id}:replay. Lines
	// with the same method and path differ in the media type of their bodies, and are one operation of the document.
	Path    string
	ID      string // operationId
	Tag     string
	Summary string // one line
	Text    string // more, in Markdown; may be empty
	Params  []param
	Body    *content
	// Answers are the successful answers; problems are added to the document by what the operation can run into.
	Answers []answer
	// Problems are statuses of problems beyond those that follow from the rest of the line.
	Problems []int
	// Roles may call it, with a token; nil is open to all.
	Roles []layers.Role
	// Timeless is set for what is answered without a World: health, the document, the web application.
	Timeless bool
	// Hidden keeps it out of the document: the files of the web application.
	Hidden bool
	// Untyped is the status of a body without a media type; 0 is 415, as of a wrong one.
	Untyped int
	// Limit bounds the request body in bytes; 0 refuses any body, negative is no bound (streams).
	Limit int64
	// Longest bounds reading and answering; 0 is the server's limit, negative is none (streams).
	Longest time.Duration
	Handle  func(*call) error
	// What routes finds out once: the ending of the path's last segment beyond its parameter, and the media types that the lines
	// of this method and path take.
	ending string
	bodies []string
}

// param is one query, path or header parameter: what the parsers of params.go read and what the document says of it.
type param struct {
	Name     string
	In       string // query, path or header
	Required bool
	Text     string
	Schema   *huma.Schema
	Example  any
	// List says that the values of an array have commas between them.
	List bool
}

// content is a body: a value of the type that it has as JSON, or a media type alone.
type content struct {
	Media string // application/json if empty
	Type  any    // nil for bytes
	Text  string
}

// answer is one successful answer. Content is nil for none.
type answer struct {
	Status  int
	Text    string
	Content *content
	// Also is another form of the same, by Accept.
	Also    *content
	Headers []string // beside those that every answer has
}

// edits reports whether the operation changes something, or is for holders of a token alone.
func (o *operation) edits() bool {
	return o.Method != http.MethodGet && o.Roles != nil
}

// forms lists what the operation answers with.
func (o *operation) forms() []*content {
	var out []*content
	for _, a := range o.Answers {
		for _, c := range []*content{a.Content, a.Also} {
			if c != nil {
				out = append(out, c)
			}
		}
	}
	return out
}

// takes reports whether there is a query parameter of that name.
func (o *operation) takes(name string) bool {
	return slices.ContainsFunc(o.Params, func(p param) bool { return p.In == "query" && p.Name == name })
}

// pattern is the path in echo's form, and what the last segment must end with beyond its parameter. A colon in a fixed segment
// is escaped, because echo would take it for a parameter.
func (o *operation) pattern() (path, suffix string) {
	segments := strings.Split(o.Path, "/")
	for i, seg := range segments {
		name, isParam := strings.CutPrefix(seg, "{")
		if !isParam {
			segments[i] = strings.ReplaceAll(seg, ":", `\:`)
			continue
		}
		name, suffix, _ = strings.Cut(name, "}")
		segments[i] = ":" + name
	}
	return strings.Join(segments, "/"), suffix
}
