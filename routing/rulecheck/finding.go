package rulecheck

import (
	"cmp"
	"slices"
	"strings"

	"wangge/layers"
)

// The findings. Those that block keep a set of rules from being published.
const (
	// RuleConflict (blocks): two rules of the same rank hold at once and name different units.
	RuleConflict layers.FindingCode = "rule-conflict"
	// SameRank: two rules of the same rank hold at once, name the same primary unit, and differ in the rest; the lower series decides.
	SameRank layers.FindingCode = "same-rank"
	// Shadowed: a rule holds for some cases and decides none of them.
	Shadowed layers.FindingCode = "shadowed"
	// Dead: a rule holds for no case.
	Dead layers.FindingCode = "dead"
	// NeverAdds: an additive rule holds, and there is never a rule whose units it could add to.
	NeverAdds layers.FindingCode = "never-adds"
	// NoUnit (blocks): the primary unit of a rule is nobody in some grid at some time, so that the rule is passed over.
	NoUnit layers.FindingCode = "no-unit"
	// LeftOut: another unit of a rule is nobody wherever the rule decides.
	LeftOut layers.FindingCode = "left-out"
	// NoContact: a unit that acts cannot be reached.
	NoContact layers.FindingCode = "no-contact"
	// Gap: no rule but one of the band fallback decides about a category.
	Gap layers.FindingCode = "gap"
	// TimeGap (blocks): a rule decides about a category in a grid at some times and none does at others.
	TimeGap layers.FindingCode = "time-gap"
	// BeginsLater: a rule decides about a category in a grid from a day on, and none does until then.
	BeginsLater layers.FindingCode = "begins-later"
	// FeatureGap: rules decide about a category where there is a feature of some kind, and none does for features of another kind.
	FeatureGap layers.FindingCode = "feature-gap"
	// WhistleGap (blocks): an item of the whistle list has no rule in a grid.
	WhistleGap layers.FindingCode = "whistle-gap"
	// WhistleUnmapped (blocks): an item of the whistle list has no category.
	WhistleUnmapped layers.FindingCode = "whistle-unmapped"
	// OtherItem: a rule rests on an item of the whistle list that none of its categories has.
	OtherItem layers.FindingCode = "other-item"
	// CodeTwice (blocks): two categories have the same code of another list.
	CodeTwice layers.FindingCode = "code-twice"
	// NoCategoryAbove: the category above another one is not there.
	NoCategoryAbove layers.FindingCode = "no-category-above"
	// UnitCycle (blocks): the units above a unit lead back to it.
	UnitCycle layers.FindingCode = "unit-cycle"
	// NoUnitAbove: the unit above another one is not there, or not in force.
	NoUnitAbove layers.FindingCode = "no-unit-above"
	// NoPostUnit: the unit of a post is not there, or not in force.
	NoPostUnit layers.FindingCode = "no-post-unit"
	// NoPost: a grid lacks a post of a kind that nearly all grids have, now or from a day of the year on.
	NoPost layers.FindingCode = "no-post"
	// AgreementsAtOnce (blocks): two agreements about the same border are in force on the same day.
	AgreementsAtOnce layers.FindingCode = "agreements-at-once"
	// NoAgreementGrid: an agreement is about a grid that is not there.
	NoAgreementGrid layers.FindingCode = "no-agreement-grid"
	// NoDeadline: a rule that names somebody says nothing about when.
	NoDeadline layers.FindingCode = "no-deadline"
	// Ends: a rule ends within the year and no other revision of it follows.
	Ends layers.FindingCode = "ends"
	// NotYetAnnounced: times or deadlines go by days of a year whose days off were not announced.
	NotYetAnnounced layers.FindingCode = "year-not-announced"
)

// codes lists the findings in the order in which a report has them, after those that block; layers.UnknownReference and
// layers.RevisionsAtOnce are found too.
var codes = []layers.FindingCode{
	RuleConflict, layers.RevisionsAtOnce, layers.UnknownReference, UnitCycle, CodeTwice, AgreementsAtOnce, NoUnit, WhistleUnmapped, WhistleGap, TimeGap,
	Shadowed, Dead, NeverAdds, SameRank, FeatureGap, Gap, BeginsLater, LeftOut, NoContact, OtherItem, NoDeadline, Ends, NoCategoryAbove, NoUnitAbove, NoPostUnit, NoPost,
	NoAgreementGrid, NotYetAnnounced,
}

// Codes returns every code of a finding; the slice is the caller's.
func Codes() []layers.FindingCode { return slices.Clone(codes) }

// Finding is what is wrong, or should be looked at. IDs are the rules (R-017@1), units, agreements or categories that it is about.
type Finding struct {
	layers.Finding
	// Category is what the cases were about.
	Category string `json:"category,omitempty"`
	// Grids are the codes of the grids where it is so; none where it has nothing to do with a grid. All says that there is no other grid.
	Grids []string `json:"grids,omitempty"`
	All   bool     `json:"all_grids,omitempty"`
	// Times are stretches of days of one kind in which it is so; none where it is so at all times.
	Times []Slot `json:"times,omitempty"`
}

// Slot is a stretch of a kind of days, with the first such day.
type Slot struct {
	// Date is the first day; Days the kind of the day: workday, restday, holiday, makeup_workday.
	Date string `json:"date"`
	Days string `json:"days"`
	// From and Until are HH:MM, half-open; 24:00 is the end of the day.
	From  string `json:"from"`
	Until string `json:"until"`
}

// mostTimes bounds how many stretches a finding lists.
const mostTimes = 12

// sortFindings puts what blocks first, then by kind, and gives each list its order.
func sortFindings(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		block := func(f Finding) int {
			if f.Blocks {
				return 0
			}
			return 1
		}
		return cmp.Or(block(a)-block(b), slices.Index(codes, a.Code)-slices.Index(codes, b.Code), slices.Compare(a.IDs, b.IDs),
			strings.Compare(a.Category, b.Category), strings.Compare(a.Detail, b.Detail))
	})
}
