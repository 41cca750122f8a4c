package duty

import (
	"wangge/geo"
	"wangge/layers"
)

// Outcome says what kind of answer it is.
type Outcome string

// The outcomes.
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
	// CrossBorder: the rule that decided names the grid that leads along a border, or what was reported lies in several grids or
	// communities.
	CrossBorder Outcome = "cross_border"
)

// Question is what is asked.
type Question struct {
	// Lon and Lat are the numbers as given, in CRS; for EPSG:4549 they are easting and northing in metres. With a Shape About has set them.
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
	CRS geo.CRS `json:"crs"`
	// Shape is the line or the area that the report is about; nil for a position.
	Shape *Shape `json:"geometry,omitempty"`
	// AccuracyM is the 68 % radius of the position's error, 0 if it is not known. It has no meaning with a Shape.
	AccuracyM float64 `json:"accuracy_m,omitempty"`
	// Category is a path such as part.pole.abandoned; empty for none.
	Category string `json:"category,omitempty"`
	// At is when the answer is to apply.
	At layers.Instant `json:"at"`
	// Channel, Severity and Reporter are what the report says of itself: words of layers.Channels, Severities and Reporters, or empty.
	Channel  string `json:"channel,omitempty"`
	Severity string `json:"severity,omitempty"`
	Reporter string `json:"reporter,omitempty"`
	// Confidence is how sure the source is, above 0 to 1; 0 if it does not say.
	Confidence float64 `json:"confidence,omitempty"`
	// WhistleItem is the number in the whistle list by which it was reported. Who asks has turned it into Category.
	WhistleItem int `json:"whistle_item,omitempty"`
	// CaseNumber is the number of the case. Agreements by case go by its last digit.
	CaseNumber string `json:"case_number,omitempty"`
	// ReceivedBy is the code of the grid that took the report first.
	ReceivedBy string `json:"received_by,omitempty"`
	// Excluded are units that have refused the case.
	Excluded []string `json:"excluded,omitempty"`
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
	// Neighbour are the other grids and the outside near a position, or outside the external units there, the nearest first.
	Neighbour []Nearest `json:"neighbours"`
	Overlays  []Level   `json:"overlays"`
	Features  []Feature `json:"features"`
	// Responsibility is nil outside.
	Responsibility *Responsibility `json:"responsibility"`
	Trace          []Step          `json:"trace"`
	Data           Data            `json:"data"`
	Demo           bool            `json:"demo,omitempty"`
}

