package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// checkCmd is "wangge check".
type checkCmd struct {
	atStore
	Part        string  `arg:"" optional:"" enum:"store,rules" default:"store" help:"What to check: store, or rules for the rules of responsibility."`
	Strict      bool    `help:"Warnings count as problems too."`
	Tolerance   float64 `help:"The width in metres under which an empty space between areas is a gap." default:"0.5"`
	JSON        bool    `name:"json" help:"As JSON."`
	MaxProblems int     `help:"How many problems of each kind the text lists; 0 is all." default:"10"`
	At          string  `help:"Rules: from when they are looked at, for a year; a day in Shanghai or a time with offset, now if it is not given." placeholder:"TIME" group:"Rules"`
	With        string  `help:"Rules: the code of a revision that is taken as published, such as R-017-2." placeholder:"CODE" group:"Rules"`
	withImpact
}

// Help is the long help.
func (checkCmd) Help() string {
	return `Reads the whole store, changes nothing, and reports gaps and overlaps between the areas of towns, grids and communities, areas that do not tile ` +
		`the one they are part of, references to what is not there, codes that clash, rows that cannot be read or are not valid, and ` +
		`features that lie in no grid. What applies now is checked, and what will apply once a later edition is in force.

With the word rules it holds made-up cases of every category, place, feature and time against the rules of responsibility, and reports rules ` +
		`that contradict each other, never decide or name nobody, categories, hours and items of the whistle list without a rule, and units without a contact.

The exit code is 1 when there are errors (with --strict: or warnings).

Examples:

    wangge check
    wangge check --store postgres://wangge@db.example/district --json
    wangge check rules
    wangge check rules --with R-017-2`
}

// finding is one problem of a layer.
type finding struct {
	Layer layers.Layer `json:"layer"`
	// At is set for what will apply only from then on.
	From layers.Instant `json:"from,omitzero"`
	source.Problem
}

// checked is the result of a check.
type checked struct {
	Store    string               `json:"store"`
	Position layers.Position      `json:"position"`
	Rows     map[layers.Layer]int `json:"rows"`
	Errors   int                  `json:"errors"`
	Warnings int                  `json:"warnings"`
	Problems []finding            `json:"problems"`
}

// Run checks the store.
func (c *checkCmd) Run(ctx context.Context, h *host) error {
	at, err := parsePlace(c.Store)
	if err != nil {
		return err
	}
	if c.Part == "rules" {
		return c.checkRules(ctx, h, at)
	}
	if c.At != "" || c.With != "" || c.Impact != "" {
		return usage("--at, --with and --impact belong to wangge check rules")
	}
	if !(c.Tolerance > 0 && c.Tolerance <= 100) {
		return usage("--tolerance %g: want metres above 0 and up to 100", c.Tolerance)
	}
	return withStore(ctx, h, c.Store, layers.StoreOptions{ReadOnly: true}, func(store layers.Store) error {
		p, err := readPresent(ctx, store)
		if err != nil {
			return err
		}
		k := &checking{present: p, conv: h.conv, now: layers.InstantOf(h.now()), tolerance: geo.Metres(c.Tolerance)}
		if err := k.all(ctx); err != nil {
			return err
		}
		result := k.result(at)
		if err := c.print(h, result); err != nil {
			return err
		}
		if result.Errors > 0 || c.Strict && result.Warnings > 0 {
			return exitWith(exitFailed)
		}
		return nil
	})
}

func (c *checkCmd) print(h *host, r checked) error {
	if c.JSON {
		return writeJSON(h.out, r)
	}
	fmt.Fprintf(h.out, "%s at revision %s\n", r.Store, r.Position)
	var counts []string
	for _, info := range layers.All() {
		if n := r.Rows[info.Layer]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, info.Layer))
		}
	}
	fmt.Fprintf(h.out, "checked: %s\n", cmp.Or(strings.Join(counts, ", "), "no features"))
	shown := map[string]int{}
	for _, f := range r.Problems {
		group := fmt.Sprintf("%s %s %s", f.Severity, f.Layer, f.Kind)
		if shown[group]++; c.MaxProblems == 0 || shown[group] <= c.MaxProblems {
			later := ""
			if f.From != 0 {
				later = " (from " + f.From.String() + ")"
			}
			fmt.Fprintf(h.out, "%s%s: %s\n", group, later, f.Problem)
		}
	}
	for _, group := range slices.Sorted(maps.Keys(shown)) {
		if rest := shown[group] - c.MaxProblems; c.MaxProblems > 0 && rest > 0 {
			fmt.Fprintf(h.out, "%s: … and %d more\n", group, rest)
		}
	}
	if r.Errors+r.Warnings == 0 {
		_, err := fmt.Fprintln(h.out, "no problems")
		return err
	}
	_, err := fmt.Fprintf(h.out, "%d errors, %d warnings\n", r.Errors, r.Warnings)
	return err
}

