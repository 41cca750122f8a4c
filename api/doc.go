// Package api answers over HTTP what wangge knows: lookups, features, tiles, changes, and the edits of those who may.
//
// A Server shows one immutable World at a time. The feed hands it each new Snapshot (Publish); every request loads the World
// once and is answered from it alone, so that an answer never mixes two revisions and no read waits for a database. Edits go
// to the store; the answer waits until the Server's own World has them.
//
//	s := api.New(api.Options{Store: store, Feed: feed, Web: web.Dist(), Key: key})
//	go feed.Run(ctx, last, s.Publish)
//	http.Serve(listener, s.Handler())
//
// # One table
//
// Server.operations lists every operation with its path, parameters, body, roles and answers. Requests are checked against it
// before a handler sees them, and /openapi.json is made from it, so that the document cannot say anything else than what is
// done. Parameters are a closed set: an unknown or repeated one is an error.
//
// Errors are RFC 9457 problem details with a stable code (problem.go). Positions are longitude, latitude in a system that the
// request names; distances are metres on the ellipsoid; times are RFC 3339 with an offset.
//
// OGC API - Features and Tiles (ogc*.go) are a second face of the same lists, features, edits and tiles, in the words of those
// standards: /collections, /conformance, /tiles/WebMercatorQuad, and the document as OpenAPI 3.0 at /api.
//
// A Server and everything of this package is safe for concurrent use. Decisions are in DECISIONS.md.
package api
