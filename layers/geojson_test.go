package layers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/layers"
)

func TestGeoJSONRoundTrip(t *testing.T) {
	for _, f := range everything() {
		want := f.Shape()
		if want == nil {
			continue
		}
		text := layers.AppendGeoJSON(nil, want)
		if !json.Valid(text) {
			t.Fatalf("not JSON: %s", text)
		}
		got, err := layers.ParseGeoJSON(text, layers.HTTPGeometry())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("parsed (-want +got):\n%s", d)
		}
	}
	if got := string(layers.AppendGeoJSON(nil, orb.Point{121.3000001, 1e-7})); got != `{"type":"Point","coordinates":[121.3000001,0.0000001]}` {
		t.Errorf("got %s", got)
	}
	if got := string(layers.AppendGeoJSON(nil, nil)); got != "null" {
		t.Errorf("nil is %s", got)
	}
}

func TestGeoJSONRefuses(t *testing.T) {
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	many := "[" + strings.Repeat("[1,2],", 100) + "[1,2]]"
	for _, c := range []struct{ name, text, pointer string }{
		{"nothing", ``, ""},
		{"no object", `[1,2]`, ""},
		{"cut short", `{"type":"Point","coordinates":[1,2`, ""},
		{"no type", `{"coordinates":[1,2]}`, "/type"},
		{"a collection", `{"type":"GeometryCollection","geometries":[]}`, "/type"},
		{"a feature", `{"type":"Feature","geometry":null}`, "/type"},
		{"a multipoint", `{"type":"MultiPoint","coordinates":[[1,2]]}`, "/type"},
		{"a crs", `{"type":"Point","coordinates":[1,2],"crs":{}}`, "/crs"},
		{"no coordinates", `{"type":"Point"}`, "/coordinates"},
		{"null coordinates", `{"type":"Point","coordinates":null}`, "/coordinates"},
		{"one number", `{"type":"Point","coordinates":[1]}`, "/coordinates"},
		{"five numbers", `{"type":"Point","coordinates":[1,2,3,4,5]}`, "/coordinates"},
		{"a string", `{"type":"Point","coordinates":["1",2]}`, "/coordinates/0"},
		{"null for a number", `{"type":"Point","coordinates":[1,null]}`, "/coordinates/1"},
		{"an object", `{"type":"Point","coordinates":{"x":1}}`, "/coordinates"},
		{"NaN", `{"type":"Point","coordinates":[NaN,1]}`, ""},
		{"too large a number", `{"type":"Point","coordinates":[1e999,1]}`, "/coordinates/0"},
		{"a point for a line", `{"type":"LineString","coordinates":[1,2]}`, "/coordinates/0"},
		{"a string in a ring", `{"type":"Polygon","coordinates":[[[1,2],[3,4]],[[1,2],[3,"4"]]]}`, "/coordinates/1/1/1"},
		{"nested", `{"type":"Point","coordinates":` + deep + `}`, "/coordinates/0"},
		{"nested in a polygon", `{"type":"MultiPolygon","coordinates":` + deep + `}`, "/coordinates/0/0/0/0"},
		{"too many positions", `{"type":"LineString","coordinates":` + many + `}`, "/coordinates/100"},
	} {
		g, err := layers.ParseGeoJSON([]byte(c.text), layers.GeometryLimits{Vertices: 100})
		var bad *layers.Invalid
		if !errors.As(err, &bad) || g != nil && c.pointer == "" {
			t.Errorf("%s: got %v, %v; want invalid", c.name, g, err)
			continue
		}
		if bad.Issues[0].Pointer != c.pointer || bad.Issues[0].Code == "" || bad.Issues[0].Detail == "" {
			t.Errorf("%s: got %+v, want pointer %q", c.name, bad.Issues[0], c.pointer)
		}
	}
}

// TestGeoJSONIsLinear: a hostile body of 64 KiB costs milliseconds, whatever it nests.
func TestGeoJSONIsLinear(t *testing.T) {
	for _, body := range []string{
		`{"type":"MultiPolygon","coordinates":` + strings.Repeat("[", 32<<10) + strings.Repeat("]", 32<<10) + `}`,
		`{"type":"MultiPolygon","coordinates":[` + strings.Repeat("[],", 20<<10) + `[]]}`,
		`{"type":"LineString","coordinates":[` + strings.Repeat("[1,2],", 10<<10) + `[1,2]]}`,
	} {
		began := time.Now()
		_, _ = layers.ParseGeoJSON([]byte(body), layers.HTTPGeometry())
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%.40s… took %v", body, took)
		}
	}
}

func FuzzParseGeoJSON(f *testing.F) {
	for _, one := range everything() {
		if g := one.Shape(); g != nil {
			f.Add(string(layers.AppendGeoJSON(nil, g)))
		}
	}
	f.Add(`{"type":"Polygon","coordinates":[[[1,2,3],[1e3,-4.5E-6]]]}`)
	f.Fuzz(func(t *testing.T, text string) {
		g, err := layers.ParseGeoJSON([]byte(text), layers.GeometryLimits{Vertices: 1000})
		if err != nil {
			if !errors.Is(err, layers.ErrInvalid) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		again, err := layers.ParseGeoJSON(layers.AppendGeoJSON(nil, g), layers.GeometryLimits{})
		if err != nil || fmt.Sprint(again) != fmt.Sprint(g) {
			t.Fatalf("%v is read again as %v, %v", g, again, err)
		}
	})
}

// TestFeatureJSON: the API's form of every feature has its columns, and reading it back gives the same feature.
func TestFeatureJSON(t *testing.T) {
	for _, want := range sample() {
		text, err := layers.MarshalFeature(want)
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		info, _ := want.Layer().Info()
		got := info.New()
		if err := layers.SetMembers(got, members); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if raw, ok := members["geometry"]; ok {
			g, err := layers.ParseGeoJSON(raw, layers.HTTPGeometry())
			if err == nil {
				err = got.SetShape(g)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		got.Head().Version, got.Head().Revision = want.Head().Version, want.Head().Revision
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("read back (-want +got):\n%s", d)
		}
	}
}

func TestSetMembersRefuses(t *testing.T) {
	members := map[string]json.RawMessage{"name": json.RawMessage(`7`), "batch": json.RawMessage(`"x"`), "ownership": json.RawMessage(`[{"unit":"u","boss":1}]`),
		"valid_from": json.RawMessage(`"yesterday"`), "no/such~field": json.RawMessage(`1`), "version": json.RawMessage(`99`)}
	p := pole(1, "x", 1)
	var bad *layers.Invalid
	if err := layers.SetMembers(p, members); !errors.As(err, &bad) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, is := range bad.Issues {
		got = append(got, is.Pointer+" "+is.Code)
	}
	want := []string{"/batch type", "/name type", "/no~1such~0field unknown-field", "/ownership unknown-field", "/valid_from type"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("issues (-want +got):\n%s", d)
	}
	if p.Version != 1 {
		t.Error("a body sets the version")
	}
}
