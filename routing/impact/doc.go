// Package impact says what would change hands if borders, rules or days off were published: it asks two states of the district the same
// questions and lists the answers that differ.
//
// The area is asked at one position in each H3 cell, about every category that has none below it; poles are asked about as abandoned, kerb
// zones as places of a car. The use of kerb zones is compared day by day for a year.
package impact
