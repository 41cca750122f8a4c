package source

import (
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
)

// kerbMaker makes features of the records of a file.
type kerbMaker struct {
	in       *KerbInput
	decoder  *kerbDecoder
	calendar *calendar.Calendar
	report   KerbReport
	features []layers.Feature
	from     calendar.Day
}

func (m *kerbMaker) plan(ctx context.Context) (*KerbPlan, error) {
	d := m.decoder
	m.from, _ = calendar.DayAt(int64(m.in.ValidFrom))
	m.report = KerbReport{File: filepath.Base(m.in.Name), Format: d.format, CRS: m.in.CRS, Unused: d.unused, Conflicts: []KerbFinding{}, Findings: []layers.Finding{}}
	m.report.Assumed = append([]string{
		fmt.Sprintf("a zone beside a line is a strip %v m wide, on the side that is named or else on the right", float64(KerbWidth)),
		fmt.Sprintf("where no regulation holds all the time, the default mode is %s (--set default_mode=…)", m.in.DefaultMode),
		fmt.Sprintf("zones and drafts apply from %s; drafts are by %q, for somebody to review", m.from, KerbAuthor),
	}, d.assumed...)
	for i, group := range m.groups() {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m.zone(group)
	}
	if err := m.grounds(ctx); err != nil {
		return nil, err
	}
	m.report.count(d.records)
	m.outside()
	if m.report.Blocked {
		m.features = nil
	}
	p := &KerbPlan{Report: m.report, note: fmt.Sprintf("kerb data of %s (%s)", m.report.File, d.format)}
	for _, f := range m.features {
		p.edits = append(p.edits, layers.Edit{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f, Revive: true})
	}
	slices.SortStableFunc(p.edits, func(a, b layers.Edit) int { return cmp.Compare(layerRank(a.Layer), layerRank(b.Layer)) })
	return p, nil
}

// outside counts the zones that do not lie in the district, if there is one.
func (m *kerbMaker) outside() {
	if m.in.Extent == (orb.Bound{}) {
		return
	}
	for _, f := range m.features {
		if z, ok := f.(*layers.Zone); ok && !z.Geometry.Bound().Intersects(m.in.Extent) {
			m.report.Outside++
		}
	}
	m.report.Blocked = m.report.Zones > 0 && m.report.Outside == m.report.Zones
}

func layerRank(l layers.Layer) int {
	return slices.Index([]layers.Layer{layers.Segments, layers.Zones, layers.Spaces, layers.Schedules}, l)
}

