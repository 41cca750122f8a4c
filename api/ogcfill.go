package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/mvt"
)

func (c *call) fillCollections(p *page) {
	p.Title, p.About = phrase(p.Lang, "collections"), phrase(p.Lang, "listabout")
	p.Columns = columns(phrase(p.Lang, "layer"), phrase(p.Lang, "about"), phrase(p.Lang, "count"))
	p.Columns[2].Number = true
	p.Caption2 = phrase(p.Lang, "collections")
	for _, info := range openLayers() {
		t := textOf(info.Layer)
		p.Rows = append(p.Rows, []cell{
			{anchor: anchor{pagePath(p.Lang, "/collections/"+string(info.Layer)), t.title(p.Lang)}}, {anchor: anchor{"", t.about(p.Lang)}},
			{anchor: anchor{pagePath(p.Lang, itemsPath(info)), number(c.w.Set(info.Layer).Len())}, Number: true},
		})
	}
}

// pagePath is a page in the language.
func pagePath(lang, path string) string { return path + "?f=html&lang=" + langOf(lang) }

// number writes a count with blanks between thousands.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u2009" + s[i:]
	}
	return s
}

func (c *call) fillCollection(p *page, info layers.Info) {
	t, set := textOf(info.Layer), c.w.Set(info.Layer)
	p.Title, p.About = t.title(p.Lang), t.about(p.Lang)
	add := func(name string, values ...anchor) { p.Facts = append(p.Facts, fact{phrase(p.Lang, name), values}) }
	add("items", anchor{pagePath(p.Lang, itemsPath(info)), number(set.Len())})
	if d := c.s.reaches.reach(set).document(); d != nil {
		if d.Spatial != nil {
			add("box", anchor{"", numbers(d.Spatial.BBox[0])})
		}
		from, to := layers.Instant(d.Temporal.Interval[0][0]), layers.Instant(d.Temporal.Interval[0][1])
		add("time", anchor{"", shownTime(from) + " – " + shownTime(to)})
	}
	var systems []anchor
	for _, uri := range systemURIs() {
		systems = append(systems, anchor{uri, uri})
	}
	add("crs", systems...)
	at := "/collections/" + string(info.Layer)
	add("queryables", anchor{pagePath(p.Lang, at+"/queryables"), phrase(p.Lang, "queryables")}, anchor{pagePath(p.Lang, at+"/schema"), phrase(p.Lang, "schema")})
	if info.Tiles {
		add("tiles", tileFacts(info.Layer, p.Lang)...)
	}
	if info.Geometry != "" {
		p.Map, p.Caption = c.drawSet(p.Lang, set), fmt.Sprintf(phrase(p.Lang, "mapofall"), p.Title)
	}
	p.searchIn(itemsPath(info), "")
}

// tileFacts leads to the TileJSON of a layer, and says in English by which rule something is left out of tiles.
func tileFacts(l layers.Layer, lang string) []anchor {
	out := []anchor{{"/tiles/" + string(l) + ".json", "TileJSON 3.0"}}
	if info, ok := mvt.Describe(l); ok && lang == english {
		out = append(out, anchor{"", info.Thinning})
	}
	return out
}

// searchIn gives the page a field to search in.
func (p *page) searchIn(action, query string) {
	p.Search, p.Action, p.Query = true, action, query
	p.Hidden = []anchor{{"html", "f"}, {langOf(p.Lang), "lang"}}
}

func numbers(list []float64) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strings.Join(out, ", ")
}

// shownTime shows an instant in Shanghai, or that there is none.
func shownTime(at layers.Instant) string {
	if at == 0 {
		return "…"
	}
	return at.Time().In(layers.Shanghai()).Format("2006-01-02 15:04")
}

func (c *call) fillSchema(p *page, info layers.Info, last string, doc jsonSchema) {
	t := textOf(info.Layer).title(p.Lang)
	p.Title = t + " · " + phrase(p.Lang, last)
	p.Crumbs = []anchor{{pagePath(p.Lang, "/collections/"+string(info.Layer)), t}}
	p.Caption2 = phrase(p.Lang, last)
	p.Columns = columns(phrase(p.Lang, "property"), phrase(p.Lang, "title"), phrase(p.Lang, "type"))
	for _, name := range doc.order {
		one := doc.Properties[name]
		kind := one.Type
		if one.Format != "" {
			kind = strings.TrimSpace(kind + " " + one.Format)
		}
		p.Rows = append(p.Rows, []cell{{anchor: anchor{"", name}}, {anchor: anchor{"", one.Title}}, {anchor: anchor{"", kind}}})
	}
}

