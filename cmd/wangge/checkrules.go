package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wangge/layers"
	"wangge/routing/rulecheck"
)

// checkedRules is the result of a check of the rules.
type checkedRules struct {
	Store    string          `json:"store"`
	Position layers.Position `json:"position"`
	With     string          `json:"with,omitempty"`
	*rulecheck.Report
}

// checkRules checks the rules of responsibility of a store.
func (c *checkCmd) checkRules(ctx context.Context, h *host, at place) error {
	from := layers.InstantOf(h.now())
	if c.At != "" {
		var err error
		if from, err = parseWhen("at", c.At); err != nil {
			return err
		}
	}
	if c.Impact != "" && c.With == "" {
		return usage("--impact needs --with: the revision that would be published")
	}
	return withStore(ctx, h, c.Store, layers.StoreOptions{ReadOnly: true}, func(store layers.Store) error {
		s, err := layers.LoadSnapshot(ctx, store)
		if err != nil {
			return err
		}
		list := rulecheck.InForce(s)
		if c.With != "" {
			one := revisionOf(s, c.With)
			if one == nil {
				return usage("--with %s: there is no such revision of a rule", c.With)
			}
			list = rulecheck.With(list, one)
			if c.Impact != "" {
				if err := c.compareRules(ctx, h, s, one, from); err != nil {
					return err
				}
			}
		}
		result := checkedRules{at.String(), s.Position(), c.With, rulecheck.Check(s, list, from)}
		if err := c.printRules(h, result); err != nil {
			return err
		}
		if result.Blocking > 0 || c.Strict && result.Warnings > 0 {
			return exitWith(exitFailed)
		}
		return nil
	})
}

func revisionOf(s *layers.Snapshot, code string) *layers.Rule {
	series, _, _ := strings.Cut(code, "@")
	if i := strings.LastIndexByte(series, '-'); series == code && i > 0 {
		series = series[:i]
	}
	list := s.RuleRevisions(series)
	i := slices.IndexFunc(list, func(r *layers.Rule) bool { return r.Code == code || r.Ref() == code })
	if i < 0 {
		return nil
	}
	return list[i]
}

func (c *checkCmd) printRules(h *host, r checkedRules) error {
	if c.JSON {
		return writeJSON(h.out, r)
	}
	fmt.Fprintf(h.out, "%s at revision %s\n", r.Store, r.Position)
	if r.With != "" {
		fmt.Fprintf(h.out, "as if %s were published\n", r.With)
	}
	fmt.Fprintf(h.out, "checked: %d rules with %d cases, for a year from %s on\n", r.Rules, r.Cases, r.From)
	shown := map[string]int{}
	var kinds []string
	for _, f := range r.Findings {
		kind := "warning"
		if f.Blocks {
			kind = "error"
		}
		group := kind + " " + string(f.Code)
		if shown[group]++; shown[group] == 1 {
			kinds = append(kinds, group)
		}
		if c.MaxProblems == 0 || shown[group] <= c.MaxProblems {
			fmt.Fprintf(h.out, "%s: %s%s\n", group, f.Detail, where(f))
		}
	}
	for _, group := range kinds {
		if rest := shown[group] - c.MaxProblems; c.MaxProblems > 0 && rest > 0 {
			fmt.Fprintf(h.out, "%s: … and %d more\n", group, rest)
		}
	}
	if m := r.Whistle; m != nil {
		fmt.Fprintf(h.out, "whistle list: %d items in %d grids, %d of %d cells without a rule\n", len(m.Items), len(m.Grids), m.Missing, len(m.Items)*len(m.Grids))
	}
	if r.Blocking+r.Warnings == 0 {
		_, err := fmt.Fprintln(h.out, "no problems")
		return err
	}
	_, err := fmt.Fprintf(h.out, "%d errors, %d warnings\n", r.Blocking, r.Warnings)
	return err
}

// where says in which grids a finding is so, if not in all.
func where(f rulecheck.Finding) string {
	switch {
	case f.All || len(f.Grids) == 0:
		return ""
	case len(f.Grids) > 5:
		return fmt.Sprintf(" (in %s and %d more grids)", strings.Join(f.Grids[:5], ", "), len(f.Grids)-5)
	}
	return fmt.Sprintf(" (in %s)", strings.Join(f.Grids, ", "))
}
