package api

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// OGC API - Features and Tiles: a second face of the lists, features, edits and tiles of this package, at the paths and in the
// words of the standards. Nothing is read or written here in a way of its own: requests become the listings, edits and tiles
// that the other paths use.

// conformance lists the conformance classes that hold here. Each has its tests in ogc*_test.go.
func conformance() []string {
	var out []string
	for _, part := range []struct {
		of      string
		classes []string
	}{
		{"ogcapi-features-1/1.0", []string{"core", "geojson", "html", "oas30"}},
		{"ogcapi-features-2/1.0", []string{"crs"}},
		{"ogcapi-features-3/1.0", []string{"queryables", "queryables-query-parameters", "filter", "features-filter"}},
		{"ogcapi-features-4/1.0", []string{"create-replace-delete", "update", "optimistic-locking-etags", "features"}},
		{"cql2/1.0", []string{"cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
			"basic-spatial-functions", "basic-spatial-functions-plus", "property-property"}},
		{"ogcapi-tiles-1/1.0", []string{"core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "collections-selection", "mvt", "oas30"}},
	} {
		for _, class := range part.classes {
			out = append(out, "http://www.opengis.net/spec/"+part.of+"/conf/"+class)
		}
	}
	return out
}

// ogcTag is the tag of these operations in the document.
const ogcTag = "OGC API"

const (
	geoMedia   = "application/geo+json"
	htmlMedia  = "text/html"
	patchMedia = "application/merge-patch+json"
)

// ogcOperations are all operations of both standards but the landing page, which is home's.
func (s *Server) ogcOperations() []operation {
	table := slices.Concat(s.apiOperations(), []operation{conformanceOperation(), collectionsOperation(), collectionOperation(), queryablesOperation(), schemaOperation()}, s.tilesetOperations())
	for _, info := range openLayers() {
		table = append(table, itemsOperation(info), itemOperation(info))
		if !info.Managed {
			table = append(table, itemEditOperations(info)...)
		}
	}
	return table
}

// pageOrJSON are the answers of a resource that is there as JSON and as a page.
func pageOrJSON(text string, c *content) []answer {
	return []answer{{Status: http.StatusOK, Text: text, Content: c, Also: &content{Media: htmlMedia, Type: &huma.Schema{Type: "string"}}}}
}

func conformanceOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/conformance", ID: "getConformance", Tag: ogcTag, Timeless: true,
		Summary: "The conformance classes that hold here", Params: formParams(), Answers: pageOrJSON("The classes", &content{Type: conformanceDocument{}}),
		Handle: func(c *call) error {
			doc := conformanceDocument{Title: "wangge", ConformsTo: conformance()}
			return c.document(&doc, &doc.Links, func(p *page) { p.Title, p.Classes = phrase(p.Lang, "conformance"), doc.ConformsTo })
		},
	}
}

// conformanceDocument is the answer of /conformance.
type conformanceDocument struct {
	Title      string   `json:"title"`
	ConformsTo []string `json:"conformsTo"`
	Links      []link   `json:"links"`
}

// formParams are the parameters that choose the form and the language of an answer.
func formParams() []param {
	return []param{
		{Name: "f", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"json", "html"}}, Text: "The form, whatever `Accept` says."},
		{Name: "lang", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"zh", "en"}}, Text: "The language of titles and pages, whatever `Accept-Language` says."},
	}
}

// wantsHTML reads f and Accept: whether the answer is to be a page.
func (c *call) wantsHTML() (bool, error) {
	addVary(c.Response().Header(), "Accept")
	switch f := c.query.Get("f"); {
	case f == "html":
		return true, nil
	case f == "json":
		return false, nil
	case c.query.Has("f"):
		return false, badParameter("f", "f is json or html")
	}
	header := c.Request().Header.Get("Accept")
	if header == "" {
		return false, nil
	}
	for _, w := range weightsOf(header) { // the most wanted first
		switch w.name {
		case htmlMedia, "application/xhtml+xml":
			return w.q > 0, nil
		case "*/*", "application/*", "application/json", geoMedia:
			return false, nil
		}
	}
	return false, nil
}

// language reads lang and Accept-Language.
func (c *call) language() (string, error) {
	addVary(c.Response().Header(), "Accept-Language")
	switch lang := c.query.Get("lang"); {
	case lang == "zh":
		return chinese, nil
	case lang == "en":
		return english, nil
	case c.query.Has("lang"):
		return "", badParameter("lang", "lang is zh or en")
	}
	return languageOf(c.Request()), nil
}

// address is where the request's own resource is, with the query changed: pairs of a name and its value, "" to leave one out.
func (c *call) address(changes ...string) string {
	q := make(map[string][]string, len(c.query))
	for name, values := range c.query {
		q[name] = values
	}
	for i := 0; i < len(changes); i += 2 {
		delete(q, changes[i])
		if changes[i+1] != "" {
			q[changes[i]] = []string{changes[i+1]}
		}
	}
	return c.base() + withQuery(c.Request().URL.EscapedPath(), q)
}

// ownLinks are the links of a resource to itself and to its other form. media is that of the JSON form.
func (c *call) ownLinks(media string, html bool) []link {
	json, page := link{Href: c.address("f", "json"), Rel: "self", Type: media, Title: "JSON"}, link{Href: c.address("f", "html"), Rel: "alternate", Type: htmlMedia, Title: "HTML"}
	if html {
		json.Rel, page.Rel = "alternate", "self"
	}
	return []link{json, page}
}

// document answers with a document as JSON, or as the page that fill makes of it. Its links to itself are put before those that it
// has.
func (c *call) document(doc any, links *[]link, fill func(*page)) error {
	html, err := c.wantsHTML()
	if err != nil {
		return err
	}
	lang, err := c.language()
	if err != nil {
		return err
	}
	*links = append(c.ownLinks("application/json", html), *links...)
	if html {
		p := &page{Lang: lang, Links: *links}
		fill(p)
		return c.page200(p)
	}
	body := append(appendJSON(nil, doc), '\n')
	return c.file(&file{media: jsonMedia, plain: body, tag: contentTag(body)})
}
