package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// importCmd is "wangge import".
type importCmd struct {
	atStore
	Layer string `arg:"" optional:"" help:"The layer: districts, towns, units, posts, contacts, categories, agreements, grids, communities, overlays, segments, zones, spaces, poles, roads; or calendar, for the days off of a year; or kerb, for kerb data of others."`
	File  string `arg:"" optional:"" help:"A GeoJSON, GeoPackage, CSV or XLSX file, or days off as JSON; - reads standard input (with --format)."`

	CRS        string   `name:"crs" help:"The system of the file's coordinates, never guessed; not needed for a layer without any: wgs84, cgcs2000, gcj02, bd09, epsg:4326, epsg:4490 or epsg:4549." placeholder:"CRS"`
	FileLayer  string   `name:"layer" help:"Which layer of a GeoPackage, or sheet of a workbook, with several." placeholder:"NAME"`
	Format     string   `help:"geojson, gpkg, csv or xlsx; of kerb data curblr, cds or sf; recognised by the content." placeholder:"FORMAT"`
	Encoding   string   `help:"Characters of GeoJSON and CSV: utf-8, gbk, gb18030 or utf-16." placeholder:"NAME"`
	Lenient    bool     `name:"lenient-numbers" help:"Take a text for a coordinate if it reads as a number, with a warning."`
	LonField   string   `help:"CSV: the column of the longitude or easting." placeholder:"FIELD" group:"Fields"`
	LatField   string   `help:"CSV: the column of the latitude or northing." placeholder:"FIELD" group:"Fields"`
	WKTField   string   `name:"wkt-field" help:"CSV: the column of the geometry as WKT." placeholder:"FIELD" group:"Fields"`
	Mapped     mapped   `embed:""`
	Edition    string   `help:"The edition that the borders belong to, such as 2025-03." placeholder:"CODE" group:"Edition"`
	ValidFrom  string   `help:"From when it applies: a day in Shanghai or a time with offset; now if it is not given." placeholder:"TIME" group:"Edition"`
	Authority  string   `help:"Who drew the borders. This and the next three make an edition official." placeholder:"NAME" group:"Edition"`
	Document   string   `help:"The document that puts them in force." placeholder:"NUMBER" group:"Edition"`
	SurveyDate string   `help:"The day of the survey." placeholder:"DAY" group:"Edition"`
	Accuracy   float64  `help:"The stated accuracy of the survey in metres." placeholder:"METRES" group:"Edition"`
	Repair     bool     `help:"Mend rings, gaps and overlaps; the report says what moved."`
	Tolerance  float64  `help:"How far a border may move, in metres." default:"0.5"`
	Replace    bool     `name:"replace-all" help:"End the features that the file does not have. Towns, grids and communities are always replaced as a whole."`
	Local      bool     `help:"calendar: a local notice, which goes before that of the State Council."`
	With       []string `help:"kerb: a further file of the same form, such as the policies to the zones of CDS." placeholder:"FILE" sep:"none"`
	DryRun     bool     `help:"Only report."`
	withImpact
	JSON        bool   `name:"json" help:"The report as JSON."`
	MaxProblems int    `help:"How many problems of each kind the text report lists; 0 is up to 1000." default:"10"`
	Undo        string `help:"Undo the import of that revision instead, if nothing was changed on top of it." placeholder:"ID"`
}

// mapped are the flags that say which field of the file goes into which column.
type mapped struct {
	CodeField     string            `help:"The field of the code; a template such as 'L{#}' numbers the rows." placeholder:"FIELD" group:"Fields"`
	NameField     string            `help:"The field of the name." placeholder:"FIELD" group:"Fields"`
	NameEnField   string            `help:"The field of the English name." placeholder:"FIELD" group:"Fields"`
	TownField     string            `help:"The field of the town's code." placeholder:"FIELD" group:"Fields"`
	DistrictField string            `help:"The field of the district's code." placeholder:"FIELD" group:"Fields"`
	KindField     string            `help:"The field of the kind." placeholder:"FIELD" group:"Fields"`
	UnitField     string            `help:"The field of the unit." placeholder:"FIELD" group:"Fields"`
	OfficeField   string            `help:"The field of the grid's office." placeholder:"FIELD" group:"Fields"`
	ClassField    string            `help:"The field of the road's class." placeholder:"FIELD" group:"Fields"`
	Field         map[string]string `help:"Any other column: --field plate=NUMBER_P. An empty field leaves the column out." placeholder:"COLUMN=FIELD" mapsep:"none" group:"Fields"`
	Set           map[string]string `help:"The same value in every feature: --set kind=park." placeholder:"COLUMN=VALUE" mapsep:"none" group:"Fields"`
}

