// Package source reads layers from files and writes them: GeoJSON, GeoPackage and CSV.
//
// Import runs in three steps, each visible to the caller. Open gives a Source, whose records are what the file says and
// nothing more: fields, a geometry in the file's system, and the problems of reading it. NewPlan turns the records into features of
// a layer, checks them alone, against each other and against what the store has, and returns a Plan: a Report and, if nothing in it
// is an error, the Edits of one transaction. Nothing is written here, nothing is repaired that was not asked for, and what was
// repaired is in the report.
//
// Coordinates of a Source are in the file's own system; a Plan holds CGCS2000 longitude and latitude in multiples of 1e-7
// degree, as the stores do. Export writes them as they are stored, in an order that depends on the data alone.
//
// Beside layers it reads the regulations of kerbs as others keep them (NewKerbPlan: CurbLR, CDS, the table of San Francisco), which become
// segments, zones and drafts of schedules with a report of every loss, and it writes and reads the content of a schedule as a workbook
// (WriteWorkbook, ReadWorkbook).
//
// Files come from outside. Counts are checked against the bytes that remain before anything is allocated, JSON nests at most
// MaxDepth levels, a GeoPackage is opened read-only and immutable with a list of allowed statements, and a problem of one
// record never hides the next one. A Source serves one goroutine; everything else here is a pure function of its input.
package source
