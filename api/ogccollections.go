package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

const (
	relQueryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relSchema     = "http://www.opengis.net/def/rel/ogc/1.0/schema"
	relTilesets   = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
)

func collectionsOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/collections", ID: "getCollectionsList", Tag: ogcTag,
		Summary: "The layers as collections of features", Params: formParams(), Answers: pageOrJSON("The collections", &content{Type: collectionsDocument{}}),
		Handle: (*call).collections,
	}
}

func collectionOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/collections/{collectionId}", ID: "getCollection", Tag: ogcTag,
		Summary: "One collection", Params: append([]param{collectionParam()}, formParams()...), Answers: pageOrJSON("The collection", &content{Type: collectionDocument{}}),
		Handle: (*call).collection,
	}
}

// collectionsDocument is the answer of /collections.
type collectionsDocument struct {
	Links       []link               `json:"links"`
	CRS         []string             `json:"crs" doc:"The coordinate reference systems of all collections"`
	Collections []collectionDocument `json:"collections"`
}

// collectionDocument describes a layer.
type collectionDocument struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Links       []link          `json:"links"`
	Extent      *extentDocument `json:"extent,omitempty"`
	ItemType    string          `json:"itemType" enum:"feature"`
	CRS         []string        `json:"crs"`
	StorageCRS  string          `json:"storageCrs"`
	Demo        bool            `json:"demo" doc:"Invented data"`
}

// collectionParam is the path parameter that names a layer.
func collectionParam() param {
	var names []any
	for _, info := range openLayers() {
		names = append(names, string(info.Layer))
	}
	return param{Name: "collectionId", In: "path", Schema: &huma.Schema{Type: "string", Enum: names}, Example: "poles", Text: "The layer."}
}

// collectionInfo reads the path parameter that names a layer.
func (c *call) collectionInfo() (layers.Info, error) {
	info, ok := layers.Layer(c.path["collectionId"]).Info()
	if !ok || info.Confined {
		p := notFound(fmt.Sprintf("there is no collection %.40q", c.path["collectionId"]))
		p.Parameter = "collectionId"
		return info, p
	}
	return info, nil
}

func (c *call) collections() error {
	lang, err := c.language()
	if err != nil {
		return err
	}
	doc := collectionsDocument{CRS: systemURIs(), Collections: []collectionDocument{}}
	for _, info := range openLayers() {
		doc.Collections = append(doc.Collections, c.describe(info, lang))
	}
	return c.document(&doc, &doc.Links, func(p *page) { c.fillCollections(p) })
}

func (c *call) collection() error {
	info, err := c.collectionInfo()
	if err != nil {
		return err
	}
	lang, err := c.language()
	if err != nil {
		return err
	}
	doc := c.describe(info, lang)
	return c.document(&doc, &doc.Links, func(p *page) { c.fillCollection(p, info) })
}

// describe returns the collection of a layer with its links to what there is of it.
func (c *call) describe(info layers.Info, lang string) collectionDocument {
	text, at := textOf(info.Layer), c.base()+"/collections/"+string(info.Layer)
	title := text.title(lang)
	d := collectionDocument{ID: string(info.Layer), Title: title, Description: text.about(lang), ItemType: "feature", CRS: systemURIs(), StorageCRS: storageSystem().uri(),
		Extent: c.s.reaches.reach(c.w.Set(info.Layer)).document(), Demo: c.w.Settings().Demo}
	d.Links = []link{
		{Href: at + "/items", Rel: "items", Type: geoMedia, Title: title},
		{Href: at + "/items?f=html", Rel: "items", Type: htmlMedia, Title: title},
		{Href: at + "/queryables", Rel: relQueryables, Type: schemaMedia, Title: "Queryables"},
		{Href: at + "/schema", Rel: relSchema, Type: schemaMedia, Title: "Schema"},
	}
	if info.Tiles {
		d.Links = append(d.Links, link{Href: at + "/tiles", Rel: relTilesets, Type: "application/json", Title: "Vector tiles"})
	}
	if strings.HasSuffix(c.Request().URL.Path, "/collections") {
		d.Links = append([]link{{Href: at, Rel: "self", Type: "application/json", Title: title}}, d.Links...)
	}
	return d
}

// withQuery joins a path and a query.
func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
