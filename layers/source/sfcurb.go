package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"wangge/layers"
)

// sfUsed are the columns that something is made of.
var sfUsed = []string{"objectid", "REGULATION", "DAYS", "HOURS", "HRS_BEGIN", "HRS_END", "HRLIMIT", "EXCEPTIONS", "REGDETAILS", "shape"}

// sanFrancisco reads the table of parking regulations of that city: a row for a regulation of a stretch of kerb.
func (d *kerbDecoder) sanFrancisco(content []byte) error {
	in := csv.NewReader(bytes.NewReader(content))
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return fmt.Errorf("%w: header: %w", layers.ErrInvalid, err)
	}
	header = slices.Clone(header)
	for _, need := range []string{"REGULATION", "DAYS", "HOURS", "shape"} {
		if !slices.Contains(header, need) {
			return fmt.Errorf("%w: there is no column %s", layers.ErrInvalid, need)
		}
	}
	d.assumed = append(d.assumed, "the sides of streets are not in the file: the strip is on the right of the line as it is drawn",
		"the table says who may park for how long; that parking is allowed at other times is what the default mode says")
	for n := 2; ; n++ {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		r := &kerbRecord{row: fmt.Sprintf("line %d", n)}
		d.records = append(d.records, r)
		if err != nil {
			r.lose(KerbUnreadable, "%v", err)
			if !errors.As(err, new(*csv.ParseError)) || len(d.records) > mostKerbRecords {
				return fmt.Errorf("%w: %w", layers.ErrInvalid, err)
			}
			continue
		}
		values := make(map[string]string, len(header))
		for i, name := range header {
			if i < len(row) {
				values[name] = strings.TrimSpace(row[i])
			}
			if values[name] != "" && !slices.Contains(sfUsed, name) {
				d.unused[name]++
			}
		}
		r.sanFrancisco(values)
	}
}

func (r *kerbRecord) sanFrancisco(v map[string]string) {
	if v["objectid"] != "" {
		r.row += " (objectid " + v["objectid"] + ")"
	}
	r.placed, r.key = true, v["shape"]
	if _, g, err := parseWKT(v["shape"], mostKerbVertices); err == nil {
		r.shape = g
	}
	rule := &kerbRule{of: r, mode: layers.Parking, rank: 1}
	kind := strings.ToLower(v["REGULATION"])
	switch kind {
	case "time limited":
		if hours, err := strconv.ParseFloat(v["HRLIMIT"], 64); err == nil && hours > 0 {
			rule.setStay(hours * 60)
		} else {
			r.lose(KerbStay, "the limit %.20q is no number of hours; the stay has no bound", v["HRLIMIT"])
		}
	case "no parking any time", "limited no parking", "no overnight parking":
		rule.rank, rule.mode = 0, layers.Travel
		r.lose(KerbActivity, "no parking is taken as travel: what else may be done there is not said")
	case "pay or permit", "paid + permit":
		r.lose(KerbPayment, "what it costs without a permit is not in the file")
	case "government permit":
		r.lose(KerbUsers, "for holders of a permit of the government alone: there is no such class")
	case "no oversized vehicles":
		r.lose(KerbVehicle, "it is about the size of vehicles: there is no such class")
		return
	default:
		r.lose(KerbNoRule, "%.60q is no regulation that is known", v["REGULATION"])
		return
	}
	switch e := v["EXCEPTIONS"]; {
	case e == "" || strings.HasPrefix(e, "No"):
	default:
		r.lose(KerbExempt, "%s", e)
	}
	if v["REGDETAILS"] != "" {
		r.lose(KerbExempt, "details: %.100s", v["REGDETAILS"])
	}
	if kind == "no parking any time" {
		rule.always = true
		r.rules = append(r.rules, rule)
		return
	}
	days, ok := sfDays(v["DAYS"])
	if !ok {
		r.lose(KerbDates, "%.40q are no days; taken as every day", v["DAYS"])
	}
	from, until, ok := sfHours(v["HOURS"])
	if !ok {
		r.lose(KerbHours, "%.40q are no hours; nothing is known of when it holds", v["HOURS"])
		return
	}
	w := between(from, until)
	w.Weekdays = days
	rule.times = []layers.ModeWindow{w}
	r.rules = append(r.rules, rule)
}

// sfDays reads M-F, M-Sa, M-Su, or a list. M-S may end on Saturday or Sunday, so that it is not read.
func sfDays(s string) (days []string, ok bool) {
	if first, last, isRange := strings.Cut(s, "-"); isRange {
		a, good := sfDay(first)
		b, well := sfDay(last)
		if !good || !well {
			return nil, false
		}
		return weekdaysFrom(a, b), true
	}
	for one := range strings.SplitSeq(s, ",") {
		day, good := sfDay(one)
		if !good || slices.Contains(days, day) {
			return nil, false
		}
		days = append(days, day)
	}
	return days, len(days) > 0
}

func sfDay(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if day := map[string]string{"m": "mon", "w": "wed", "f": "fri"}[s]; day != "" {
		return day, true
	}
	return weekdayOf(s)
}

// sfHours reads 800-1800, 2400-600 (from midnight), 0-2400. The same hour twice, as in 0-0, is a whole day.
func sfHours(s string) (from, until int, ok bool) {
	first, last, isRange := strings.Cut(s, "-")
	a, err := strconv.ParseUint(strings.TrimSpace(first), 10, 12)
	b, wrong := strconv.ParseUint(strings.TrimSpace(last), 10, 12)
	if !isRange || err != nil || wrong != nil || a > 2400 || b > 2400 || a%100 > 59 || b%100 > 59 {
		return 0, 0, false
	}
	return int(a/100*60 + a%100), int(b/100*60 + b%100), true
}