// groups are the records with a place, those of one place together, in the order of the file.
func (m *kerbMaker) groups() (out [][]*kerbRecord) {
	at := map[string]int{}
	for _, r := range m.decoder.records {
		if !r.placed {
			continue
		}
		i, ok := at[r.key]
		if !ok {
			i = len(out)
			at[r.key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

var refForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.\-]{0,47}$`)

// zone makes segment, zone, spaces and draft of the records of one place.
func (m *kerbMaker) zone(group []*kerbRecord) {
	first := group[0]
	lose := func(class KerbClass, format string, args ...any) {
		for _, r := range group {
			r.carried = false
			r.lose(class, format, args...)
		}
	}
	rules := rulesOf(group)
	if len(rules) == 0 {
		return // each record has said why
	}
	place, err := m.place(first)
	if err != nil {
		lose(KerbGeometry, "%v", err)
		return
	}
	sum := sha1.Sum([]byte(string(m.decoder.format) + "\n" + first.key))
	id := hex.EncodeToString(sum[:6])
	code := "K-" + id
	if refForm.MatchString(first.code) {
		code = first.code
	}
	if m.in.Known != nil && m.in.Known(layers.Key{Layer: layers.Zones, ID: "z_" + id}) {
		lose(KerbExists, "the store has the zone z_%s; it is left as it is", id)
		return
	}
	meta := func(prefix string) layers.Meta {
		return layers.Meta{ID: prefix + id, ValidFrom: layers.Instant(m.from.Start())}
	}
	name := cmp.Or(first.name, first.road, code)
	segment := &layers.Segment{Meta: meta("s_"), Code: "S-" + code, Name: name, Road: cmp.Or(first.road, "unknown"), From: cmp.Or(first.from, "unknown"), To: cmp.Or(first.to, "unknown"),
		Side: place.side, Geometry: place.line}
	z := &layers.Zone{Meta: meta("z_"), Code: code, Name: name, Kind: "kerb", Segment: segment.ID, Capacity: first.capacity, DefaultMode: m.in.DefaultMode, Geometry: place.outline}
	s := &layers.Schedule{Meta: meta("sc_"), Code: code + "-1", Name: name, Zone: z.ID, Series: code, Number: 1, State: layers.Draft, From: m.from.String(), Author: KerbAuthor,
		Comments: []layers.Comment{{By: KerbAuthor, At: m.in.Now, Step: layers.Draft, Text: "from " + m.report.File}}}
	of := m.windows(z, s, rules)
	features := []layers.Feature{segment, z}
	if len(s.Windows)+len(s.Exceptions) > 0 {
		features = append(features, s)
	}
	for _, f := range features {
		if err := f.Validate(m.in.Settings.Codes); err != nil {
			lose(KerbNotValid, "%v", err)
			return
		}
	}
	spaces := m.spaces(group, z)
	if len(features) == 3 {
		m.report.Schedules++
		m.conflicts(z, s, of)
	}
	m.report.Segments++
	m.report.Zones++
	m.report.Spaces += len(spaces)
	m.features = append(append(m.features, features...), spaces...)
}

// rulesOf are the regulations of a place, the strongest first.
func rulesOf(group []*kerbRecord) (out []*kerbRule) {
	for _, r := range group {
		out = append(out, r.rules...)
	}
	slices.SortStableFunc(out, func(a, b *kerbRule) int { return cmp.Compare(a.rank, b.rank) })
	return out
}

const (
	mostKerbWindows = 64
	mostKerbEvents  = 16
)

// windows turns the regulations of a place into the default mode, windows and exceptions, and returns whose window each rule is.
func (m *kerbMaker) windows(z *layers.Zone, s *layers.Schedule, rules []*kerbRule) map[string]*kerbRecord {
	of := map[string]*kerbRecord{}
	always := -1
	for i, r := range rules {
		switch {
		case always >= 0:
			r.of.carried = true
			r.of.lose(KerbOverruled, "%s of rank %d never holds: %s of rank %d always goes before it", r.mode, r.rank, rules[always].mode, rules[always].rank)
			continue
		case r.always && r.users == nil && r.event == "":
			always = i
			z.DefaultMode = r.mode
			if r.maxStay == 0 && r.rate == nil {
				r.of.carried = true
				continue
			}
		}
		if i == len(rules)-1 && len(s.Windows) > 0 && r.background(s.From) { // what holds beside all others between two dates is the default as long as the draft holds
			z.DefaultMode, s.Until = r.mode, r.times[0].UntilDay
			r.of.carried = true
			continue
		}
		times := r.times
		if r.always {
			times = []layers.ModeWindow{{Start: "00:00", DurationMin: calendar.MinutesOfDay}}
		}
		var list []layers.ModeWindow
		for k, w := range join(times) {
			w.ID, w.Mode, w.Users, w.MaxStayMin, w.Rate = fmt.Sprintf("w%d", len(s.Windows)+k+1), r.mode, r.users, r.maxStay, r.rate
			list = append(list, w)
		}
		switch {
		case r.event != "" && len(s.Exceptions) < mostKerbEvents && len(list) <= mostKerbWindows:
			s.Exceptions = append(s.Exceptions, layers.Exception{ID: fmt.Sprintf("x%d", len(s.Exceptions)+1), DaysRule: layers.DaysRule{FirstDay: m.from.String()}, Effect: layers.Replaced, Windows: list,
				Reason: "during " + r.event, Event: r.event})
		case r.event == "" && len(s.Windows)+len(list) <= mostKerbWindows:
			for _, w := range list {
				of[s.Code+"/"+w.ID] = r.of
			}
			s.Windows = append(s.Windows, list...)
		default:
			r.of.lose(KerbTooMany, "%d more windows do not go into the schedule, which holds %d", len(list), mostKerbWindows)
			continue
		}
		r.of.carried = true
	}
	return of
}

// background reports whether a rule holds for all, at all times between two dates, and on a day between them.
func (rule *kerbRule) background(on string) bool {
	if len(rule.times) != 1 || rule.users != nil || rule.event != "" || rule.maxStay != 0 || rule.rate != nil {
		return false
	}
	w := rule.times[0]
	return w.FirstDay <= on && (w.UntilDay == "" || on < w.UntilDay) && w.DurationMin == calendar.MinutesOfDay && w.Start == "00:00" && len(w.Weekdays)+len(w.DayTypes)+len(w.Nth)+len(w.Months) == 0
}

// conflicts looks at a draft as a reviewer would.
func (m *kerbMaker) conflicts(z *layers.Zone, s *layers.Schedule, of map[string]*kerbRecord) {
	found := layers.FindConflicts(z, m.calendar, s, nil, nil)
	m.report.find(found)
	for _, f := range found {
		if f.Code != layers.ModesAtOnce {
			continue
		}
		seen := map[*kerbRecord]bool{}
		for _, id := range f.IDs {
			if r := of[id]; r != nil && !seen[r] {
				seen[r] = true
				r.lose(KerbPriority, "%s: which goes before has to be decided, as windows have no ranks of their own", f.Detail)
			}
		}
	}
}

// spaces are the numbered spaces of a place, in the store's system.
func (m *kerbMaker) spaces(group []*kerbRecord, z *layers.Zone) (out []layers.Feature) {
	for _, r := range group {
		for i, s := range r.spaces {
			if g, err := m.in.Converter.GeometryToStorage(m.in.CRS, s.Geometry); err == nil {
				if snapped, err := geo.Snap(g); err == nil {
					s.Geometry, _ = snapped.(orb.Polygon)
				}
			}
			s.Meta = layers.Meta{ID: fmt.Sprintf("sp_%s_%d", strings.TrimPrefix(z.ID, "z_"), i+1), ValidFrom: z.ValidFrom}
			s.Zone, s.Code = z.ID, fmt.Sprintf("%s-%d", z.Code, s.Number)
			s.Name = cmp.Or(s.Name, s.Code)
			if err := s.Validate(m.in.Settings.Codes); err != nil {
				r.lose(KerbNotValid, "space %d: %v", s.Number, err)
				continue
			}
			out = append(out, s)
		}
	}
	if z.Capacity == 0 {
		z.Capacity = len(out)
	}
	return out
}

// grounds looks for zones that lie over each other.
func (m *kerbMaker) grounds(ctx context.Context) error {
	b := layers.NewBuilder()
	for _, f := range m.features {
		f.Head().Version = 1
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			return err
		}
	}
	snap, err := b.Snapshot(layers.Base{Settings: m.in.Settings})
	if err != nil {
		return err
	}
	at, n := layers.Instant(m.from.Start()), 0
	for f := range snap.Set(layers.Zones).All(at) {
		if n++; n%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		found := layers.FindZoneConflicts(snap, f.(*layers.Zone), at)
		m.report.find(slices.DeleteFunc(found, func(one layers.Finding) bool { // each pair once
			return one.Code == layers.ZonesOverlap && one.IDs[0] > one.IDs[1]
		}))
	}
	for _, f := range m.features {
		f.Head().Version = 0
	}
	return nil
}
