package tileset

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// mbtilesTables are those that most writers of MBTiles with each content once have: tile servers know them by their names and types.
const mbtilesTables = `
PRAGMA application_id = 0x4d504258;
CREATE TABLE metadata (name TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE map (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_id TEXT NOT NULL);
CREATE TABLE images (tile_id TEXT NOT NULL, tile_data BLOB NOT NULL);
CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column, map.tile_row AS tile_row,
	images.tile_data AS tile_data FROM map JOIN images ON images.tile_id = map.tile_id;
`

// mbtilesIndexes are made when all rows are there, which is faster and leaves no holes.
const mbtilesIndexes = `
CREATE UNIQUE INDEX name ON metadata (name);
CREATE UNIQUE INDEX map_index ON map (zoom_level, tile_column, tile_row);
CREATE UNIQUE INDEX images_id ON images (tile_id);
`

// writeMBTiles writes the tiles of a complete run as a new MBTiles file. A tile's id is the MD5 of its bytes, as is the custom. The
// file is made in one transaction without a journal: if that fails it is of no use, and is made again from the work file.
func writeMBTiles(ctx context.Context, path string, t *tiles, a about, show func(tiles int64)) (err error) {
	db, err := openSQLite(path, "mode=rwc&_journal_mode=OFF&_synchronous=OFF&_locking_mode=EXCLUSIVE&_cache_size=-64000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(explain(path, err), explain(path, db.Close())) }()
	if _, err := db.ExecContext(ctx, mbtilesTables); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fillMBTiles(ctx, tx, t, a, show); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func fillMBTiles(ctx context.Context, tx *sql.Tx, t *tiles, a about, show func(tiles int64)) error {
	if err := insertMetadata(ctx, tx, a); err != nil {
		return err
	}
	image, err := tx.PrepareContext(ctx, "INSERT INTO images VALUES (?, ?)")
	if err != nil {
		return err
	}
	defer image.Close()
	if err := t.eachContent(ctx, func(content int64, data []byte) error {
		show(t.count * content / t.contents / 2)
		_, err := image.Exec(hexOf(data), data)
		return err
	}); err != nil {
		return err
	}
	tile, err := tx.PrepareContext(ctx, "INSERT INTO map VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer tile.Close()
	done := int64(0)
	if err := t.eachTile(ctx, func(id uint64, sum []byte) error {
		done++
		show((t.count + done) / 2)
		at := tileOf(id)
		_, err := tile.Exec(at.Z, at.X, uint32(1)<<at.Z-1-at.Y, fmt.Sprintf("%X", sum)) // rows of MBTiles count from the south
		return err
	}); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, mbtilesIndexes)
	return err
}

func insertMetadata(ctx context.Context, tx *sql.Tx, a about) error {
	list, err := json.Marshal(map[string]any{"vector_layers": a.layers})
	if err != nil {
		return err
	}
	numbers := func(list ...float64) string {
		return strings.Trim(strings.ReplaceAll(fmt.Sprintf("%.7f", list), " ", ","), "[]")
	}
	rows := [][2]string{
		{"name", a.name}, {"format", "pbf"}, {"bounds", numbers(a.bound.Min[0], a.bound.Min[1], a.bound.Max[0], a.bound.Max[1])},
		{"center", numbers(a.center[0], a.center[1]) + fmt.Sprintf(",%d", a.centerZoom)}, {"minzoom", fmt.Sprint(a.minZoom)},
		{"maxzoom", fmt.Sprint(a.maxZoom)}, {"attribution", a.attribution}, {"description", a.text}, {"type", "overlay"},
		{"version", a.version()}, {"json", string(list)}, {"at", a.plan.At.String()}, {"epoch", a.plan.Position.Epoch},
		{"revision", a.version()},
	}
	if a.plan.KnownAt != 0 {
		rows = append(rows, [2]string{"known_at", a.plan.KnownAt.String()})
	}
	if a.demo {
		rows = append(rows, [2]string{"demo", "true"})
	}
	for _, row := range rows {
		if _, err := tx.ExecContext(ctx, "INSERT INTO metadata VALUES (?, ?)", row[0], row[1]); err != nil {
			return err
		}
	}
	return nil
}
