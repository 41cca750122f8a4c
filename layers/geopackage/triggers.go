package geopackage

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"wangge/layers"
)

// The triggers of a layer. Each of insert, update and delete has two: one at work in the mode apply of wangge_context, where
// the service has filled in the row and raised the revision, and one in the mode idle, for every other program, which does
// both itself and then the same as the first. Only SQL that older SQLite knows is used: the triggers run inside whatever
// SQLite the other program has.

// ruleInsert, ruleUpdate and ruleDelete keep the history: see package layers, "Two times". Braces are filled in by sqlOf.
const (
	// ruleCut supersedes open slices that reach beyond {cut}, and adds what they say about the time before it again.
	ruleCut = `
  INSERT INTO {history} ({content}, valid_from, valid_to, rev_from, op)
    SELECT {content}, valid_from, {cut}, {n}, 'slice' FROM {history}
    WHERE id = {id} AND rev_to IS NULL AND valid_to > {cut} AND valid_from < {cut};
  UPDATE {history} SET rev_to = {n} WHERE id = {id} AND rev_to IS NULL AND valid_to > {cut};`
	// ruleOld keeps the old row, and what it says about the time before {cut} as an open slice.
	ruleOld = `
  INSERT INTO {history} ({content}, valid_from, valid_to, rev_from, op, rev_to)
    VALUES ({old}, OLD.valid_from, OLD.valid_to, OLD.rev_from, '{op}', {n});
  INSERT INTO {history} ({content}, valid_from, valid_to, rev_from, op)
    SELECT {old}, OLD.valid_from, CASE WHEN OLD.valid_to < {cut} THEN OLD.valid_to ELSE {cut} END, {n}, 'slice'
    WHERE OLD.valid_from < {cut};`
	ruleAudit = `
  INSERT INTO wangge_audit (revision, seq, op, layer, id, version)
    VALUES ({n}, (SELECT coalesce(max(seq), 0) + 1 FROM wangge_audit WHERE revision = {n}), '{op}', '{table}', {id}, {version});`

	ruleInsert = ruleCut + ruleAudit
	ruleUpdate = ruleCut + ruleOld + ruleAudit
	ruleDelete = ruleCut + ruleOld + ruleAudit
)

// What a trigger does for another program, around the rule.
const (
	foreignBegin = `
  INSERT INTO wangge_revisions (revision, recorded_at, kind, actor)
    SELECT revision + 1, max(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at, '+0.001 seconds')), 'file', 'file'
    FROM wangge_meta;
  UPDATE wangge_meta SET revision = revision + 1,
    recorded_at = (SELECT r.recorded_at FROM wangge_revisions r WHERE r.revision = wangge_meta.revision + 1);
  UPDATE wangge_context SET mode = 'file', revision = (SELECT revision FROM wangge_meta), ended_at = (SELECT recorded_at FROM wangge_meta);`
	foreignEnd = `
  UPDATE gpkg_contents SET last_change = (SELECT ended_at FROM wangge_context) WHERE table_name = '{table}';
  UPDATE wangge_context SET mode = 'idle', revision = NULL, ended_at = NULL;`
	// foreignTimes refuses a time that SQLite cannot read, before foreignFill writes it in the one form.
	foreignTimes = `
  SELECT RAISE(ABORT, '{table}: valid_from and valid_to are times such as 2025-05-01T00:00:00Z')
    WHERE NEW.valid_from IS NOT NULL AND {from} IS NULL OR NEW.valid_to IS NOT NULL AND {to} IS NULL;`
	foreignInserted = foreignTimes + `
  UPDATE {table} SET id = coalesce(nullif(NEW.id, ''), {newid}), version = 1, rev_from = {n}, demo = coalesce(NEW.demo, 0),
    valid_from = coalesce({from}, {at}), valid_to = {to} WHERE fid = NEW.fid;
  UPDATE {table} SET code = id WHERE fid = NEW.fid AND coalesce(code, '') = '';
  SELECT RAISE(ABORT, '{table}: a new feature needs a code') WHERE {id} IS NULL;
  SELECT RAISE(ABORT, '{table}: the id or the code was in use before and is not given again')
    WHERE EXISTS (SELECT 1 FROM {history} WHERE id = {id}) OR EXISTS (SELECT 1 FROM {history} WHERE code = {code});`
	foreignUpdated = foreignTimes + `
  SELECT RAISE(ABORT, '{table}: an id never changes') WHERE NEW.id IS NOT OLD.id;
  UPDATE {table} SET version = coalesce(OLD.version, 0) + 1, rev_from = {n}, demo = coalesce(NEW.demo, 0),
    valid_from = coalesce({from}, OLD.valid_from, {at}), valid_to = {to} WHERE fid = NEW.fid;`
	foreignCoded = `
  SELECT RAISE(ABORT, '{table}: the code is the id and never changes') WHERE NEW.code IS NOT OLD.code;`
	foreignValid = `
  SELECT RAISE(ABORT, '{table}: valid_to must be after valid_from')
    WHERE EXISTS (SELECT 1 FROM {table} WHERE fid = NEW.fid AND valid_to <= valid_from);`
)

