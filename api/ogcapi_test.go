package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"

	"wangge/api"
	"wangge/layers/cql2"
)

// The document at /api is valid OpenAPI 3.0, and says of every path what the other one says.
func TestDocumentIsOpenAPI30(t *testing.T) {
	s := readServer(t)
	r := s.get("/api", "Accept", "application/vnd.oai.openapi+json;version=3.0").status(http.StatusOK)
	if got := r.Header.Get("Content-Type"); got != "application/vnd.oai.openapi+json;version=3.0" {
		t.Errorf("%s", got)
	}
	doc, err := libopenapi.NewDocument(r.bytes)
	must(t, err)
	if v := doc.GetVersion(); !strings.HasPrefix(v, "3.0.") {
		t.Errorf("version %s", v)
	}
	if ok, errs := validatorOf(t, doc).ValidateDocument(); !ok {
		for _, e := range errs {
			t.Errorf("%s: %s %v", e.Message, e.Reason, e.SchemaValidationErrors)
		}
	}
	var old, now struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
			Responses   map[string]any
		}
	}
	r.json(&old)
	s.get("/openapi.json").json(&now)
	for path, item := range now.Paths {
		for method, op := range item {
			have := old.Paths[path][method]
			if have.OperationID != op.OperationID || !slices.Equal(have.Parameters, op.Parameters) || len(have.Responses) != len(op.Responses) {
				t.Errorf("%s %s: %+v, want %+v", method, path, have, op)
			}
		}
	}
	for _, word := range []string{`"type":["`, `"type":"null"`, `"const"`, `"examples"`, `"$schema"`} {
		if i := strings.Index(string(r.bytes), word); i >= 0 {
			t.Errorf("a word of OpenAPI 3.1: %s", r.bytes[max(0, i-200):i+100])
		}
	}
}

// Operations have the ids by which the standard of tiles finds them.
func TestOperationIDs(t *testing.T) {
	s := readServer(t)
	for _, suffix := range []string{"getLandingPage", "getConformance", "getAPI", "getCollectionsList", "getCollection", "getTileMatrixSetsList", "getTileMatrixSet", ".dataset.vector.getTileSetsList",
		".dataset.vector.getTileSet", ".dataset.vector.getTile", ".collection.vector.getTileSetsList", ".collection.vector.getTileSet", ".collection.vector.getTile"} {
		if !slices.ContainsFunc(s.Table(), func(o api.Operation) bool { return strings.HasSuffix(o.ID, suffix) }) {
			t.Errorf("no operation ends in %s", suffix)
		}
	}
}

// The parameters of items are as the standard writes them.
func TestParametersOfItems(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name, In, Style string
				Explode         *bool
				Required        bool
				Schema          struct {
					Type, Format                         string
					Items                                struct{ Type string }
					MinItems, MaxItems, Minimum, Maximum *float64
					Default                              any
				}
			}
		}
	}
	s := readServer(t)
	s.get("/api").json(&doc)
	for _, info := range openLayers() {
		params := doc.Paths["/collections/"+string(info.Layer)+"/items"]["get"].Parameters
		seen := map[string]bool{}
		for _, p := range params {
			seen[p.Name] = true
			sc := p.Schema
			switch {
			case p.In != "query" || p.Required:
				t.Errorf("%+v", p)
			case p.Name == "limit" && (sc.Type != "integer" || *sc.Minimum != 1 || *sc.Maximum != 1000 || sc.Default == nil):
				t.Errorf("%+v", sc)
			case p.Name == "bbox" && (p.Style != "form" || p.Explode == nil || *p.Explode || sc.Type != "array" || sc.Items.Type != "number" || *sc.MinItems != 4 || *sc.MaxItems != 6):
				t.Errorf("%+v", p)
			case p.Name == "datetime" && sc.Type != "string", strings.HasSuffix(p.Name, "crs") && sc.Format != "uri":
				t.Errorf("%+v", p)
			}
		}
		for _, q := range cql2.Queryables(info.Layer) {
			if !seen[q.Name] && q.Type != cql2.TypeGeometry {
				t.Errorf("%s has no parameter %s", info.Layer, q.Name)
			}
		}
	}
}

// count returns numberMatched, without looking at the rest of the answer.
func (s *server) count(path string) int {
	s.t.Helper()
	var p collection
	s.send(ask{Path: path}).status(http.StatusOK).json(&p)
	return *p.NumberMatched
}

// Each queryable can be asked for by name, in a filter and as a parameter, and has a type; the comparisons of the standard's tests run.
func TestQueryables(t *testing.T) {
	s := readServer(t)
	for _, info := range openLayers() {
		at := "/collections/" + string(info.Layer)
		r := s.get(at+"/queryables", "Accept", "application/schema+json").status(http.StatusOK)
		if got := r.Header.Get("Content-Type"); got != "application/schema+json" {
			t.Errorf("%s", got)
		}
		type property struct {
			Title, Type, Format string
			Ref                 string `json:"$ref"`
			Role                string `json:"x-ogc-role"`
		}
		var doc struct {
			Schema     string `json:"$schema"`
			ID         string `json:"$id"`
			Type       string
			Properties map[string]property
		}
		r.json(&doc)
		if doc.Schema != "https://json-schema.org/draft/2019-09/schema" || doc.ID != "http://example.com"+at+"/queryables" || doc.Type != "object" || len(doc.Properties) < 8 {
			t.Errorf("%+v", doc)
		}
		all := *s.items(at + "/items?limit=1").NumberMatched
		count := func(filter string) int {
			t.Helper()
			return s.count(at + "/items?limit=1&filter=" + strings.ReplaceAll(strings.ReplaceAll(filter, " ", "%20"), "+", "%2B"))
		}
		for name, p := range doc.Properties {
			if p.Title == "" || p.Type == "" && p.Format == "" {
				t.Errorf("%s of %s: %+v", name, info.Layer, p)
			}
			quoted := `"` + name + `"`
			if count(quoted+" IS NULL")+count(quoted+" IS NOT NULL") != all {
				t.Errorf("%s of %s: null and not null are not all", name, info.Layer)
			}
			value := map[string]string{"string": "'foo'", "integer": "1", "number": "3.14", "boolean": "true"}[p.Type]
			switch p.Format {
			case "date":
				value = "DATE('2022-04-14')"
			case "date-time":
				value = "TIMESTAMP('2022-04-14T14:48:46Z')"
			}
			if value == "" {
				continue
			}
			for _, pair := range [][2]string{{"=", "<>"}, {">", "<="}, {"<", ">="}} {
				if one, two, there := count(quoted+pair[0]+value), count(quoted+pair[1]+value), count(quoted+" IS NOT NULL"); one+two != there {
					t.Errorf("%s of %s: %s keeps %d and %s %d of %d", name, info.Layer, pair[0], one, pair[1], two, there)
				}
			}
		}
	}
	var schema struct{ Properties map[string]json.RawMessage }
	s.get("/collections/poles/schema").status(http.StatusOK).json(&schema)
	var one item
	s.get(polesPath + "/p_0001").json(&one)
	for name := range one.Properties {
		if schema.Properties[name] == nil {
			t.Errorf("the schema has no %s", name)
		}
	}
}
