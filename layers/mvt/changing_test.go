package mvt_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// changing is a small district that is edited at random: every layer with tiles, rows that begin and end to apply, borders that move.
type changing struct {
	t    testing.TB
	r    *rand.Rand
	rows map[layers.Key][]layers.Row
	snap *layers.Snapshot
	// clock is the present; every edit moves it on.
	clock layers.Instant
	// borderClock is the instant of the last edit of borders, which may lie ahead.
	borderClock layers.Instant
	corners     [(boardColumns + 1) * (boardRows + 1)]geo.Fixed
	bends       map[[2]int][]geo.Fixed
	touched     map[layers.Key]bool // by the edit that goes on
	near        []orb.Point         // where the last edits were
	made        int
}

const (
	boardColumns, boardRows = 4, 3
	boardCell               = 200_000 // 1e-7 degree: about 2 km
	boardX, boardY          = 1212000000, 307500000
)

func newChanging(t testing.TB, seed uint64) *changing {
	c := &changing{t: t, r: rand.New(rand.NewPCG(seed, 4)), rows: map[layers.Key][]layers.Row{}, clock: 1_700_000_000_000, bends: map[[2]int][]geo.Fixed{},
		touched: map[layers.Key]bool{}}
	c.borderClock = c.clock
	for i := range c.corners {
		c.corners[i] = geo.Fixed{X: boardX + int32(i%(boardColumns+1))*boardCell + c.within(boardCell/6), Y: boardY + int32(i/(boardColumns+1))*boardCell + c.within(boardCell/6)}
	}
	c.redrawBorders(true)
	for range 150 {
		c.newPole()
	}
	for range 30 {
		c.newRoad()
	}
	for range 12 {
		c.newOverlay()
	}
	for i := range 6 {
		c.newKerb(i)
	}
	c.load()
	return c
}

// within is a number between -n and n.
func (c *changing) within(n int32) int32 { return c.r.Int32N(2*n+1) - n }

func (c *changing) id(prefix string) string {
	c.made++
	return fmt.Sprintf("%s%05d", prefix, c.made)
}

// place is a random position of the board.
func (c *changing) place() geo.Fixed {
	return geo.Fixed{X: boardX + c.r.Int32N(boardColumns*boardCell), Y: boardY + c.r.Int32N(boardRows*boardCell)}
}

// square is a small polygon with a corner at p.
func square(p geo.Fixed, side int32) orb.Polygon {
	ring := geo.FixedRing{p, {X: p.X + side, Y: p.Y}, {X: p.X + side, Y: p.Y + side}, {X: p.X, Y: p.Y + side}, p}
	return geo.FixedMultiPolygon{{ring}}.MultiPolygon()[0]
}

// set makes rows the rows of a feature: the last one is the head.
func (c *changing) set(list ...layers.Feature) {
	k := layers.Key{Layer: list[0].Layer(), ID: list[0].Head().ID}
	var rows []layers.Row
	for i, f := range list {
		f.Head().Version, f.Head().Revision = int64(i+1), int64(c.made)
		rows = append(rows, layers.Row{Feature: f, Slice: i+1 < len(list)})
		if g := f.Shape(); g != nil {
			c.near = append(c.near, g.Bound().Min, g.Bound().Center(), g.Bound().Max)
		}
	}
	c.rows[k] = rows
	c.touched[k] = true
}

// replace adds a state that begins at from to a feature with history.
func (c *changing) replace(f layers.Feature, from layers.Instant) {
	k := layers.Key{Layer: f.Layer(), ID: f.Head().ID}
	var list []layers.Feature
	for _, r := range c.rows[k] {
		list = append(list, copied(r.Feature))
	}
	if n := len(list); n > 0 {
		list[n-1].Head().ValidTo = from
	}
	f.Head().ValidFrom = from
	c.set(append(list, f)...)
}

func (c *changing) remove(k layers.Key) {
	for _, r := range c.rows[k] {
		if g := r.Feature.Shape(); g != nil {
			c.near = append(c.near, g.Bound().Center())
		}
	}
	delete(c.rows, k)
	c.touched[k] = true
}