const stampOf = `CASE WHEN typeof(NEW.%[1]s) = 'text' THEN strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', NEW.%[1]s) END`

// sqlOf fills in the braces of a trigger for a table. own says whether NEW is complete, as the service writes it.
func sqlOf(t table, own bool, op layers.Op, text string) string {
	n, at := "(SELECT revision FROM wangge_context)", "(SELECT ended_at FROM wangge_context)"
	of := func(column string) string {
		if own {
			return "NEW." + column
		}
		return "(SELECT " + column + " FROM " + t.name + " WHERE fid = NEW.fid)"
	}
	id, version, cut := of("id"), of("version"), of("valid_from")
	switch op {
	case layers.Replace:
		id = "OLD.id"
	case layers.Delete:
		id, version, cut = "OLD.id", "OLD.version", at
	}
	newID := "nullif(NEW.code, '')"
	if !t.info.IDIsCode {
		newID = "'" + t.info.Prefix + "' || lower(hex(randomblob(16)))"
	}
	return strings.NewReplacer("{table}", t.name, "{history}", t.history, "{content}", t.list(""), "{old}", t.list("OLD."),
		"{n}", n, "{at}", at, "{id}", id, "{version}", version, "{cut}", cut, "{op}", string(op), "{newid}", newID, "{code}", of("code"),
		"{from}", fmt.Sprintf(stampOf, "valid_from"), "{to}", fmt.Sprintf(stampOf, "valid_to")).Replace(text)
}

// foreignUnique refuses what breaks layers.Uniques.
func foreignUnique(t table) string {
	var b strings.Builder
	for _, u := range layers.Uniques() {
		if u.Layer != t.info.Layer {
			continue
		}
		same := ""
		for _, c := range u.Columns {
			same += fmt.Sprintf(" AND a.%[1]s = b.%[1]s", quote(c))
		}
		fmt.Fprintf(&b, "\n  SELECT RAISE(ABORT, '%s: %s is in use')\n    WHERE EXISTS (SELECT 1 FROM %s a, %s b WHERE b.fid = NEW.fid AND a.fid <> b.fid%s AND b.%s <> '');",
			t.name, strings.Join(u.Columns, " and "), t.name, t.name, same, quote(u.Columns[0]))
	}
	return b.String()
}

