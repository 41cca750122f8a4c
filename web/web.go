// Package web holds the built web application: the map for people, and the map styles.
//
// The files of dist are committed under stable names, so that Go alone builds and runs the service. "npm run build" renews
// them, and "npm run check-dist" builds them again and compares each byte. Every file asks only for paths of the server it
// came from: /v1, /tiles, and its own assets.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS // never changed

// Dist returns the built application with index.html at its root, assets/ for scripts, style sheet and font, and
// styles/light.json, styles/dark.json and styles/print.json, the MapLibre styles, whose tile URLs are relative to the server ("/tiles/…"). The
// file system is read-only and safe for concurrent use.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: the embedded folder has no dist: " + err.Error()) // impossible: the embed directive names it
	}
	return sub
}
