package postgis

import (
	"github.com/jackc/pgx/v5"

	"wangge/layers"
)

const insertKey = "INSERT INTO wangge.wangge_idempotency (token, key, body, receipt, created_at) VALUES ($1, $2, $3, $4, $5)"

func keyValues(k layers.KeptKey) []any {
	return []any{k.Token, k.Key, k.Body, k.Receipt, stamp(k.CreatedAt)} // a receipt goes into its column as JSON
}

// replay looks whether the key of tx is known, and if so gives the first answer again.
func (t *transaction) replay(tx layers.Tx, r *layers.Receipt) (known bool, err error) {
	if tx.Key == "" {
		return false, nil
	}
	var body []byte
	var text string
	known, err = t.one("SELECT body, receipt::text FROM wangge.wangge_idempotency WHERE token = $1 AND key = $2", []any{tx.Actor.Token, tx.Key}, &body, &text)
	if err != nil || !known {
		return false, err
	}
	*r, err = tx.Replay(body, text)
	return true, err
}

// remember keeps the answer for the key of tx, and forgets keys that are too old.
func (t *transaction) remember(tx layers.Tx, r layers.Receipt) error {
	if tx.Key == "" {
		return nil
	}
	var b pgx.Batch
	b.Queue("DELETE FROM wangge.wangge_idempotency WHERE created_at < $1", stamp(layers.KeysSince(t.at)))
	b.Queue(insertKey, keyValues(layers.KeptKey{Token: tx.Actor.Token, Key: tx.Key, Body: tx.Body[:], Receipt: r, CreatedAt: t.at})...)
	return t.send(&b, nil)
}