// triggersOf returns the triggers of a table by name.
func triggersOf(t table) map[string]string {
	out := map[string]string{}
	add := func(name, when, mode string, own bool, op layers.Op, body string) {
		name = "wangge_" + t.name + "_" + name
		out[name] = fmt.Sprintf("CREATE TRIGGER %s %s ON %s\nWHEN (SELECT mode FROM wangge_context) = '%s'\nBEGIN%s\nEND",
			name, when, t.name, mode, sqlOf(t, own, op, body))
	}
	add("insert", "AFTER INSERT", "apply", true, layers.Create, ruleInsert)
	add("update", "AFTER UPDATE", "apply", true, layers.Replace, ruleUpdate)
	add("delete", "AFTER DELETE", "apply", true, layers.Delete, ruleDelete)
	updated := foreignUpdated
	if t.info.IDIsCode {
		updated = foreignCoded + foreignUpdated
	}
	add("foreign_before", "BEFORE INSERT", "idle", false, layers.Create, `
  SELECT RAISE(ABORT, '{table}: a feature with this id is there already')
    WHERE EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM {table} WHERE fid = NEW.fid);`)
	add("foreign_insert", "AFTER INSERT", "idle", false, layers.Create,
		foreignBegin+foreignInserted+foreignValid+foreignUnique(t)+ruleInsert+foreignEnd)
	add("foreign_update", "AFTER UPDATE", "idle", false, layers.Replace,
		foreignBegin+updated+foreignValid+foreignUnique(t)+ruleUpdate+foreignEnd)
	add("foreign_delete", "AFTER DELETE", "idle", false, layers.Delete, foreignBegin+ruleDelete+foreignEnd)
	return out
}

// rtreeTriggersOf returns the six triggers of the R-tree extension of GeoPackage 1.2 and 1.3, by name.
func rtreeTriggersOf(t table) map[string]string {
	if t.info.Geometry == "" {
		return nil
	}
	name := "rtree_" + t.name + "_geom"
	const full, none = "(NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))", "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
	const values = "(NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom))"
	out := map[string]string{}
	add := func(part, event, when, body string) {
		out[name+"_"+part] = fmt.Sprintf("CREATE TRIGGER %s_%s AFTER %s ON %s%s\nBEGIN\n  %s;\nEND", name, part, event, t.name, when, body)
	}
	put := "INSERT OR REPLACE INTO " + name + " VALUES " + values
	add("insert", "INSERT", "\nWHEN "+full, put)
	add("update1", "UPDATE OF geom", "\nWHEN OLD.fid = NEW.fid AND "+full, put)
	add("update2", "UPDATE OF geom", "\nWHEN OLD.fid = NEW.fid AND "+none, "DELETE FROM "+name+" WHERE id = OLD.fid")
	add("update3", "UPDATE", "\nWHEN OLD.fid != NEW.fid AND "+full, "DELETE FROM "+name+" WHERE id = OLD.fid;\n  "+put)
	add("update4", "UPDATE", "\nWHEN OLD.fid != NEW.fid AND "+none, "DELETE FROM "+name+" WHERE id IN (OLD.fid, NEW.fid)")
	add("delete", "DELETE", "\nWHEN OLD.geom NOT NULL", "DELETE FROM "+name+" WHERE id = OLD.fid")
	return out
}

// install makes the triggers of every layer as this program wants them, in one transaction. It changes nothing where they are
// so already.
func install(ctx context.Context, c *sql.Conn) (err error) {
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // the first error is the one that counts
		}
	}()
	have, err := installed(ctx, c)
	if err != nil {
		return err
	}
	for _, info := range layers.All() {
		t, _ := tableOf(info.Layer)
		for _, set := range []map[string]string{triggersOf(t), rtreeTriggersOf(t)} {
			for name, text := range set {
				if have[name] == text {
					continue
				}
				if _, err := c.ExecContext(ctx, "DROP TRIGGER IF EXISTS "+name); err != nil {
					return err
				}
				if _, err := c.ExecContext(ctx, text); err != nil {
					return fmt.Errorf("trigger %s: %w", name, err)
				}
			}
		}
	}
	_, err = c.ExecContext(ctx, "COMMIT")
	return err
}

// installed returns the text of every trigger in the file by name.
func installed(ctx context.Context, c *sql.Conn) (map[string]string, error) {
	rows, err := c.QueryContext(ctx, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		have[name] = text
	}
	return have, rows.Err()
}
