package geopackage

import (
	"context"
	"database/sql"
	"time"

	"wangge/layers"
)

const insertToken = "INSERT OR REPLACE INTO wangge_tokens (id, name, role, unit, town, hash, created, expires, revoked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

func tokenValues(k layers.Token) []any {
	return []any{k.ID, k.Name, string(k.Role), k.Unit, k.Town, k.Hash, bound(k.Created), bound(k.Expires), bound(k.Revoked)}
}

// SaveToken adds or replaces a token, with a revision of its own. Another token with the same secret is a *layers.Conflict.
func (s *Store) SaveToken(ctx context.Context, actor layers.Actor, at time.Time, k layers.Token) (p layers.Position, err error) {
	err = s.transact(ctx, "save token", func(t *transaction) error {
		var id string
		taken, err := t.one("SELECT id FROM wangge_tokens WHERE hash = ? AND id <> ?", []any{k.Hash, k.ID}, &id)
		if err != nil {
			return err
		}
		if taken {
			return passed{&layers.Conflict{Kind: layers.Exists, ID: k.ID, Detail: "another token has the same secret"}}
		}
		if err := t.raise(at, "token", actor, "token "+k.ID, ""); err != nil {
			return err
		}
		p = t.position
		return t.exec(insertToken, tokenValues(k)...)
	})
	if err != nil {
		return layers.Position{}, err
	}
	return p, nil
}

// readTokens returns all tokens by id, nil if there are none.
func readTokens(ctx context.Context, tx *sql.Tx) ([]layers.Token, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, name, role, unit, town, hash, created, expires, revoked FROM wangge_tokens ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []layers.Token
	for rows.Next() {
		var k layers.Token
		var created, expires, revoked sql.NullString
		if err := rows.Scan(&k.ID, &k.Name, &k.Role, &k.Unit, &k.Town, &k.Hash, &created, &expires, &revoked); err != nil {
			return nil, err
		}
		for into, text := range map[*layers.Instant]sql.NullString{&k.Created: created, &k.Expires: expires, &k.Revoked: revoked} {
			if *into, err = layers.ParseInstant(text.String); err != nil {
				return nil, err
			}
		}
		out = append(out, k)
	}
	return out, rows.Err()
}
