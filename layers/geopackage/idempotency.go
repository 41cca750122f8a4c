package geopackage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"wangge/layers"
)

// keep is how long an idempotency key is known.
const keep = 48 * time.Hour

const insertKey = "INSERT INTO wangge_idempotency (token, key, body, receipt, created_at) VALUES (?, ?, ?, ?, ?)"

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
	known, err = t.one("SELECT body, receipt FROM wangge_idempotency WHERE token = ? AND key = ?", []any{tx.Actor.Token, tx.Key}, &body, &text)
	if err != nil || !known {
		return false, err
	}
	if !bytes.Equal(body, tx.Body[:]) {
		return true, passed{fmt.Errorf("geopackage: apply: key %q: %w", tx.Key, layers.ErrKeyReused)}
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
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := t.exec("DELETE FROM wangge_idempotency WHERE created_at < ?", stamp(t.at-layers.Instant(keep.Milliseconds()))); err != nil {
		return err
	}
	return t.exec(insertKey, tx.Actor.Token, tx.Key, tx.Body[:], string(text), stamp(t.at))
}
