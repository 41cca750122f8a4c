// Package cds shows the kerb of a Snapshot as the Curbs API of the Curb Data Specification 1.0.1 does: curb zones, spaces, areas and
// policies.
//
// The mapping is pure: New makes a Feed of a Snapshot for a year, and the same two always give the same Feed, identifiers included. A
// reader that knows nothing but the specification finds in it, for each zone and each instant that it covers, exactly one activity:
// that of the mode which layers.Timetable gives. What the specification cannot say (types of days, make-up work days, exceptions, tails
// that are cut, the order of windows) is resolved first and said as spans with dates.
//
// Lengths are whole centimetres, times are milliseconds since 1970-01-01T00:00:00Z, and times of the day are those of Shanghai. A Feed is
// immutable and safe for concurrent use; what its methods return is shared and read-only. DECISIONS.md has the mapping.
package cds
