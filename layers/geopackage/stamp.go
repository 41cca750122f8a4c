package geopackage

import (
	"fmt"

	"wangge/layers"
)

// stampForm is the one form of a time in the file: UTC, milliseconds, Z, so that the order of texts is the order of times.
const stampForm = "2006-01-02T15:04:05.000Z"

// stamp returns the text of an instant; the zero Instant is 1970-01-01, so that it comes before every other revision.
func stamp(i layers.Instant) string {
	if i == 0 {
		return "1970-01-01T00:00:00.000Z"
	}
	return i.Time().Format(stampForm)
}

// bound returns the text of an instant, or NULL for the zero Instant, which bounds nothing.
func bound(i layers.Instant) any {
	if i == 0 {
		return nil
	}
	return stamp(i)
}

// clock reads times. Most rows of a layer have the time of the row before, so the last one is remembered. It belongs to one
// goroutine.
type clock struct {
	text string
	at   layers.Instant
}

// instant reads a column: NULL is the zero Instant.
func (c *clock) instant(v any) (layers.Instant, error) {
	switch s := v.(type) {
	case nil:
		return 0, nil
	case string:
		if s == c.text {
			return c.at, nil
		}
		at, err := layers.ParseInstant(s)
		if err != nil {
			return 0, err
		}
		c.text, c.at = s, at
		return at, nil
	}
	return 0, fmt.Errorf("a time cannot be %T", v)
}
