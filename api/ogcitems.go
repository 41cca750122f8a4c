package api

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

func itemsPath(info layers.Info) string { return "/collections/" + string(info.Layer) + "/items" }

func itemsOperation(info layers.Info) operation {
	params := append(formParams(), itemsParams(info)...)
	return operation{
		Method: http.MethodGet, Path: itemsPath(info), ID: operationID("getItemsOf", operationID("", string(info.Layer))), Tag: ogcTag,
		Summary: "The " + string(info.Layer) + " as GeoJSON, by id",
		Text: "Pages hang together by the link `next`: what is there all the while comes exactly once, whatever is edited meanwhile. `numberMatched` counts what is there now on all " +
			"pages; it is left out where the answer comes from history and has several.",
		Params: params,
		Answers: []answer{{Status: http.StatusOK, Text: "A page", Content: &content{Media: geoMedia, Type: itemsSchema(info.Layer)},
			Also: &content{Media: htmlMedia, Type: &huma.Schema{Type: "string"}}, Headers: []string{crsHeader}}},
		Problems: []int{http.StatusNotFound},
		Handle:   func(c *call) error { return c.items(info) },
	}
}

// items answers with a page of the features of a layer.
func (c *call) items(info layers.Info) error {
	html, err := c.wantsHTML()
	if err != nil {
		return err
	}
	q, sys, err := c.itemsAsked(info)
	if err != nil {
		return err
	}
	if html {
		return c.itemsPage(q)
	}
	p := &pageWriter{limit: q.limit, encode: encoder(info.Layer, sys)}
	p.buf.WriteString(`{"type":"FeatureCollection","features":[`)
	links, matched, err := c.pageWithLinks(q, p)
	if err != nil {
		return err
	}
	p.buf.WriteByte(']')
	b := p.buf.Bytes()
	if matched >= 0 {
		b = appendMember(b, "numberMatched", matched)
	}
	b = appendMember(b, "numberReturned", p.count)
	b = appendMember(b, "timeStamp", c.s.now().UTC().Format(time.RFC3339))
	b = appendMember(b, "links", links)
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	h.Set(crsHeader, "<"+sys.uri()+">")
	return c.bytes(http.StatusOK, geoMedia, append(b, '}', '\n'))
}

// appendMember appends one more member to an object that has one already.
func appendMember(b []byte, name string, v any) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	return appendJSON(b, v)
}

// pageWithLinks fills a page, and returns its links and how many features there are on all pages, -1 if that is not known.
func (c *call) pageWithLinks(q listing, p *pageWriter) ([]link, int, error) {
	if err := c.page(q, p); err != nil {
		return nil, 0, err
	}
	html, err := c.wantsHTML()
	if err != nil {
		return nil, 0, err
	}
	links := c.ownLinks(geoMedia, html)
	if p.more {
		next := link{Href: c.address("cursor", cursorOf(p.last)), Rel: "next", Type: geoMedia, Title: "Next page"}
		if html {
			next.Type = htmlMedia
		}
		links = append(links, next)
	}
	links = append(links, link{Href: c.base() + "/collections/" + string(q.info.Layer), Rel: "collection", Type: "application/json", Title: textOf(q.info.Layer).en})
	switch {
	case q.after == "" && !p.more:
		return links, p.count, nil
	case q.stored():
		return links, -1, nil
	}
	matched, err := c.matched(q)
	return links, matched, err
}

// encoder returns the function that writes a feature as GeoJSON in a system.
func encoder(l layers.Layer, sys system) func(layers.Feature) ([]byte, error) {
	form := layers.Collection{Layer: l, Head: []string{"version", "revision", "valid_from", "valid_to", "demo"}, Project: sys.shown()}
	return func(f layers.Feature) ([]byte, error) { return form.AppendFeature(nil, f) }
}

func itemOperation(info layers.Info) operation {
	params := append([]param{idParam()}, formParams()...)
	return operation{
		Method: http.MethodGet, Path: itemsPath(info) + "/{id}", ID: operationID("getItemOf", operationID("", singular(info.Layer))), Tag: ogcTag,
		Summary: "One of the " + string(info.Layer) + " as GeoJSON",
		Text:    "`ETag` is what an edit names in `If-Match`. A page has none.",
		Params:  append(params, instantParam(), knownAtParam(), systemParam("crs", "The system of the positions in the answer.")),
		Answers: []answer{{Status: http.StatusOK, Text: "The feature", Content: &content{Media: geoMedia, Type: itemSchemaRef(info.Layer)},
			Also: &content{Media: htmlMedia, Type: &huma.Schema{Type: "string"}}, Headers: []string{"ETag", crsHeader}},
			{Status: http.StatusNotModified, Text: "It is what `If-None-Match` names.", Headers: []string{"ETag"}}},
		Handle: func(c *call) error { return c.item(info) },
	}
}

// item answers with one feature.
func (c *call) item(info layers.Info) error {
	html, err := c.wantsHTML()
	if err != nil {
		return err
	}
	at, err := c.instant("datetime", c.now())
	if err != nil {
		return err
	}
	known, err := c.instant("known_at", 0)
	if err != nil {
		return err
	}
	sys, err := c.system("crs")
	if err != nil {
		return err
	}
	f, earlier, err := c.find(info, c.path["id"], at, known, c.query.Has("datetime"))
	switch {
	case err != nil:
		return goneAsMissing(err)
	case html:
		return c.itemPage(info, f)
	}
	h := c.Response().Header()
	etag := etagOf(c.w.Position().Epoch, f, earlier)
	h.Set("ETag", etag)
	h.Set("Cache-Control", "no-cache")
	if unchanged(c.Request(), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	b, err := encoder(info.Layer, sys)(f)
	if err != nil {
		return err
	}
	links := append(c.ownLinks(geoMedia, false), link{Href: c.base() + "/collections/" + string(info.Layer), Rel: "collection", Type: "application/json", Title: textOf(info.Layer).en})
	h.Set(crsHeader, "<"+sys.uri()+">")
	return c.bytes(http.StatusOK, geoMedia, append(appendMember(b[:len(b)-1], "links", links), '}', '\n'))
}

// goneAsMissing turns what has ended into what is not there, as the standard wants of a feature that was deleted. What took its
// place is still named.
func goneAsMissing(err error) error {
	if err == nil {
		return nil
	}
	p := problemOf(err)
	if p.Status != http.StatusGone {
		return err
	}
	missing := notFound(p.Detail)
	missing.More = p.More
	return missing
}
