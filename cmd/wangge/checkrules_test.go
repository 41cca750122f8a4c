package main

import (
	"slices"
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
