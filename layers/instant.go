package layers

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // the zone data is part of the program, so that a machine without any answers the same
)

// Instant is a moment in milliseconds since 1970-01-01T00:00:00Z; zero means "not set" (an open end).
type Instant int64

// InstantOf returns t to the millisecond, rounded down. The zero time is the zero Instant.
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// Time returns the instant in UTC; the zero Instant is the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(i)).UTC()
}

// String returns RFC 3339 in UTC with Z, with milliseconds only where there are any, and "" for the zero Instant.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format(time.RFC3339Nano)
}

// ParseInstant reads RFC 3339 with an offset or Z. The empty string is the zero Instant. A time without an offset, or outside
// the years 1900 to 9999, is an error of kind ErrInvalid.
func ParseInstant(s string) (Instant, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, fmt.Errorf("time %q: %w: want RFC 3339 with an offset, such as 2025-05-20T10:05:00+08:00", s, ErrInvalid)
	}
	if y := t.UTC().Year(); y < 1900 || y > 9999 {
		return 0, fmt.Errorf("time %q: %w: the year must be 1900 to 9999", s, ErrInvalid)
	}
	return InstantOf(t), nil
}

// ParseDay reads a date such as 2025-05-01 as the start of that day in Shanghai.
func ParseDay(s string) (Instant, error) {
	t, err := time.ParseInLocation("2006-01-02", s, Shanghai())
	if err != nil {
		return 0, fmt.Errorf("date %q: %w: want year-month-day, such as 2025-05-01", s, ErrInvalid)
	}
	if t.Year() < 1900 {
		return 0, fmt.Errorf("date %q: %w: the year must be 1900 to 9999", s, ErrInvalid)
	}
	return InstantOf(t), nil
}

// Shanghai returns the service's local time zone, from the zone data of the machine or else that inside the program. It is
// looked up once: a look-up opens files.
func Shanghai() *time.Location { return shanghai() }

var shanghai = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil { // the embedded data has it; a fixed zone equals it since 1992
		return time.FixedZone("CST", 8*60*60)
	}
	return loc
})

// MarshalJSON writes the string form; a zero Instant is null.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(i.String())
}

// UnmarshalJSON reads the string form or null.
func (i *Instant) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("time: %w: want a string", ErrInvalid)
	}
	if s == nil {
		*i = 0
		return nil
	}
	v, err := ParseInstant(*s)
	*i = v
	return err
}