func (c *call) fillAPI(p *page) {
	p.Title, p.About, p.Caption2 = phrase(p.Lang, "api"), phrase(p.Lang, "apiabout"), phrase(p.Lang, "api")
	p.Columns = columns(phrase(p.Lang, "method"), phrase(p.Lang, "address"), phrase(p.Lang, "about"))
	for i := range c.s.table {
		op := &c.s.table[i]
		if op.Hidden {
			continue
		}
		where := anchor{"", op.Path}
		needs := slices.ContainsFunc(op.Params, func(p param) bool { return p.Required || p.In == "path" })
		if op.Method == http.MethodGet && op.Roles == nil && !needs && op.Longest == 0 { // something that can be looked at as it is
			where.Href = op.Path
		}
		p.Rows = append(p.Rows, []cell{{anchor: anchor{"", op.Method}}, {anchor: where}, {anchor: anchor{"", op.Summary}}})
	}
}

// itemsPage answers with a page of features as a table and a map.
func (c *call) itemsPage(q listing) error {
	lang, err := c.language()
	if err != nil {
		return err
	}
	var list []layers.Feature
	writer := &pageWriter{limit: q.limit, encode: func(f layers.Feature) ([]byte, error) {
		list = append(list, f)
		return nil, nil
	}}
	links, matched, err := c.pageWithLinks(q, writer)
	if err != nil {
		return err
	}
	t, info := textOf(q.info.Layer).title(lang), q.info
	p := &page{Lang: lang, Links: links, Title: t + " · " + phrase(lang, "items"), Crumbs: []anchor{{pagePath(lang, "/collections/"+string(info.Layer)), t}}}
	p.Caption2 = fmt.Sprintf(phrase(lang, "ofmany"), len(list), matched)
	if matched < 0 {
		p.Caption2 = fmt.Sprintf(phrase(lang, "ofunknown"), len(list))
	}
	if len(list) == 0 {
		p.Empty = phrase(lang, "none")
	}
	for _, l := range links {
		if l.Rel == "next" {
			p.Next = l.Href
		}
	}
	if err := c.fillTable(p, info, list); err != nil {
		return err
	}
	if info.Geometry != "" && len(list) > 0 {
		p.Map, p.Caption = c.drawFeatures(lang, wideMap, list), fmt.Sprintf(phrase(lang, "mapofall"), t)
	}
	p.searchIn(itemsPath(info), c.query.Get("q"))
	return c.page200(p)
}

// mostColumns bounds the columns of a table beside the name.
const mostColumns = 6

