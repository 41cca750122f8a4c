package layers

import (
	"iter"
	"maps"
	"slices"

	"wangge/geo"
)

// Snapshot is every layer at one position of one store. It is complete before anyone sees it and never changes; all of it may
// be used by any number of goroutines.
type Snapshot struct {
	position   Position
	recordedAt Instant
	settings   Settings
	sets       map[Layer]*Set
	timelines  map[Layer]*Timeline
	tokens     map[string]Token // by hash
	quarantine []Quarantined    // by layer and id
	plans      map[planKey]*plan
	nested     map[nestKey][]int
	kerb       *kerb
}

// Position returns the epoch and revision that the snapshot shows.
func (s *Snapshot) Position() Position { return s.position }

// RecordedAt returns when that revision was committed.
func (s *Snapshot) RecordedAt() Instant { return s.recordedAt }

// Settings returns the store's settings.
func (s *Snapshot) Settings() Settings { return s.settings }

// Set returns a layer. An unknown layer gives an empty set.
func (s *Snapshot) Set(l Layer) *Set {
	if set, ok := s.sets[l]; ok {
		return set
	}
	return &Set{}
}

// Partition returns the partition of a layer in force at the instant, or nil: the layer is no partition, has no rows then, or
// had rows in the past that formed none.
func (s *Snapshot) Partition(l Layer, at Instant) *Partition {
	if t := s.timelines[l]; t != nil {
		return t.At(at)
	}
	return nil
}

// Locate returns the one feature of a partition layer that has q at the instant.
func (s *Snapshot) Locate(l Layer, q geo.Query, at Instant) (Feature, geo.Match) {
	if p := s.Partition(l, at); p != nil {
		return p.Locate(q)
	}
	return nil, geo.MatchNone
}

// Token returns the token whose secret has this hash.
func (s *Snapshot) Token(hash string) (Token, bool) {
	t, ok := s.tokens[hash]
	return t, ok
}

// Tokens yields every token.
func (s *Snapshot) Tokens() iter.Seq[Token] { return maps.Values(s.tokens) }

// Quarantined returns the rows that are left out, by layer and id. The slice is the caller's.
func (s *Snapshot) Quarantined() []Quarantined { return slices.Clone(s.quarantine) }

// Digest returns the digest of all layers together.
func (s *Snapshot) Digest() Digest {
	var d Digest
	for _, set := range s.sets {
		d.add(set.digest)
	}
	return d
}

// Get returns a feature of a layer as it applies at the instant, typed.
func Get[T Feature](s *Snapshot, l Layer, id string, at Instant) (T, bool) {
	f, ok := s.Set(l).Get(id, at)
	t, same := f.(T)
	return t, ok && same
}
