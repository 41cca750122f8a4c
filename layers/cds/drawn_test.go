package cds_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
)

var shanghai = time.FixedZone("", 8*3600)

func instantAt(s string) layers.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
	if err != nil {
		panic(err)
	}
	return layers.InstantOf(t)
}

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func meta(id string) layers.Meta {
	return layers.Meta{ID: id, Version: 1, Revision: 1, ValidFrom: instantAt("2024-03-01 00:00")}
}

func notices() (out []layers.Feature) {
	year := func(year int, lines ...string) {
		id := fmt.Sprint("cn-", year)
		n := &layers.Notice{Meta: meta(id), Code: id, Name: "放假安排", Year: year}
		for _, line := range lines {
			words := strings.Fields(line)
			for d := day(words[1]); d <= day(words[len(words)-1]); d++ {
				n.Days = append(n.Days, layers.NoticeOfDays{Date: d.String(), Name: words[0], Off: words[0] != "补班"})
			}
		}
		out = append(out, n)
	}
	year(2025, "元旦 2025-01-01", "春节 2025-01-28 2025-02-04", "清明节 2025-04-04 2025-04-06", "劳动节 2025-05-01 2025-05-05", "端午节 2025-05-31 2025-06-02", "国庆节 2025-10-01 2025-10-08",
		"补班 2025-01-26", "补班 2025-02-08", "补班 2025-04-27", "补班 2025-09-28", "补班 2025-10-11")
	year(2026, "元旦 2026-01-01 2026-01-03", "春节 2026-02-15 2026-02-23", "清明节 2026-04-04 2026-04-06", "劳动节 2026-05-01 2026-05-05", "端午节 2026-06-19 2026-06-21", "中秋节 2026-09-25 2026-09-27",
		"国庆节 2026-10-01 2026-10-07", "补班 2026-01-04", "补班 2026-02-14", "补班 2026-02-28", "补班 2026-05-09", "补班 2026-09-20", "补班 2026-10-10")
	return out
}

// square is the outline of the zone with that number, a strip of its own.
func square(i int) orb.Polygon {
	x, y := 121.30+float64(i%20)*0.001, 30.75+float64(i/20)*0.001
	return orb.Polygon{{{x, y}, {x + 0.0008, y}, {x + 0.0008, y + 0.00003}, {x, y + 0.00003}, {x, y}}}
}

func zoneOf(i int, mode layers.Mode) *layers.Zone {
	id := fmt.Sprintf("z_%03d", i)
	return &layers.Zone{Meta: meta(id), Code: "Z-" + id, Name: "测试 " + id, Kind: "lot", Capacity: i, DefaultMode: mode, Geometry: square(i)}
}

func scheduleOf(z *layers.Zone, number int, from, until string, windows ...layers.ModeWindow) *layers.Schedule {
	s := &layers.Schedule{Meta: meta(fmt.Sprint("sc_", z.ID, "_", number)), Code: fmt.Sprint(z.ID, "-", number), Name: "时段", Zone: z.ID, Series: z.ID, Number: number, State: layers.Published,
		From: from, Until: until, Author: "planner", Windows: windows}
	if until != "" {
		s.State = layers.Superseded
	}
	return s
}

// drawn is a zone with two revisions, exceptions and orders that get in each other's way.
func drawn(seed uint64, i int) (out []layers.Feature) {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	rule := func() (d layers.DaysRule) {
		if r.IntN(2) == 0 {
			d.DayTypes = []string{pick("workday", "restday", "holiday", "holiday:国庆节", "makeup_workday")}
			d.MakeupApart = r.IntN(3) == 0
		}
		if r.IntN(3) == 0 {
			d.Weekdays = []string{pick("mon", "tue", "wed"), pick("thu", "fri", "sat", "sun")}
		}
		if r.IntN(4) == 0 {
			d.Nth = []int{[]int{1, 2, 5, -1, -2}[r.IntN(5)]}
		}
		if r.IntN(5) == 0 {
			d.Months = []int{1 + r.IntN(6), 7 + r.IntN(6)}
		}
		if r.IntN(6) == 0 {
			d.FirstDay, d.UntilDay = "2026-02-10", "2026-11-07"
		}
		return d
	}
	windows := func(n int) (out []layers.ModeWindow) {
		for i := range n {
			w := layers.ModeWindow{ID: fmt.Sprint("w", i), Mode: layers.Mode(pick("travel", "parking", "loading", "closed")), DaysRule: rule(),
				Start: pick("00:00", "00:01", "06:30", "12:00", "20:00", "20:00", "23:59"), DurationMin: []int{1, 60, 600, 660, 1439, 1440}[r.IntN(6)]}
			switch r.IntN(3) {
			case 0:
				w.Tail = calendar.TailCutMidnight
			case 1:
				w.Tail, w.CutAt = calendar.TailCutAt, pick("00:01", "05:00", "23:59")
			}
			switch r.IntN(8) {
			case 0:
				w.Users = &layers.UserClasses{Any: []string{"delivery", "shop"}, None: []string{"taxi"}}
			case 1:
				w.Users = &layers.UserClasses{All: []string{"disabled", "resident"}}
			case 2:
				w.Users = &layers.UserClasses{None: []string{"bus", "electric"}}
			}
			out = append(out, w)
		}
		return out
	}
	z := zoneOf(i, layers.Mode(pick("travel", "parking", "loading", "closed")))
	out = append(out, z)
	turn := calendar.DayOf(2026, 3, 1) + calendar.Day(r.IntN(250))
	for n := range 2 {
		s := scheduleOf(z, n+1, "2025-05-01", turn.String(), windows(1+r.IntN(4))...)
		if n == 1 {
			s.State, s.From, s.Until = layers.Published, turn.String(), ""
		}
		for k := range r.IntN(4) {
			x := layers.Exception{ID: fmt.Sprint("x", k), DaysRule: rule(), Effect: layers.Effect(pick("close", "replace", "extend")), Reason: "drawn"}
			if x.Effect != layers.Close {
				x.Windows = windows(1 + r.IntN(2))
			}
			if r.IntN(6) == 0 {
				x.Event = "match"
			}
			x.FirstDay = "2025-01-01"
			s.Exceptions = append(s.Exceptions, x)
		}
		out = append(out, s)
	}
	for k := range r.IntN(7) {
		from := instantAt("2026-01-01 00:00") + layers.Instant(r.Int64N(360*86_400_000))
		band := []layers.Band{layers.EventBand, layers.WorksBand, layers.EmergencyBand}[k%3]
		out = append(out, &layers.Order{Meta: meta(fmt.Sprint("or_", i, "_", k)), Code: fmt.Sprint("O-", i, "-", k), Name: "掘路", Zones: []string{z.ID}, Starts: from.String(),
			Ends: (from + layers.Instant(1+r.Int64N(9*86_400_000))).String(), Band: band, Mode: layers.Mode(pick("travel", "parking", "loading", "closed")), Reason: "drawn", Author: "duty"})
	}
	return out
}

func snapshotOf(t testing.TB, features ...layers.Feature) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	for _, f := range features {
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "0123456789abcdef", Revision: 7}, RecordedAt: instantAt("2026-06-01 12:00"), Settings: layers.Settings{Name: "test", Codes: layers.CodesFree}})
	if err != nil {
		t.Fatal(err)
	}
	if q := s.Quarantined(); len(q) > 0 {
		t.Fatalf("not valid: %v", q)
	}
	return s
}
