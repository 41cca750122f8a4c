package layers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// keysKept is how long a store knows an idempotency key.
const keysKept = 48 * time.Hour

// KeysSince returns the instant before which idempotency keys are forgotten, 48 hours before now.
func KeysSince(now Instant) Instant { return now - Instant(keysKept.Milliseconds()) }

// ParseReceipt reads the JSON of a receipt that a store has kept.
func ParseReceipt(text string) (r Receipt, err error) {
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	return r, nil
}

// Replay returns the first answer to tx again, from what a store has kept under its key: the digest of that request and the JSON
// of the receipt. If the key stood for another request, the error is ErrKeyReused.
func (tx Tx) Replay(body []byte, receipt string) (Receipt, error) {
	if !bytes.Equal(body, tx.Body[:]) {
		return Receipt{}, fmt.Errorf("key %q: %w", tx.Key, ErrKeyReused)
	}
	r, err := ParseReceipt(receipt)
	if err != nil {
		return Receipt{}, fmt.Errorf("key %q: %w", tx.Key, err)
	}
	r.Replayed = true
	return r, nil
}
