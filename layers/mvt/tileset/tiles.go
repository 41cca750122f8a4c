package tileset

import (
	"bytes"
	"context"
	"crypto/md5"
	"database/sql"
	"errors"
	"fmt"
)

// tiles are all tiles of a complete run, in its work file.
type tiles struct {
	*work
	count       int64 // tiles
	entries     int64 // runs of tiles with one content
	contents    int64
	bytes       int64 // of all contents
	first, last uint64
}

// tiles counts what is in a complete work file.
func (w *work) tiles(ctx context.Context) (*tiles, error) {
	t := &tiles{work: w, contents: w.content, bytes: w.size}
	err := t.eachEntry(ctx, func(e entry) error {
		if t.entries == 0 {
			t.first = e.id
		}
		t.entries, t.count, t.last = t.entries+1, t.count+int64(e.run), e.id+uint64(e.run)-1
		return nil
	})
	return t, err
}

// eachEntry calls each for every run of tiles with one content, in the order of ids.
func (t *tiles) eachEntry(ctx context.Context, each func(entry) error) error {
	var e entry
	err := t.query(ctx, "SELECT t.id, c.at, length(c.data) FROM tiles t JOIN contents c USING (content) ORDER BY t.id", func(rows *sql.Rows) error {
		one := entry{run: 1}
		if err := rows.Scan(&one.id, &one.offset, &one.length); err != nil {
			return err
		}
		if e.run > 0 && one.id == e.id+uint64(e.run) && one.offset == e.offset {
			e.run++
			return nil
		}
		before := e
		e = one
		if before.run == 0 {
			return nil
		}
		return each(before)
	})
	if err == nil && e.run > 0 {
		err = each(e)
	}
	return err
}

// eachTile calls each for every tile with the number of its content, in the order of ids.
func (t *tiles) eachTile(ctx context.Context, each func(id uint64, sum []byte) error) error {
	return t.query(ctx, "SELECT t.id, c.md5 FROM tiles t JOIN contents c USING (content) ORDER BY t.id", func(rows *sql.Rows) error {
		var id uint64
		var sum sql.RawBytes
		if err := rows.Scan(&id, &sum); err != nil {
			return err
		}
		return each(id, sum)
	})
}

// eachContent calls each for every content, in the order in which tiles first have them. The bytes are good until each returns.
// One that is not what was put there, because the disk lost it, is ErrForeign.
func (t *tiles) eachContent(ctx context.Context, each func(content int64, data []byte) error) error {
	return t.query(ctx, "SELECT content, md5, data FROM contents ORDER BY content", func(rows *sql.Rows) error {
		var content int64
		var sum, data sql.RawBytes
		if err := rows.Scan(&content, &sum, &data); err != nil {
			return err
		}
		if got := md5.Sum(data); !bytes.Equal(sum, got[:]) {
			return fmt.Errorf("%s: content %d: %w", t.path, content, ErrForeign)
		}
		return each(content, data)
	})
}

// query calls each for the rows of a query.
func (t *tiles) query(ctx context.Context, query string, each func(*sql.Rows) error) error {
	rows, err := t.conn.QueryContext(ctx, query)
	if err != nil {
		return explain(t.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return explain(t.path, errors.Join(rows.Err(), rows.Close()))
}
