package layers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"wangge/layers/calendar"
)

// Rule is one revision of a rule of responsibility (责任规则): when it applies, who acts, on what it rests, and by when. It goes the way of a
// schedule, from draft to force.
type Rule struct {
	Meta
	// Code is <series>-<number>. Answers call it <series>@<number>.
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Series is the same for all revisions, such as R-017; Number counts them from 1.
	Series string        `json:"series"`
	Number int           `json:"number"`
	State  ScheduleState `json:"state"`
	// From is the first day in force and Until the day after the last one, empty for no end.
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
	// Band ranks before all else: one of RuleBands.
	Band string    `json:"band"`
	When RuleWhen  `json:"when"`
	Then RuleThen  `json:"then"`
	Base RuleBasis `json:"basis"`
	// Clock says by when; nil for no deadlines.
	Clock     *RuleClock `json:"clock,omitempty"`
	Documents []string   `json:"documents,omitempty"`
	Author    string     `json:"author"`
	BasedOn   string     `json:"based_on,omitempty"`
	Digest    string     `json:"digest,omitempty"`
	Comments  []Comment  `json:"comments,omitempty"`
}

// The bands of rules, the highest first.
const (
	EmergencyRules = "emergency"
	SpecialRules   = "special"
	RegularRules   = "regular"
	FallbackRules  = "fallback"
)

// RuleBands returns the bands of rules, the highest first; the slice is the caller's.
func RuleBands() []string {
	return []string{EmergencyRules, SpecialRules, RegularRules, FallbackRules}
}

// RuleWhen selects what a rule is about. Every member that is set must hold; of a list one is enough.
type RuleWhen struct {
	// Categories are codes of categories: those and all below. None means every category, and a report without one.
	Categories []string     `json:"categories,omitempty"`
	Area       *RuleArea    `json:"area,omitempty"`
	Feature    *RuleFeature `json:"feature,omitempty"`
	// Times are stretches of the week, as those of a schedule: one of them holds the instant.
	Times   []RuleTime   `json:"times,omitempty"`
	Context *RuleContext `json:"context,omitempty"`
}

// RuleArea selects by place.
type RuleArea struct {
	Grids       []string `json:"grids,omitempty"`
	Towns       []string `json:"towns,omitempty"`
	Communities []string `json:"communities,omitempty"`
	// Overlays are ids, OverlayKinds kinds of overlays that the position lies in.
	Overlays     []string `json:"overlays,omitempty"`
	OverlayKinds []string `json:"overlay_kinds,omitempty"`
	// Polygon is drawn; its border belongs to it.
	Polygon orb.Polygon `json:"polygon,omitempty"`
	// Road is the name of a road within RoadWithinM metres, on both of its sides.
	Road        string  `json:"road,omitempty"`
	RoadWithinM float64 `json:"road_within_m,omitempty"`
	// NearBorderM is the greatest distance in metres from the border to another grid of the district.
	NearBorderM float64 `json:"near_border_m,omitempty"`
}

// RuleFeature selects by what stands there: the nearest feature of a layer within some metres.
type RuleFeature struct {
	// Layer is poles or zones.
	Layer Layer `json:"layer"`
	// WithinM is how near the feature must be: 0 for a pole within 30 m, and for a zone that the position lies in.
	WithinM float64 `json:"within_m,omitempty"`
	// OwnerUnits and OwnerKinds are about the owner with the largest share, or the manager of a zone. Unowned selects what has none.
	OwnerUnits []string `json:"owner_units,omitempty"`
	OwnerKinds []string `json:"owner_kinds,omitempty"`
	Unowned    bool     `json:"unowned,omitempty"`
	// States and ClaimStates are those of a pole.
	States      []string `json:"states,omitempty"`
	ClaimStates []string `json:"claim_states,omitempty"`
	// Modes are those of a zone at the instant.
	Modes []Mode `json:"modes,omitempty"`
}

// RuleTime is a stretch of time that comes again: a start and a length on some days.
type RuleTime struct {
	DaysRule
	// Start is HH:MM; DurationMin 1 to 1440, over midnight if need be.
	Start       string `json:"start"`
	DurationMin int    `json:"duration_min"`
}

// RuleContext selects by what the report says of itself.
type RuleContext struct {
	Channels   []string `json:"channels,omitempty"`
	Severities []string `json:"severities,omitempty"`
	Reporters  []string `json:"reporters,omitempty"`
	// MinConfidence and MaxConfidence bound the confidence of the source, 0 to 1: from the first on, and below the second. 0 is no bound.
	MinConfidence float64 `json:"min_confidence,omitempty"`
	MaxConfidence float64 `json:"max_confidence,omitempty"`
}

// Channels returns the ways in which reports come: visits, analysis of what was not reported, direct reports, the hotline, cameras,
// patrols; the slice is the caller's.
func Channels() []string {
	return []string{"visit", "analysis", "direct", "12345", "camera", "patrol"}
}

// Severities returns how bad it is; the slice is the caller's.
func Severities() []string { return []string{"low", "normal", "high", "critical"} }

// Reporters returns who reports; the slice is the caller's.
func Reporters() []string { return []string{"resident", "staff", "unit", "machine"} }

