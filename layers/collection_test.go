package layers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/layers"
)

// Every feature has every column: an empty one is null, but for code and name. Nothing is escaped for HTML.
func TestCollectionAsGeoJSON(t *testing.T) {
	pole := &layers.Pole{Meta: layers.Meta{ID: "p_1", Version: 3, Revision: 7, ValidFrom: 1747706700000, Demo: true}, Name: "A<&>'",
		Ownership: []layers.Ownership{{Unit: "u_1", Share: 1, Basis: "plate"}}}
	pole.Geometry = orb.Point{121.3000001, 30.7}
	var out bytes.Buffer
	about := map[string]string{"layer": "poles"}
	c := layers.Collection{Layer: layers.Poles, About: about, Head: []string{"id", "valid_to", "demo"}, Features: []layers.Feature{pole, pole}}
	if err := c.WriteGeoJSON(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(out.String(), "\n"); len(lines) != 5 || lines[1] != lines[2]+"," {
		t.Errorf("want a feature a line, got %d lines: %s", len(lines), out.String())
	}
	if !strings.Contains(out.String(), `"name":"A<&>'"`) || !strings.Contains(out.String(), `"id":"p_1","valid_to":null,"demo":true,"code":"",`) {
		t.Errorf("got %s", out.String())
	}
	var got struct {
		Type, Name string
		Wangge     map[string]string
		System     string `json:"coordinateSystem"`
		Features   []struct {
			Type, ID   string
			Properties map[string]any
			Geometry   json.RawMessage
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != "FeatureCollection" || got.Name != "poles" || got.System != layers.SystemNote || cmp.Diff(about, got.Wangge) != "" {
		t.Errorf("got %+v", got)
	}
	f := got.Features[0]
	if f.Type != "Feature" || f.ID != "p_1" || string(f.Geometry) != `{"type":"Point","coordinates":[121.3000001,30.7]}` {
		t.Errorf("got %+v", f)
	}
	if want := 3 + len(layers.Columns(layers.Poles)); len(f.Properties) != want {
		t.Errorf("%d properties, want %d", len(f.Properties), want)
	}
	if owners, _ := f.Properties["ownership"].([]any); len(owners) != 1 {
		t.Errorf("ownership is %v, want a list of one", f.Properties["ownership"])
	}
}

func TestCollectionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := layers.Collection{Layer: layers.Units, Features: []layers.Feature{&layers.Unit{}}}
	if err := c.WriteGeoJSON(ctx, new(bytes.Buffer)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	c.About = math.NaN()
	if err := c.WriteGeoJSON(t.Context(), new(bytes.Buffer)); err == nil {
		t.Error("what has no JSON form was written")
	}
}
