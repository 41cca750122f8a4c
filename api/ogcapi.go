package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// openMedia is the media type of the document that the standards ask for: OpenAPI 3.0.
const openMedia = "application/vnd.oai.openapi+json;version=3.0"

func (s *Server) apiOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/api", ID: "getAPI", Tag: ogcTag, Timeless: true,
		Summary: "This document as OpenAPI 3.0", Text: "The same as `/openapi.json`, which is OpenAPI 3.1, for the programs that read the older form.", Params: formParams(),
		Answers: []answer{{Status: http.StatusOK, Text: "OpenAPI 3.0", Content: &content{Media: openMedia, Type: &huma.Schema{Type: "object"}},
			Also: &content{Media: htmlMedia, Type: &huma.Schema{Type: "string"}}, Headers: []string{"ETag"}},
			{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"}},
		Handle: func(c *call) error {
			html, err := c.wantsHTML()
			if err != nil {
				return err
			}
			lang, err := c.language()
			if err != nil {
				return err
			}
			if !html {
				return c.file(c.s.document30())
			}
			p := &page{Lang: lang, Links: c.ownLinks(openMedia, true)}
			c.fillAPI(p)
			return c.page200(p)
		},
	}}
}

// json30 writes the document as OpenAPI 3.0.
func (d *document) json30() []byte {
	b, err := d.api.Downgrade()
	var tree any
	if err == nil {
		err = json.Unmarshal(b, &tree)
	}
	if err == nil {
		b, err = json.Marshal(nullable(tree))
	}
	if err != nil {
		panic("api: the document cannot be written as OpenAPI 3.0: " + err.Error())
	}
	return b
}

// nullable turns what huma leaves as it is into the words of OpenAPI 3.0: "one of these, or null", and bytes.
func nullable(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = nullable(member)
		}
		if _, ok := v["contentMediaType"]; ok { // bytes
			delete(v, "contentMediaType")
			v["format"] = "binary"
		}
		list, ok := v["oneOf"].([]any)
		if !ok {
			return v
		}
		var rest []any
		for _, one := range list {
			if m, ok := one.(map[string]any); ok && m["type"] == "null" {
				v["nullable"] = true
				continue
			}
			rest = append(rest, one)
		}
		if v["nullable"] == true && len(rest) == 1 {
			delete(v, "oneOf")
			v["allOf"] = rest
		}
	case []any:
		for i := range v {
			v[i] = nullable(v[i])
		}
	}
	return v
}
