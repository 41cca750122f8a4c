package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers/cds"
)

// curbError is how the specification says that something went wrong.
type curbError struct {
	Error       string   `json:"error" doc:"The code of the problem, which never changes"`
	Description string   `json:"error_description"`
	Details     []string `json:"error_details"`
}

// isCurb reports whether a request is one of the Curbs API, whose errors have the form of the specification.
func isCurb(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/cds/") }

// curbError returns the problem in the form of the specification.
func (p *Problem) curbError(r *http.Request, id string) []byte {
	e := curbError{Error: p.Code, Description: title(p.Code, languageOf(r)), Details: []string{p.Detail}}
	if p.Parameter != "" {
		e.Details = append(e.Details, "parameter: "+p.Parameter)
	}
	e.Details = append(e.Details, "request: "+id)
	return append(appendJSON(nil, e), '\n')
}

// curbErrorName is the answer in the document that errors of the Curbs API refer to.
const curbErrorName = "CurbError"

func (d *document) curbError() *huma.Response {
	return &huma.Response{Description: "What went wrong, in the form of the Curb Data Specification.", Headers: headers([]string{"X-Request-Id"}), Content: d.content(&content{Media: cds.Media, Type: curbError{}})}
}
