package cql2_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"wangge/layers"
	"wangge/layers/cql2"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, json string }{
		{"true", `true`},
		{" FALSE ", `false`},
		{"a=1", `{"args":[{"property":"a"},1],"op":"="}`},
		{"a<>-1.5e2", `{"args":[{"property":"a"},-150],"op":"<>"}`},
		{"a < > 1", ""},
		{".5<=a", `{"args":[0.5,{"property":"a"}],"op":"<="}`},
		{"+5. > a", `{"args":[5,{"property":"a"}],"op":">"}`},
		{`"and" = 'x'`, `{"args":[{"property":"and"},"x"],"op":"="}`},
		{`名称 = '它''s \'x\' \n 100\%\\'`, `{"args":[{"property":"名称"},"它's 'x' \n 100\\%\\"],"op":"="}`},
		{"a=1 and b=2 AND c=3 or d=4", `{"args":[{"args":[{"args":[{"property":"a"},1],"op":"="},{"args":[{"property":"b"},2],"op":"="},{"args":[{"property":"c"},3],"op":"="}],"op":"and"},{"args":[{"property":"d"},4],"op":"="}],"op":"or"}`},
		{"a=1 AND (b=2 OR NOT c=3)", `{"args":[{"args":[{"property":"a"},1],"op":"="},{"args":[{"args":[{"property":"b"},2],"op":"="},{"args":[{"args":[{"property":"c"},3],"op":"="}],"op":"not"}],"op":"or"}],"op":"and"}`},
		{"a IS NULL", `{"args":[{"property":"a"}],"op":"isNull"}`},
		{"a is not null", `{"args":[{"args":[{"property":"a"}],"op":"isNull"}],"op":"not"}`},
		{"(a=1) IS NULL", `{"args":[{"args":[{"property":"a"},1],"op":"="}],"op":"isNull"}`},
		{"a LIKE 'x%'", `{"args":[{"property":"a"},"x%"],"op":"like"}`},
		{"CASEI(a) NOT LIKE casei('X_')", `{"args":[{"args":[{"args":[{"property":"a"}],"op":"casei"},{"args":["X_"],"op":"casei"}],"op":"like"}],"op":"not"}`},
		{"a BETWEEN 1 AND 2 AND b=3", `{"args":[{"args":[{"property":"a"},1,2],"op":"between"},{"args":[{"property":"b"},3],"op":"="}],"op":"and"}`},
		{"a NOT BETWEEN b AND 2", `{"args":[{"args":[{"property":"a"},{"property":"b"},2],"op":"between"}],"op":"not"}`},
		{"a IN ('x', 'y')", `{"args":[{"property":"a"},["x","y"]],"op":"in"}`},
		{"a not in (1)", `{"args":[{"args":[{"property":"a"},[1]],"op":"in"}],"op":"not"}`},
		{"a >= DATE('2025-05-20')", `{"args":[{"property":"a"},{"date":"2025-05-20"}],"op":">="}`},
		{"a = TIMESTAMP('2025-05-20T02:05:00.250Z')", `{"args":[{"property":"a"},{"timestamp":"2025-05-20T02:05:00.25Z"}],"op":"="}`},
		{"date = 1", `{"args":[{"property":"date"},1],"op":"="}`},
		{"S_INTERSECTS(geometry,POINT(121 30))", `{"args":[{"property":"geometry"},{"coordinates":[121,30],"type":"Point"}],"op":"s_intersects"}`},
		{"s_intersects(point z (1 2 3),geometry)", `{"args":[{"coordinates":[1,2],"type":"Point"},{"property":"geometry"}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,BBOX(1,2,3,4))", `{"args":[{"property":"g"},{"bbox":[1,2,3,4]}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,BBOX(1,2,-9,3,4,9))", `{"args":[{"property":"g"},{"bbox":[1,2,3,4]}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,MULTIPOINT(1 2, (3 4)))", `{"args":[{"property":"g"},{"coordinates":[[1,2],[3,4]],"type":"MultiPoint"}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,LINESTRING(1 2,3 4))", `{"args":[{"property":"g"},{"coordinates":[[1,2],[3,4]],"type":"LineString"}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,MULTILINESTRING((1 2,3 4),(5 6,7 8)))", `{"args":[{"property":"g"},{"coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]],"type":"MultiLineString"}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,POLYGON((0 0,1 0,1 1,0 0)))", `{"args":[{"property":"g"},{"coordinates":[[[0,0],[1,0],[1,1],[0,0]]],"type":"Polygon"}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,MULTIPOLYGON(((0 0,1 0,1 1,0 0))))", `{"args":[{"property":"g"},{"coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]],"type":"MultiPolygon"}],"op":"s_intersects"}`},
		{"S_INTERSECTS(g,GEOMETRYCOLLECTION(POINT(7 8),LINESTRING(1 2,3 4)))", `{"args":[{"property":"g"},{"geometries":[{"coordinates":[7,8],"type":"Point"},{"coordinates":[[1,2],[3,4]],"type":"LineString"}],"type":"GeometryCollection"}],"op":"s_intersects"}`},
	} {
		e, err := cql2.ParseText(c.text)
		if c.json == "" {
			if err == nil {
				t.Errorf("%s is read as %s", c.text, marshal(t, jsonOf(e)))
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got := marshal(t, jsonOf(e))
		if got != c.json {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.json)
		}
		again, err := cql2.ParseJSON([]byte(got))
		if err != nil || marshal(t, jsonOf(again)) != got {
			t.Errorf("%s: read again: %v, %v", got, err, again)
			continue
		}
		if third, err := cql2.ParseText(textOf(again)); err != nil || marshal(t, jsonOf(third)) != got {
			t.Errorf("%s: read again from %s: %v", got, textOf(again), err)
		}
	}
}

