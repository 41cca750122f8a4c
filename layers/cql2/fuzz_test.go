package cql2_test

import (
	"strings"
	"testing"

	"wangge/layers"
	"wangge/layers/cql2"
)

// What was parsed can be written in both forms and read again to the same, compiles or says why not, and tests a feature.
func again(t *testing.T, e cql2.Expr) {
	text := marshal(t, jsonOf(e))
	other, err := cql2.ParseJSON([]byte(text))
	switch {
	case err != nil && len(text) > cql2.MaxLength/2:
		return // it is longer in the other form
	case err != nil:
		if strings.Contains(err.Error(), "deep") {
			return // AND of AND nests in JSON and not in the text
		}
		t.Fatalf("%s: %v", text, err)
	case marshal(t, jsonOf(other)) != text:
		t.Fatalf("%s\nbecomes %s", text, marshal(t, jsonOf(other)))
	}
	one, errOne := cql2.Compile(e, cql2.Queryables(layers.Poles), nil)
	two, errTwo := cql2.Compile(other, cql2.Queryables(layers.Poles), nil)
	if (errOne == nil) != (errTwo == nil) {
		t.Fatalf("%s: %v and %v", text, errOne, errTwo)
	}
	if errOne != nil {
		return
	}
	p := pole("p_1", nil)
	if one.Keeps(p) != two.Keeps(p) {
		t.Fatalf("%s: the two forms do not agree", text)
	}
}

func FuzzParseText(f *testing.F) {
	for _, s := range []string{"name = 'x' AND (batch < 3 OR NOT demo = true)", "S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 0)))", "CASEI(name) LIKE casei('A%_\\%')",
		"survey_date BETWEEN 1 AND 2", "a IN (1,'x',DATE('2025-01-01'))", "S_INTERSECTS(geometry,GEOMETRYCOLLECTION Z(POINT Z(1 2 3),MULTIPOINT(1 2,(3 4))))", "((((true)))) IS NOT NULL", "BBOX(1,2,3,4) IS NULL"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := cql2.ParseText(s)
		if err != nil {
			return
		}
		if !strings.ContainsAny(s, `"`) { // a name in quotes may hold anything
			if third, err := cql2.ParseText(textOf(e)); err == nil && marshal(t, jsonOf(third)) != marshal(t, jsonOf(e)) {
				t.Fatalf("%q becomes %q", s, textOf(third))
			}
		}
		again(t, e)
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{`{"op":"and","args":[{"op":"=","args":[{"property":"name"},"x"]},{"op":"not","args":[{"op":"isNull","args":[{"property":"plate"}]}]}]}`,
		`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[121,30]}]}`, `{"op":"in","args":[{"op":"casei","args":[{"property":"name"}]},["a",{"op":"casei","args":["B"]}]]}`,
		`{"op":"between","args":[{"property":"batch"},1,2.5e3]}`, `{"op":">","args":[{"property":"valid_from"},{"timestamp":"2025-01-01T00:00:00Z"}]}`, `true`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := cql2.ParseJSON(b); err == nil {
			again(t, e)
		}
	})
}
