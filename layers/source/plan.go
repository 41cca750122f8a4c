package source

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"wangge/geo"
	"wangge/layers"
)

// Input is everything that an import depends on.
type Input struct {
	Layer  layers.Layer
	Source *Source
	// CRS is the system of the file's coordinates. It is never guessed.
	CRS       geo.CRS
	Converter geo.Converter
	Mapping   Mapping
	// Edition is the code of the edition that the features of a partition belong to, "" for none.
	Edition    string
	Provenance Provenance
	// ValidFrom is when the new states start to apply. Zero means Now, unless the file gives its own valid_from.
	ValidFrom layers.Instant
	Now       layers.Instant
	// Repair asks to mend rings, gaps and overlaps by moving borders up to Tolerance; zero is layers.CoverageTolerance.
	Repair    bool
	Tolerance geo.Metres
	// ReplaceAll ends features that are not in the file. A partition is always replaced as a whole.
	ReplaceAll bool
	// Settings and Position are the store's; Current yields the head row of every feature of every layer, in any order. A nil
	// Current is an empty store.
	Settings layers.Settings
	Position layers.Position
	Current  iter.Seq[layers.Feature]
	// Progress is called now and then with Source.Progress while the file is read; nil is allowed.
	Progress func(done, total int64)

	fixed bool // ValidFrom was given
}

// Plan is what an import would do.
type Plan struct {
	// Report says so for people; see Report.Blocked.
	Report Report
	// Features are the new states by code. They belong to the caller, who passes them on to a store.
	Features []layers.Feature

	layer  layers.Layer
	edits  []layers.Edit
	guards []layers.Guard
	ended  []layers.Feature
}

// NewPlan reads a file and compares it with the store. Everything that is wrong with the content is in the report, and a plan whose
// report is blocked has no edits. The error is for what keeps a report from being made: input that makes no sense (kind
// layers.ErrInvalid or geo.ErrCRS), a file that cannot be read to its end (layers.ErrInvalid), or the end of ctx.
func NewPlan(ctx context.Context, in Input) (*Plan, error) {
	info, ok := in.Layer.Info()
	if !ok {
		_, err := layers.ParseLayer(string(in.Layer))
		return nil, err
	}
	if _, err := geo.ParseCRS(string(in.CRS)); err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	if in.Now == 0 {
		in.Now = layers.InstantOf(time.Now())
	}
	if in.fixed = in.ValidFrom != 0; !in.fixed {
		in.ValidFrom = in.Now
	}
	if !(in.Tolerance > 0) {
		in.Tolerance = layers.CoverageTolerance
	}
	records, err := read(ctx, &in)
	if err != nil {
		return nil, err
	}
	p := &Plan{layer: in.Layer, Report: Report{File: in.Source.Name(), FileLayer: in.Source.Layer(), Format: in.Source.Format(),
		Layer: in.Layer, CRS: in.CRS, Declared: in.Source.Declared(), Records: len(records), Fields: map[string]string{}}}
	report := newCollector()
	p.make(&in, info, records, report)
	report.into(&p.Report)
	if p.Report.Blocked {
		p.edits, p.guards = nil, nil
	}
	return p, ctx.Err()
}

// read takes all records of the file.
func read(ctx context.Context, in *Input) ([]*Record, error) {
	var records []*Record
	for r, err := range in.Source.Records(ctx) {
		if err != nil {
			return nil, err
		}
		records = append(records, &r)
		if in.Progress != nil && len(records)%256 == 0 {
			in.Progress(in.Source.Progress())
		}
	}
	if in.Progress != nil {
		in.Progress(in.Source.Progress())
	}
	return records, nil
}

// make goes through the steps of an import. It stops early where the next step would only repeat the same complaint for every row.
func (p *Plan) make(in *Input, info layers.Info, records []*Record, report *collector) {
	if len(records) == 0 {
		report.add(Problem{Kind: KindEmpty, Severity: geo.SeverityError, Detail: "the file has no records"})
		return
	}
	if !declaredFits(in, report) {
		return
	}
	store := look(in)
	bound, problems := in.Mapping.bind(in.Layer, in.Source.Fields())
	p.Report.Fields = bound.described()
	for _, problem := range problems {
		report.add(problem)
	}
	if len(bound.unused) > 0 {
		report.add(Problem{Kind: KindDeadField, Severity: geo.SeverityInfo, Detail: "not used: " + strings.Join(bound.unused, ", ")})
	}
	sample := sampleOf(records)
	if swapped(in, store, sample) {
		report.add(Problem{Kind: KindSwapped, Severity: geo.SeverityError, Row: records[0].Row, Detail: fmt.Sprintf(
			"the first number of a position should be the longitude (easting); most positions make sense only the other way round, such as %v, %v",
			sample[0][0], sample[0][1])})
	}
	if report.blocked() {
		return
	}
	nameEdition(in, info, store, report)
	m := &maker{in: in, info: info, columns: layers.Columns(in.Layer), bound: bound, store: store, report: report}
	drafts := draftAll(m, records)
	p.check(m, drafts)
	if info.Geometry != "" {
		p.Report.Fits = probe(in, store, sample, report)
		outside(in, store, drafts, report)
	}
}