// checking is the work on one store.
type checking struct {
	*present
	conv      geo.Converter
	now       layers.Instant
	tolerance geo.Metres
	found     []finding
}

func (k *checking) add(l layers.Layer, from layers.Instant, p source.Problem) {
	k.found = append(k.found, finding{l, from, p})
}

// all runs every check.
func (k *checking) all(ctx context.Context) error {
	k.unreadable()
	k.each()
	k.uniques()
	for _, at := range k.instants() {
		for l, parent := range map[layers.Layer]layers.Layer{layers.Towns: layers.Districts, layers.Grids: layers.Towns, layers.Communities: layers.Towns} {
			if at != k.now && !k.changes(at, l, parent) {
				continue // it is as it was at the instant before
			}
			if err := k.partition(ctx, l, at); err != nil {
				return err
			}
		}
	}
	k.homeless()
	return ctx.Err()
}

// unreadable reports the rows that cannot be decoded.
func (k *checking) unreadable() {
	for _, q := range k.broken {
		k.add(q.Layer, 0, source.Problem{Kind: "unreadable-row", Severity: geo.SeverityError, Row: "row " + q.Row, Code: q.ID, At: q.At, Detail: q.Reason})
	}
}

// each checks every feature by itself, and what it refers to.
func (k *checking) each() {
	there := map[layers.Key]bool{}
	for _, f := range k.heads {
		there[layers.Key{Layer: f.Layer(), ID: f.Head().ID}] = true
	}
	for _, f := range k.heads {
		code, _ := f.Label()
		problem := source.Problem{Severity: geo.SeverityError, Code: cmp.Or(code, f.Head().ID), At: placeOf(f)}
		var bad *layers.Invalid
		if err := f.Validate(k.Settings.Codes); errors.As(err, &bad) {
			for _, is := range bad.Issues {
				problem.Kind, problem.Field, problem.Detail = source.Kind(is.Code), strings.TrimPrefix(is.Pointer, "/"), is.Detail
				k.add(f.Layer(), 0, problem)
			}
		}
		for _, ref := range layers.Refs(f) {
			if !there[layers.Key{Layer: ref.To, ID: ref.ID}] {
				is := ref.Missing()
				problem.Kind, problem.Field, problem.Detail = source.KindReference, strings.TrimPrefix(is.Pointer, "/"), is.Detail
				k.add(f.Layer(), 0, problem)
			}
		}
	}
}

// placeOf is a position of the feature's geometry: of a line its middle vertex, of an area its first one, nil for none.
func placeOf(f layers.Feature) *orb.Point {
	var at orb.Point
	switch g := f.Shape().(type) {
	case orb.Point:
		at = g
	case orb.LineString:
		if len(g) == 0 {
			return nil
		}
		at = g[len(g)/2]
	case orb.Polygon:
		if len(g) == 0 || len(g[0]) == 0 {
			return nil
		}
		at = g[0][0]
	case orb.MultiPolygon:
		if len(g) == 0 || len(g[0]) == 0 || len(g[0][0]) == 0 {
			return nil
		}
		at = g[0][0][0]
	default:
		return nil
	}
	return &at
}

// uniques reports codes and other columns that must not be shared and are.
func (k *checking) uniques() {
	for _, u := range layers.Uniques() {
		seen := map[string]string{}
		for _, f := range k.of(u.Layer) {
			value, ok := columnsOf(f, u.Columns)
			if !ok {
				continue
			}
			if other, twice := seen[value]; twice {
				k.add(u.Layer, 0, source.Problem{Kind: source.KindCodeClash, Severity: geo.SeverityError, Code: f.Head().ID, Others: []string{other},
					Field: strings.Join(u.Columns, ","), At: placeOf(f), Detail: "two features have the same " + strings.Join(u.Columns, " and ")})
			}
			seen[value] = f.Head().ID
		}
	}
}

// columnsOf is the text of some columns together; ok is false when the first is empty.
func columnsOf(f layers.Feature, names []string) (string, bool) {
	values, err := layers.Values(f)
	if err != nil {
		return "", false
	}
	var parts []string
	for _, name := range names {
		for i, c := range layers.Columns(f.Layer()) {
			if c.Name == name {
				parts = append(parts, fmt.Sprint(values[i]))
			}
		}
	}
	return strings.Join(parts, "\x00"), len(parts) == len(names) && parts[0] != ""
}

