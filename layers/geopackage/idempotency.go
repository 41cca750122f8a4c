package geopackage

import (
	"encoding/json"

	"wangge/layers"
)

const insertKey = "INSERT INTO wangge_idempotency (token, key, body, receipt, created_at) VALUES (?, ?, ?, ?, ?)"

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
	*r, err = tx.Replay(body, text)
	return true, err
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
	if err := t.exec("DELETE FROM wangge_idempotency WHERE created_at < ?", stamp(layers.KeysSince(t.at))); err != nil {
		return err
	}
	return t.exec(insertKey, tx.Actor.Token, tx.Key, tx.Body[:], string(text), stamp(t.at))
}
