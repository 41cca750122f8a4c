package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/layers/source"
)

// calendarName is the word in place of a layer that imports days off.
const calendarName = "calendar"

// calendarReport says what a notice of days off changes.
type calendarReport struct {
	Notice string `json:"notice"`
	Year   int    `json:"year"`
	Off    int    `json:"days_off"`
	Worked int    `json:"makeup_workdays"`
	// Changed are the days whose kind is another one than in the store, such as "2026-09-20: makeup_workday, was restday".
	Changed []string `json:"changed"`
	// Zones are those whose mode is another one on some days.
	Zones []layers.Retiming `json:"zones"`
	// Approved are the codes of the revisions that were approved by another version of the notice and are not over.
	Approved []string `json:"approved_before,omitempty"`

	DryRun   bool             `json:"dry_run,omitempty"`
	Imported *layers.Position `json:"imported,omitempty"`
	Undo     string           `json:"undo,omitempty"`
}

// importCalendar imports the days off of a year, and says which zones are used otherwise because of it.
func (c *importCmd) importCalendar(ctx context.Context, h *host, at place) error {
	if c.File == "" {
		return usage("name a file of days off: wangge import calendar 2027.json")
	}
	n, err := c.readNotice(h)
	if err != nil {
		return err
	}
	store, now, err := c.ready(ctx, h, at)
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	var before *layers.Notice
	for _, f := range now.of(layers.Notices) {
		if one := f.(*layers.Notice); one.ID == n.ID {
			before = one
		}
	}
	n.Demo = false
	report := reportCalendar(now, before, n)
	report.DryRun = c.DryRun
	same := before != nil && sameNotice(before, n)
	if !same && !c.DryRun {
		edit := layers.Edit{Op: layers.Create, Layer: layers.Notices, ID: n.ID, Feature: n, Revive: true}
		if before != nil {
			edit.Op, edit.IfMatch, edit.Revive = layers.Replace, before.Version, false
		}
		receipt, err := store.Apply(ctx, layers.Tx{Actor: actor(), At: h.now(), Kind: "import", Note: "days off of " + n.Code, Edits: []layers.Edit{edit}})
		if err != nil {
			return err
		}
		report.Imported, report.Undo = &receipt.Position, fmt.Sprint(receipt.Position.Revision)
	}
	if c.JSON {
		return writeJSON(h.out, report)
	}
	return report.write(h.out, at, same)
}

func (c *importCmd) readNotice(h *host) (*layers.Notice, error) {
	in, name := h.in, "standard input"
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close() // it was only read
		in, name = f, c.File
	}
	n, err := source.Holidays(in, c.Local, layers.InstantOf(h.now()))
	if errors.Is(err, layers.ErrInvalid) {
		return nil, &failure{what: fmt.Sprintf("%s was not imported: %v", name, err), kept: "the store, as it was", todo: "a file has year, papers and days with name, date and isOffDay"}
	}
	return n, err
}

// sameNotice reports whether two notices say the same.
func sameNotice(a, b *layers.Notice) bool {
	return a.Name == b.Name && slices.Equal(a.Papers, b.Papers) && reflect.DeepEqual(a.Days, b.Days)
}

// reportCalendar compares the calendar of the store with the one that has the notice.
func reportCalendar(now *present, before, n *layers.Notice) *calendarReport {
	r := &calendarReport{Notice: n.Code, Year: n.Year, Changed: []string{}, Zones: []layers.Retiming{}}
	for _, d := range n.Days {
		if d.Off {
			r.Off++
		} else {
			r.Worked++
		}
	}
	var was, is []*layers.Notice
	for _, f := range now.of(layers.Notices) {
		one := f.(*layers.Notice)
		was = append(was, one)
		if one.ID != n.ID {
			is = append(is, one)
		}
	}
	as := *n
	as.Version = 1
	if before != nil {
		as.Version = before.Version + 1
	}
	old, next := layers.CalendarOf(was), layers.CalendarOf(append(is, &as))
	from, until := calendar.Day(0), calendar.Day(0)
	if day, err := calendar.ParseDay(fmt.Sprintf("%04d-12-01", n.Year-1)); err == nil {
		from, until = day, day+31+366+31 // with what adjacent years have of it
	}
	for d := from; d < until; d++ {
		if a, b := old.Type(d), next.Type(d); a != b {
			r.Changed = append(r.Changed, fmt.Sprintf("%s: %s, was %s", d, b, a))
		}
	}
	schedules := only[*layers.Schedule](now.of(layers.Schedules))
	r.Zones = append(r.Zones, layers.Retimings(only[*layers.Zone](now.of(layers.Zones)), schedules, only[*layers.Order](now.of(layers.Orders)), old, next, from, until)...)
	for _, s := range schedules {
		if s.Calendar != "" && s.Calendar != next.Version(from+31) && strings.Contains(s.Calendar, n.Code+"@") && (s.Until == "" || s.Until > from.String()) && (s.Counts() || s.State == layers.Approved) {
			r.Approved = append(r.Approved, s.Code)
		}
	}
	return r
}

func only[T layers.Feature](list []layers.Feature) (out []T) {
	for _, f := range list {
		if one, ok := f.(T); ok {
			out = append(out, one)
		}
	}
	return out
}

// mostDates bounds how many dates the text lists of a zone.
const mostDates = 12

func (r *calendarReport) write(w io.Writer, at place, same bool) error {
	p := &printer{w: w}
	p.line("%s: %d days off, %d make-up work days", r.Notice, r.Off, r.Worked)
	p.line("%d days are of another kind than in the store", len(r.Changed))
	for _, text := range r.Changed {
		p.line("  %s", text)
	}
	p.line("%d zones are used otherwise on some days", len(r.Zones))
	for _, z := range r.Zones {
		more := ""
		if n := len(z.Dates) - mostDates; n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		p.line("  %s %s: %s%s", z.Zone, z.Name, strings.Join(z.Dates[:min(len(z.Dates), mostDates)], ", "), more)
	}
	for _, code := range r.Approved {
		p.line("  %s was approved by an earlier version of the notice: look at it again", code)
	}
	switch {
	case same:
		p.line("the store has all of it already: nothing was written")
	case r.DryRun:
		p.line("dry run: nothing was written")
	default:
		p.line("imported as revision %s; to undo it: wangge import --undo %s%s", r.Imported, r.Undo, at.flag())
	}
	return p.err
}

// printer writes lines and keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(form string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, form+"\n", args...)
	}
}
