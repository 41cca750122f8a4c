package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wangge/layers"
	"wangge/routing/rulecheck"
)

// TestCheckRules: the rules of the demo district have nothing that blocks; a gap, and a revision that contradicts another rule, are named.
func TestCheckRules(t *testing.T) {
	store := demo(t)
	text := ok(t, "check", "rules", "--store", store, "--at", "2026-03-12").out
	contains(t, "the check", text, "53 items in 37 grids, 0 of 1961 cells without a rule", "0 errors, 1 warnings", "warning year-not-announced")
	refused(t, exitFailed, nil, "check", "rules", "--strict", "--store", store, "--at", "2026-03-12")
	refused(t, exitUsage, []string{"--with R-9-9"}, "check", "rules", "--with", "R-9-9", "--store", store)
	refused(t, exitUsage, []string{"check rules"}, "check", "--with", "R-017-1", "--store", store)
	refused(t, exitUsage, []string{"--at tomorrow"}, "check", "rules", "--at", "tomorrow", "--store", store)

	bin := *read[*layers.Rule](t, store, layers.Rules, "ru_R-301_1")
	rival := bin
	rival.Meta = layers.Meta{ID: "ru_R-801_1", ValidFrom: bin.ValidFrom, Demo: true}
	rival.Series, rival.Code, rival.State = "R-801", "R-801-1", layers.Draft
	rival.Then.Primary = "unit:u_water"
	edit(t, store, layers.Edit{Op: layers.Create, Layer: layers.Rules, ID: rival.ID, Feature: &rival})
	ok(t, "check", "rules", "--store", store, "--at", "2026-03-12") // a draft does not count
	r := refused(t, exitFailed, nil, "check", "rules", "--with", "R-801-1", "--store", store, "--at", "2026-03-12")
	contains(t, "the check", r.out, "as if R-801-1 were published", "error rule-conflict: R-301@1 and R-801@1", "1 errors")
	got := decode[checkedRules](t, refused(t, exitFailed, nil, "check", "rules", "--json", "--with", "R-801@1", "--store", store, "--at", "2026-03-12").out)
	if !slices.ContainsFunc(got.Findings, func(f rulecheck.Finding) bool {
		return f.Code == rulecheck.RuleConflict && f.Blocks && f.Category == "part.bin" && slices.Equal(f.IDs, []string{"R-301@1", "R-801@1"})
	}) || got.Blocking != 1 || got.Rules != 74 || got.Whistle == nil {
		t.Errorf("as JSON: %+v", got)
	}
}

// TestImpact: what a revision, and a file of grids, would move is said and drawn, and nothing is written.
func TestImpact(t *testing.T) {
	store := demo(t)
	file := filepath.Join(t.TempDir(), "moves.geojson")
	refused(t, exitUsage, []string{"--impact needs --with"}, "check", "rules", "--impact", "-", "--store", store)
	next := *read[*layers.Rule](t, store, layers.Rules, "ru_R-301_1")
	next.Meta = layers.Meta{ID: "ru_R-301_2", ValidFrom: next.ValidFrom, Demo: true}
	next.Number, next.Code, next.From, next.State = 2, "R-301-2", "2027-01-01", layers.Draft
	next.Then.Primary = "unit:u_water"
	edit(t, store, layers.Edit{Op: layers.Create, Layer: layers.Rules, ID: next.ID, Feature: &next})
	r := ok(t, "check", "rules", "--with", "R-301-2", "--impact", file, "--store", store, "--at", "2026-03-12")
	contains(t, "what is said", r.err, "changes hands at 2026-12-31T16:00:00Z", "part.bin.full in 310116001Z01: u_water, was u_greening", "0 of 3000 (0.0 %) poles")
	if got := drawn(t, file); got["cell"] < 500 || got["poles"] != 0 {
		t.Errorf("drawn: %v", got)
	}

	content := ok(t, "export", "grids", "--format", "geojson", "--store", store).out
	swapped := strings.NewReplacer("310116104Z01", "310116104Z02", "310116104Z02", "310116104Z01").Replace(content)
	r = ok(t, "import", "grids", write(t, "swapped.geojson", swapped), "--crs", "cgcs2000", "--dry-run", "--impact", file, "--store", store)
	contains(t, "what is said", r.err, "changes hands at", "poles JS-P", "in 310116104Z02, was")
	if got := drawn(t, file); got["cell"] == 0 || got["poles"] == 0 {
		t.Errorf("drawn: %v", got)
	}
	contains(t, "the report", r.out, "nothing was written")
}

// drawn counts the features of a map by kind.
func drawn(t *testing.T, file string) map[string]int {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, f := range decode[struct {
		Features []struct {
			Geometry   struct{ Type string }
			Properties struct{ Kind string }
		}
	}](t, string(content)).Features {
		if want := map[string]string{"cell": "Polygon", "poles": "Point", "zones": "Point"}[f.Properties.Kind]; f.Geometry.Type != want {
			t.Errorf("%s is a %s", f.Properties.Kind, f.Geometry.Type)
		}
		out[f.Properties.Kind]++
	}
	return out
}
