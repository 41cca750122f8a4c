// Package migrations holds the SQL that makes and changes the schema of the two stores. The files are numbered and only go
// forward: a file that was released is never edited, a change is a new file.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed geopackage/*.sql postgis/*.sql
var files embed.FS

// GeoPackage returns the migrations of the embedded store, as goose reads them: 0001_NAME.sql and so on in the root.
func GeoPackage() fs.FS { return sub("geopackage") }

// PostGIS returns the migrations of the PostGIS store in the same form.
func PostGIS() fs.FS { return sub("postgis") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil { // fs.Sub fails only for a path that is not valid; these two are constants
		return files
	}
	return f
}
