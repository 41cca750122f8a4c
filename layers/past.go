package layers

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/paulmach/orb"
)

// Past is what a store showed at an earlier revision, as far as answers rest on it: the small layers whole, and the large ones around a
// position, from the store each time. It never changes, and is safe for concurrent use.
type Past struct {
	store Store
	small *Snapshot
}

// wide are the layers that have too many rows to read them whole for one answer.
var wide = []Layer{Poles, Roads}

// beside are the layers that no answer rests on.
var beside = []Layer{Spaces, Activations, Contacts, Refusals}

// LoadPast reads the small layers of a revision. The settings are those of the present: no store changes them after its first day. Errors are
// those of History and of Builder.Snapshot.
func LoadPast(ctx context.Context, store Store, p Position, recordedAt Instant, settings Settings) (*Past, error) {
	b := NewBuilder()
	for _, info := range infos {
		if slices.Contains(wide, info.Layer) || slices.Contains(beside, info.Layer) {
			continue
		}
		rows, err := rowsThen(ctx, store, info, p.Revision)
		if err != nil {
			return nil, fmt.Errorf("layers: %s at revision %d: %w", info.Layer, p.Revision, err)
		}
		for _, r := range rows {
			if err := b.Add(r); err != nil {
				return nil, err
			}
		}
	}
	small, err := b.Snapshot(Base{Position: p, RecordedAt: recordedAt, Settings: settings})
	if err != nil {
		return nil, err
	}
	return &Past{store: store, small: small}, nil
}

// rowsThen reads the rows of a layer that a load of that revision would have had.
func rowsThen(ctx context.Context, store Store, info Info, revision int64) ([]Row, error) {
	heads, err := store.History(ctx, Asked{Layer: info.Layer, KnownRevision: revision, Heads: true})
	if err != nil {
		return nil, err
	}
	type state struct {
		id       string
		version  int64
		revision int64
		from     Instant
	}
	stateOf := func(f Feature) state {
		m := f.Head()
		return state{m.ID, m.Version, m.Revision, m.ValidFrom}
	}
	head := map[state]bool{}
	out := make([]Row, 0, len(heads))
	for _, f := range heads {
		head[stateOf(f)] = true
		out = append(out, Row{Feature: f})
	}
	if !info.Slices {
		return out, nil
	}
	all, err := store.History(ctx, Asked{Layer: info.Layer, KnownRevision: revision})
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if !head[stateOf(f)] {
			out = append(out, Row{Feature: f, Slice: true})
		}
	}
	return out, nil
}

// Position returns the epoch and the revision.
func (p *Past) Position() Position { return p.small.position }

// Small returns the snapshot of the small layers; the large ones are empty in it.
func (p *Past) Small() *Snapshot { return p.small }

// Around returns the snapshot with what the large layers had in a box then.
func (p *Past) Around(ctx context.Context, box orb.Bound) (*Snapshot, error) {
	s := *p.small
	s.sets = maps.Clone(p.small.sets)
	for _, l := range wide {
		info, _ := l.Info()
		heads, err := p.store.History(ctx, Asked{Layer: l, KnownRevision: p.small.position.Revision, Heads: true, Box: &box})
		if err != nil {
			return nil, fmt.Errorf("layers: %s at revision %d: %w", l, p.small.position.Revision, err)
		}
		rows := make([]entry, len(heads))
		for i, f := range heads {
			rows[i] = entry{feature: f}
		}
		kept, _ := sift(rows, s.settings.Codes)
		if s.sets[l], err = setOf(info, kept); err != nil {
			return nil, err
		}
	}
	return &s, nil
}
