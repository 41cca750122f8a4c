package source

import (
	"fmt"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// Provenance says where the borders of an edition come from. All four are needed to publish it as official.
type Provenance struct {
	Authority, Document string
	// SurveyDate is a date such as 2025-05-01.
	SurveyDate string
	// AccuracyM is the stated accuracy of the survey in metres.
	AccuracyM float64
}

// missing lists what is not given.
func (p Provenance) missing() (out []string) {
	for _, f := range []struct {
		name string
		have bool
	}{{"authority", p.Authority != ""}, {"document", p.Document != ""}, {"survey-date", p.SurveyDate != ""}, {"accuracy", p.AccuracyM > 0}} {
		if !f.have {
			out = append(out, f.name)
		}
	}
	return out
}

// editionID returns the id of the edition that the import names, "" for none.
func (s *present) editionID() string {
	if s.edition == nil {
		return ""
	}
	return s.edition.ID
}

// nameEdition finds or makes the edition of the import. What is given replaces what the store has; what is not given stays.
func nameEdition(in *Input, info layers.Info, s *present, report *collector) {
	if !info.Partition {
		if in.Edition != "" {
			report.add(Problem{Kind: KindEdition, Severity: geo.SeverityError,
				Detail: fmt.Sprintf("%s have no editions; towns, grids and communities have", in.Layer)})
		}
		return
	}
	if in.Edition != "" {
		s.edition, s.editionOp = s.makeEdition(in, report)
	}
	kept := in.Provenance
	if e := s.edition; e != nil {
		kept = Provenance{e.Authority, e.Document, e.SurveyDate, e.AccuracyM}
	}
	if missing := kept.missing(); len(missing) > 0 || s.edition == nil {
		detail := "without " + strings.Join(missing, ", ") + " it is provisional and cannot be published as official"
		if s.edition == nil {
			detail = "no edition is named (--edition), so that authority, document, survey date and accuracy are not recorded"
		}
		report.add(Problem{Kind: KindProvenance, Severity: geo.SeverityWarning, Detail: detail})
	}
}

func (s *present) makeEdition(in *Input, report *collector) (*layers.Edition, layers.Op) {
	code := in.Edition
	if !idForm(code) {
		report.add(Problem{Kind: KindEdition, Severity: geo.SeverityError, Field: "edition",
			Detail: fmt.Sprintf("%.60q cannot be the code of an edition: it has 1 to 64 letters, digits, '_', '-' or '.'", code)})
		return nil, ""
	}
	old := s.codes[code]
	if old != nil && old.Of != in.Layer { // codes are unique in the layer of editions; each partition has editions of its own
		code += "-" + string(in.Layer)
		old = s.codes[code]
	}
	e := &layers.Edition{Meta: layers.Meta{ID: asID("e_" + code), ValidFrom: in.ValidFrom}, Code: code, Name: in.Edition, Of: in.Layer}
	if old != nil {
		made := *old
		e = &made
	}
	p := in.Provenance
	for _, f := range []struct {
		to   *string
		from string
	}{{&e.Authority, p.Authority}, {&e.Document, p.Document}, {&e.SurveyDate, p.SurveyDate}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	if p.AccuracyM != 0 {
		e.AccuracyM = p.AccuracyM
	}
	e.Official = len(Provenance{e.Authority, e.Document, e.SurveyDate, e.AccuracyM}.missing()) == 0
	if err := e.Validate(in.Settings.Codes); err != nil {
		report.add(Problem{Kind: KindEdition, Severity: geo.SeverityError, Code: code, Field: "edition", Detail: err.Error()})
	}
	switch {
	case old == nil:
		return e, layers.Create
	case same(old, e):
		return old, ""
	}
	e.ValidFrom = in.ValidFrom
	return e, layers.Replace
}
