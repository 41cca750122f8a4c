package api

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

const (
	open311Path = "/open311/v2"
	xmlMedia    = "text/xml; charset=utf-8"
	// mostRequests bounds how many requests are read at once.
	mostRequests = 50
)

// open311Operations are the read side of Open311 GeoReport v2. Services are the categories that have none below them. Requests are answers: the
// service keeps no cases, so that the id of a request is the id of an answer, and what it says is worked out again.
func (s *Server) open311Operations() []operation {
	var table []operation
	add := func(path, id, summary, text string, form any, params []param, handle func(c *call, write func(root string, v any) error) error) {
		for _, format := range []string{"json", "xml"} {
			one := operation{Method: http.MethodGet, Path: open311Path + path + "." + format, ID: id + strings.ToUpper(format[:1]) + format[1:], Tag: "open311", Summary: summary, Text: text, Params: params,
				Answers: []answer{{Status: http.StatusOK, Content: &content{Type: form}}}, Problems: []int{http.StatusNotFound, http.StatusGone}}
			write := func(c *call) func(string, any) error {
				return func(_ string, v any) error { return c.json(http.StatusOK, v) }
			}
			if format == "xml" {
				one.Answers[0].Content = &content{Media: "text/xml"}
				write = func(c *call) func(string, any) error { return c.xml }
			}
			one.Handle = func(c *call) error { return handle(c, write(c)) }
			table = append(table, one)
		}
	}
	place := []param{{Name: "lat", In: "query", Schema: decimalSchema(), Text: "Latitude, WGS 84: with `long`, services are listed only if the place is in the district."},
		{Name: "long", In: "query", Schema: decimalSchema(), Text: "Longitude, WGS 84."}}
	ids := []param{{Name: "service_request_id", In: "query", Required: true, Schema: &huma.Schema{Type: "string"}, Text: fmt.Sprintf("Up to %d answer ids, with commas.", mostRequests)}}
	add("/discovery", "discoverOpen311", "Open311: what is served", "", discovery{}, nil, (*call).discoverOpen311)
	add("/services", "listServices", "Open311: the services", "The categories that have none below them.", []service{}, place, (*call).listServices)
	add("/requests", "listRequests", "Open311: requests", "Each is an answer of `/v1/lookup`, by its id: nothing else is stored. `agency_responsible` is the primary unit, `expected_datetime` when it is due.",
		[]serviceRequest{}, ids, (*call).listRequests)
	add("/requests/{id}", "getRequest", "Open311: one request", "A list of one.", []serviceRequest{}, []param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Text: "An answer id."}},
		func(c *call, write func(string, any) error) error {
			return c.showRequests([]string{c.path["id"]}, write)
		})
	return table
}

// xml answers with v as XML.
func (c *call) xml(root string, v any) error {
	body, err := xml.MarshalIndent(rooted{XMLName: xml.Name{Local: root}, Items: v}, "", "  ")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.bytes(http.StatusOK, xmlMedia, append([]byte(xml.Header), append(body, '\n')...))
}

// rooted is a list or a thing inside the element that the specification names.
type rooted struct {
	XMLName xml.Name
	Items   any
}

// discovery says where what is.
type discovery struct {
	Changeset  string             `json:"changeset" xml:"changeset"`
	Contact    string             `json:"contact" xml:"contact"`
	KeyService string             `json:"key_service" xml:"key_service"`
	Endpoints  []discoverEndpoint `json:"endpoints" xml:"endpoints>endpoint"`
}

type discoverEndpoint struct {
	Specification string   `json:"specification" xml:"specification"`
	URL           string   `json:"url" xml:"url"`
	Changeset     string   `json:"changeset" xml:"changeset"`
	Type          string   `json:"type" xml:"type"`
	Formats       []string `json:"formats" xml:"formats>format"`
}

// service is a category.
type service struct {
	XMLName     xml.Name `json:"-" xml:"service"`
	Code        string   `json:"service_code" xml:"service_code"`
	Name        string   `json:"service_name" xml:"service_name"`
	Description string   `json:"description" xml:"description"`
	Metadata    bool     `json:"metadata" xml:"metadata"`
	Type        string   `json:"type" xml:"type"`
	Keywords    string   `json:"keywords" xml:"keywords"`
	Group       string   `json:"group" xml:"group"`
}

// serviceRequest is an answer.
type serviceRequest struct {
	XMLName     xml.Name `json:"-" xml:"request"`
	ID          string   `json:"service_request_id" xml:"service_request_id"`
	Status      string   `json:"status" xml:"status" enum:"open,closed" doc:"closed where nobody has to act"`
	StatusNotes string   `json:"status_notes" xml:"status_notes" doc:"The outcome of the answer"`
	ServiceName string   `json:"service_name" xml:"service_name"`
	ServiceCode string   `json:"service_code" xml:"service_code"`
	Agency      string   `json:"agency_responsible" xml:"agency_responsible"`
	Requested   string   `json:"requested_datetime" xml:"requested_datetime"`
	Updated     string   `json:"updated_datetime" xml:"updated_datetime"`
	Expected    string   `json:"expected_datetime,omitempty" xml:"expected_datetime,omitempty"`
	Lat         float64  `json:"lat" xml:"lat"`
	Long        float64  `json:"long" xml:"long"`
}

