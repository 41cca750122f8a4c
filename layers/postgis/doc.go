// Package postgis keeps the layers in one PostGIS database: the store for real service, which any number of processes share.
//
//	err := postgis.Create(ctx, "postgres://wangge@db/jinshan", layers.Settings{Name: "Jinshan", Codes: layers.CodesLocal}, "")
//	store, err := postgis.Open(ctx, "postgres://wangge@db/jinshan", layers.StoreOptions{})
//
// # In the database
//
// Everything is in the schema wangge. Each layer is a table of head rows (wangge.grids, wangge.poles and so on) with a GiST
// index, and a table LAYER_history (package layers, "Two times"). All bookkeeping is in tables wangge_*.
//
// For GIS clients there is a view LAYER_present of each layer: what applies now, one row a feature, with the columns of the API
// and geom in EPSG:4490. Its key column is id; code and name are for people. In QGIS choose schema wangge, for instance
// grids_present, with id as the feature id. The views are read-only. Who may edit edits the table of the layer: id, version,
// rev_from and valid_from may be left out. Every table, view and column has a comment in the database.
//
// What happens on a write is done by triggers, so that a write from psql or QGIS gets its revision, audit row (actor "sql", kind
// "file") and history row like any other, one revision for each transaction. The service announces its own revision to them in
// the setting wangge.revision, writes its audit itself, in the order of the edits, and is answered by the same triggers.
// A layer cannot be truncated.
//
// # In order
//
// A transaction that writes locks the one row of wangge_meta before anything else, so that revisions become visible in their
// order. Large transactions copy their rows into temporary tables before that. The commit sends one notification on the channel
// wangge with the revision, which is a hint and no more.
//
// # When the database is away
//
// At most eight connections are open, beside one for each Watch. Half of them may be held by edits, so that the feed finds one.
// An edit is given up after two seconds, wherever it waits, and further ones are refused at once while 256 wait. Whatever means
// that the database cannot be reached, is read-only, full or too slow is layers.ErrUnavailable. After that the connections are
// made anew as they are needed; nothing has to be started again. An edit whose commit was not answered may have happened: its
// idempotency key tells.
//
// The URL must lead to PostgreSQL itself or to a pooler that keeps sessions, because of LISTEN and the lock of migrations.
//
// Geometry is longitude, latitude in EPSG:4490, written as multiples of 1e-7 degree and rounded to such when it is read, because
// other programs write any double. EWKB from the database is scanned before it is decoded: the rows may come from anywhere.
// Decisions are in DECISIONS.md.
package postgis
