// Package data holds the demonstration district: a GeoJSON file for each layer and a manifest that says what is fact and what is
// invented. The files are written by cmd/demo; edit the drawing there, not here.
package data

import (
	"embed"
	"io/fs"
)

//go:embed manifest.json *.geojson
var files embed.FS

// Files returns the embedded files: manifest.json and the files that it names.
func Files() fs.FS { return files }
