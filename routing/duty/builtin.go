package duty

import "wangge/layers"

// builtIn are the rules of a store without any: the owners of a pole answer for it, a car may stand in a zone that is for parking, and
// everything else is the grid's.
func builtIn() []*layers.Rule {
	rule := func(series, name, nameEn, band string, when layers.RuleWhen, then layers.RuleThen) *layers.Rule {
		return &layers.Rule{Meta: layers.Meta{ID: series}, Series: series, Name: name, NameEn: nameEn, State: layers.Published, From: "1900-01-01", Band: band,
			When: when, Then: then}
	}
	return []*layers.Rule{
		rule("builtin.pole", "线杆归所有者", "A pole is its owner's", layers.RegularRules,
			layers.RuleWhen{Categories: []string{"part.pole"}, Feature: &layers.RuleFeature{Layer: layers.Poles}},
			layers.RuleThen{Primary: layers.FeatureOwner, Co: []string{layers.FeatureOwners}, Supervisor: layers.GridOffice}),
		rule("builtin.parking", "准停时段停车", "A car that stands where it may", layers.RegularRules,
			layers.RuleWhen{Categories: []string{"event.parking.illegal"}, Feature: &layers.RuleFeature{Layer: layers.Zones, Modes: []layers.Mode{layers.Parking}}},
			layers.RuleThen{NoAction: true}),
		rule("builtin.office", "其余归网格", "Everything else is the grid's", layers.FallbackRules, layers.RuleWhen{}, layers.RuleThen{Primary: layers.GridOffice}),
	}
}
