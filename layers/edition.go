package layers

import "github.com/paulmach/orb"

// Edition is one published state of a partition: which authority drew the borders, by which document, from when.
type Edition struct {
	Meta
	// Code is what people call it, such as 2025-03.
	Code string `json:"code"`
	Name string `json:"name"`
	// Layer is the partition that it is an edition of: towns, grids or communities.
	Of Layer `json:"of"`
	// Official editions need Authority, Document, SurveyDate and AccuracyM; the others are provisional.
	Official   bool   `json:"official"`
	Authority  string `json:"authority,omitempty"`
	Document   string `json:"document,omitempty"`
	SurveyDate string `json:"survey_date,omitempty"`
	// AccuracyM is the stated accuracy of the survey in metres.
	AccuracyM float64 `json:"accuracy_m,omitempty"`
}

// Layer returns Editions.
func (e *Edition) Layer() Layer { return Editions }

// Label returns code and name.
func (e *Edition) Label() (code, name string) { return e.Code, e.Name }

// Shape returns nil: the geometry is in the rows that name the edition.
func (e *Edition) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (e *Edition) SetShape(g orb.Geometry) error { return noShape(e, g) }

// Validate checks that an official edition has its four provenance fields.
func (e *Edition) Validate(CodeSpace) error {
	c := check(e)
	c.ref("/code", e.Code, true)
	c.text("/name", e.Name, true)
	c.oneOf("/of", string(e.Of), string(Towns), string(Grids), string(Communities))
	c.text("/authority", e.Authority, e.Official)
	c.text("/document", e.Document, e.Official)
	c.text("/survey_date", e.SurveyDate, e.Official)
	if e.SurveyDate != "" {
		if _, err := ParseDay(e.SurveyDate); err != nil {
			c.add("/survey_date", "form", "want a date such as 2025-05-01")
		}
	}
	low := 0.0
	if e.Official {
		low = 0.001
	}
	c.within("/accuracy_m", e.AccuracyM, low, 1000)
	return c.result()
}