// Help is the long help.
func (importCmd) Help() string {
	return `The file is read, checked and compared with the store; then it is imported as a whole or, if anything in it is an error, not at all. ` +
		`Nothing is repaired unless --repair asks for it. The report names each problem with feature, place and reason, and says what the ` +
		`import changes; --dry-run stops there.

The days off of a year are read from JSON with year, papers and days, each with name, date and isOffDay. The report lists the days that are of another kind
than before and the zones that are used otherwise because of it; an amended notice takes the place of the one before, as its next version.

Kerb data of others (CurbLR, CDS, the regulations of San Francisco) becomes segments, zones and drafts of schedules by "import". The report says
record by record what could not be carried over and why, and which conflicts the drafts have. Data of another city goes into a store of its own (init --empty).

Fields named like a column of the layer are taken by themselves; a field for code and one for name are also recognised under their usual other names.

Examples:

    wangge import grids grids.geojson --crs cgcs2000 --edition 2025-03 --valid-from 2025-03-01
    wangge import grids surveyed.gpkg --layer 网格 --crs epsg:4549 --code-field 编码 --repair --tolerance 0.5
    wangge import poles poles.csv --crs gcj02 --encoding gbk --lon-field 经度 --lat-field 纬度
    wangge import communities villages.geojson --crs bd09 --dry-run
    wangge import categories categories.xlsx
    wangge import calendar 2027.json
    wangge import kerb zones.json --with policies.json --format cds --crs wgs84 --dry-run
    wangge import --undo 12`
}

// Run imports, or undoes an import.
func (c *importCmd) Run(ctx context.Context, h *host) error {
	at, err := parsePlace(c.Store)
	if err != nil {
		return err
	}
	if c.Undo != "" {
		return c.undo(ctx, h, at)
	}
	switch c.Layer {
	case calendarName:
		return c.importCalendar(ctx, h, at)
	case kerbName:
		return c.importKerb(ctx, h, at)
	}
	in, err := c.input(h)
	if err != nil {
		return err
	}
	store, now, err := c.ready(ctx, h, at)
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	in.Settings, in.Position, in.Current = now.Settings, now.Position, slices.Values(now.heads)
	plan, err := c.plan(ctx, h, in)
	if err != nil {
		return err
	}
	if c.Impact != "" && !plan.Report.Blocked {
		if err := c.compare(ctx, h, store, plan); err != nil {
			return err
		}
	}
	if plan.Report.Blocked || c.DryRun {
		return c.refused(h, plan)
	}
	return c.apply(ctx, h, at, store, plan)
}

// ready opens the store, for a dry run without writing, and reads what it has. Whoever asks closes it.
func (c *importCmd) ready(ctx context.Context, h *host, at place) (layers.Store, *present, error) {
	store, err := at.open(ctx, layers.StoreOptions{ReadOnly: c.DryRun})
	if err != nil {
		return nil, nil, err
	}
	now, err := readPresent(ctx, store)
	if err != nil {
		closeStore(h, store)
		return nil, nil, err
	}
	return store, now, nil
}

// importable lists the layers that files of people hold.
func importable() (out []string) {
	for _, info := range layers.All() {
		if info.Layer != layers.Editions && !info.Managed {
			out = append(out, string(info.Layer))
		}
	}
	return out
}

