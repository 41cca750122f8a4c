package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

const (
	usualLimit = 100
	mostLimit  = 1000
	// pageBytes is the size at which a page ends early.
	pageBytes = 4 << 20
	// historyRows is how many features are read from the store at a time.
	historyRows = 1000
)

func listOperation(info layers.Info) operation {
	params := []param{
		{Name: "limit", In: "query", Schema: wholeSchema(1, mostLimit), Example: usualLimit, Text: "The most items of a page; 100 if it is not given. A page also ends at 4 MiB."},
		{Name: "cursor", In: "query", Schema: &huma.Schema{Type: "string"}, Text: "`next` of the page before. Paging goes by id: what is there all the while comes exactly once, whatever is edited meanwhile."},
		{Name: "q", In: "query", Schema: &huma.Schema{Type: "string"}, Text: "Part of the code or of a name, without regard to case."},
		atParam(), knownAtParam(),
	}
	if info.Geometry != "" {
		params = append(params, param{Name: "bbox", In: "query", Schema: &huma.Schema{Type: "string"}, Example: "121.30,30.88,121.34,30.91",
			Text: "West, south, east, north in degrees (CGCS2000 or WGS 84): what meets this box."})
	}
	for _, f := range fieldsOf(info.Layer) {
		params = append(params, param{Name: f.name, In: "query", Schema: f.schema(), Text: "Only those whose `" + f.name + "` is this."})
	}
	return operation{
		Method: http.MethodGet, Path: "/v1/" + string(info.Layer), ID: operationID("list", string(info.Layer)), Tag: "features",
		Summary: "The " + string(info.Layer) + ", by id", Params: params,
		Answers: []answer{{Status: http.StatusOK, Text: "A page. `next` is there unless it is the last.", Content: &content{Type: pageSchema(info.Layer)}}},
		Handle:  func(c *call) error { return c.listFeatures(info) },
	}
}

// listing is what a list was asked for.
type listing struct {
	info      layers.Info
	at, known layers.Instant
	after     string
	limit     int
	filter    filter
}

func (c *call) listFeatures(info layers.Info) error {
	q, err := c.listing(info)
	if err != nil {
		return err
	}
	p := &pageWriter{limit: q.limit}
	p.buf.WriteString(`{"items":[`)
	if q.known != 0 || !info.Slices && c.query.Has("at") {
		err = c.pageOfHistory(q, p)
	} else {
		err = c.pageOfWorld(q, p)
	}
	if err != nil {
		return err
	}
	p.buf.WriteString("]")
	if p.more {
		next, err := json.Marshal(cursorOf(p.last))
		if err != nil {
			return err
		}
		p.buf.WriteString(`,"next":`)
		p.buf.Write(next)
	}
	p.buf.WriteString("}\n")
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.bytes(http.StatusOK, "application/json; charset=utf-8", p.buf.Bytes())
}

func (c *call) listing(info layers.Info) (q listing, err error) {
	q.info = info
	if q.at, q.known, err = c.times(); err != nil {
		return q, err
	}
	limit, err := c.whole("limit", usualLimit, 1, mostLimit)
	if err != nil {
		return q, err
	}
	q.limit = int(limit)
	if c.query.Has("cursor") {
		var ok bool
		if q.after, ok = parseCursor(c.query.Get("cursor")); !ok {
			return q, badParameter("cursor", "is not the next of a page")
		}
	}
	q.filter, err = c.filter(info)
	return q, err
}

// pageWriter collects the items of a page.
type pageWriter struct {
	buf   bytes.Buffer
	count int
	limit int
	last  string
	more  bool
}

// add writes one item. It is false when the page is full, and the item is left for the next.
func (p *pageWriter) add(f layers.Feature) (bool, error) {
	if p.count == p.limit || p.buf.Len() >= pageBytes {
		p.more = true
		return false, nil
	}
	body, err := layers.MarshalFeature(f)
	if err != nil {
		return false, err
	}
	if p.count > 0 && p.buf.Len()+len(body) > pageBytes {
		p.more = true
		return false, nil
	}
	if p.count > 0 {
		p.buf.WriteByte(',')
	}
	p.buf.Write(body)
	p.count++
	p.last = f.Head().ID
	return true, nil
}

// pageOfWorld takes a page from the World: by the index of boxes if a box is asked for, else in the order of ids.
func (c *call) pageOfWorld(q listing, p *pageWriter) error {
	set := c.w.Set(q.info.Layer)
	if q.filter.box != nil {
		for _, f := range c.inBox(set, q) {
			if ok, err := p.add(f); !ok || err != nil {
				return err
			}
		}
		return nil
	}
	for f := range set.After(q.after, q.at) {
		if !q.filter.keeps(f) {
			continue
		}
		if ok, err := p.add(f); !ok || err != nil {
			return err
		}
	}
	return nil
}

// inBox returns the features in the box of the filter with the lowest ids after the cursor: one more than the limit at most.
func (c *call) inBox(set *layers.Set, q listing) []layers.Feature {
	var found []layers.Feature
	byID := func(a, b layers.Feature) int { return strings.Compare(a.Head().ID, b.Head().ID) }
	trim := func() {
		slices.SortFunc(found, byID)
		found = found[:min(len(found), q.limit+1)]
	}
	set.Search(*q.filter.box, q.at, func(f layers.Feature) bool {
		if f.Head().ID > q.after && q.filter.keeps(f) {
			if found = append(found, f); len(found) > 4*(q.limit+1) {
				trim()
			}
		}
		return true
	})
	trim()
	return found
}

// pageOfHistory takes a page from the store. A search that takes too long ends the page early, with what was found until then.
func (c *call) pageOfHistory(q listing, p *pageWriter) error {
	after := q.after
	for deadline := time.Now().Add(historyPatience); ; {
		rows, err := c.history(layers.Asked{Layer: q.info.Layer, At: q.at, KnownAt: q.known, After: after, Limit: historyRows})
		if err != nil {
			return err
		}
		for _, f := range rows {
			if !q.filter.keeps(f) {
				continue
			}
			if ok, err := p.add(f); !ok || err != nil {
				return err
			}
		}
		if len(rows) < historyRows {
			return nil
		}
		after = rows[len(rows)-1].Head().ID
		if time.Now().After(deadline) {
			p.more, p.last = true, after
			return nil
		}
		if err := c.Request().Context().Err(); err != nil {
			return err
		}
	}
}

// cursorOf and parseCursor turn the id of the last item into what a client gives back, and again.
func cursorOf(id string) string { return base64.RawURLEncoding.EncodeToString([]byte("i" + id)) }

func parseCursor(s string) (id string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 2 || len(b) > 80 || b[0] != 'i' {
		return "", false
	}
	return string(b[1:]), true
}