// RuleThen says who acts. Units are named by expressions: see UnitExpression.
type RuleThen struct {
	// NoAction says that nothing is wrong here now; there are no units then.
	NoAction bool   `json:"no_action,omitempty"`
	Primary  string `json:"primary,omitempty"`
	// Additive says that the rule adds its other units to those of the rule that gave the primary one; it has no primary itself.
	Additive   bool     `json:"additive,omitempty"`
	Co         []string `json:"co,omitempty"`
	Supervisor string   `json:"supervisor,omitempty"`
	Informed   []string `json:"informed,omitempty"`
}

// RuleBasis is what a rule rests on.
type RuleBasis struct {
	// List is statutory (法定权责必须为), voluntary (自我加压主动为) or whistle (基层吹哨及时为); Item is the number in the whistle list, 1 to 999.
	List string `json:"list"`
	Item int    `json:"item,omitempty"`
	// Invented says that no source gives the assignment.
	Invented bool `json:"invented,omitempty"`
}

// The lists of duties.
const (
	Statutory = "statutory"
	Voluntary = "voluntary"
	Whistle   = "whistle"
)

// RuleClock are the deadlines of a rule: when it must be acknowledged, when somebody must have arrived, and when it must be resolved.
type RuleClock struct {
	Ack     *RuleDeadline `json:"ack,omitempty"`
	Arrive  *RuleDeadline `json:"arrive,omitempty"`
	Resolve *RuleDeadline `json:"resolve,omitempty"`
}

// RuleDeadline is one deadline: see calendar.Clock.
type RuleDeadline struct {
	// Kind is elapsed, work_hours, work_days or natural_days; Amount is in minutes for the first two, in days for the others.
	Kind   calendar.ClockKind `json:"kind"`
	Amount int                `json:"amount"`
	// Opens and Closes are HH:MM, for the clocks of work: 09:00 and 17:30 if they are empty.
	Opens  string `json:"opens,omitempty"`
	Closes string `json:"closes,omitempty"`
}

// Clock returns the deadline as the calendar knows it.
func (d *RuleDeadline) Clock() (calendar.Clock, error) {
	k := calendar.Clock{Kind: d.Kind, Amount: d.Amount, Opens: 9 * 60, Closes: 17*60 + 30}
	var err error
	if d.Opens != "" {
		if k.Opens, err = clock("/opens", d.Opens); err != nil {
			return k, err
		}
	}
	if d.Closes != "" {
		if k.Closes, err = clock("/closes", d.Closes); err != nil {
			return k, err
		}
	}
	return k, k.Check()
}

// Ref is what answers call the revision: R-017@3.
func (r *Rule) Ref() string { return r.Series + "@" + strconv.Itoa(r.Number) }

// ContentDigest is the SHA-256, in hexadecimal digits, of what is approved: dates, band, selectors, units, basis, deadlines and documents.
func (r *Rule) ContentDigest() string {
	return contentDigest(struct {
		From, Until, Band string
		When              RuleWhen
		Then              RuleThen
		Base              RuleBasis
		Clock             *RuleClock
		Documents         []string
	}{r.From, r.Until, r.Band, r.When, r.Then, r.Base, r.Clock, r.Documents})
}

// contentDigest is the SHA-256 of a value as JSON, in hexadecimal digits. The value has texts and finite numbers alone.
func contentDigest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "" // cannot be
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Layer returns Rules.
func (r *Rule) Layer() Layer { return Rules }

// Label returns code and name.
func (r *Rule) Label() (code, name string) { return r.Code, r.Name }

// Shape returns nil: a rule has no geometry of its own.
func (r *Rule) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (r *Rule) SetShape(g orb.Geometry) error { return noShape(r, g) }

// Validate checks names, dates, selectors, expressions and deadlines; what rules do to each other is said by package duty.
func (r *Rule) Validate(CodeSpace) error {
	c := check(r)
	c.ref("/series", r.Series, true)
	c.within("/number", float64(r.Number), 1, 1e6)
	if want := r.Series + "-" + strconv.Itoa(r.Number); r.Code != want {
		c.add("/code", "code", fmt.Sprintf("the code of this revision is %s", want))
	}
	c.text("/name", r.Name, true)
	c.text("/name_en", r.NameEn, false)
	c.oneOf("/state", string(r.State), string(Draft), string(InReview), string(Approved), string(Published), string(Withdrawn), string(Superseded))
	from := c.day("/from", r.From, true)
	if until := c.day("/until", r.Until, false); until != 0 && from != 0 && until <= from {
		c.add("/until", "range", "must be after the first day: it is the day after the last one")
	}
	c.oneOf("/band", r.Band, RuleBands()...)
	c.ruleWhen(&r.When)
	c.ruleThen(&r.Then)
	c.oneOf("/basis/list", r.Base.List, Statutory, Voluntary, Whistle)
	c.within("/basis/item", float64(r.Base.Item), 0, 999)
	if (r.Base.Item > 0) != (r.Base.List == Whistle) {
		c.add("/basis/item", "range", "a duty of the whistle list has the number of its item, and no other has one")
	}
	c.ruleClock(r.Clock)
	c.texts("/documents", r.Documents)
	c.text("/author", r.Author, true)
	c.text("/based_on", r.BasedOn, false)
	c.comments(r.Comments)
	return c.result()
}
