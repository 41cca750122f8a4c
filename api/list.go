package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

const (
	usualLimit = 100
	mostLimit  = 1000
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
		Roles:   readersOf(info.Layer),
		Handle:  noted(info, func(c *call) error { return c.listFeatures(info) }),
	}
}

// listing is what a list was asked for.
type listing struct {
	info      layers.Info
	at, known layers.Instant
	// dated says that the request named the time.
	dated bool
	// during asks for the last state of each feature that applies at some time of an interval, instead of the one at an instant.
	during *interval
	after  string
	limit  int
	filter filter
}

// interval is from one instant to another, both included; zero is without an end on that side.
type interval struct{ from, to layers.Instant }

// meets reports whether a state applies at some time of the interval.
func (v interval) meets(m *layers.Meta) bool {
	return (v.to == 0 || m.ValidFrom <= v.to) && (v.from == 0 || m.ValidTo == 0 || m.ValidTo > v.from)
}

// stored reports whether the answer is in the store alone: what was known earlier, and other times of the layers of which the
// World holds the present.
func (q *listing) stored() bool {
	return q.known != 0 || !q.info.Slices && (q.dated || q.during != nil)
}

func (c *call) listFeatures(info layers.Info) error {
	q, err := c.listing(info)
	if err != nil {
		return err
	}
	p := &pageWriter{limit: q.limit, encode: layers.MarshalFeature}
	p.buf.WriteString(`{"items":[`)
	if err := c.page(q, p); err != nil {
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
	q.info, q.dated = info, c.query.Has("at")
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

// cursorOf and parseCursor turn the id of the last item into what a client gives back, and again.
func cursorOf(id string) string { return base64.RawURLEncoding.EncodeToString([]byte("i" + id)) }

func parseCursor(s string) (id string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 2 || len(b) > 80 || b[0] != 'i' {
		return "", false
	}
	return string(b[1:]), true
}
