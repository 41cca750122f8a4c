package calendar

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrInvalid is wrapped by errors about values that no calendar can hold.
var ErrInvalid = errors.New("invalid")

const (
	minute = int64(60_000)
	day    = 24 * 60 * minute
	// ahead is how far the clocks of Shanghai are ahead of UTC, in milliseconds.
	ahead = 8 * 60 * minute
)

// MinutesOfDay are the minutes of every day.
const MinutesOfDay = 24 * 60

// Day is a civil day in Shanghai: days since 1970-01-01.
type Day int32

// DayOf returns a date of the years 1 to 9999. A day or month beyond its usual range is normalized, as time.Date does it.
func DayOf(year int, month time.Month, dayOfMonth int) Day {
	return Day(time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// DayAt returns the day of a moment in milliseconds since 1970-01-01T00:00:00Z, and how many milliseconds of it have passed.
func DayAt(at int64) (d Day, passed int64) {
	local := at + ahead
	n := local / day
	if local%day < 0 {
		n--
	}
	return Day(n), local - n*day
}

// Start returns the moment at which the day begins, in milliseconds since 1970-01-01T00:00:00Z.
func (d Day) Start() int64 { return int64(d)*day - ahead }

// At returns the moment of a minute of the day; minutes from MinutesOfDay on are those of the next day.
func (d Day) At(m int) int64 { return d.Start() + int64(m)*minute }

// Date returns year, month and day of month.
func (d Day) Date() (int, time.Month, int) { return d.utc().Date() }

// Year returns the year.
func (d Day) Year() int { return d.utc().Year() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

func (d Day) utc() time.Time { return time.Unix(int64(d)*86_400, 0).UTC() }

// String returns the form 2026-09-20.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// ParseDay reads the form of String for the years 1900 to 9999. The error wraps ErrInvalid.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 {
		return 0, fmt.Errorf("calendar: %.40q is no date such as 2026-09-20: %w", s, ErrInvalid)
	}
	return DayOf(t.Date()), nil
}

// MarshalJSON writes the form of String.
func (d Day) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the form of String.
func (d *Day) UnmarshalJSON(b []byte) (err error) {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("calendar: a date is a text: %w", ErrInvalid)
	}
	*d, err = ParseDay(s)
	return err
}

// Span is a stretch of time from a moment up to another, which it does not hold; milliseconds since 1970-01-01T00:00:00Z.
type Span struct{ From, To int64 }

// Holds reports whether the span holds a moment.
func (s Span) Holds(at int64) bool { return s.From <= at && at < s.To }
