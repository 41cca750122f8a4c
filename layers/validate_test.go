package layers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/storetest"
)

// TestValidate: each field of each type is refused with a pointer to it when it is wrong, and nothing else is refused.
func TestValidate(t *testing.T) {
	long := strings.Repeat("长", 400)
	for l, cases := range map[layers.Layer]map[string]string{ // member → wrong value → pointer is /member unless given
		layers.Editions:    {"code": `"no code!"`, "name": `""`, "of": `"rivers"`, "survey_date": `"2025-13-01"`, "accuracy_m": `-1`},
		layers.Districts:   {"code": `"31011"`, "name": `""`},
		layers.Towns:       {"code": `"310116000"`, "name": `"a\u0007b"`, "district": `"310117"`},
		layers.Units:       {"code": `""`, "name": `"` + long + `"`, "kind": `"office?"`},
		layers.Grids:       {"code": `"310116101Z00"`, "name": `""`, "town": `"310116102"`, "office": `"no id!"`, "aliases": `[""]`},
		layers.Communities: {"code": `"310116101"`, "name": `""`, "kind": `"city"`},
		layers.Overlays:    {"name": `""`, "kind": `"lake"`, "unit": `"no id!"`},
		layers.Segments:    {"road": `""`, "side": `"up"`, "manager": `"?"`},
		layers.Zones:       {"kind": `"river"`, "segment": `""`, "capacity": `-1`, "default_mode": `"sleep"`},
		layers.Spaces:      {"zone": `""`, "number": `0`, "length_m": `-1`, "orientation": `"flying"`},
		layers.Poles: {"main_use": `"flag"`, "material": `"gold"`, "height_m": `101`, "condition": `"fine"`, "live": `"maybe"`, "side": `"up"`, "batch": `-1`,
			"state": `"lost"`, "claim_state": `"x"`, "survey_method": `"eye"`, "survey_date": `"01.05.2025"`, "accuracy_m": `1001`},
		layers.Roads: {"class": `"river"`, "lanes": `-1`, "max_speed_kmh": `-5`},
	} {
		if err := storetest.Fresh(l, 0).Validate(layers.CodesLocal); err != nil {
			t.Errorf("%s: the good one: %v", l, err)
		}
		for member, value := range cases {
			f := storetest.Fresh(l, 0)
			if err := layers.SetMembers(f, map[string]json.RawMessage{member: json.RawMessage(value)}); err != nil {
				t.Fatalf("%s %s: %v", l, member, err)
			}
			var bad *layers.Invalid
			if err := f.Validate(layers.CodesLocal); !errors.As(err, &bad) || !errors.Is(err, layers.ErrInvalid) || bad.Layer != l {
				t.Errorf("%s: %s = %s: got %v, want invalid", l, member, value, err)
				continue
			}
			if !slices.ContainsFunc(bad.Issues, func(i layers.Issue) bool { return strings.HasPrefix(i.Pointer, "/"+member) && i.Code != "" }) {
				t.Errorf("%s: %s = %s: got %+v, want an issue there", l, member, value, bad.Issues)
			}
		}
	}
}

// TestValidateShapes: every layer with a geometry refuses a missing, a foreign and an impossible one.
func TestValidateShapes(t *testing.T) {
	bow := orb.Ring{{121.3, 30.7}, {121.4, 30.8}, {121.4, 30.7}, {121.3, 30.8}, {121.3, 30.7}}
	for _, info := range layers.All() {
		if info.Geometry == "" {
			continue
		}
		var bad []orb.Geometry
		switch info.Geometry {
		case "Point":
			bad = []orb.Geometry{orb.Point{math.NaN(), 30}, orb.Point{181, 30}, orb.Point{121, math.Inf(1)}}
		case "LineString":
			bad = []orb.Geometry{orb.LineString{}, orb.LineString{{121, 30}}, orb.LineString{{121, 30}, {math.NaN(), 30}}}
		default:
			bad = []orb.Geometry{orb.Polygon{}, orb.Polygon{bow}, orb.Polygon{{{121, 30}, {122, 30}, {121, 30}}}, orb.Polygon{{{121, 30}, {122, 30}, {122, math.NaN()}, {121, 30}}}}
		}
		for _, g := range bad {
			f := storetest.Fresh(info.Layer, 0)
			if err := f.SetShape(g); err != nil {
				continue // refused even earlier
			}
			if err := f.Validate(layers.CodesLocal); !errors.Is(err, layers.ErrInvalid) {
				t.Errorf("%s with %v: %v, want invalid", info.Layer, g, err)
			}
		}
		if err := storetest.Fresh(info.Layer, 0).SetShape(orb.Collection{}); !errors.Is(err, layers.ErrInvalid) {
			t.Errorf("%s takes a collection: %v", info.Layer, err)
		}
	}
}

