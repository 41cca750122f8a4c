package duty

import (
	"wangge/geo"
	"wangge/layers"
)

// Outcome says what kind of answer it is.
type Outcome string

// The outcomes. CrossBorder comes with agreements and rules.
const (
	// Assigned: a unit is responsible.
	Assigned Outcome = "assigned"
	// NoAction: what was reported is allowed here at this time, so that nobody has to act.
	NoAction Outcome = "no_action"
	// Unassigned: inside a grid that has no office, and nothing else names a unit.
	Unassigned Outcome = "unassigned"
	// Outside: not in the district.
	Outside Outcome = "outside"
	// Ambiguous: the error of the position reaches over a border so far that its grid, or the outside, has less than 0.90 of it.
	// The answer is that of the position as given.
	Ambiguous Outcome = "ambiguous"
)

// Question is what is asked.
type Question struct {
	// Lon and Lat are the numbers as given, in CRS; for EPSG:4549 they are easting and northing in metres.
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
	CRS geo.CRS `json:"crs"`
	// AccuracyM is the 68 % radius of the position's error, 0 if it is not known.
	AccuracyM float64 `json:"accuracy_m,omitempty"`
	// Category is a path such as part.pole.abandoned; empty for none.
	Category string `json:"category,omitempty"`
	// At is when the answer is to apply.
	At layers.Instant `json:"at"`
}

// Answer is the whole answer. Lists are never nil, so that they are [] in JSON.
type Answer struct {
	// ID is set by the service: a signed token of the query and the versions.
	ID       string   `json:"answer_id,omitempty"`
	Outcome  Outcome  `json:"outcome" enum:"assigned,unassigned,outside,ambiguous,cross_border,no_action"`
	Query    Question `json:"query"`
	Position Position `json:"position"`
	Grid     *GridHit `json:"grid"`
	Nearest  *Nearest `json:"nearest,omitempty"` // without a grid only
	// Candidates are the grids that may have an ambiguous position, the most probable first.
	Candidates []Candidate `json:"candidates,omitempty"`
	Hierarchy  []Level     `json:"hierarchy"`
	Neighbour  []Nearest   `json:"neighbours"`
	Overlays   []Level     `json:"overlays"`
	Features   []Feature   `json:"features"`
	// Responsibility is nil outside.
	Responsibility *Responsibility `json:"responsibility"`
	Trace          []Step          `json:"trace"`
	Data           Data            `json:"data"`
	Demo           bool            `json:"demo,omitempty"`
}

// Position is where the question was understood to be.
type Position struct {
	Lon       float64 `json:"lon"`
	Lat       float64 `json:"lat"`
	CRS       geo.CRS `json:"crs"`
	Converted bool    `json:"converted"`
	Precision string  `json:"precision"`
}

// GridHit is the one grid of a position.
type GridHit struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	NameEn  string `json:"name_en,omitempty"`
	Edition string `json:"edition,omitempty"`
	// Version is the row's version.
	Version int64 `json:"revision"`
	// Match is covers, or edge_rule for a position exactly on a border.
	Match            string  `json:"match" enum:"covers,edge_rule,nearest"`
	BoundaryDistance float64 `json:"boundary_distance_m"`
	// Probability that a position with the error of the question lies in the grid, to 0.001; nil without an accuracy. In GridHit,
	// Nearest and Candidate it means the same.
	Probability *float64 `json:"probability,omitempty"`
}

// Candidate is a grid, or the outside, that may have the position. Those with less than 0.005 are left out.
type Candidate struct {
	// Code is empty for the outside of the district, and External is true.
	Code        string  `json:"code"`
	Name        string  `json:"name"`
	NameEn      string  `json:"name_en,omitempty"`
	Probability float64 `json:"probability"`
	Unit        string  `json:"unit,omitempty"` // the office of the grid
	External    bool    `json:"external,omitempty"`
}

// Level is one area above or around a position.
type Level struct {
	// Level is district, town, grid or community, or the kind of an overlay.
	Level  string `json:"level"`
	ID     string `json:"id,omitempty"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	Unit   string `json:"unit,omitempty"`
}

// Nearest is a grid near a position.
type Nearest struct {
	// Code is empty for the outside of the district, and External is true.
	Code     string  `json:"code"`
	Name     string  `json:"name"`
	NameEn   string  `json:"name_en,omitempty"`
	Distance float64 `json:"distance_m"`
	SameTown bool    `json:"same_town"`
	External bool    `json:"external,omitempty"`
	// Probability as in GridHit.
	Probability *float64 `json:"probability,omitempty"`
}

// Feature is a pole or a kerb zone near a position.
type Feature struct {
	Layer    layers.Layer `json:"layer"`
	ID       string       `json:"id"`
	Code     string       `json:"code"`
	Name     string       `json:"name"`
	Distance float64      `json:"distance_m"`
	Owner    *Owner       `json:"owner,omitempty"`
	// State is that of a pole, or the mode of a zone at the instant of the question.
	State string `json:"state,omitempty"`
	// Rule is what decided about the mode of a zone: see layers.Use.
	Rule string `json:"rule,omitempty"`

	exact geo.Metres   // Distance before it was rounded
	pole  *layers.Pole // nil for another layer
}

// Owner is who a feature belongs to, and by what.
type Owner struct {
	Unit  string `json:"unit"`
	Name  string `json:"name,omitempty"`
	Basis string `json:"basis,omitempty"`
}

// Responsibility is who does what.
type Responsibility struct {
	Primary    *Party  `json:"primary"`
	Co         []Party `json:"co"`
	Supervisor *Party  `json:"supervisor"`
	Informed   []Party `json:"informed"`
	// Fallback is true when no rule chose the unit.
	Fallback bool `json:"fallback"`
}

// Party is a unit in a role.
type Party struct {
	Unit   string `json:"unit"`
	Name   string `json:"name,omitempty"`
	NameEn string `json:"name_en,omitempty"`
	Role   string `json:"role"`
}

// Step is one line of how the answer came about.
type Step struct {
	Step   string `json:"step"`
	Detail string `json:"detail,omitempty"`
}

// Data names the versions that the answer rests on.
type Data struct {
	Epoch    string `json:"epoch"`
	Revision int64  `json:"revision"`
	Edition  string `json:"edition"`
	// AsOf is when that revision was recorded.
	AsOf layers.Instant `json:"features_as_of"`
}
