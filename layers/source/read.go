package source

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// ReadFeatures reads the features of a layer from GeoJSON that Write made, in the order of the file: the embedded demo, for one. The
// features are validated each by itself. Anything but a whole and valid file in that form is an error of kind layers.ErrInvalid that
// names the first problems.
func ReadFeatures(ctx context.Context, r io.Reader, name string, l layers.Layer, settings layers.Settings) ([]layers.Feature, error) {
	info, ok := l.Info()
	if !ok {
		_, err := layers.ParseLayer(string(l))
		return nil, err
	}
	s, err := FromReader(r, name, Options{Format: GeoJSON})
	if err != nil {
		return nil, fmt.Errorf("source: %s: %w", name, err)
	}
	in := &Input{Layer: l, Source: s, CRS: geo.CGCS2000, Settings: settings, Tolerance: layers.CoverageTolerance}
	records, err := read(ctx, in)
	if err != nil {
		return nil, err
	}
	report := newCollector()
	if declaredFits(in, report) && len(records) > 0 {
		bound, problems := in.Mapping.bind(l, s.Fields())
		if !bound.whole {
			return nil, fmt.Errorf("source: %s: %w: is not an export of %s", name, layers.ErrInvalid, l)
		}
		for _, p := range problems {
			report.add(p)
		}
		m := &maker{in: in, info: info, columns: layers.Columns(l), bound: bound, store: look(in), report: report}
		drafts := uniqueCodes(draftsOf(m, records), report)
		if !report.blocked() {
			return validated(drafts, m)
		}
	}
	return nil, problemsError(name, report)
}

func validated(drafts []*draft, m *maker) ([]layers.Feature, error) {
	out := make([]layers.Feature, 0, len(drafts))
	for _, d := range drafts {
		m.validate(d)
		out = append(out, d.feature)
	}
	if m.report.blocked() {
		return nil, problemsError(m.in.Source.Name(), m.report)
	}
	return out, nil
}

// problemsError is nil when nothing blocks, else an error that says the first problems.
func problemsError(name string, c *collector) error {
	var r Report
	if c.into(&r); !r.Blocked {
		return nil
	}
	var parts []string
	for _, p := range r.Problems {
		if p.Severity == geo.SeverityError {
			parts = append(parts, fmt.Sprintf("%s: %s", p.Kind, p))
		}
	}
	parts = slices.Clip(parts[:min(len(parts), 3)])
	return fmt.Errorf("source: %s: %w: %d problems: %s", name, layers.ErrInvalid, r.Errors(), strings.Join(parts, "; "))
}