func (c *call) discoverOpen311(write func(string, any) error) error {
	at := time.UnixMilli(int64(c.w.RecordedAt())).UTC().Format(time.RFC3339)
	return write("discovery", discovery{Changeset: at, Contact: c.w.Settings().Name, KeyService: "Reading needs no key.", Endpoints: []discoverEndpoint{{
		Specification: "http://wiki.open311.org/GeoReport_v2", URL: c.base() + open311Path, Changeset: at, Type: "production", Formats: []string{"application/json", "text/xml"}}}})
}

func (c *call) listServices(write func(string, any) error) error {
	out := []service{}
	served, err := c.placeServed()
	if err != nil {
		return err
	}
	if served {
		out = c.services()
	}
	return write("services", out)
}

// placeServed reports whether lat and long, if they are given, are in the district.
func (c *call) placeServed() (bool, error) {
	if !c.query.Has("lat") && !c.query.Has("long") {
		return true, nil
	}
	lat, err := c.number("lat", "bad-coordinate")
	if err != nil {
		return false, err
	}
	long, err := c.number("long", "bad-coordinate")
	if err != nil {
		return false, err
	}
	if p := c.w.mistaken(geo.WGS84, orb.Point{long, lat}); p != nil {
		return false, p
	}
	g, err := duty.Grid(c.w.Snapshot, c.w.Rules, c.s.Converter, duty.Question{Lon: long, Lat: lat, CRS: geo.WGS84, At: c.now()})
	if err != nil {
		return false, c.w.answerProblem(err, duty.Question{At: c.now()})
	}
	return g != nil, nil
}

// services are the categories that have none below them, by code.
func (c *call) services() []service {
	out := []service{}
	for _, k := range c.w.LeafCategories(c.now()) {
		group := ""
		if above, ok := layers.Get[*layers.Category](c.w.Snapshot, layers.Categories, k.Parent, c.now()); ok {
			group = above.Name
		}
		var words []string
		for _, code := range k.Codes {
			words = append(words, code.Code)
		}
		out = append(out, service{Code: k.Code, Name: k.Name, Description: k.NameEn, Type: "realtime", Keywords: strings.Join(words, ","), Group: group})
	}
	return out
}

func (c *call) listRequests(write func(string, any) error) error {
	ids := strings.Split(c.query.Get("service_request_id"), ",")
	if len(ids) > mostRequests {
		return badParameter("service_request_id", fmt.Sprintf("names %d requests, at most %d", len(ids), mostRequests))
	}
	return c.showRequests(ids, write)
}

func (c *call) showRequests(ids []string, write func(string, any) error) error {
	out := []serviceRequest{}
	for _, id := range ids {
		r, err := readToken(c.s.signer, id)
		if err != nil {
			return badParameter("service_request_id", err.Error())
		}
		_, a, err := c.again(r)
		if err != nil {
			return err
		}
		one, err := c.serviceRequest(id, &a)
		if err != nil {
			return err
		}
		out = append(out, one)
	}
	return write("service_requests", out)
}

// serviceRequest shows an answer as a request.
func (c *call) serviceRequest(id string, a *duty.Answer) (serviceRequest, error) {
	stamp := func(at layers.Instant) string { return time.UnixMilli(int64(at)).UTC().Format(time.RFC3339) }
	p, err := c.s.Converter.FromStorage(geo.WGS84, orb.Point{a.Position.Lon, a.Position.Lat})
	if err != nil {
		return serviceRequest{}, err
	}
	out := serviceRequest{ID: id, Status: "open", StatusNotes: string(a.Outcome), ServiceCode: a.Query.Category, Requested: stamp(a.Query.At), Updated: stamp(a.Query.At), Lat: round7(p[1]), Long: round7(p[0])}
	if a.Outcome == duty.NoAction || a.Outcome == duty.Outside {
		out.Status = "closed"
	}
	if k, ok := layers.Get[*layers.Category](c.w.Snapshot, layers.Categories, a.Query.Category, a.Query.At); ok {
		out.ServiceName = k.Name
	}
	if r := a.Responsibility; r != nil {
		if r.Primary != nil {
			out.Agency = r.Primary.Name
		}
		if r.Clock != nil && r.Clock.Resolve != 0 {
			out.Expected = stamp(r.Clock.Resolve)
		}
	}
	return out, nil
}
