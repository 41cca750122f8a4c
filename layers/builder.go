package layers

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
)

// Builder collects the rows of a full load and makes the first Snapshot of them.
type Builder struct {
	rows       map[Layer][]entry
	quarantine []Quarantined
	owners     map[Ownership][]Ownership
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{rows: map[Layer][]entry{}, owners: map[Ownership][]Ownership{}}
}

// Add takes one row. It keeps the feature.
func (b *Builder) Add(r Row) error {
	if r.Broken != nil {
		b.quarantine = append(b.quarantine, *r.Broken)
		return nil
	}
	if p, ok := r.Feature.(*Pole); ok {
		b.share(p)
	}
	l := r.Feature.Layer()
	b.rows[l] = append(b.rows[l], entry{r.Feature, r.Slice})
	return nil
}

// share gives poles that are owned in the same way one list of owners: most have one of a few. Like all of a snapshot it is
// read-only.
func (b *Builder) share(p *Pole) {
	if len(p.Ownership) != 1 {
		return
	}
	if _, ok := b.owners[p.Ownership[0]]; !ok && len(b.owners) < 10_000 {
		b.owners[p.Ownership[0]] = slices.Clone(p.Ownership)
	}
	if same, ok := b.owners[p.Ownership[0]]; ok {
		p.Ownership = same
	}
}

// Snapshot makes the snapshot. Rows that are not valid on their own are quarantined; in a partition layer they, and areas
// that form no partition, are an error of kind ErrPoisoned. The builder is used up.
func (b *Builder) Snapshot(base Base) (*Snapshot, error) {
	s := &Snapshot{sets: map[Layer]*Set{}, timelines: map[Layer]*Timeline{}, quarantine: b.quarantine}
	for _, info := range infos {
		kept, bad := sift(b.rows[info.Layer], base.Settings.Codes)
		delete(b.rows, info.Layer)
		s.quarantine = append(s.quarantine, bad...)
		set, err := setOf(info, kept)
		if err != nil {
			return nil, err
		}
		s.sets[info.Layer] = set
	}
	if err := s.finish(base, nil); err != nil {
		return nil, err
	}
	s.kerb = newKerb(s)
	return s, nil
}

// With returns the snapshot after d, sharing every page, index node and arrangement that d does not touch. Errors are those of
// Builder.Snapshot; s stays as it is in any case.
func (s *Snapshot) With(d Delta) (*Snapshot, error) {
	byLayer := map[Layer]map[string][]entry{}
	gone := map[Key]bool{}
	for _, k := range d.Keys {
		if byLayer[k.Layer] == nil {
			byLayer[k.Layer] = map[string][]entry{}
		}
		byLayer[k.Layer][k.ID] = nil
		gone[k] = true
	}
	n := &Snapshot{sets: maps.Clone(s.sets), timelines: maps.Clone(s.timelines), plans: s.plans, nested: s.nested}
	for _, q := range s.quarantine {
		if !gone[Key{q.Layer, q.ID}] {
			n.quarantine = append(n.quarantine, q)
		}
	}
	for _, r := range d.Rows {
		if r.Broken != nil {
			n.quarantine = append(n.quarantine, *r.Broken)
			continue
		}
		kept, bad := sift([]entry{{r.Feature, r.Slice}}, d.Settings.Codes)
		n.quarantine = append(n.quarantine, bad...)
		rows := byLayer[r.Feature.Layer()]
		if id := r.Feature.Head().ID; rows != nil {
			rows[id] = append(rows[id], kept...)
		}
	}
	changed := map[Layer]bool{}
	for l, rows := range byLayer {
		set, err := s.Set(l).with(rows)
		if err != nil {
			return nil, err
		}
		n.sets[l] = set
		changed[l] = true
	}
	if err := n.finish(d.Base, func(l Layer) bool { return changed[l] }); err != nil {
		return nil, err
	}
	n.kerb = n.kerbAfter(s)
	return n, nil
}

