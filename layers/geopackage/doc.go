// Package geopackage keeps the layers in one GeoPackage file (OGC 12-128, version 1.3): the store that needs no server. QGIS
// and GDAL open and edit the same file.
//
//	err := geopackage.Create("district.gpkg", layers.Settings{Name: "Jinshan", Codes: layers.CodesLocal}, "")
//	store, err := geopackage.Open("district.gpkg", layers.StoreOptions{})
//
// Each layer is a table of head rows with an R-tree, and a table LAYER_history (package layers, "Two times"). What happens on
// a write is done by triggers (triggers.go), so that a write by another program gets its revision, audit row and history row
// like any other. All bookkeeping is in tables wangge_*.
//
// While a store is open for edits the file is in WAL mode with synchronous=FULL: an edit that was acknowledged survives a power
// cut, and QGIS can read at the same time. Do not copy the file then, use Copy or Backup. A clean Close makes it one file again.
//
// One connection writes, others read; SQLite's locks keep several processes apart. After an I/O error while writing a store
// refuses all edits until it is opened again, because nobody knows what the disk has kept.
//
// Geometry is longitude, latitude in EPSG:4490, written as multiples of 1e-7 degree and rounded to such when it is read,
// because other programs write any double. Bytes from the file are scanned before they are decoded: the file may come from
// anywhere. Decisions are in DECISIONS.md.
package geopackage