// fillTable shows features with the columns that have values.
func (c *call) fillTable(p *page, info layers.Info, list []layers.Feature) error {
	all := layers.Columns(info.Layer)
	rows := make([][]any, len(list))
	used := make([]bool, len(all))
	for i, f := range list {
		var err error
		if rows[i], err = layers.Values(f); err != nil {
			return err
		}
		for k, v := range rows[i] {
			used[k] = used[k] || v != nil && v != "" && v != 0.0 && v != int64(0) && v != false
		}
	}
	var shown []int
	for k, column := range all {
		if used[k] && column.Kind != layers.KindJSON && column.Name != "name" && len(shown) < mostColumns {
			shown = append(shown, k)
		}
	}
	p.Columns = columns(wordFor(p.Lang, "field", "name"))
	for _, k := range shown {
		p.Columns = append(p.Columns, cell{anchor{Text: wordFor(p.Lang, "field", all[k].Name)}, isNumber(all[k])})
	}
	for i, f := range list {
		row := []cell{{anchor: anchor{c.itemHref(p.Lang, f), labelOf(f, p.Lang)}}}
		for _, k := range shown {
			v := c.shownValue(p.Lang, all[k].Name, rows[i][k])
			row = append(row, cell{anchor: v, Number: isNumber(all[k])})
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

func isNumber(c layers.Column) bool { return c.Kind == layers.KindInteger || c.Kind == layers.KindReal }

// itemHref is the page of a feature, at the time that the request names.
func (c *call) itemHref(lang string, f layers.Feature) string {
	path := pagePath(lang, "/collections/"+string(f.Layer())+"/items/"+f.Head().ID)
	for _, name := range []string{"datetime", "known_at"} {
		if v := c.query.Get(name); v != "" && !strings.Contains(v, "/") {
			path += "&" + name + "=" + strings.ReplaceAll(v, "+", "%2B")
		}
	}
	return path
}

// labelOf is what a feature is called.
func labelOf(f layers.Feature, lang string) string {
	code, name := f.Label()
	if en := englishName(f); lang == english && en != "" {
		name = en
	}
	if name == "" {
		name = code
	}
	if name == "" {
		name = f.Head().ID
	}
	return name
}

// refersTo are the layers whose features columns name by id.
var refersTo = map[string]layers.Layer{"office": layers.Units, "unit": layers.Units, "parent": layers.Units, "manager": layers.Units, "town": layers.Towns, "district": layers.Districts,
	"grid": layers.Grids, "segment": layers.Segments, "zone": layers.Zones, "edition": layers.Editions}

// shownValue shows the value of a column: in the reader's words, and with the way to the feature that it names.
func (c *call) shownValue(lang, column string, v any) anchor {
	switch v := v.(type) {
	case string:
		if l, ok := refersTo[column]; ok && v != "" {
			if f, ok := c.w.Set(l).Get(v, c.now()); ok {
				return anchor{pagePath(lang, "/collections/"+string(l)+"/items/"+v), labelOf(f, lang)}
			}
			return anchor{"", v}
		}
		if column == "of" && v != "" {
			return anchor{"", textOf(layers.Layer(v)).title(lang)}
		}
		return anchor{"", valueWord(lang, column, v)}
	case bool:
		return anchor{"", wordFor(lang, "value", map[bool]string{true: "yes", false: "no"}[v])}
	case int64:
		return anchor{"", strconv.FormatInt(v, 10)}
	case float64:
		return anchor{"", strconv.FormatFloat(v, 'f', -1, 64)}
	}
	return anchor{}
}

// itemPage answers with a page of one feature.
func (c *call) itemPage(info layers.Info, f layers.Feature) error {
	lang, err := c.language()
	if err != nil {
		return err
	}
	t := textOf(info.Layer).title(lang)
	p := &page{Lang: lang, Title: labelOf(f, lang), About: t, Links: append(c.ownLinks(geoMedia, true), link{Href: c.base() + "/collections/" + string(info.Layer), Rel: "collection", Type: "application/json", Title: t})}
	p.Crumbs = []anchor{{pagePath(lang, "/collections/"+string(info.Layer)), t}, {pagePath(lang, itemsPath(info)), phrase(lang, "items")}}
	values, err := layers.Values(f)
	if err != nil {
		return err
	}
	add := func(name string, v ...anchor) {
		v = slices.DeleteFunc(v, func(a anchor) bool { return a.Text == "" })
		if len(v) > 0 {
			p.Facts = append(p.Facts, fact{wordFor(lang, "field", name), v})
		}
	}
	m := f.Head()
	add("id", anchor{"", m.ID})
	members := jsonFields(reflect.TypeOf(f).Elem())
	for i, column := range layers.Columns(info.Layer) {
		if nothing := values[i] == int64(0) || values[i] == 0.0 || values[i] == false; nothing && strings.Contains(members[column.Name].Tag.Get("json"), "omitempty") {
			continue
		}
		if text, ok := values[i].(string); ok && column.Kind == layers.KindJSON {
			add(column.Name, c.shownList(lang, column.Name, text)...)
			continue
		}
		add(column.Name, c.shownValue(lang, column.Name, values[i]))
	}
	add("valid_from", anchor{"", shownTime(m.ValidFrom)})
	if m.ValidTo != 0 {
		add("valid_to", anchor{"", shownTime(m.ValidTo)})
	}
	add("version", anchor{"", strconv.FormatInt(m.Version, 10)})
	add("revision", anchor{"", strconv.FormatInt(m.Revision, 10)})
	if g := f.Shape(); g != nil {
		p.Facts = append(p.Facts, shapeFact(lang, g))
		p.Map, p.Caption = c.drawFeatures(lang, mapWidth, []layers.Feature{f}), fmt.Sprintf(phrase(lang, "mapof"), p.Title)
		p.OnMap = "/#f=" + string(info.Layer) + "/" + m.ID
	}
	return c.page200(p)
}

// shapeFact says where a shape is: its position, or the box around it.
func shapeFact(lang string, g orb.Geometry) fact {
	if p, ok := g.(orb.Point); ok {
		return fact{phrase(lang, "position"), []anchor{{"", numbers(p[:])}}}
	}
	b := boxOf(g.Bound())
	return fact{phrase(lang, "box"), []anchor{{"", numbers(b[:])}}}
}

// shownList shows a column that holds a list: texts, a position, or the owners of a pole.
func (c *call) shownList(lang, column, text string) []anchor {
	var owners []layers.Ownership
	var texts []string
	var point orb.Point
	switch {
	case column == "ownership" && json.Unmarshal([]byte(text), &owners) == nil:
		var out []anchor
		for _, o := range owners {
			one := c.shownValue(lang, "unit", o.Unit)
			if o.Share < 1 {
				one.Text += fmt.Sprintf(" %.0f %%", 100*o.Share)
			}
			one.Text += " · " + wordFor(lang, "basis", o.Basis)
			out = append(out, one)
		}
		return out
	case json.Unmarshal([]byte(text), &texts) == nil:
		var out []anchor
		for _, s := range texts {
			out = append(out, anchor{"", s})
		}
		return out
	case json.Unmarshal([]byte(text), &point) == nil:
		return []anchor{{"", numbers(point[:])}}
	}
	return []anchor{{"", text}}
}
