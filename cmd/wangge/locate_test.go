package main

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"wangge/routing/duty"
)

func TestLocateOne(t *testing.T) {
	store := demo(t)
	a := decode[duty.Answer](t, ok(t, "locate", "--crs", "wgs84", "121.3412", "30.7405", "--store", store).out)
	if a.Outcome != duty.Assigned || a.Grid == nil || !strings.HasPrefix(a.Grid.Code, "310116113Z") || !a.Demo || !a.Responsibility.Fallback {
		t.Errorf("answer: %+v", a)
	}
	line := decode[duty.Answer](t, ok(t, "locate", "--crs", "wgs84", "--geometry", "LINESTRING(121.3412 30.7405, 121.36 30.75)", "--store", store).out)
	if line.Grid == nil || line.Position.Precision != "line" || line.Query.Shape == nil || line.Responsibility.CrossBorder == nil || len(line.Responsibility.CrossBorder.Areas) < 2 {
		t.Errorf("a line: %+v", line)
	}
	refused(t, exitFailed, []string{"WKT"}, "locate", "--crs", "wgs84", "--geometry", "here", "--store", store)
	refused(t, exitFailed, []string{"crosses itself"}, "locate", "--crs", "wgs84", "--geometry", "POLYGON((121.31 30.71,121.32 30.72,121.32 30.71,121.31 30.72,121.31 30.71))", "--store", store)
	refused(t, exitUsage, []string{"in place of"}, "locate", "--crs", "wgs84", "--geometry", "LINESTRING(121.34 30.74, 121.36 30.75)", "121.3", "30.7", "--store", store)
	outside := decode[duty.Answer](t, ok(t, "locate", "--crs", "wgs84", "121.6", "31.2", "--store", store).out)
	if outside.Outcome != duty.Outside || outside.Nearest == nil {
		t.Errorf("outside: %+v", outside)
	}
	beside := decode[duty.Answer](t, ok(t, "locate", "--crs", "wgs84", "121.0056789", "30.87", "--store", store).out)
	if beside.Outcome != duty.Outside || len(beside.Neighbour) != 1 || beside.Neighbour[0].Unit != "u_ext_330421" || !beside.Neighbour[0].External {
		t.Errorf("beyond the border: %+v", beside)
	}
	store = district(t)
	past := refused(t, exitFailed, []string{"no edition"}, "locate", "--crs", "wgs84", "121.305", "30.705", "--at", "1999-01-01", "--store", store)
	if past.out != "" {
		t.Errorf("an answer for 1999: %s", past.out)
	}
	refused(t, exitFailed, []string{"longitude comes first"}, "locate", "--crs", "wgs84", "30.705", "121.305", "--store", store)
	refused(t, exitFailed, nil, "locate", "--crs", "wgs84", "NaN", "30.7", "--store", store)
}

// TestLocatePoints: rows come back in order, with their own columns, and each has the answer that a question of its own gets; a
// row without a position says so and changes no other.
func TestLocatePoints(t *testing.T) {
	store := demo(t)
	r := rand.New(rand.NewPCG(1, 2))
	const rows = 3000 // several batches
	var in strings.Builder
	in.WriteString("\ufeffcase,Lng,note,LAT\n")
	for i := range rows {
		if i == 1234 {
			in.WriteString("1234,east,,30.7\n")
			continue
		}
		if i == 2222 {
			in.WriteString("2222,121.3\n")
			continue
		}
		fmt.Fprintf(&in, "%d,%.6f,\"a, \"\"b\"\"\",%.6f\n", i, 121.0+0.45*r.Float64(), 30.69+0.25*r.Float64())
	}
	file := write(t, "points.csv", in.String())
	got := command(t, "locate", "--crs", "wgs84", "--points", file, "--store", store)
	if got.code != exitFailed {
		t.Errorf("exit code %d, want 1 for two bad rows", got.code)
	}
	contains(t, "standard error", got.err, "row 1235: the longitude", "row 2223: 2 columns", "2 of 3000 rows")
	if !strings.HasPrefix(got.out, byteOrderMark) {
		t.Errorf("the mark of the file is lost: %.20q", got.out)
	}
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.out, byteOrderMark))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != rows+1 || strings.Join(table[0], ",") != "case,Lng,note,LAT,outcome,grid_code,grid_name,town_code,unit,boundary_distance_m" {
		t.Fatalf("%d rows, header %v", len(table), table[0])
	}
	counts := map[string]int{}
	for i, row := range table[1:] {
		counts[row[4]]++
		if row[0] != fmt.Sprint(i) {
			t.Fatalf("row %d is %v: out of order", i, row)
		}
		if row[4] == "assigned" != strings.HasPrefix(row[5], row[7]+"Z") || row[4] == "assigned" && (row[6] == "" || row[8] == "" || row[9] == "") {
			t.Errorf("row %v", row)
		}
	}
	if counts["invalid"] != 2 || counts["assigned"] < rows/4 || counts["outside"] < rows/10 {
		t.Errorf("outcomes: %v", counts)
	}
	for _, i := range []int{5, 777} {
		row := table[1+i]
		a := decode[duty.Answer](t, ok(t, "locate", "--crs", "wgs84", row[1], row[3], "--store", store).out)
		if strings.Join(new(locating).cells(&a), ",") != strings.Join(row[4:], ",") {
			t.Errorf("row %v, asked alone %v", row, new(locating).cells(&a))
		}
	}
	store = district(t)
	piped := commandWith(t, nil, "x,y\n121.305,30.705\n", "locate", "--crs", "wgs84", "--points", "-", "--store", store)
	if piped.code != exitOK || strings.Count(piped.out, "\n") != 2 {
		t.Errorf("from standard input: %+v", piped)
	}
	refused(t, exitUsage, []string{"no column", "case"}, "locate", "--crs", "wgs84", "--points", file, "--lon-field", "east", "--store", store)
	refused(t, exitFailed, []string{"no such file"}, "locate", "--crs", "wgs84", "--points", file+".no", "--store", store)
}
