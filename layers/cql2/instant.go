package cql2

import (
	"strings"

	"wangge/layers"
)

// instantOf reads a date, or a timestamp in UTC. The first instant of 1970 stands for no time at all in a feature; one millisecond
// later is as good.
func instantOf(at Place, s string, date bool) (*Instant, *Error) {
	if date {
		v, err := layers.ParseDay(s)
		if err != nil {
			return nil, at.errorf("%q is not a date such as 2025-05-20", clip(s))
		}
		return &Instant{at, v, true}, nil
	}
	v, err := layers.ParseInstant(s)
	if err != nil || !strings.HasSuffix(s, "Z") {
		return nil, at.errorf("%q is not a timestamp in UTC such as 2025-05-20T02:05:00Z", clip(s))
	}
	if v == 0 {
		v = 1
	}
	return &Instant{at, v, false}, nil
}
