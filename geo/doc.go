// Package geo knows coordinates and shapes: reference systems, exact predicates on fixed-point coordinates, coverages of
// polygons that share borders, locating a point in them, lengths on the ellipsoid, tiles and cells. It knows nothing about
// grids, towns or any other feature.
//
// Everything in memory is in CGCS2000 geographic coordinates (EPSG:4490), longitude first, degrees; CGCS2000 and WGS 84 are
// treated as one at the accuracy of this service. Stored coordinates are multiples of 1e-7 degree (about 1 cm): type Fixed.
// A query position is rounded to 1/64 of that unit: type Query. Predicates on both are exact.
//
// Lengths and areas are geodesic on the CGCS2000 ellipsoid, in metres and square metres. Values of this package are
// immutable once built and safe for concurrent use unless a comment says otherwise.
package geo