// instants are now, and each later instant at which an area of a partition begins or ends.
func (k *checking) instants() []layers.Instant {
	out := []layers.Instant{k.now}
	for _, f := range k.rows {
		if info, _ := f.Layer().Info(); !info.Partition {
			continue
		}
		for _, at := range []layers.Instant{f.Head().ValidFrom, f.Head().ValidTo} {
			if at > k.now {
				out = append(out, at)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// changes reports whether a row of one of the layers begins or ends at the instant.
func (k *checking) changes(at layers.Instant, of ...layers.Layer) bool {
	return slices.ContainsFunc(k.rows, func(f layers.Feature) bool {
		return (f.Head().ValidFrom == at || f.Head().ValidTo == at) && slices.Contains(of, f.Layer())
	})
}

// at returns the rows that apply at an instant.
func (k *checking) at(at layers.Instant) []layers.Feature {
	return slices.DeleteFunc(slices.Clone(k.rows), func(f layers.Feature) bool { return !f.Head().ValidAt(at) })
}

// partition checks that the areas of a layer tile: it asks what an import of them would find.
func (k *checking) partition(ctx context.Context, l layers.Layer, at layers.Instant) error {
	rows := k.at(at)
	own := slices.DeleteFunc(slices.Clone(rows), func(f layers.Feature) bool { return f.Layer() != l })
	if len(own) == 0 {
		return nil
	}
	var text bytes.Buffer
	err := source.Write(ctx, &text, source.GeoJSON, source.Export{Layer: l, Position: k.Position, Settings: k.Settings, Features: slices.Values(own)})
	if err != nil {
		return err
	}
	file, err := source.FromReader(&text, string(l), source.Options{Format: source.GeoJSON})
	if err != nil {
		return err
	}
	plan, err := source.NewPlan(ctx, source.Input{Layer: l, Source: file, CRS: geo.CGCS2000, Converter: k.conv, Now: at, Tolerance: k.tolerance,
		Settings: k.Settings, Position: k.Position, Current: slices.Values(rows)})
	if err != nil {
		return err
	}
	from := at
	if at == k.now {
		from = 0
	}
	for _, p := range plan.Report.Problems {
		if ofBorders(p.Kind) && p.Severity != geo.SeverityInfo {
			p.Row = ""
			k.add(l, from, p)
		}
	}
	return nil
}

// ofBorders reports whether a problem is about borders; all others were found before.
func ofBorders(kind source.Kind) bool {
	switch geo.DefectKind(kind) {
	case geo.DefectGap, geo.DefectHoleKept, geo.DefectOverlap, geo.DefectSliver, geo.DefectDuplicateArea, geo.DefectCrossingEdge,
		geo.DefectUnmatchedVertex, geo.DefectNotNoded:
		return true
	}
	return kind == source.KindTopologyGap || kind == source.KindOutsideParent
}

// homeless reports features that lie in no grid, which nobody is responsible for.
func (k *checking) homeless() {
	var grids []layers.Feature
	for _, f := range k.at(k.now) {
		if f.Layer() == layers.Grids {
			grids = append(grids, f)
		}
	}
	if len(grids) == 0 {
		return
	}
	areas, err := layers.Arrange(layers.Grids, grids)
	if err != nil {
		return // the grids themselves have problems, which were reported
	}
	locator := geo.NewLocator(areas)
	for _, f := range k.heads {
		switch f.Layer() {
		case layers.Overlays, layers.Segments, layers.Zones, layers.Spaces, layers.Poles:
		default:
			continue
		}
		at := placeOf(f)
		if o, ok := f.(*layers.Overlay); at == nil || ok && o.Kind == layers.Neighbour {
			continue
		}
		q, err := geo.QueryFrom(*at)
		if err != nil {
			continue // not valid, which was reported
		}
		if area, _ := locator.Locate(q); area < 0 {
			code, _ := f.Label()
			k.add(f.Layer(), 0, source.Problem{Kind: "orphan", Severity: geo.SeverityWarning, Code: cmp.Or(code, f.Head().ID), At: at, Detail: "lies in no grid"})
		}
	}
}

// result sorts what was found, errors first.
func (k *checking) result(at place) checked {
	out := checked{Store: at.String(), Position: k.Position, Rows: map[layers.Layer]int{}, Problems: k.found}
	if out.Problems == nil {
		out.Problems = []finding{}
	}
	for _, f := range k.heads {
		out.Rows[f.Layer()]++
	}
	for _, f := range k.found {
		if f.Severity == geo.SeverityError {
			out.Errors++
		} else {
			out.Warnings++
		}
	}
	slices.SortStableFunc(out.Problems, func(a, b finding) int {
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), strings.Compare(string(a.Layer), string(b.Layer)), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	return out
}

func rank(s geo.Severity) int {
	return slices.Index([]geo.Severity{geo.SeverityError, geo.SeverityWarning, geo.SeverityInfo}, s)
}
