// Package calendar says what kind of day it is, when a recurring window is open and when a deadline falls. Schedules of parking,
// rules and deadlines all ask it, so that nobody has another answer about the same Saturday.
//
// Days are civil days of Shanghai, 8 hours ahead of UTC at all times: the daylight saving of 1986 to 1991 does not matter to
// anything that is scheduled, and so no zone data is read. Moments are milliseconds since 1970-01-01T00:00:00Z, as layers.Instant.
// Spans are half-open: they hold their first moment and not their last.
//
// What is a day off is never computed. The State Council says so in a notice for each year, mostly in November of the year before;
// until a year has its notice, its days go by their weekdays and are provisional. Values are immutable and safe for concurrent use.
package calendar