func TestCodeSpaces(t *testing.T) {
	g := storetest.Fresh(layers.Grids, 0).(*layers.Grid)
	g.ID, g.Code, g.Town = "A-7", "A-7", ""
	if err := g.Validate(layers.CodesFree); err != nil {
		t.Errorf("free: %v", err)
	}
	if err := g.Validate(layers.CodesLocal); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("local: %v", err)
	}
	if g.ID = "B"; g.Validate(layers.CodesFree) == nil {
		t.Error("an id that is not the code is taken")
	}
}

func TestOfficialEdition(t *testing.T) {
	e := &layers.Edition{Meta: layers.Meta{ID: "e_1", ValidFrom: 1}, Code: "2025-03", Name: "n", Of: layers.Grids, Official: true}
	var bad *layers.Invalid
	if err := e.Validate(layers.CodesLocal); !errors.As(err, &bad) || len(bad.Issues) < 4 {
		t.Errorf("without provenance: %v, want four issues", err)
	}
	e.Authority, e.Document, e.SurveyDate, e.AccuracyM = "a", "d", "2025-03-01", 0.5
	if err := e.Validate(layers.CodesLocal); err != nil {
		t.Error(err)
	}
}

func TestOwnership(t *testing.T) {
	p := pole(1, "x", 1)
	half := func(unit string, from, to layers.Instant) layers.Ownership {
		return layers.Ownership{Unit: unit, Share: 0.5, Basis: "plate", From: from, To: to}
	}
	p.Ownership = []layers.Ownership{half("a", 10, 20), half("b", 10, 0), half("c", 20, 0)}
	if err := p.Validate(layers.CodesLocal); err != nil {
		t.Errorf("one after the other: %v", err)
	}
	for at, want := range map[layers.Instant]string{9: "", 10: "ab", 19: "ab", 20: "bc"} {
		got := ""
		for _, o := range p.Owners(at) {
			got += o.Unit
		}
		if got != want {
			t.Errorf("owners at %d: %q, want %q", at, got, want)
		}
	}
	p.Ownership[0].To = 21
	if err := p.Validate(layers.CodesLocal); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("three halves at once: %v", err)
	}
}

func TestInstants(t *testing.T) {
	for text, want := range map[string]string{
		"2025-05-20T10:05:00+08:00": "2025-05-20T02:05:00Z", "2025-05-20T02:05:00.1239Z": "2025-05-20T02:05:00.123Z", "1900-01-01T00:00:00Z": "1900-01-01T00:00:00Z",
		"9999-12-31T23:59:59.999Z": "9999-12-31T23:59:59.999Z", "": "",
	} {
		got, err := layers.ParseInstant(text)
		if err != nil || got.String() != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
		if again, err := layers.ParseInstant(got.String()); err != nil || again != got {
			t.Errorf("%q again: %v, %v", got, again, err)
		}
		b, err := json.Marshal(got)
		var back layers.Instant = 7
		if err2 := json.Unmarshal(b, &back); err != nil || err2 != nil || back != got {
			t.Errorf("%s as JSON: %v %v %v", b, err, err2, back)
		}
	}
	for _, text := range []string{"2025-05-20", "2025-05-20T10:05:00", "2025-02-30T00:00:00Z", "1899-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "yesterday", "2025-05-20T25:00:00Z"} {
		if got, err := layers.ParseInstant(text); !errors.Is(err, layers.ErrInvalid) {
			t.Errorf("%q is taken as %v, %v", text, got, err)
		}
	}
	var i layers.Instant
	for _, text := range []string{`7`, `true`, `{}`, `"x"`} {
		if err := json.Unmarshal([]byte(text), &i); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	if day, err := layers.ParseDay("2025-05-01"); err != nil || day.String() != "2025-04-30T16:00:00Z" {
		t.Errorf("the first of May begins at %v, %v", day, err)
	}
	for _, text := range []string{"2025-5-1", "2025-02-29", "", "1899-01-01", "2025-05-01T00:00:00Z"} {
		if got, err := layers.ParseDay(text); !errors.Is(err, layers.ErrInvalid) {
			t.Errorf("the day %q is taken as %v, %v", text, got, err)
		}
	}
	if layers.InstantOf(time.Time{}) != 0 || !layers.Instant(0).Time().IsZero() {
		t.Error("the zero time is not the zero instant")
	}
	if fmt.Sprint(layers.Shanghai()) != "Asia/Shanghai" {
		t.Errorf("Shanghai is %v", layers.Shanghai())
	}
}

func TestRoundingOfInstants(t *testing.T) {
	at := time.Date(1960, 1, 1, 0, 0, 0, 1, time.UTC) // before 1970 too, rounding is down
	if got := layers.InstantOf(at).Time(); got.After(at) || at.Sub(got) >= time.Millisecond {
		t.Errorf("%v is %v", at, got)
	}
}
