package postgis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/layers"
)

// keep is how long an idempotency key is known.
const keep = 48 * time.Hour

const insertKey = "INSERT INTO wangge.wangge_idempotency (token, key, body, receipt, created_at) VALUES ($1, $2, $3, $4, $5)"

func keyValues(k layers.KeptKey) []any {
	return []any{k.Token, k.Key, k.Body, k.Receipt, stamp(k.CreatedAt)} // a receipt goes into its column as JSON
}

func receiptOf(text string) (r layers.Receipt, err error) {
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("receipt: %w", err)
	}
	return r, nil
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
	if !bytes.Equal(body, tx.Body[:]) {
		return true, passed{fmt.Errorf("postgis: apply: key %q: %w", tx.Key, layers.ErrKeyReused)}
	}
	if *r, err = receiptOf(text); err != nil {
		return true, fmt.Errorf("key %q: %w", tx.Key, err)
	}
	r.Replayed = true
	return true, nil
}

// remember keeps the answer for the key of tx, and forgets keys that are too old.
func (t *transaction) remember(tx layers.Tx, r layers.Receipt) error {
	if tx.Key == "" {
		return nil
	}
	var b pgx.Batch
	b.Queue("DELETE FROM wangge.wangge_idempotency WHERE created_at < $1", stamp(t.at-layers.Instant(keep.Milliseconds())))
	b.Queue(insertKey, keyValues(layers.KeptKey{Token: tx.Actor.Token, Key: tx.Key, Body: tx.Body[:], Receipt: r, CreatedAt: t.at})...)
	return t.send(&b, nil)
}
