package geo_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wangge/geo"
)

var update = flag.Bool("update", false, "write the golden reports of the real coverages again")

// TestGoldenReports compares what is said of each real coverage with testdata/coverage: its areas in several parts, islands, holes
// and enclaves, and every defect with its place and size.
func TestGoldenReports(t *testing.T) {
	for _, c := range realCoverages {
		t.Run(c.name, func(t *testing.T) {
			got := coverageReport(surveyFile(t, c.name))
			file := filepath.Join("testdata", "coverage", c.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; write it with: go run ./cmd/dev golden", err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("difference to %s:\n%s", file, diff)
			}
		})
	}
}

// coverageReport is a text of what a file is and what is wrong with it. Windings are counted only: most files have them clockwise.
func coverageReport(s surveyed) string {
	var b strings.Builder
	parts, several, most, holes, vertices := 0, 0, 0, 0, 0
	for _, m := range s.areas {
		parts += len(m)
		if len(m) > 1 {
			several++
		}
		most = max(most, len(m))
		for _, pg := range m {
			holes += len(pg) - 1
		}
		vertices += m.Vertices()
	}
	fmt.Fprintf(&b, "areas %d, polygons %d, holes %d, vertices %d\n", len(s.areas), parts, holes, vertices)
	fmt.Fprintf(&b, "areas of several polygons %d, of %d at most\n", several, most)
	if c := s.coverage; c == nil {
		fmt.Fprintf(&b, "not a coverage at %v m\n", float64(realTolerance))
	} else {
		fmt.Fprintf(&b, "a coverage at %v m: arcs %d, enclaves %d\n", float64(realTolerance), c.NumArcs(), enclaves(c))
	}
	for _, s := range geo.Summarize(s.defects) {
		fmt.Fprintf(&b, "%s %s: %d, up to %.2f m, %.1f m2\n", s.Severity, s.Kind, s.Count, s.MaxSizeM, s.AreaM2)
	}
	for _, d := range s.defects {
		if d.Kind != geo.DefectRingWinding {
			fmt.Fprintf(&b, "%s %s %v at %.7f,%.7f, %.2f m, %.1f m2: %s\n", d.Severity, d.Kind, d.Areas, d.At[0], d.At[1], d.SizeM, d.AreaM2, d.Detail)
		}
	}
	return b.String()
}

// enclaves counts the pieces of areas that one other area goes all around.
func enclaves(c *geo.Coverage) int {
	n := 0
	for a := range c.Arcs() {
		if a.From == a.To && a.Left >= 0 && a.Right >= 0 {
			n++
		}
	}
	return n
}
