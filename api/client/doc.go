// Package client asks a wangge service where positions lie and who is responsible for them. It uses the standard library alone,
// and imports nothing of the service.
//
//	c, err := client.New("http://127.0.0.1:8080")
//	a, err := c.Lookup(ctx, client.Question{Position: client.Position{Lon: 121.3254, Lat: 30.8924}, CRS: client.WGS84})
//
// There are four ways to ask, by how many positions there are and what is wanted of each:
//
//	Lookup       one position, the whole answer
//	Batch        up to 10,000 positions, the code of the grid of each, in JSON
//	BatchBinary  the same in a compact form, several times as fast; up to 1,000,000 with a token that may stream
//	Stream       any number of positions, answered while they are sent; needs a token that may stream
//
// Positions are longitude, latitude in degrees, or easting, northing in metres for EPSG4549. The system is always named and never
// guessed. Every method takes a context and ends with it. What the service refuses is a *Problem.
//
// A Client is safe for concurrent use.
package client
