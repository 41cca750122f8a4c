package geo_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data/realdata"
)

// realLines reads every ring of a file of GeoJSON, also where the coordinates are strings with blanks.
func realLines(t testing.TB, name string) []orb.LineString {
	t.Helper()
	data, err := os.ReadFile(realdata.File(t, name))
	if err != nil {
		t.Fatal(err)
	}
	var features struct {
		Features []struct {
			Geometry struct{ Coordinates json.RawMessage }
		}
	}
	if err := json.Unmarshal(data, &features); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var lines []orb.LineString
	for _, f := range features.Features {
		var tree any
		if err := json.Unmarshal(f.Geometry.Coordinates, &tree); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		lines = append(lines, rings(t, tree)...)
	}
	if len(lines) == 0 {
		t.Fatalf("%s: no rings", name)
	}
	return lines
}

// rings finds the lists of positions in nested lists.
func rings(t testing.TB, tree any) []orb.LineString {
	list, ok := tree.([]any)
	if !ok || len(list) == 0 {
		t.Fatalf("not a list: %v", tree)
	}
	if p, ok := list[0].([]any); ok {
		if _, nested := p[0].([]any); !nested {
			var ls orb.LineString
			for _, v := range list {
				pair := v.([]any)
				ls = append(ls, orb.Point{number(t, pair[0]), number(t, pair[1])})
			}
			return []orb.LineString{ls}
		}
	}
	var out []orb.LineString
	for _, member := range list {
		out = append(out, rings(t, member)...)
	}
	return out
}

func number(t testing.TB, v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	t.Fatalf("not a number: %v", v)
	return 0
}

func readCSV(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(realdata.File(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows, %v", name, len(rows), err)
	}
	return rows
}

// vertices joins lines.
func vertices(lines []orb.LineString) []orb.Point {
	var out []orb.Point
	for _, ls := range lines {
		out = append(out, ls...)
	}
	return out
}

func contains(err error, hint string) bool { return err != nil && strings.Contains(err.Error(), hint) }