// Position is where the question was understood to be. For a line or an area it is a position of it in the grid that leads, which stands for
// all of it.
type Position struct {
	Lon       float64 `json:"lon"`
	Lat       float64 `json:"lat"`
	CRS       geo.CRS `json:"crs"`
	Converted bool    `json:"converted"`
	Precision string  `json:"precision" enum:"point,line,polygon"`
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
	// Code is empty for the outside of the district, and External is true. Then Unit and the names are of the external unit that lies
	// there, empty where none is known.
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

// Nearest is a grid near a position, or what lies outside of the district there.
type Nearest struct {
	// Code is empty for the outside of the district, and External is true. Then Unit and the names are of the external unit that lies
	// there, empty where none is known; of an answer outside Distance is 0 in the ground of the unit.
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Unit is the office of the grid.
	Unit     string  `json:"unit,omitempty"`
	Distance float64 `json:"distance_m"`
	SameTown bool    `json:"same_town"`
	External bool    `json:"external,omitempty"`
	// Border is the id of the border with the grid of the position; empty where both touch in points alone, and outside.
	Border string `json:"border_segment,omitempty"`
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

	exact geo.Metres // Distance before it was rounded
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
	// CrossBorder says what the case crosses; nil for nothing.
	CrossBorder *Crossing `json:"cross_border"`
	// Fallback is true when no rule chose the unit, or one for all that no other is about.
	Fallback bool `json:"fallback"`
	// Basis is what the duty rests on; nil without a rule.
	Basis *Basis `json:"list_basis"`
	// Clock are the deadlines; nil without any.
	Clock *Deadlines `json:"clock"`
}

// Party is a unit in a role.
type Party struct {
	Unit   string `json:"unit"`
	Name   string `json:"name,omitempty"`
	NameEn string `json:"name_en,omitempty"`
	// Role is one of the roles below.
	Role string `json:"role"`
	// Rule is the revision of the rule that names the unit, such as R-017@3; empty for what is so without a rule.
	Rule string `json:"rule,omitempty"`
	// Post is the id of the post by which the rule names it.
	Post string `json:"post,omitempty"`
}

// The roles, the strongest first.
const (
	Dispose  = "dispose"   // does what is to be done
	Help     = "help"      // does its part of it
	FollowUp = "follow_up" // sees to it that it is done
	Inform   = "inform"    // is told
)

// Crossing says what a case crosses (三跨): areas, departments or levels.
type Crossing struct {
	// Kinds are area, department and level, in this order.
	Kinds []string `json:"kinds"`
	// Lead is the unit that leads, and Other the unit of the other grid.
	Lead  string `json:"lead,omitempty"`
	Other string `json:"other,omitempty"`
	// LeadGrid and OtherGrid are the codes of the two grids of a case that crosses areas; without a leading one of them, the lower first.
	LeadGrid  string `json:"lead_grid,omitempty"`
	OtherGrid string `json:"other_grid,omitempty"`
	// Agreement is the id of the agreement by which one leads.
	Agreement string `json:"agreement,omitempty"`
	// Reason is why that unit leads: one of the reasons below.
	Reason string `json:"reason,omitempty" enum:"agreement,share,received,parent,rule"`
	// Areas are the grids that have a part of a reported line or area, and its communities if it lies in several, each with its share.
	Areas []Part `json:"areas,omitempty"`
}

// Part is what a grid, a community, or the ground outside of the district has of a reported line or area. Those with less than 0.005 are
// left out.
type Part struct {
	Layer layers.Layer `json:"layer"`
	// Code is empty for the outside of the district, and External is true.
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Share of the length, or of the area, to 0.001. What runs along a border is half on each side.
	Share    float64 `json:"share"`
	Unit     string  `json:"unit,omitempty"` // the office of the grid, or the unit whose ground lies outside
	External bool    `json:"external,omitempty"`
}

// The kinds of crossings.
const (
	CrossesAreas       = "area"       // the error of the position, the reported line or area, or the rule reaches over a border
	CrossesDepartments = "department" // two departments have to act
	CrossesLevels      = "level"      // the one who acts, or a part of it, is outside the district, or a department of the district acts that a grid calls
)

// Why a unit leads.
const (
	ByAgreement = "agreement" // the agreement in force says so
	ByShare     = "share"     // more of the case lies in its grid
	ByReceipt   = "received"  // its grid took the report first
	ByParent    = "parent"    // it is above both
	ByRule      = "rule"      // the rule names it; nothing crosses a border
)

// Basis is what a duty rests on: a list, and the number in that of the whistles.
type Basis struct {
	List string `json:"list"`
	Item int    `json:"item,omitempty"`
	// Invented says that no source gives the assignment.
	Invented bool `json:"invented,omitempty"`
}

// Deadlines are when a case must be acknowledged, when somebody must have arrived, and when it must be resolved; null where the rule does
// not say.
type Deadlines struct {
	Ack     layers.Instant `json:"ack_due" nullable:"true"`
	Arrive  layers.Instant `json:"arrive_due" nullable:"true"`
	Resolve layers.Instant `json:"resolve_due" nullable:"true"`
	// Kinds are how each is counted.
	Kinds ClockKinds `json:"kinds"`
	// Calendar are the notices of the years from the start to the last deadline.
	Calendar string `json:"calendar,omitempty"`
	// Provisional says that a deadline may change, because a year on the way has no notice yet.
	Provisional bool `json:"provisional"`
}

// ClockKinds are how deadlines are counted: see calendar.ClockKind.
type ClockKinds struct {
	Ack     string `json:"ack,omitempty"`
	Arrive  string `json:"arrive,omitempty"`
	Resolve string `json:"resolve,omitempty"`
}

// Step is one line of how the answer came about.
type Step struct {
	// Step is crs, shape, grid, snap, rules, skipped, rule, allowed, office, parent, left_out, border or ambiguous.
	Step   string `json:"step"`
	Detail string `json:"detail,omitempty"`
	// Considered is how many rules the step rules looked at one by one, Matched which of them hold here, the first in rank first.
	Considered int      `json:"considered,omitempty"`
	Matched    []string `json:"matched,omitempty"`
}

// Data names the versions that the answer rests on.
type Data struct {
	Epoch    string `json:"epoch"`
	Revision int64  `json:"revision"`
	Edition  string `json:"edition"`
	// Rules are the rules that count (Rules.Version), Calendar the notices of the year of the question.
	Rules    string `json:"rules"`
	Calendar string `json:"calendar,omitempty"`
	// AsOf is when that revision was recorded.
	AsOf layers.Instant `json:"features_as_of"`
}