// any returns the head of some feature of a layer, as a copy that may be changed.
func (c *changing) any(l layers.Layer) layers.Feature {
	var keys []layers.Key
	for k := range c.rows {
		if k.Layer == l {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	slices.SortFunc(keys, layers.Key.Compare)
	rows := c.rows[keys[c.r.IntN(len(keys))]]
	return copied(rows[len(rows)-1].Feature)
}

func copied(f layers.Feature) layers.Feature {
	switch f := f.(type) {
	case *layers.District:
		n := *f
		return &n
	case *layers.Town:
		n := *f
		return &n
	case *layers.Grid:
		n := *f
		return &n
	case *layers.Overlay:
		n := *f
		return &n
	case *layers.Segment:
		n := *f
		return &n
	case *layers.Zone:
		n := *f
		return &n
	case *layers.Space:
		n := *f
		return &n
	case *layers.Pole:
		n := *f
		return &n
	case *layers.Road:
		n := *f
		return &n
	}
	panic(fmt.Sprintf("%T", f))
}

func (c *changing) newPole() {
	states := layers.PoleStates()
	p := &layers.Pole{Meta: layers.Meta{ID: c.id("p_"), ValidFrom: c.clock - 1000*layers.Instant(c.r.IntN(3))}, MainUse: "power", Condition: "sound", Live: "no",
		State: states[c.r.IntN(len(states))], ClaimState: "none", Geometry: c.place().Point()}
	p.Code, p.Name = "JS-"+p.ID, "杆"+p.ID
	if c.r.IntN(4) == 0 {
		p.ValidFrom = c.clock + layers.Instant(c.r.IntN(40_000))
	}
	if c.r.IntN(5) == 0 {
		p.ValidTo = max(p.ValidFrom, c.clock) + 1 + layers.Instant(c.r.IntN(40_000))
	}
	c.set(p)
}

func (c *changing) newRoad() {
	classes := []string{"primary", "secondary", "residential", "path"}
	f := &layers.Road{Meta: layers.Meta{ID: c.id("r_"), ValidFrom: 1}, Name: "路", Class: classes[c.r.IntN(len(classes))]}
	f.Code, f.Geometry = f.ID, c.line()
	c.set(f)
}

func (c *changing) line() orb.LineString {
	p := c.place()
	line := orb.LineString{p.Point()}
	for range 2 + c.r.IntN(9) {
		p = geo.Fixed{X: p.X + c.within(boardCell/9), Y: p.Y + 1 + c.r.Int32N(boardCell/9)}
		line = append(line, p.Point())
	}
	return line
}

func (c *changing) newOverlay() {
	kinds := []string{layers.Block, layers.Park, layers.Building, layers.PoliceArea}
	f := &layers.Overlay{Meta: layers.Meta{ID: c.id("o_"), ValidFrom: c.clock}, Name: "区", Kind: kinds[c.r.IntN(len(kinds))]}
	f.Code, f.Geometry = f.ID, orb.MultiPolygon{square(c.place(), 100+c.r.Int32N(boardCell))}
	c.set(f)
}

// newKerb makes a segment with a zone and its spaces.
func (c *changing) newKerb(i int) {
	p := c.place()
	s := &layers.Segment{Meta: layers.Meta{ID: fmt.Sprintf("s_%d", i), ValidFrom: 1}, Code: fmt.Sprint("S", i), Name: "段", Road: "路", From: "甲", To: "乙", Side: "left",
		Manager: "u", Geometry: orb.LineString{p.Point(), geo.Fixed{X: p.X + 3000, Y: p.Y}.Point()}}
	z := &layers.Zone{Meta: layers.Meta{ID: fmt.Sprintf("z_%d", i), ValidFrom: c.clock}, Code: fmt.Sprint("Z", i), Name: "位", Segment: s.ID, Kind: "kerb", Capacity: 5,
		DefaultMode: layers.Travel, Geometry: square(p, 3000)}
	c.set(s)
	c.set(z)
	for k := range 5 {
		b := &layers.Space{Meta: layers.Meta{ID: fmt.Sprintf("sp_%d_%d", i, k), ValidFrom: 1}, Code: fmt.Sprintf("B%d-%d", i, k), Name: "泊", Zone: z.ID, Number: k + 1,
			LengthM: 6, WidthM: 2.5, Orientation: "parallel", Geometry: square(geo.Fixed{X: p.X + int32(k)*600, Y: p.Y + 100}, 500)}
		if k == 4 { // far from its zone
			b.Geometry = square(c.place(), 500)
		}
		c.set(b)
	}
}

// edge is the border between two corners, without the last vertex.
func (c *changing) edge(i, j int) geo.FixedRing {
	a, b := min(i, j), max(i, j)
	line := append(geo.FixedRing{c.corners[a]}, c.bends[[2]int{a, b}]...)
	if i > j {
		line = append(line, c.corners[b])
		slices.Reverse(line)
		return line[:len(line)-1]
	}
	return line
}

func (c *changing) bend(a, b int) {
	const n = 24
	var out []geo.Fixed
	for s := int32(1); s < n; s++ {
		p, q := c.corners[a], c.corners[b]
		out = append(out, geo.Fixed{X: p.X + (q.X-p.X)/n*s + c.within(boardCell/60), Y: p.Y + (q.Y-p.Y)/n*s + c.within(boardCell/60)})
	}
	c.bends[[2]int{a, b}] = out
}

// ringAround is the outer border of the cells in columns x0 to x1 and rows y0 to y1, without those.
func (c *changing) ringAround(x0, y0, x1, y1 int) orb.MultiPolygon {
	at := func(x, y int) int { return x + (boardColumns+1)*y }
	var ring geo.FixedRing
	for x := x0; x < x1; x++ {
		ring = append(ring, c.edge(at(x, y0), at(x+1, y0))...)
	}
	for y := y0; y < y1; y++ {
		ring = append(ring, c.edge(at(x1, y), at(x1, y+1))...)
	}
	for x := x1; x > x0; x-- {
		ring = append(ring, c.edge(at(x, y1), at(x-1, y1))...)
	}
	for y := y1; y > y0; y-- {
		ring = append(ring, c.edge(at(x0, y), at(x0, y-1))...)
	}
	return geo.FixedMultiPolygon{{append(ring, ring[0])}}.MultiPolygon()
}

// redrawBorders makes the areas whose border has changed again; with all, every one.
func (c *changing) redrawBorders(all bool) {
	if all {
		for i := range c.corners {
			if (i+1)%(boardColumns+1) != 0 {
				c.bend(i, i+1)
			}
			if i+boardColumns+1 < len(c.corners) {
				c.bend(i, i+boardColumns+1)
			}
		}
	}
	from := c.borderClock
	put := func(f layers.Feature, shape orb.MultiPolygon) {
		rows := c.rows[layers.Key{Layer: f.Layer(), ID: f.Head().ID}]
		if n := len(rows); n > 0 {
			if orb.Equal(rows[n-1].Feature.Shape(), shape) {
				return
			}
			f = copied(rows[n-1].Feature)
		}
		if err := f.SetShape(shape); err != nil {
			c.t.Fatal(err)
		}
		c.replace(f, from)
	}
	for i := range boardColumns * boardRows {
		x, y := i%boardColumns, i/boardColumns
		code := fmt.Sprintf("G%02d", i*7%20) // not in the order of their places
		put(&layers.Grid{Meta: layers.Meta{ID: code}, Code: code, Name: "网格" + code}, c.ringAround(x, y, x+1, y+1))
	}
	put(&layers.Town{Meta: layers.Meta{ID: "T1"}, Code: "T1", Name: "西镇"}, c.ringAround(0, 0, 2, boardRows))
	put(&layers.Town{Meta: layers.Meta{ID: "T2"}, Code: "T2", Name: "东镇"}, c.ringAround(2, 0, boardColumns, boardRows))
	if all || c.r.IntN(3) > 0 { // else its outline is not that of the grids for a while
		put(&layers.District{Meta: layers.Meta{ID: "D"}, Code: "D", Name: "区"}, c.ringAround(0, 0, boardColumns, boardRows))
	}
}

func (c *changing) base() layers.Base {
	return layers.Base{RecordedAt: c.clock, Settings: layers.Settings{Codes: layers.CodesFree}}
}

// load makes the snapshot of all rows at once.
func (c *changing) load() {
	b := layers.NewBuilder()
	for _, k := range slices.SortedFunc(maps.Keys(c.rows), layers.Key.Compare) {
		for _, r := range c.rows[k] {
			if err := b.Add(r); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	s, err := b.Snapshot(c.base())
	c.take(s, err)
}

// step makes the snapshot of the edits since the last one.
func (c *changing) step() {
	d := layers.Delta{Base: c.base()}
	for k := range c.touched {
		d.Keys = append(d.Keys, k)
		d.Rows = append(d.Rows, c.rows[k]...)
	}
	s, err := c.snap.With(d)
	c.take(s, err)
}

func (c *changing) take(s *layers.Snapshot, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	if q := s.Quarantined(); len(q) > 0 {
		c.t.Fatalf("%d rows are not valid, the first %+v", len(q), q[0])
	}
	c.snap = s
	clear(c.touched)
	if n := len(c.near); n > 60 {
		c.near = c.near[n-60:]
	}
}

// edit makes one random edit and says what.
func (c *changing) edit() string {
	c.clock += layers.Instant(1 + c.r.IntN(3000))
	kinds := []struct {
		name string
		do   func()
	}{
		{"new pole", c.newPole},
		{"moved pole", func() {
			p := c.any(layers.Poles).(*layers.Pole)
			p.Geometry = c.place().Point()
			c.set(p)
		}},
		{"pole in another state", func() {
			p := c.any(layers.Poles).(*layers.Pole)
			p.State = layers.PoleStates()[c.r.IntN(8)]
			c.set(p)
		}},
		{"removed pole", func() { c.remove(layers.Key{Layer: layers.Poles, ID: c.any(layers.Poles).Head().ID}) }},
		{"moved road", func() {
			f := c.any(layers.Roads).(*layers.Road)
			f.Geometry = c.line()
			c.set(f)
		}},
		{"moved overlay", func() {
			f := c.any(layers.Overlays).(*layers.Overlay)
			f.Geometry = orb.MultiPolygon{square(c.place(), 100+c.r.Int32N(boardCell))}
			c.replace(f, max(c.clock, f.ValidFrom+1)+layers.Instant(c.r.IntN(2)*c.r.IntN(30_000)))
		}},
		{"mode of a zone", func() {
			f := c.any(layers.Zones).(*layers.Zone)
			f.DefaultMode = []layers.Mode{layers.Travel, layers.Parking, layers.Loading, layers.Closed}[c.r.IntN(4)]
			c.replace(f, max(c.clock, f.ValidFrom+1)+layers.Instant(c.r.IntN(2)*c.r.IntN(30_000)))
		}},
		{"space of another zone", func() {
			f := c.any(layers.Spaces).(*layers.Space)
			f.Zone = fmt.Sprintf("z_%d", c.r.IntN(7)) // one of them does not exist
			c.set(f)
		}},
		{"name of a grid", func() {
			f := c.any(layers.Grids).(*layers.Grid)
			f.Name = fmt.Sprint("网格", c.r.IntN(1000))
			c.replace(f, c.nextBorder())
		}},
		{"corner", func() {
			c.nextBorder()
			i := c.r.IntN(len(c.corners))
			c.corners[i].X += c.within(boardCell / 50)
			c.corners[i].Y += c.within(boardCell / 50)
			c.redrawBorders(false)
		}},
		{"bends", func() {
			c.nextBorder()
			x, y := c.r.IntN(boardColumns), c.r.IntN(boardRows+1)
			a := x + (boardColumns+1)*y
			c.bend(a, a+1)
			c.redrawBorders(false)
		}},
		{"schedule of a zone", c.newSchedule},
		{"order", c.newOrder},
		{"days off", c.newNotice},
	}
	k := kinds[c.r.IntN(len(kinds))]
	k.do()
	return k.name
}

// newSchedule gives a zone another schedule, which begins and ends near the present.
func (c *changing) newSchedule() {
	zone := c.r.IntN(6)
	s := &layers.Schedule{Meta: layers.Meta{ID: fmt.Sprint("sc_", zone), ValidFrom: 1}, Code: fmt.Sprintf("t%d-1", zone), Name: "时段", Zone: fmt.Sprint("z_", zone), Series: fmt.Sprint("t", zone), Number: 1,
		State: []layers.ScheduleState{layers.Draft, layers.Published, layers.Published}[c.r.IntN(3)], From: "2023-01-01", Author: "a"}
	for i := range 1 + c.r.IntN(3) {
		minute := c.clock.Time().Add(8*time.Hour + time.Duration(c.r.IntN(5)-3)*time.Minute)
		s.Windows = append(s.Windows, layers.ModeWindow{ID: fmt.Sprint("w", i), Mode: []layers.Mode{layers.Parking, layers.Loading, layers.Closed}[c.r.IntN(3)],
			DaysRule: layers.DaysRule{DayTypes: [][]string{nil, {"workday"}, {"holiday"}}[c.r.IntN(3)]}, Start: minute.UTC().Format("15:04"), DurationMin: 1 + c.r.IntN(4)})
	}
	c.set(s)
	c.nearZone(s.Zone)
}

// newOrder closes or opens zones for some seconds.
func (c *changing) newOrder() {
	second := c.clock.Time().Add(time.Duration(c.r.IntN(60)-30) * time.Second)
	o := &layers.Order{Meta: layers.Meta{ID: fmt.Sprint("or_", c.r.IntN(5)), ValidFrom: 1}, Name: "管制", Zones: []string{fmt.Sprint("z_", c.r.IntN(3)), fmt.Sprint("z_", 3+c.r.IntN(3))},
		Band: []layers.Band{layers.EmergencyBand, layers.WorksBand, layers.EventBand}[c.r.IntN(3)], Mode: []layers.Mode{layers.Parking, layers.Closed}[c.r.IntN(2)],
		Starts: second.Format(time.RFC3339), Ends: second.Add(time.Duration(1+c.r.IntN(40)) * time.Second).Format(time.RFC3339), Reason: "事", Author: "a"}
	o.Code = o.ID
	c.set(o)
	c.nearZone(o.Zones[0])
	c.nearZone(o.Zones[1])
}

// newNotice makes the day a holiday, or a usual one.
func (c *changing) newNotice() {
	n := &layers.Notice{Meta: layers.Meta{ID: "cn-2023", ValidFrom: 1}, Code: "cn-2023", Name: "放假安排", Year: 2023, Papers: []string{"文"}}
	n.Days = []layers.NoticeOfDays{{Date: "2023-01-01", Name: "元旦", Off: true}}
	if c.r.IntN(2) == 0 {
		n.Days = append(n.Days, layers.NoticeOfDays{Date: "2023-11-15", Name: "假日", Off: true})
	}
	c.set(n)
	c.nearZone(fmt.Sprint("z_", c.r.IntN(6)))
}

func (c *changing) nearZone(id string) {
	if rows := c.rows[layers.Key{Layer: layers.Zones, ID: id}]; len(rows) > 0 {
		c.near = append(c.near, rows[0].Feature.Shape().Bound().Center())
	}
}

// nextBorder is the instant of the next edit of borders: after the last one, now, or later.
func (c *changing) nextBorder() layers.Instant {
	c.borderClock = max(c.borderClock+1, c.clock+layers.Instant(c.r.IntN(2)*c.r.IntN(20_000)))
	return c.borderClock
}
