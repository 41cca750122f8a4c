package impact

import "wangge/layers"

// AsIf returns a snapshot with features as they would be and without those that would be gone, as if it had always been so. It takes over
// changed, whose times and versions it sets. Errors are those of layers.Snapshot.With: of kind *layers.Poisoned for areas that overlap.
func AsIf(s *layers.Snapshot, changed []layers.Feature, gone []layers.Key, at layers.Instant) (*layers.Snapshot, error) {
	have := s.Position()
	d := layers.Delta{Base: layers.Base{Position: have, RecordedAt: s.RecordedAt(), Settings: s.Settings()}, From: have, Keys: gone}
	d.Position.Revision++
	for _, f := range changed {
		m := f.Head()
		m.Version, m.Revision, m.ValidFrom = 1, d.Position.Revision, min(m.ValidFrom, at)
		if before, ok := s.Set(f.Layer()).Head(m.ID); ok {
			m.Version, m.ValidFrom = before.Head().Version+1, min(m.ValidFrom, before.Head().ValidFrom)
		}
		d.Keys = append(d.Keys, layers.Key{Layer: f.Layer(), ID: m.ID})
		d.Rows = append(d.Rows, layers.Row{Feature: f})
	}
	return s.With(d)
}
