// Package cql2 reads filters in the Common Query Language of OGC (CQL2, OGC 21-065r2), in both of its forms, and tests features
// with them.
//
//	expr, err := cql2.ParseText("state = 'claimed' AND S_INTERSECTS(geometry, BBOX(121.3, 30.8, 121.4, 30.9))")
//	filter, err := cql2.Compile(expr, cql2.Queryables(layers.Poles), nil)
//	filter.Keeps(pole)
//
// What is read: AND, OR, NOT, the six comparisons between any two scalars, IS NULL, LIKE, BETWEEN, IN, CASEI, dates and timestamps,
// and S_INTERSECTS with every kind of geometry. These are the conformance classes Basic CQL2, Advanced Comparison Operators,
// Case-insensitive Comparison, Basic Spatial Functions with additional literals, and Property-Property Comparisons. Arithmetic,
// arrays, other functions and other relations of shapes or times are refused by name.
//
// Unknown values follow the standard: a comparison with a value that a feature does not have is neither true nor false, and such a
// feature is kept neither by the comparison nor by its negation. An empty text is a value that is not there, as it is in GeoJSON.
// Texts compare by code point. A date stands for the start of its day in Shanghai.
//
// Positions are longitude, latitude in CGCS2000 degrees; whoever has them in another system or order passes Compile a function that
// converts them. Shapes are compared exactly, in 1/64 of 1e-7 degree, borders included.
//
// Anything may be asked: the length and the depth of a filter are bounded, every error is an *Error that says where, and testing
// a feature takes time that is linear in the filter for texts and numbers, and in the product of the vertices near each other
// for shapes. An Expr and a Filter never change and are safe for concurrent use.
package cql2