// input makes sense of the flags, before any file is touched.
func (c *importCmd) input(h *host) (in source.Input, err error) {
	if c.Layer == "" || c.File == "" {
		return in, usage("name a layer and a file, or --undo with the id of an import")
	}
	if in.Layer, err = layers.ParseLayer(c.Layer); err != nil || in.Layer == layers.Editions {
		return in, usage("%s is no layer that can be imported; there are %s", c.Layer, strings.Join(importable(), ", "))
	}
	if info, _ := in.Layer.Info(); c.CRS == "" && info.Geometry == "" {
		c.CRS = string(geo.CGCS2000) // there are no coordinates
	}
	if c.CRS == "" {
		return in, usage("--crs is missing: name the system of the file's coordinates, because it is never guessed (%v)", geo.AllCRS())
	}
	if in.CRS, err = geo.ParseCRS(c.CRS); err != nil {
		return in, usage("--crs %s: %s", c.CRS, lastWords(err))
	}
	if in.ValidFrom, err = parseWhen("valid-from", c.ValidFrom); err != nil {
		return in, err
	}
	if c.Tolerance <= 0 || c.Tolerance > 100 {
		return in, usage("--tolerance %g: want metres above 0 and up to 100", c.Tolerance)
	}
	in.Mapping = c.Mapped.mapping()
	in.Edition, in.Repair, in.Tolerance, in.ReplaceAll = c.Edition, c.Repair, geo.Metres(c.Tolerance), c.Replace
	in.Provenance = source.Provenance{Authority: c.Authority, Document: c.Document, SurveyDate: c.SurveyDate, AccuracyM: c.Accuracy}
	in.Converter, in.Now = h.conv, layers.InstantOf(h.now())
	return in, nil
}

// mapping collects what the flags say about fields.
func (m mapped) mapping() source.Mapping {
	out := source.Mapping{Fields: map[string]string{}, Values: m.Set}
	for column, field := range map[string]string{"code": m.CodeField, "name": m.NameField, "name_en": m.NameEnField, "town": m.TownField,
		"district": m.DistrictField, "kind": m.KindField, "unit": m.UnitField, "office": m.OfficeField, "class": m.ClassField} {
		if field != "" {
			out.Fields[column] = field
		}
	}
	for column, field := range m.Field {
		out.Fields[column] = field
	}
	return out
}

// parseWhen reads a day in Shanghai or a time with offset, zero for nothing.
func parseWhen(flag, s string) (layers.Instant, error) {
	if s == "" {
		return 0, nil
	}
	if at, err := layers.ParseDay(s); err == nil {
		return at, nil
	}
	at, err := layers.ParseInstant(s)
	if err != nil {
		return 0, usage("--%s %s: want a day such as 2025-05-01, or a time such as 2025-05-01T08:00:00+08:00", flag, s)
	}
	return at, nil
}

// plan reads the file with a bar, and compares it with the store.
func (c *importCmd) plan(ctx context.Context, h *host, in source.Input) (*source.Plan, error) {
	src, err := c.open(h, string(in.Layer))
	if err != nil {
		return nil, err
	}
	defer src.Close() // it was only read
	in.Source = src
	_, total := src.Progress()
	bar := h.progress("reading "+src.Name(), total, src.Format() != source.GeoPackage)
	in.Progress = func(done, _ int64) { bar.at(done) }
	plan, err := source.NewPlan(ctx, in)
	bar.end()
	return plan, err
}

func (c *importCmd) open(h *host, prefer string) (*source.Source, error) {
	o := source.Options{Format: source.Format(c.Format), Layer: c.FileLayer, Prefer: prefer, Encoding: c.Encoding, LenientNumbers: c.Lenient,
		LonField: c.LonField, LatField: c.LatField, WKTField: c.WKTField}
	if c.Format != "" {
		f, err := source.ParseFormat(c.Format)
		if err != nil {
			return nil, usage("--format %s: want geojson, gpkg, csv or xlsx", c.Format)
		}
		o.Format = f
	}
	if c.File != "-" {
		return source.Open(c.File, o)
	}
	if o.Format != source.GeoJSON && o.Format != source.CSV && o.Format != source.XLSX {
		return nil, usage("standard input needs --format geojson, csv or xlsx")
	}
	return source.FromReader(h.in, "standard input", o)
}

