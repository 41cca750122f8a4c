package api_test

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"wangge/routing/duty"
)

// The read side of Open311: where it is, what can be reported, and an answer as a request, in both formats.
func TestOpen311(t *testing.T) {
	s := demoServer(t)
	var found struct {
		Endpoints []struct {
			URL     string
			Formats []string
		}
	}
	s.get("/open311/v2/discovery.json").status(http.StatusOK).json(&found)
	if len(found.Endpoints) != 1 || !strings.HasSuffix(found.Endpoints[0].URL, "/open311/v2") || len(found.Endpoints[0].Formats) != 2 {
		t.Errorf("%+v", found)
	}
	type service struct {
		Code     string `json:"service_code" xml:"service_code"`
		Name     string `json:"service_name" xml:"service_name"`
		Group    string `json:"group" xml:"group"`
		Keywords string `json:"keywords" xml:"keywords"`
	}
	var services []service
	s.get("/open311/v2/services.json").status(http.StatusOK).json(&services)
	var listed struct {
		XMLName xml.Name  `xml:"services"`
		Service []service `xml:"service"`
	}
	must(t, xml.Unmarshal(s.get("/open311/v2/services.xml").status(http.StatusOK).plain(), &listed))
	if len(services) < 50 || len(listed.Service) != len(services) {
		t.Fatalf("%d services in JSON, %d in XML", len(services), len(listed.Service))
	}
	pole := false
	for i, one := range services {
		if one != listed.Service[i] || one.Name == "" {
			t.Errorf("%+v in JSON, %+v in XML", one, listed.Service[i])
		}
		if one.Code == "part.pole" {
			t.Error("a category with others below it is a service")
		}
		pole = pole || one.Code == "part.pole.abandoned" && one.Group != "" && strings.Contains(one.Keywords, "17")
	}
	if !pole {
		t.Error("no service for abandoned poles")
	}
	for query, want := range map[string]int{"?lat=30.8924&long=121.3254": len(services), "?lat=31.9&long=121.3254": 0} {
		var here []service
		s.get("/open311/v2/services.json" + query).status(http.StatusOK).json(&here)
		if len(here) != want {
			t.Errorf("%s: %d services, want %d", query, len(here), want)
		}
	}
	s.get("/open311/v2/services.json?lat=121.3254&long=30.8924").problem(http.StatusBadRequest, "bad-coordinate")

	var a duty.Answer
	s.get("/v1/lookup?lon=121.325592&lat=30.892420&crs=wgs84&category=part.pole.abandoned").status(http.StatusOK).json(&a)
	type request struct {
		ID       string  `json:"service_request_id" xml:"service_request_id"`
		Status   string  `json:"status" xml:"status"`
		Code     string  `json:"service_code" xml:"service_code"`
		Agency   string  `json:"agency_responsible" xml:"agency_responsible"`
		Expected string  `json:"expected_datetime" xml:"expected_datetime"`
		Lat      float64 `json:"lat" xml:"lat"`
		Long     float64 `json:"long" xml:"long"`
	}
	var requests []request
	s.get("/open311/v2/requests.json?service_request_id=" + a.ID).status(http.StatusOK).json(&requests)
	due := time.UnixMilli(int64(a.Responsibility.Clock.Resolve)).UTC().Format(time.RFC3339)
	want := request{a.ID, "open", "part.pole.abandoned", a.Responsibility.Primary.Name, due, 30.89242, 121.325592}
	if len(requests) != 1 || requests[0] != want {
		t.Errorf("%+v, want %+v", requests, want)
	}
	var one struct {
		XMLName xml.Name  `xml:"service_requests"`
		Request []request `xml:"request"`
	}
	must(t, xml.Unmarshal(s.get("/open311/v2/requests/"+a.ID+".xml").status(http.StatusOK).plain(), &one))
	if len(one.Request) != 1 || one.Request[0] != want {
		t.Errorf("%+v, want %+v", one.Request, want)
	}
	s.get("/open311/v2/requests.json?service_request_id=x").problem(http.StatusBadRequest, "bad-parameter")
	s.get("/open311/v2/requests.json?service_request_id="+strings.Repeat("x,", 60)).problem(http.StatusBadRequest, "bad-parameter")
}
