// Package rulecheck examines a set of rules of responsibility before anybody relies on it: whether every report finds somebody, whether
// two rules contradict each other, and which rules never decide anything.
//
// It makes up cases and holds them against the rules as package duty does. Which cases it makes up follows from the rules themselves: for
// each category, the places, features, contexts and times between which the rules of that category can tell a difference, one of each kind.
// So every rule meets a case that is made for it, and every difference that a rule makes is seen. Grids, communities and overlays are those
// of the snapshot at the first instant; units, posts and rules may begin and end within the year that is looked at.
//
// What two rules of the same rank do to each other is not left to such cases: whether their selectors can hold at once is worked out, and
// where that is not certain (two drawn areas whose boxes meet) they are taken to meet.
package rulecheck
