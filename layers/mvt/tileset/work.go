package tileset

import (
	"bytes"
	"context"
	"crypto/md5"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// WorkFile is where a run keeps its tiles until the tileset is complete.
func WorkFile(path string) string { return path + ".part" }

// The header of a work file.
const (
	workID      = 0x57475453 // "WGTS", the application_id
	workVersion = 1          // user_version, of the tables below
)

// workTables are the tables of a work file. next is the id of the first tile that is not done; contents are in the order in which
// tiles first have them, and at is where their bytes begin when they stand one after the other.
const workTables = `
CREATE TABLE run (plan TEXT NOT NULL, next INTEGER NOT NULL);
CREATE TABLE contents (content INTEGER PRIMARY KEY, md5 BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE tiles (id INTEGER PRIMARY KEY, content INTEGER NOT NULL);
`

// work is an open work file. It belongs to one goroutine, and no other process can read it meanwhile.
type work struct {
	path string
	db   *sql.DB
	conn *sql.Conn
	find, addContent, addTile,
	setNext *sql.Stmt
	content, size int64  // of the last content: its number, and where it ends
	last          []byte // the content of the tile before
	lastID        int64
	open          bool // there is a transaction
}

// openWork opens a work file, or makes one of no bytes. Its statements are for a file with tables.
func openWork(path string) (w *work, err error) {
	w = &work{path: path}
	if w.db, err = openSQLite(path, "mode=rwc&_busy_timeout=500&_journal_mode=DELETE&_synchronous=FULL&_locking_mode=EXCLUSIVE&_cache_size=-64000"); err != nil {
		return nil, err
	}
	if w.conn, err = w.db.Conn(context.Background()); err != nil {
		return nil, errors.Join(explain(path, err), w.db.Close())
	}
	// The lock is taken now and kept to the end, because the file is locked exclusively.
	if err := w.exec("BEGIN EXCLUSIVE; COMMIT"); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// close lets go of the file. What was not committed is lost.
func (w *work) close() error {
	var err error
	for _, s := range []*sql.Stmt{w.find, w.addContent, w.addTile, w.setNext} {
		if s != nil { // the file stays open while a statement is
			err = errors.Join(err, s.Close())
		}
	}
	return errors.Join(err, w.conn.Close(), w.db.Close())
}

// exec never waits for anybody, so that it needs no context; a statement that is stopped halfway would cost the transaction.
func (w *work) exec(query string, args ...any) error {
	_, err := w.conn.ExecContext(context.Background(), query, args...)
	return explain(w.path, err)
}

// empty reports whether there is nothing in the file: it was just made, or whoever made it came no further.
func (w *work) empty() (bool, error) {
	var things int64
	err := w.conn.QueryRowContext(context.Background(), "SELECT count(*) FROM sqlite_master").Scan(&things)
	return things == 0, explain(w.path, err)
}

// plan reads what the run in the file makes, and the id of the first tile that it has not done.
func (w *work) plan() (p Plan, next uint64, err error) {
	ctx := context.Background()
	var id, version int64
	if err := w.conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return p, 0, explain(w.path, err)
	}
	if err := w.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return p, 0, explain(w.path, err)
	}
	if id != workID || version != workVersion {
		return p, 0, fmt.Errorf("%s: %w", w.path, ErrForeign)
	}
	var text string
	if err := w.conn.QueryRowContext(ctx, "SELECT plan, next FROM run").Scan(&text, &next); err != nil {
		return p, 0, explain(w.path, err)
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, 0, fmt.Errorf("%s: %w: %w", w.path, ErrForeign, err)
	}
	return p, next, nil
}

// begin makes the tables of a new run in an empty file.
func (w *work) begin(p Plan) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := w.exec("BEGIN"); err != nil {
		return err
	}
	w.open = true
	if err := w.exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; %s", workID, workVersion, workTables)); err != nil {
		return err
	}
	if err := w.exec("INSERT INTO run VALUES (?, 0)", string(text)); err != nil {
		return err
	}
	return w.end()
}

// prepare makes ready for add, at the end of what is there.
func (w *work) prepare() error {
	ctx := context.Background()
	for query, into := range map[string]**sql.Stmt{
		"SELECT content, data FROM contents WHERE md5 = ?": &w.find,
		"INSERT INTO contents VALUES (?, ?, ?, ?)":         &w.addContent,
		"INSERT INTO tiles VALUES (?, ?)":                  &w.addTile,
		"UPDATE run SET next = ?":                          &w.setNext,
	} {
		statement, err := w.conn.PrepareContext(ctx, query)
		if err != nil {
			return explain(w.path, err)
		}
		*into = statement
	}
	err := w.conn.QueryRowContext(ctx, "SELECT content, at + length(data) FROM contents ORDER BY content DESC LIMIT 1").Scan(&w.content, &w.size)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return explain(w.path, err)
}

// add adds a tile with its bytes, which are not kept. Ids rise.
func (w *work) add(id uint64, data []byte) error {
	if !w.open {
		if err := w.exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		w.open = true
	}
	if !bytes.Equal(data, w.last) || w.lastID == 0 {
		content, err := w.contentOf(data)
		if err != nil {
			return err
		}
		w.last, w.lastID = append(w.last[:0], data...), content
	}
	_, err := w.addTile.Exec(int64(id), w.lastID)
	return explain(w.path, err)
}

// contentOf returns the number of a content, which it adds if it is new.
func (w *work) contentOf(data []byte) (content int64, err error) {
	sum := md5.Sum(data)
	var same sql.RawBytes
	rows, err := w.find.Query(sum[:])
	if err != nil {
		return 0, explain(w.path, err)
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&content, &same); err != nil {
			return 0, explain(w.path, err)
		}
		if !bytes.Equal(same, data) {
			return 0, fmt.Errorf("two tiles of different content have the MD5 %x", sum)
		}
		return content, nil
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, explain(w.path, err)
	}
	if _, err := w.addContent.Exec(w.content+1, sum[:], w.size, data); err != nil {
		return 0, explain(w.path, err)
	}
	w.content++
	w.size += int64(len(data))
	return w.content, nil
}

// keep makes sure that what was added is on the disk, and that all tiles before the id next are done.
func (w *work) keep(next uint64) error {
	if !w.open {
		if err := w.exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		w.open = true
	}
	if _, err := w.setNext.Exec(int64(next)); err != nil {
		return explain(w.path, err)
	}
	return w.end()
}

func (w *work) end() error {
	err := w.exec("COMMIT")
	w.open = w.open && err != nil
	return err
}

// discard closes the file and removes it with its journal, the file first: a journal without its file is nothing.
func (w *work) discard() error {
	return errors.Join(w.close(), os.Remove(w.path), removeIfThere(w.path+"-journal"))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
