package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
	"wangge/layers/cql2"
)

const (
	schemaMedia   = "application/schema+json"
	schemaVersion = "https://json-schema.org/draft/2019-09/schema"
)

func queryablesOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/collections/{collectionId}/queryables", ID: "getQueryables", Tag: ogcTag,
		Summary: "The properties that filters may name", Params: append([]param{collectionParam()}, formParams()...),
		Answers: pageOrJSON("JSON Schema of an object with these properties", &content{Media: schemaMedia, Type: &huma.Schema{Type: "object"}}),
		Handle:  func(c *call) error { return c.schema(queryableProperties, "queryables") },
	}
}

func schemaOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/collections/{collectionId}/schema", ID: "getSchema", Tag: ogcTag,
		Summary: "The properties of the features", Params: append([]param{collectionParam()}, formParams()...),
		Answers: pageOrJSON("JSON Schema of an object with these properties", &content{Media: schemaMedia, Type: &huma.Schema{Type: "object"}}),
		Handle:  func(c *call) error { return c.schema(allProperties, "schema") },
	}
}

// jsonSchema is a JSON Schema of the properties of a layer.
type jsonSchema struct {
	Schema     string                    `json:"$schema"`
	ID         string                    `json:"$id"`
	Type       string                    `json:"type"`
	Title      string                    `json:"title"`
	Properties map[string]schemaProperty `json:"properties"`
	Additional bool                      `json:"additionalProperties"`
	// order is that of the layer, for pages.
	order []string
}

// schemaProperty describes one property.
type schemaProperty struct {
	Title    string       `json:"title"`
	Type     string       `json:"type,omitempty"`
	Format   string       `json:"format,omitempty"`
	Ref      string       `json:"$ref,omitempty"`
	Items    *huma.Schema `json:"items,omitempty"`
	Role     string       `json:"x-ogc-role,omitempty"`
	ReadOnly bool         `json:"readOnly,omitempty"`
}

// schema answers with the schema whose properties list gives.
func (c *call) schema(list func(layers.Info, func(name string, p schemaProperty)), last string) error {
	info, err := c.collectionInfo()
	if err != nil {
		return err
	}
	lang, err := c.language()
	if err != nil {
		return err
	}
	html, err := c.wantsHTML()
	if err != nil {
		return err
	}
	doc := jsonSchema{Schema: schemaVersion, ID: c.base() + "/collections/" + string(info.Layer) + "/" + last, Type: "object",
		Title: textOf(info.Layer).title(lang), Properties: map[string]schemaProperty{}}
	list(info, func(name string, p schemaProperty) {
		p.Title = wordFor(lang, "field", name)
		doc.Properties[name] = p
		doc.order = append(doc.order, name)
	})
	if html {
		p := &page{Lang: lang, Links: c.ownLinks(schemaMedia, true)}
		c.fillSchema(p, info, last, doc)
		return c.page200(p)
	}
	body := append(appendJSON(nil, doc), '\n')
	return c.file(&file{media: schemaMedia, plain: body, tag: contentTag(body)})
}

// queryableProperties lists what filters may name.
func queryableProperties(info layers.Info, add func(string, schemaProperty)) {
	for _, q := range cql2.Queryables(info.Layer) {
		switch {
		case q.Type == cql2.TypeGeometry:
			add(q.Name, geometryProperty(info))
		default:
			s := plainSchema(q.Type)
			add(q.Name, schemaProperty{Type: s.Type, Format: s.Format, Role: roleOf(q.Name)})
		}
	}
}

// allProperties lists what a feature has, in GeoJSON under properties, id and geometry.
func allProperties(info layers.Info, add func(string, schemaProperty)) {
	scalars := map[string]schemaProperty{}
	queryableProperties(info, func(name string, p schemaProperty) { scalars[name] = p })
	shown := shownSchema(info.Layer)
	add("id", scalars["id"])
	for _, c := range layers.Columns(info.Layer) {
		p, ok := scalars[c.Name]
		if !ok { // a list or an object
			s := shown.Properties[c.Name]
			p = schemaProperty{Type: s.Type, Items: s.Items}
		}
		add(c.Name, p)
	}
	for _, name := range []string{"version", "revision", "valid_from", "valid_to", "demo", "geometry"} {
		p, ok := scalars[name]
		if p.ReadOnly = name == "version" || name == "revision"; ok {
			add(name, p)
		}
	}
}

func geometryProperty(info layers.Info) schemaProperty {
	return schemaProperty{Format: "geometry-" + strings.ToLower(info.Geometry), Ref: "https://geojson.org/schema/" + info.Geometry + ".json", Role: "primary-geometry"}
}

func roleOf(name string) string {
	switch name {
	case "id":
		return "id"
	case "valid_from":
		return "primary-interval-start"
	case "valid_to":
		return "primary-interval-end"
	}
	return ""
}