// declaredFits compares the system that the file names with the one that the caller names.
func declaredFits(in *Input, report *collector) bool {
	name := in.Source.Declared()
	if name == "" {
		return true
	}
	declared, err := geo.ParseCRS(name)
	if err == nil && declared.Normal() == in.CRS.Normal() {
		return true
	}
	detail := fmt.Sprintf("the file says that its coordinates are in %s, --crs says %s", name, in.CRS)
	if err != nil {
		detail += "; " + name + " is not read: transform the file first, for example with ogr2ogr -t_srs EPSG:4490"
	}
	report.add(Problem{Kind: KindCRSMismatch, Severity: geo.SeverityError, Detail: detail})
	return false
}

// draftAll makes the features, sorted by code, each code once.
func draftAll(m *maker, records []*Record) []*draft {
	drafts := uniqueCodes(draftsOf(m, records), m.report)
	slices.SortStableFunc(drafts, func(a, b *draft) int { return strings.Compare(a.code, b.code) })
	return drafts
}

// draftsOf makes the features in the order of the records.
func draftsOf(m *maker, records []*Record) []*draft {
	var drafts []*draft
	for _, r := range records {
		if d := m.draft(r); d != nil {
			drafts = append(drafts, d)
		}
	}
	return drafts
}

// check looks at the features alone, at each other, and at the store, and writes the edits if all is well.
func (p *Plan) check(m *maker, drafts []*draft) {
	in, report := m.in, m.report
	var guarded []layers.Layer
	if strings.HasSuffix(m.info.Geometry, "Polygon") {
		coverage, repair := topology(in, m.info, drafts, report)
		p.Report.Repair = repair
		if coverage != nil && coverage.Len() == len(drafts) {
			if parent := tiling(in, m.store, coverage, drafts, report); parent != "" {
				guarded = append(guarded, parent)
			}
		}
	}
	there := p.willBe(m, drafts)
	for _, d := range drafts {
		m.validate(d)
		m.references(d, there)
		p.Features = append(p.Features, d.feature)
	}
	uniqueColumns(in, m.info, m.store, drafts, report)
	if !report.blocked() {
		p.difference(in, m.info, m.store, drafts)
		p.referenced(in, m.store, report)
	}
	if m.info.Partition || in.ReplaceAll {
		guarded = append(guarded, in.Layer)
	}
	for _, l := range guarded {
		p.guards = append(p.guards, layers.Guard{Layer: l, Revision: in.Position.Revision})
	}
}

// willBe says which features there will be after the import.
func (p *Plan) willBe(m *maker, drafts []*draft) func(layers.Key) bool {
	here := map[string]bool{}
	for _, d := range drafts {
		here[d.feature.Head().ID] = true
	}
	whole := m.info.Partition || m.in.ReplaceAll
	return func(k layers.Key) bool {
		switch {
		case k.Layer == m.in.Layer:
			return here[k.ID] || !whole && m.store.byID[k.ID] != nil
		case k.Layer == layers.Editions && m.store.edition != nil && k.ID == m.store.edition.ID:
			return true
		}
		return m.store.ids[k]
	}
}

// Edits returns the difference from what the store has: creations and replacements, then ends. It is nil when the report is blocked and
// empty when nothing differs. The slice is the caller's.
func (p *Plan) Edits() []layers.Edit { return slices.Clone(p.edits) }

// Tx returns the one transaction of the import, guarded against changes of the layers that it was checked against. It is an error of
// kind layers.ErrInvalid when the report is blocked.
func (p *Plan) Tx(actor layers.Actor, at time.Time) (layers.Tx, error) {
	if p.Report.Blocked {
		return layers.Tx{}, fmt.Errorf("source: import of %s into %s: %w: %d problems, see the report", p.Report.File, p.layer,
			layers.ErrInvalid, p.Report.Errors())
	}
	d := p.Report.Diff
	note := fmt.Sprintf("import of %s into %s: %d created, %d replaced, %d ended", p.Report.File, p.layer, d.Created, d.Replaced, d.Ended)
	return layers.Tx{Actor: actor, At: at, Kind: "import", Note: note, Guards: slices.Clone(p.guards), Edits: p.Edits()}, nil
}
