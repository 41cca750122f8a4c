// Package duty decides who is responsible for a position: a pure function of a snapshot, its rules, a position, a category and an instant.
// It composes the whole answer; HTTP and the command line only print it.
//
// Rules are data (layers.Rule), and a store without any has built-in ones: the owner of the nearest pole for a category of poles, nobody for
// a car in a kerb zone whose mode is parking (layers.Snapshot.UseOf, which tiles and routes ask too, says so), else the grid's own office.
// NewRules arranges them once for a snapshot; a Decider answers with them. Of the rules in force on the local day of the instant whose selectors
// hold, the one of the greatest Rank decides whose primary unit is somebody in force who has not refused; additive ones of its rank or a lower one
// add units; where none decides the grid's office acts, with fallback: true.
//
//	rules.go   what counts, arranged      shelf.go  by category and place     rank.go    which goes first
//	case.go    what rules look at         select.go whether a rule holds      units.go   whom an expression names
//	judge.go   which rule decides         lead.go   who leads along a border  clock.go   by when
//	shape.go   lines and areas            lying.go  on which grids they lie
//	decide.go  the position               features.go what stands there       beyond.go  who lies outside there
//	responsible.go the parties, written down
//
// Whoever checks a set of rules makes up a Case and asks Rules.Judge, Rules.Matches, Rules.Resolve and RankOf.
//
// Everything here but a Decider is safe for concurrent use and keeps nothing between calls. Distances are metres on the ellipsoid.
package duty