// sift splits rows into those that are valid on their own and what is known of the others.
func sift(rows []entry, codes CodeSpace) (kept []entry, bad []Quarantined) {
	kept = rows[:0]
	for _, e := range rows {
		if err := e.feature.Validate(codes); err != nil {
			m := e.feature.Head()
			bad = append(bad, Quarantined{Layer: e.feature.Layer(), Row: m.ID, ID: m.ID, Reason: err.Error()})
			continue
		}
		kept = append(kept, e)
	}
	return kept, bad
}

// finish sets what does not come from rows, refuses a poisoned partition and arranges those that changed (nil: all).
func (s *Snapshot) finish(base Base, changed func(Layer) bool) error {
	s.position, s.recordedAt, s.settings = base.Position, base.RecordedAt, base.Settings
	s.tokens = make(map[string]Token, len(base.Tokens))
	for _, t := range base.Tokens {
		s.tokens[t.Hash] = t
	}
	slices.SortFunc(s.quarantine, func(a, b Quarantined) int {
		return cmp.Or(strings.Compare(string(a.Layer), string(b.Layer)), strings.Compare(a.ID, b.ID), strings.Compare(a.Row, b.Row), strings.Compare(a.Reason, b.Reason))
	})
	s.quarantine = slices.CompactFunc(s.quarantine, func(a, b Quarantined) bool {
		return a.Layer == b.Layer && a.Row == b.Row && a.ID == b.ID && a.Reason == b.Reason
	})
	pl := &planner{old: s.plans, used: map[planKey]*plan{}}
	for _, info := range infos {
		if !info.Partition {
			continue
		}
		if err := s.poisoned(info.Layer); err != nil {
			return err
		}
		if changed != nil && !changed(info.Layer) {
			pl.keep(s.timelines[info.Layer], s.plans)
			continue
		}
		t, err := pl.timeline(s.sets[info.Layer], base.RecordedAt)
		if err != nil {
			return err
		}
		s.timelines[info.Layer] = t
	}
	s.plans = pl.used
	s.nest(s.nested)
	return nil
}

// keep carries over the plans of a timeline that did not change.
func (pl *planner) keep(t *Timeline, plans map[planKey]*plan) {
	if t == nil {
		return
	}
	inUse := map[*plan]bool{}
	for _, p := range t.parts {
		if p != nil {
			inUse[p.plan] = true
		}
	}
	for k, p := range plans {
		if inUse[p] {
			pl.used[k] = p
		}
	}
}

// poisoned returns the quarantined rows of a partition layer as an error.
func (s *Snapshot) poisoned(l Layer) error {
	bad := &Poisoned{Layer: l}
	for _, q := range s.quarantine {
		if q.Layer == l {
			bad.Rows = append(bad.Rows, q)
		}
	}
	if len(bad.Rows) == 0 {
		return nil
	}
	return bad
}

// LoadSnapshot reads a whole store into a snapshot.
func LoadSnapshot(ctx context.Context, store Store) (*Snapshot, error) {
	b := NewBuilder()
	base, err := store.Load(ctx, b.Add)
	if err != nil {
		return nil, err
	}
	return b.Snapshot(base)
}

// LoadDigests reads a whole store and returns the digest of each layer as LoadSnapshot would have it with the same code space,
// without keeping rows.
func LoadDigests(ctx context.Context, store Store, codes CodeSpace) (Position, map[Layer]Digest, error) {
	digests := map[Layer]Digest{}
	var scratch []byte
	base, err := store.Load(ctx, func(r Row) error {
		if r.Broken != nil || r.Feature.Validate(codes) != nil {
			return nil
		}
		d, b, err := digestOf(r.Feature, r.Slice, scratch)
		if err != nil {
			return err
		}
		scratch = b
		sum := digests[r.Feature.Layer()]
		sum.add(d)
		digests[r.Feature.Layer()] = sum
		return nil
	})
	return base.Position, digests, err
}
