package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers/cds"
)

// The Curbs API of the Curb Data Specification 1.0.1 (package cds), with the envelope, the pages, the versions and the errors of the
// specification.

const (
	cdsTag  = "cds"
	cdsPath = "/cds/curbs"
	// mostCurbs is how many objects a page has at most; usualCurbs how many it has if nothing else is asked for.
	mostCurbs  = 1000
	usualCurbs = 100
)

func (s *Server) cdsOperations() []operation {
	list := func(path, id, summary, text string, form any, handle func(*call) error, params ...[]param) operation {
		one := operation{Method: http.MethodGet, Path: cdsPath + path, ID: id, Tag: cdsTag, Summary: summary, Text: text, Handle: handle,
			Answers: []answer{{Status: http.StatusOK, Content: &content{Media: cds.Media, Type: form}, Headers: []string{"ETag"}},
				{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"}}}
		for _, more := range params {
			one.Params = append(one.Params, more...)
		}
		return one
	}
	return []operation{
		list("/zones", "listCurbZones", "CDS: the curb zones", "`end_date` is also the end of what the policies say: a later feed goes on.", curbZonesAnswer{}, (*call).curbZones,
			cdsPlaceParams(), cdsPageParams(), []param{cdsTime("Zones that are there at this time; now if it is not given."), cdsHistoric(),
				{Name: "area", In: "query", Schema: uuidSchema(), Text: "Only zones within this area."},
				{Name: "include_geometry", In: "query", Schema: &huma.Schema{Type: "boolean"}, Text: "`false` leaves the geometry out."}}),
		list("/zones/{id}", "getCurbZone", "CDS: one curb zone", "", curbZoneAnswer{}, (*call).curbZone, []param{cdsID(), cdsTime("404 unless the zone is there at this time."), cdsHistoric()}),
		list("/spaces", "listCurbSpaces", "CDS: the curb spaces", "", curbSpacesAnswer{}, (*call).curbSpaces,
			cdsPlaceParams(), cdsPageParams(), []param{cdsTime("Taken for availability, of which there is none."), {Name: "zone", In: "query", Schema: uuidSchema(), Text: "Only spaces of this zone."}}),
		list("/spaces/{id}", "getCurbSpace", "CDS: one curb space", "", curbSpaceAnswer{}, (*call).curbSpace, []param{cdsID(), cdsTime("Taken for availability, of which there is none.")}),
		list("/areas", "listCurbAreas", "CDS: the curb areas", "Grids and business streets that hold zones.", curbAreasAnswer{}, (*call).curbAreas, cdsPlaceParams(), cdsPageParams()),
		list("/areas/{id}", "getCurbArea", "CDS: one curb area", "", curbAreaAnswer{}, (*call).curbArea, []param{cdsID()}),
		list("/policies", "listCurbPolicies", "CDS: the policies of the curb zones",
			"In each zone exactly one activity holds at each instant that the feed covers: that of the policy with the lowest priority.", curbPoliciesAnswer{}, (*call).curbPolicies,
			cdsPageParams(), []param{{Name: "ids", In: "query", Schema: &huma.Schema{Type: "string"}, Text: "Only these: ids with commas."}}),
		list("/policies/{id}", "getCurbPolicy", "CDS: one policy", "", curbPolicyAnswer{}, (*call).curbPolicy, []param{cdsID()}),
	}
}

func uuidSchema() *huma.Schema { return &huma.Schema{Type: "string", Format: "uuid"} }

func cdsID() param {
	return param{Name: "id", In: "path", Schema: &huma.Schema{Type: "string"}, Text: "The id, a UUID."}
}

func cdsTime(text string) param {
	return param{Name: "time", In: "query", Schema: &huma.Schema{Type: "integer", Format: "int64"}, Example: 1780286400000, Text: text + " Milliseconds since 1970."}
}

func cdsHistoric() param {
	return param{Name: "show_historic", In: "query", Schema: &huma.Schema{Type: "boolean"}, Text: "`true` shows zones that are no more, too."}
}

// cdsPlaceParams are a box, or a point with a radius.
func cdsPlaceParams() (out []param) {
	for _, name := range strings.Fields("min_lat min_lng max_lat max_lng") {
		out = append(out, param{Name: name, In: "query", Schema: decimalSchema(), Text: "A box in degrees that what is wanted meets; all four or none."})
	}
	for _, name := range strings.Fields("lat lng radius") {
		out = append(out, param{Name: name, In: "query", Schema: decimalSchema(), Text: "What lies within `radius` centimetres of a point, the nearest first; all three or none."})
	}
	return out
}

func cdsPageParams() []param {
	return []param{
		{Name: "limit", In: "query", Schema: wholeSchema(1, mostCurbs), Example: usualCurbs, Text: "The most objects of a page; 100 if it is not given."},
		{Name: "offset", In: "query", Schema: wholeSchema(0, 1e9), Text: "How many objects come before the page; the links of an answer have it."},
	}
}