func TestParseTextRefuses(t *testing.T) {
	deep := strings.Repeat("(", 65) + "a=1" + strings.Repeat(")", 65)
	for _, c := range []struct {
		text   string
		offset int
		detail string
	}{
		{"", 0, "want a value or a name, not the end"}, {"a", 1, "want a comparison, not the end"}, {"THIS IS NOT A FILTER", 12, "want NULL"},
		{"a=", 2, "not the end"}, {"a=1 b=2", 4, "AND or OR"}, {"a=1 AND", 7, "not the end"}, {"(a=1", 4, "want )"}, {"a=1)", 3, "follows"},
		{"a='x", 2, "no quotation mark"}, {`"a=1`, 0, "no double quote"}, {"a=1e999", 2, "too large"}, {"a=-", 3, "want a number"}, {"a ! 1", 2, "no meaning"},
		{"a=\x00", 2, "no meaning"}, {"a = b + 1", 6, "follows"}, {"a * 2 = 4", 2, "arithmetic"}, {"avg(a) > 1", 0, "function avg"}, {"NOT NOT a=1", 4, "want a value"},
		{"a NOT = 1", 6, "after NOT"}, {"a IN ()", 6, "want a value"}, {"a IN (1,)", 8, "want a value"}, {"a BETWEEN 1 OR 2", 12, "want AND"}, {"a IS 5", 5, "want NULL"},
		{"T_AFTER(a,b)", 0, "T_AFTER"}, {"S_WITHIN(a,b)", 0, "S_WITHIN"}, {"S_INTERSECTS(g)", 14, "want ,"}, {"S_INTERSECTS(g,POINT(1))", 23, "want a number"},
		{"S_INTERSECTS(g,LINESTRING(1 2))", 25, "two positions"}, {"S_INTERSECTS(g,POLYGON((0 0,1 0,0 0)))", 23, "four positions"},
		{"S_INTERSECTS(g,POLYGON((0 0,1 0,1 1,0 1)))", 23, "does not end"}, {"S_INTERSECTS(g,BBOX(1,2,3))", 15, "four numbers"}, {"S_INTERSECTS(g,CIRCLE(1 2))", 15, "function CIRCLE"},
		{"S_INTERSECTS(g,GEOMETRYCOLLECTION(BBOX(1,2,3,4)))", 34, "want a shape"}, {"a = DATE('20250520')", 9, "not a date"}, {"a = DATE(5)", 9, "want a text"},
		{"a = TIMESTAMP('2025-05-20T10:05:00+08:00')", 14, "in UTC"}, {"a = TIMESTAMP('')", 14, "in UTC"}, {deep, 65, "64 deep"},
		{strings.Repeat("x", cql2.MaxLength+1), 0, "16384 bytes"}, {"a='\xff'", 0, "UTF-8"},
	} {
		_, err := cql2.ParseText(c.text)
		var e *cql2.Error
		if !errors.As(err, &e) || e.Offset != c.offset || !strings.Contains(e.Detail, c.detail) {
			t.Errorf("%.60q: %v, want %q at %d", c.text, err, c.detail, c.offset)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	condition := `{"op":"=","args":[{"property":"a"},1]}`
	deep := strings.Repeat(`{"op":"not","args":[`, 65) + condition + strings.Repeat("]}", 65)
	for _, c := range []struct{ json, pointer, detail string }{
		{"", "", "not JSON"}, {"{", "", "not JSON"}, {"[1,", "/1", "not JSON"}, {"true false", "", "something follows"}, {"null", "", "want a condition"}, {`"x"`, "", "want a condition"},
		{`{"op":"="}`, "", "want a condition"}, {`{"op":5,"args":[]}`, "/op", "want a text"}, {`{"op":"=","args":5}`, "/args", "want an array"}, {`{"op":"=","args":[1]}`, "/args", "2 arguments"},
		{`{"op":"=","args":[1,2],"x":1}`, "", "want a condition"}, {`{"op":"=","op":"<","args":[1,2]}`, "/op", "twice"}, {`{"op":"~","args":[1,2]}`, "/op", "not available"},
		{`{"op":"and","args":[true]}`, "/args", "two arguments"}, {`{"op":"and","args":[true,1]}`, "/args/1", "want a condition"}, {`{"op":"=","args":[null,1]}`, "/args/0", "want a value"},
		{`{"op":"=","args":[{"op":"+","args":[1,2]},1]}`, "/args/0/op", "arithmetic"}, {`{"op":"=","args":[{"op":"avg","args":[1]},1]}`, "/args/0/op", "function"},
		{`{"op":"=","args":[{"property":5},1]}`, "/args/0/property", "want a text"}, {`{"op":"=","args":[{"a/b~":1},1]}`, "/args/0", "want an object"}, {`{"op":"in","args":[1,2]}`, "/args/1", "want an array"},
		{`{"op":"in","args":[1,[]]}`, "/args/1", "one value"}, {`{"op":"=","args":[1e999,1]}`, "/args/0", "too large"}, {`{"op":"=","args":[{"date":"x"},1]}`, "/args/0/date", "not a date"},
		{`{"op":"s_intersects","args":[{"type":"Circle","coordinates":[]},1]}`, "/args/0/type", "not a type"}, {`{"op":"s_intersects","args":[{"type":"Point"},1]}`, "/args/0", "alone"},
		{`{"op":"s_intersects","args":[{"type":"Point","coordinates":[1,"2"]},1]}`, "/args/0/coordinates/1", "want a number"},
		{`{"op":"s_intersects","args":[{"type":"Polygon","coordinates":[[[1,2],[3,4]]]},1]}`, "/args/0/coordinates/0", "four positions"},
		{`{"op":"s_intersects","args":[{"type":"GeometryCollection","geometries":[{}]},1]}`, "/args/0/geometries/0", "want a geometry"},
		{`{"op":"s_intersects","args":[{"bbox":[1,2,3]},1]}`, "/args/0/bbox", "four numbers"}, {`{"op":"s_intersects","args":[{"bbox":[]},1]}`, "/args/0/bbox", "one element"},
		{deep, strings.Repeat("/args/0", 64), "64 deep"}, {strings.Repeat("[", 9000), strings.Repeat("/0", 137), "too deep"}, {`"` + strings.Repeat("x", cql2.MaxLength) + `"`, "", "16384 bytes"},
	} {
		_, err := cql2.ParseJSON([]byte(c.json))
		var e *cql2.Error
		if !errors.As(err, &e) || e.Pointer != c.pointer || e.Offset != -1 || !strings.Contains(e.Detail, c.detail) {
			t.Errorf("%.80s: %v, want %q at %q", c.json, err, c.detail, c.pointer)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct{ text, detail string }{
		{"colour = 'red'", "no property \"colour\""}, {"ownership IS NULL", "no property"}, {"name = 5", "a text does not compare with a number"}, {"batch = 'x'", "does not compare"},
		{"demo = 1", "true or false does not compare"}, {"valid_from = 5", "a time does not compare"}, {"survey_date = 'yesterday'", "not a timestamp"}, {"valid_from > '2025'", "not a timestamp"},
		{"geometry = geometry", "shapes do not compare"}, {"geometry = 5", "a shape does not compare"}, {"batch LIKE '5%'", "LIKE takes a text"}, {"name LIKE code", "the pattern of LIKE"},
		{"name LIKE 5", "the pattern of LIKE"}, {"name BETWEEN 'a' AND 'b'", "BETWEEN takes numbers"}, {"CASEI(batch) = 'x'", "CASEI takes a text"}, {"S_INTERSECTS(name,POINT(1 2))", "takes shapes"},
		{"S_INTERSECTS(geometry,POINT(1000000 2))", "position"}, {"S_INTERSECTS(geometry,MULTIPOINT(7.02 49.92, 90 180))", "position"}, {"S_INTERSECTS(geometry,BBOX(1,5,2,4))", "south"},
		{"S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))", "position"}, {"name IN ('a', 5)", "does not compare"}, {"TRUE = 1", "does not compare"},
	} {
		e, err := cql2.ParseText(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		_, err = cql2.Compile(e, cql2.Queryables(layers.Poles), nil)
		var bad *cql2.Error
		if !errors.As(err, &bad) || !strings.Contains(bad.Detail, c.detail) {
			t.Errorf("%s: %v, want %q", c.text, err, c.detail)
		}
	}
}

// Each filter is true, false or neither for one pole.
func TestKeeps(t *testing.T) {
	p := pole("JS-0001", func(p *layers.Pole) {
		p.Name, p.Road, p.Batch, p.HeightM, p.SurveyDate, p.Plate = "Straße 100% _\\", "海汇街", 3, 7.5, "2025-03-01", ""
	})
	for _, c := range []struct{ yes, no, neither string }{
		{"code = 'JS-0001'", "code <> 'JS-0001'", "plate = 'x'"}, {"id = code", "road = code", "plate = code"}, {"batch < 4", "batch > 3.5", "plate <> 'x'"},
		{"height_m BETWEEN 7 AND 7.5", "height_m NOT BETWEEN 7 AND 8", "plate LIKE '%'"}, {"road IN ('a','海汇街')", "road NOT IN ('海汇街')", "plate IN ('a')"},
		{"plate IS NULL", "road IS NULL", "material = material"}, {"name LIKE '%100\\% \\__'", "name LIKE '100%'", "NOT plate = 'x'"},
		{"CASEI(name) LIKE CASEI('STRASSE%')", "name LIKE 'STRASSE%'", "plate = 'x' AND demo = true"}, {"casei(road) = casei('海汇街')", "casei('A') = 'A'", "plate = 'x' OR demo = false"},
		{"survey_date = DATE('2025-03-01')", "survey_date > '2025-03-01'", "valid_to > TIMESTAMP('2020-01-01T00:00:00Z')"}, {"survey_date < valid_from OR survey_date > valid_from", "survey_date = valid_from", "valid_to = valid_to"},
		{"demo = TRUE", "demo < true", "plate = 'x' AND plate = 'y'"}, {"true", "false", "NOT (plate = 'x' OR plate = 'y')"}, {"plate = 'x' OR demo = true", "plate = 'x' AND demo = false", "plate BETWEEN 1 AND 2"},
		{"(plate = 'x') IS NULL", "(road = 'x') IS NULL", "plate LIKE 'x'"}, {"S_INTERSECTS(geometry,POINT(121.31 30.81))", "S_INTERSECTS(geometry,POINT(121.3100001 30.81))", "plate < 'x'"},
		{"S_INTERSECTS(BBOX(121.3,30.8,121.31,30.81),geometry)", "S_INTERSECTS(geometry,BBOX(121.4,30.8,121.3,30.9))", "plate > 'x'"}, {"S_INTERSECTS(geometry,geometry)", "S_INTERSECTS(POINT(1 1),POINT(1 2))", "plate >= 'x'"},
		{"S_INTERSECTS(geometry,BBOX(170,30,122,31))", "S_INTERSECTS(geometry,BBOX(122,30,121,31))", "plate <= 'x'"}, {"geometry IS NOT NULL", "geometry IS NULL", "plate = ''"}, {"POINT(1 2) IS NOT NULL", "5 IS NULL", "plate = road"},
		{"'København' LIKE 'K_benhavn'", "'København' NOT LIKE 'K_benhavn'", "plate NOT LIKE 'x'"}, {"valid_from = '2024-12-31T16:00:00Z'", "valid_from = DATE('2025-01-02')", "material <> plate"},
	} {
		for want, text := range map[string]string{"yes": c.yes, "no": c.no, "neither": c.neither} {
			if strings.Contains(text, "plate BETWEEN") {
				continue // a text
			}
			e, err := cql2.ParseText(text)
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			got := map[bool]map[bool]string{true: {false: "yes"}, false: {true: "no", false: "neither"}}[keeps(t, e, p)][keeps(t, &cql2.Not{Arg: e}, p)]
			if got != want {
				t.Errorf("%s is %q, want %q", text, got, want)
			}
		}
	}
}

func TestShapeOfNothing(t *testing.T) {
	unit := &layers.Unit{Meta: layers.Meta{ID: "u_1", ValidFrom: 1}, Code: "u_1", Name: "x", Kind: "other"}
	for _, q := range cql2.Queryables(layers.Units) {
		if q.Type == cql2.TypeGeometry {
			t.Error("units have no geometry")
		}
	}
	e, err := cql2.ParseText("name = 'x' AND version = 0")
	if err != nil || !keeps(t, e, unit) {
		t.Error(err)
	}
	if cql2.Queryables("nothing") != nil {
		t.Error("a layer that is none has properties")
	}
}

// The box of a filter is never too small, and there is none where the filter keeps what lies elsewhere.
func TestBound(t *testing.T) {
	for text, want := range map[string]string{
		"S_INTERSECTS(geometry,BBOX(1,2,3,4))": "1 2 3 4", "S_INTERSECTS(POINT(1 2),geometry) AND demo = true": "1 2 1 2", "NOT S_INTERSECTS(geometry,POINT(1 2))": "", "demo = true": "",
		"S_INTERSECTS(geometry,POINT(1 2)) OR S_INTERSECTS(geometry,POINT(3 4))":           "1 2 3 4",
		"S_INTERSECTS(geometry,POINT(1 2)) OR demo = true":                                 "",
		"S_INTERSECTS(geometry,BBOX(1,1,5,5)) AND S_INTERSECTS(geometry,BBOX(2,2,3,3))":    "2 2 3 3",
		"S_INTERSECTS(geometry,geometry)":                                                  "",
		"S_INTERSECTS(POINT(1 2),POINT(1 2)) OR S_INTERSECTS(geometry,BBOX(170,1,-170,2))": "",
	} {
		e, err := cql2.ParseText(text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := cql2.Compile(e, cql2.Queryables(layers.Poles), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if b, ok := f.Bound(); ok {
			got = fmt.Sprintf("%.6g %.6g %.6g %.6g", b.Min[0], b.Min[1], b.Max[0], b.Max[1])
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