// outcome is the report with what became of it.
type outcome struct {
	source.Report
	DryRun   bool             `json:"dry_run,omitempty"`
	Imported *layers.Position `json:"imported,omitempty"`
	Undo     string           `json:"undo,omitempty"`
}

// refused prints the report of an import that is not carried out; one without an error was only to be looked at.
func (c *importCmd) refused(h *host, plan *source.Plan) error {
	if err := c.print(h, outcome{Report: plan.Report, DryRun: c.DryRun}); err != nil {
		return err
	}
	switch {
	case !plan.Report.Blocked:
		if !c.JSON {
			fmt.Fprintln(h.out, "dry run: nothing was written")
		}
		return nil
	case c.JSON:
		return exitWith(exitFailed)
	}
	return &failure{what: fmt.Sprintf("%s was not imported: %d errors, %d warnings", plan.Report.File, plan.Report.Errors(), plan.Report.Warnings()),
		kept: "the store, as it was", todo: c.advice(plan)}
}

// advice says what may help, by the kinds of errors.
func (c *importCmd) advice(plan *source.Plan) string {
	var out []string
	borders := 0
	for _, k := range []geo.DefectKind{geo.DefectGap, geo.DefectSliver, geo.DefectOverlap, geo.DefectCrossingEdge, geo.DefectUnmatchedVertex,
		geo.DefectRingSelfCrossing, geo.DefectRingUnclosed, geo.DefectHoleOutside} {
		borders += plan.Report.Count(source.Kind(k))
	}
	if borders > 0 && !c.Repair {
		out = append(out, "--repair mends borders within --tolerance and says what moved")
	}
	if plan.Report.Count(source.KindStringNumber) > 0 {
		out = append(out, "--lenient-numbers takes texts for numbers")
	}
	if plan.Report.Count(source.KindNoCode) > 0 || plan.Report.Count(source.KindCodeClash) > 0 {
		out = append(out, "--code-field names another field, or a template")
	}
	if plan.Report.Count(source.KindSwapped) > 0 {
		out = append(out, "exchange the columns in the file")
	}
	if len(out) == 0 {
		return "mend the file; --max-problems 0 lists all, --json everything"
	}
	return strings.Join(out, "; ")
}

// apply shows the difference, and writes it in one transaction.
func (c *importCmd) apply(ctx context.Context, h *host, at place, store layers.Store, plan *source.Plan) error {
	done := outcome{Report: plan.Report}
	if !c.JSON { // the difference is shown before it is written
		if err := plan.Report.WriteText(h.out, c.MaxProblems); err != nil {
			return err
		}
	}
	if len(plan.Edits()) > 0 {
		tx, err := plan.Tx(actor(), h.now())
		if err != nil {
			return err
		}
		bar := h.progress(fmt.Sprintf("writing %d changes", len(tx.Edits)), -1, false)
		receipt, err := store.Apply(ctx, tx)
		bar.end()
		if err != nil {
			return err
		}
		done.Imported, done.Undo = &receipt.Position, fmt.Sprint(receipt.Position.Revision)
	}
	if c.JSON {
		return c.print(h, done)
	}
	if done.Imported == nil {
		fmt.Fprintln(h.out, "the store has all of it already: nothing was written")
		return nil
	}
	fmt.Fprintf(h.out, "imported as revision %s; to undo it: wangge import --undo %s%s\n", done.Imported, done.Undo, at.flag())
	return nil
}

func (c *importCmd) print(h *host, o outcome) error {
	if !c.JSON {
		return o.WriteText(h.out, c.MaxProblems)
	}
	return writeJSON(h.out, o)
}

// writeJSON writes v for programs and people: indented, names as they are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// closeStore ends the use of a store. What was acknowledged is safe already, so that a failure is only logged.
func closeStore(h *host, s layers.Store) {
	if err := s.Close(); err != nil && !errors.Is(err, context.Canceled) {
		h.log.Warn("the store was not closed cleanly", "error", err)
	}
}
