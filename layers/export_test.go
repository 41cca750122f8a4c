package layers

// SharedPages returns how many pages of a layer two snapshots share, and how many the later one has.
func SharedPages(before, after *Snapshot, l Layer) (shared, all int) {
	have := map[*page]bool{}
	for _, p := range before.Set(l).pages {
		have[p] = true
	}
	for _, p := range after.Set(l).pages {
		if have[p] {
			shared++
		}
		all++
	}
	return shared, all
}

// SharedPlans reports whether two snapshots share the arrangement of a partition at an instant.
func SharedPlans(before, after *Snapshot, l Layer, at Instant) bool {
	a, b := before.Partition(l, at), after.Partition(l, at)
	return a != nil && b != nil && a.plan == b.plan
}

// PageRows is how many rows a page aims at.
const PageRows = pageRows

// Tamper makes the digest of a layer wrong, as a defect of the builder would.
func Tamper(s *Snapshot, l Layer) { s.sets[l].digest.add(Digest{0, 0, 0, 1}) }

// SharedLineage reports whether two lineages come from one measurement.
func SharedLineage(a, b *Lineage) bool { return a.laid == b.laid }
