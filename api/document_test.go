package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
)

func TestDocumentIsOpenAPI31(t *testing.T) {
	r := readServer(t).get("/openapi.json").status(http.StatusOK)
	doc, err := libopenapi.NewDocument(r.bytes)
	must(t, err)
	if v := doc.GetVersion(); v != "3.1.0" {
		t.Errorf("version %s, want 3.1.0", v)
	}
	if ok, errs := validatorOf(t, doc).ValidateDocument(); !ok {
		for _, e := range errs {
			t.Errorf("%s: %s %v", e.Message, e.Reason, e.SchemaValidationErrors)
		}
	}
}

// Every operation of the document says what it is, has an id of its own, and describes each of its path's parameters.
func TestDocumentSaysEverything(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
			Tags        []string
			Parameters  []struct {
				Name, In, Description string
				Required              bool
				Schema                any
			}
			Responses map[string]json.RawMessage
		}
	}
	readServer(t).get("/openapi.json").json(&doc)
	seen := map[string]string{}
	for path, item := range doc.Paths {
		for method, op := range item {
			where := method + " " + path
			if other := seen[op.OperationID]; other != "" || op.OperationID == "" {
				t.Errorf("%s: operationId %q is that of %q", where, op.OperationID, other)
			}
			seen[op.OperationID] = where
			if op.Summary == "" || len(op.Tags) != 1 || op.Tags[0] == "" {
				t.Errorf("%s: summary %q, tags %v", where, op.Summary, op.Tags)
			}
			given := map[string]bool{}
			for _, p := range op.Parameters {
				if p.In == "path" {
					given[p.Name] = true
				}
				if p.Description == "" || p.Schema == nil || p.In == "path" && !p.Required {
					t.Errorf("%s: parameter %+v", where, p)
				}
			}
			for rest := path; ; {
				_, after, more := strings.Cut(rest, "{")
				if !more {
					break
				}
				name, end, _ := strings.Cut(after, "}")
				if !given[name] {
					t.Errorf("%s: path parameter %s is not described", where, name)
				}
				rest = end
			}
		}
	}
	for _, path := range []string{"/openapi.json"} {
		if doc.Paths[path] == nil {
			t.Errorf("%s is not in the document", path)
		}
	}
}

func TestDocumentIsCached(t *testing.T) {
	s := readServer(t)
	first := s.get("/openapi.json").status(http.StatusOK)
	tag := first.Header.Get("ETag")
	s.get("/openapi.json", "If-None-Match", tag).status(http.StatusNotModified)
	s.get("/openapi.json", "If-None-Match", `W/`+tag).status(http.StatusNotModified)
	s.get("/openapi.json", "If-None-Match", `"other"`).status(http.StatusOK)
	packed := s.get("/openapi.json", "Accept-Encoding", "gzip").status(http.StatusOK)
	if string(packed.plain()) != string(first.bytes) || packed.Header.Get("Content-Encoding") != "gzip" {
		t.Error("the compressed document differs from the plain one")
	}
	if packed.Header.Get("ETag") == tag {
		t.Error("two representations have one strong tag")
	}
	s.get("/openapi.json", "Accept-Encoding", "gzip", "If-None-Match", packed.Header.Get("ETag")).status(http.StatusNotModified)
	if other := readServer(t).get("/openapi.json"); other.Header.Get("ETag") != tag {
		t.Error("another server of the same program has another tag")
	}
}
