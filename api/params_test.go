package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wangge/api"
)

// badLookups are queries of a lookup that are wrong: what is wrong with each, the code, and the parameter that is named.
func badLookups() []struct{ name, query, code, parameter string } {
	long := strings.Repeat("1", 400)
	return []struct{ name, query, code, parameter string }{
		{"no crs", "lon=121.33&lat=30.81", "crs-required", "crs"},
		{"empty crs", "lon=121.33&lat=30.81&crs=", "crs-required", "crs"},
		{"unknown crs", "lon=121.33&lat=30.81&crs=wgs72", "crs-required", "crs"},
		{"another EPSG code", "lon=121.33&lat=30.81&crs=epsg:3857", "crs-required", "crs"},
		{"no lon", "lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"no lat", "lon=121.33&crs=wgs84", "bad-coordinate", "lat"},
		{"empty lon", "lon=&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"NaN", "lon=NaN&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"Inf", "lon=Inf&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"-Inf", "lon=121.33&lat=-Inf&crs=wgs84", "bad-coordinate", "lat"},
		{"infinity", "lon=121.33&lat=infinity&crs=wgs84", "bad-coordinate", "lat"},
		{"hexadecimal", "lon=0x10&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"hexadecimal float", "lon=0x1p4&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"underscore", "lon=1_0&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"Arabic digits", "lon=١٢١&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"full width digits", "lon=１２１&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"exponent", "lon=1.2133e2&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"smallest number", "lon=5e-324&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"greatest number", "lon=1.7976931348623157e308&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"1e999", "lon=1e999&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"400 digits", "lon=" + long + "&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"int64", "lon=9223372036854775808&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"plus sign", "lon=%2B121.33&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"blank", "lon=121.33+&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"comma", "lon=121,33&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"no digits before the point", "lon=.5&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"no digits after it", "lon=121.&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"NUL", "lon=121%00&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"degrees", "lon=121°&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"beyond the globe", "lon=180.1&lat=30.81&crs=wgs84", "bad-coordinate", "lon"},
		{"swapped", "lon=30.81&lat=121.33&crs=wgs84", "bad-coordinate", "lon"},
		{"swapped, near the district", "lon=30.7&lat=121.2&crs=gcj02", "bad-coordinate", "lon"},
		{"metres of Web Mercator", "lon=13507000&lat=3605000&crs=wgs84", "bad-coordinate", "lon"},
		{"degrees as metres", "lon=121.33&lat=30.81&crs=epsg:4549", "bad-coordinate", "lon"},
		{"northing first", "lon=3411000&lat=620000&crs=epsg:4549", "bad-coordinate", "lon"},
		{"with a zone number", "lon=40620000&lat=3411000&crs=epsg:4549", "bad-coordinate", "lon"},
		{"accuracy below zero", "lon=121.33&lat=30.81&crs=wgs84&accuracy_m=-1", "bad-parameter", "accuracy_m"},
		{"accuracy too great", "lon=121.33&lat=30.81&crs=wgs84&accuracy_m=10000.1", "bad-parameter", "accuracy_m"},
		{"accuracy NaN", "lon=121.33&lat=30.81&crs=wgs84&accuracy_m=NaN", "bad-parameter", "accuracy_m"},
		{"empty accuracy", "lon=121.33&lat=30.81&crs=wgs84&accuracy_m=", "bad-parameter", "accuracy_m"},
		{"capitals in a category", "lon=121.33&lat=30.81&crs=wgs84&category=Part.Pole", "bad-parameter", "category"},
		{"empty category", "lon=121.33&lat=30.81&crs=wgs84&category=", "bad-parameter", "category"},
		{"dots in a row", "lon=121.33&lat=30.81&crs=wgs84&category=a..b", "bad-parameter", "category"},
		{"long category", "lon=121.33&lat=30.81&crs=wgs84&category=" + strings.Repeat("a", 101), "bad-parameter", "category"},
		{"SQL", "lon=121.33&lat=30.81&crs=wgs84&category=a'--", "bad-parameter", "category"},
		{"time without an offset", "lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20T10:05:00", "bad-time", "at"},
		{"plus sign of the offset not escaped", "lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20T10:05:00+08:00", "bad-time", "at"},
		{"date alone", "lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20", "bad-time", "at"},
		{"seconds since 1970", "lon=121.33&lat=30.81&crs=wgs84&at=1747706700", "bad-time", "at"},
		{"empty time", "lon=121.33&lat=30.81&crs=wgs84&at=", "bad-time", "at"},
		{"29 February", "lon=121.33&lat=30.81&crs=wgs84&at=2025-02-29T00:00:00Z", "bad-time", "at"},
		{"24:00", "lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20T24:00:00Z", "bad-time", "at"},
		{"offset of 25 hours", "lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20T10:05:00%2B25:00", "bad-time", "at"},
		{"year 0", "lon=121.33&lat=30.81&crs=wgs84&at=0000-01-01T00:00:00Z", "bad-time", "at"},
		{"year 10000", "lon=121.33&lat=30.81&crs=wgs84&at=10000-01-01T00:00:00Z", "bad-time", "at"},
		{"one digit of the hour", "lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20T9:05:00Z", "bad-time", "at"},
		{"comma in the seconds", "lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20T10:05:00,5Z", "bad-time", "at"},
		{"unknown parameter", "lon=121.33&lat=30.81&crs=wgs84&lng=1", "bad-parameter", "lng"},
		{"capitals in a name", "lon=121.33&lat=30.81&CRS=wgs84", "bad-parameter", "CRS"},
		{"twice", "lon=121.33&lon=121.34&lat=30.81&crs=wgs84", "bad-parameter", "lon"},
		{"twice the same", "lon=121.33&lat=30.81&crs=wgs84&crs=wgs84", "bad-parameter", "crs"},
		{"bad escape", "lon=121.33&lat=30.81&crs=%zz", "bad-parameter", ""},
		{"semicolon", "lon=121.33;lat=30.81&crs=wgs84", "bad-parameter", ""},
	}
}

func TestBadLookups(t *testing.T) {
	s := readServer(t)
	for _, c := range badLookups() {
		t.Run(c.name, func(t *testing.T) {
			s := s.with(t)
			query := c.query
			if !strings.Contains(query, "%zz") {
				query = strings.NewReplacer("١٢١", url.QueryEscape("١٢١"), "１２１", url.QueryEscape("１２１"), "°", url.QueryEscape("°")).Replace(query)
			}
			body := s.get("/v1/lookup?"+query).problem(http.StatusBadRequest, c.code)
			if got, _ := body["parameter"].(string); got != c.parameter {
				t.Errorf("parameter %q, want %q: %v", got, c.parameter, body["detail"])
			}
			if c.code == "crs-required" {
				if list, _ := body["allowed"].([]any); len(list) != 7 {
					t.Errorf("allowed: %v", body["allowed"])
				}
			}
		})
	}
	swapped := s.get("/v1/lookup?lon=30.81&lat=121.33&crs=wgs84").problem(400, "bad-coordinate")["detail"].(string)
	if !strings.Contains(swapped, "swapped") {
		t.Errorf("swapped axes are not named: %s", swapped)
	}
	plus := s.get("/v1/lookup?lon=121.33&lat=30.81&crs=wgs84&at=2025-05-20T10:05:00+08:00").problem(400, "bad-time")["detail"].(string)
	if !strings.Contains(plus, "%2B") {
		t.Errorf("the unescaped plus sign is not explained: %s", plus)
	}
}

func TestBadSearches(t *testing.T) {
	s := readServer(t)
	for _, c := range []struct{ query, code, parameter string }{
		{"", "bad-parameter", "q"}, {"q=", "bad-parameter", "q"}, {"q=%20%09", "bad-parameter", "q"}, {"q=%E2%80%8B", "bad-parameter", "q"}, {"q=%ff", "bad-parameter", "q"},
		{"q=" + strings.Repeat("a", 101), "bad-parameter", "q"}, {"q=a&limit=0", "bad-parameter", "limit"}, {"q=a&limit=101", "bad-parameter", "limit"},
		{"q=a&limit=1.5", "bad-parameter", "limit"}, {"q=a&limit=01", "bad-parameter", "limit"}, {"q=a&limit=", "bad-parameter", "limit"}, {"q=a&limit=-1", "bad-parameter", "limit"},
		{"q=a&limit=99999999999999999999", "bad-parameter", "limit"}, {"q=a&at=x", "bad-time", "at"}, {"q=a&q=b", "bad-parameter", "q"}, {"query=a", "bad-parameter", "query"},
	} {
		body := s.get("/v1/search?"+c.query).problem(http.StatusBadRequest, c.code)
		same(t, c.query, body["parameter"], any(c.parameter))
	}
	for _, odd := range []string{"%00", "'; DROP TABLE grids;--", "<script>", "\u202e", "..", "%", "_", "*", strings.Repeat("亭 ", 50), "𠮷", "&", "与", "路口", "a & & b", "\\", `"`, "(", "[a-"} {
		if fold := strings.TrimSpace(odd); fold == "\u202e" {
			continue
		}
		s.get("/v1/search?q=" + url.QueryEscape(odd)).status(http.StatusOK)
	}
}

func TestBadBatches(t *testing.T) {
	s := readServer(t)
	deep := strings.Repeat("[", 20_000)
	for _, c := range []struct{ name, body, code, pointer string }{
		{"no JSON", `lon,lat`, "bad-request", ""}, {"cut off", `{"crs":"wgs84","points":[[1,2]`, "bad-request", ""}, {"two values", `{"crs":"wgs84","points":[]} {}`, "bad-request", ""},
		{"a list", `[[121.33,30.81]]`, "bad-request", ""}, {"a text", `"x"`, "bad-request", ""}, {"null", `null`, "bad-request", ""}, {"deep", deep, "bad-request", ""},
		{"byte order mark", "\ufeff{}", "bad-request", ""}, {"not UTF-8", "{\"crs\":\"\xff\"}", "bad-request", ""}, {"NaN", `{"crs":"wgs84","points":[[NaN,1]]}`, "bad-request", ""},
		{"empty object", `{}`, "crs-required", "/crs"}, {"no crs", `{"points":[]}`, "crs-required", "/crs"}, {"null crs", `{"crs":null,"points":[]}`, "bad-request", "/crs"},
		{"unknown crs", `{"crs":"x","points":[]}`, "crs-required", "/crs"}, {"no points", `{"crs":"wgs84"}`, "bad-request", "/points"}, {"points no list", `{"crs":"wgs84","points":{}}`, "bad-request", "/points"},
		{"points null", `{"crs":"wgs84","points":null}`, "bad-request", "/points"}, {"unknown member", `{"crs":"wgs84","points":[],"x":1}`, "bad-request", "/x"}, {"prototype", `{"__proto__":{},"crs":"wgs84","points":[]}`, "bad-request", "/__proto__"},
		{"crs twice", `{"crs":"wgs84","crs":"gcj02","points":[]}`, "bad-request", "/crs"}, {"points twice", `{"crs":"wgs84","points":[],"points":[]}`, "bad-request", "/points"},
		{"fields", `{"crs":"wgs84","points":[],"fields":"some"}`, "bad-request", "/fields"}, {"fields no text", `{"crs":"wgs84","points":[],"fields":1}`, "bad-request", "/fields"},
		{"at", `{"crs":"wgs84","points":[],"at":"2025-05-20"}`, "bad-time", "/at"}, {"at no text", `{"crs":"wgs84","points":[],"at":1}`, "bad-request", "/at"}, {"category", `{"crs":"wgs84","points":[],"category":"A"}`, "bad-parameter", "/category"},
		{"accuracy", `{"crs":"wgs84","points":[],"accuracy_m":-1}`, "bad-parameter", "/accuracy_m"}, {"lon for all", `{"crs":"wgs84","points":[],"lon":1}`, "bad-request", "/lon"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := s.with(t).do(batchOf(c.body)).problem(http.StatusBadRequest, c.code)
			if got, _ := body["pointer"].(string); got != c.pointer {
				t.Errorf("pointer %q, want %q: %v", got, c.pointer, body["detail"])
			}
			if c.pointer != "" && body["errors"] == nil {
				t.Errorf("no errors: %v", body)
			}
		})
	}
	for header, value := range map[string]string{"Content-Type": "text/csv", "Content-Encoding": "gzip"} {
		a := batchOf(`{"crs":"wgs84","points":[]}`)
		a.Header = []string{header, value}
		s.do(a).problem(http.StatusUnsupportedMediaType, "unsupported-media")
	}
	s.send(ask{Method: http.MethodPost, Path: "/v1/lookup:batch?fields=grid", Body: `{"crs":"wgs84","points":[]}`}).problem(http.StatusBadRequest, "bad-parameter")
	s.send(ask{Path: "/v1/lookup:batch"}).problem(http.StatusMethodNotAllowed, "method-not-allowed")
	for _, path := range []string{"/v1/lookupbatch", "/v1/lookup:batches", "/v1/lookup:", "/v1/lookup/"} {
		if r := s.send(ask{Method: http.MethodPost, Path: path, Body: `{"crs":"wgs84","points":[]}`}); r.StatusCode < 400 || r.StatusCode >= 500 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

// Whatever the parameters of a lookup, the answer is a problem or an answer, and never a failure of the server.
func FuzzLookup(f *testing.F) {
	for _, c := range badLookups() {
		f.Add(c.query)
	}
	f.Add("lon=121.33&lat=30.81&crs=wgs84")
	f.Add("lon=620000.5&lat=3411000&crs=EPSG%3A4549&accuracy_m=10000&at=2025-05-20T10:05:00.123456789-12:34&category=part.pole")
	s := readServer(f)
	f.Fuzz(func(t *testing.T, query string) {
		s := s.with(t)
		req := s.request(ask{Path: "/v1/lookup"})
		req.URL.RawQuery = query
		w := newRecorder()
		s.Handler().ServeHTTP(w, req)
		var body map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code >= 500 || (body["outcome"] == nil) == (body["code"] == nil) {
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		}
	})
}

// Each parser takes what it should and nothing else, seen through a request.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"121.33", "-0", "0", "00.1", "1e5", "NaN", "", "+1", " 1", "1 ", "1.", ".1", "0x1", "1_0", "１", "9999999999999999999999999999999999999999"} {
		f.Add(s)
	}
	s := readServer(f)
	f.Fuzz(func(t *testing.T, text string) {
		r := s.with(t).send(ask{Path: "/v1/lookup?crs=wgs84&lat=30.81&lon=" + url.QueryEscape(text)})
		digits := strings.TrimPrefix(text, "-")
		whole, part, point := strings.Cut(digits, ".")
		isDigits := func(s string) bool {
			return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		}
		form := len(text) <= 40 && isDigits(whole) && (!point || isDigits(part))
		if r.StatusCode == http.StatusOK && !form {
			t.Errorf("%q is taken for a number: %s", text, r.bytes)
		}
		if form && r.StatusCode != http.StatusOK && !strings.Contains(string(r.bytes), "bad-coordinate") {
			t.Errorf("%q: %s", text, r.bytes)
		}
	})
}

// Every code that a handler can name has a title in both languages, and the document lists it.
func TestEveryCodeHasTitles(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Enum []string }
			}
		}
	}
	readServer(t).get("/openapi.json").json(&doc)
	codes := doc.Components.Schemas["Problem"].Properties["code"].Enum
	if len(codes) < 25 || !slices.IsSorted(codes) {
		t.Fatalf("codes: %v", codes)
	}
	for _, code := range codesInSource(t) {
		if !slices.Contains(codes, code) {
			t.Errorf("%s is used and has no title", code)
		}
	}
	s := readServer(t)
	zh := s.send(ask{Path: "/v1/lookup"}).problem(400, "crs-required")["title"]
	en := s.send(ask{Path: "/v1/lookup", Header: []string{"Accept-Language", "en"}}).problem(400, "crs-required")["title"]
	if zh == en || fmt.Sprint(zh) == "crs-required" {
		t.Errorf("titles %v and %v", zh, en)
	}
}

// TestDecimals compares with a regular expression all texts of up to six characters that a number may have, and some that it may not.
func TestDecimals(t *testing.T) {
	form := regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	numbers := 0
	var extend func(s string)
	extend = func(s string) {
		want := form.MatchString(s)
		if got := api.IsDecimal(s); got != want {
			t.Errorf("%q is taken for a number: %v", s, got)
		}
		if want {
			numbers++
		}
		if len(s) < 6 {
			for _, c := range []string{"-", "0", "9", ".", "/", ":", "e"} {
				extend(s + c)
			}
		}
	}
	extend("")
	extend("１")
	if numbers == 0 {
		t.Error("there was no number among them")
	}
}
