package postgis

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"wangge/layers"
)

const insertToken = `INSERT INTO wangge.wangge_tokens (id, name, role, unit, town, hash, created, expires, revoked)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
	ON CONFLICT (id) DO UPDATE SET (name, role, unit, town, hash, created, expires, revoked) = ROW($2, $3, $4, $5, $6, $7, $8, $9)`

func tokenValues(k layers.Token) []any {
	return []any{k.ID, k.Name, string(k.Role), k.Unit, k.Town, k.Hash, bound(k.Created), bound(k.Expires), bound(k.Revoked)}
}

// SaveToken adds or replaces a token, with a revision of its own. Another token with the same secret is a *layers.Conflict.
func (s *Store) SaveToken(ctx context.Context, actor layers.Actor, at time.Time, k layers.Token) (p layers.Position, err error) {
	err = s.transact(ctx, "save token", false, func(t *transaction) error {
		if err := t.lock(); err != nil {
			return err
		}
		var id string
		taken, err := t.one("SELECT id FROM wangge.wangge_tokens WHERE hash = $1 AND id <> $2", []any{k.Hash, k.ID}, &id)
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

// tokens returns all tokens by id, nil if there are none.
func (v *view) tokens() ([]layers.Token, error) {
	rows, err := v.tx.Query(v.ctx, "SELECT id, name, role, unit, town, hash, created, expires, revoked FROM wangge.wangge_tokens ORDER BY id")
	if err != nil {
		return nil, err
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k layers.Token, err error) {
		var created, expires, revoked pgtype.Timestamptz
		if err = row.Scan(&k.ID, &k.Name, &k.Role, &k.Unit, &k.Town, &k.Hash, &created, &expires, &revoked); err != nil {
			return k, err
		}
		for into, at := range map[*layers.Instant]pgtype.Timestamptz{&k.Created: created, &k.Expires: expires, &k.Revoked: revoked} {
			if *into, err = instantOf(at); err != nil {
				return k, err
			}
		}
		return k, nil
	})
	if len(out) == 0 {
		return nil, err
	}
	return out, err
}
