package layers

import (
	"cmp"
	"context"
	"slices"

	"wangge/geo"
)

// EdgeKind says what became of an area from one state of a partition to a later one.
type EdgeKind string

// The kinds of edges. An area lies in another when at least 0.99 of its ground does: a border that was surveyed again, better, is
// no split.
const (
	// EdgeSame: the same code, name and ground.
	EdgeSame EdgeKind = "same"
	// EdgeRename: the same ground under another name or code.
	EdgeRename EdgeKind = "rename"
	// EdgeSplit: the later area lies in the earlier one, which has ground elsewhere, and is a new one or one of several such.
	EdgeSplit EdgeKind = "split"
	// EdgeMerge: the earlier area lies in the later one, which has other ground too, and is another one or one of several such.
	EdgeMerge EdgeKind = "merge"
	// EdgeShift: a border between the two moved.
	EdgeShift EdgeKind = "shift"
	// EdgeRetired: ground of the earlier area that no area has later.
	EdgeRetired EdgeKind = "retired"
	// EdgeNew: ground of the later area that no area had before.
	EdgeNew EdgeKind = "new"
)

// lying is the share of its ground from which an area lies in another; all of it, but for rounding, is entire.
const (
	lying  = 0.99
	entire = 1 - 1e-9
)

// Edge joins an area of one state of a partition and an area of a later one that have ground in common.
type Edge struct {
	Kind EdgeKind
	// From is the earlier area, nil for EdgeNew; To the later one, nil for EdgeRetired.
	From, To Feature
	// AreaM2 is the ground in common in square metres.
	AreaM2 float64
	// ShareOfFrom and ShareOfTo are that ground as a share of each area, 0 where there is none. The shares of all edges of one
	// area sum to 1 within 1e-9.
	ShareOfFrom, ShareOfTo float64
}

// Lineage is how the areas of a partition descend from those of an earlier state of it.
type Lineage struct {
	from, to *Partition
	laid     *laid
}

// Lineage measures how the areas of to, the later state, descend from those of from, which may be any two states of one layer.
// It is measured once for each pair of arrangements, however many snapshots have them, and by one caller at a time; the error is
// that of ctx, when it ends before.
func (p *Partition) Lineage(ctx context.Context, to *Partition) (*Lineage, error) {
	l, err := p.plan.over(ctx, to.plan)
	if err != nil {
		return nil, err
	}
	return &Lineage{from: p, to: to, laid: l}, nil
}

// Edges returns every edge, by the codes of the earlier and the later area; those of new ground come first.
func (l *Lineage) Edges() []Edge {
	out := make([]Edge, len(l.laid.Common))
	for k, c := range l.laid.Common {
		out[k] = l.edge(c)
	}
	return out
}

// Successors returns the edges of the earlier area with that id, the largest share first: where its ground went.
func (l *Lineage) Successors(id string) []Edge {
	return l.edges(func(c geo.Common) bool { return c.A >= 0 && l.from.features[c.A].Head().ID == id },
		func(e Edge) float64 { return e.ShareOfFrom })
}

// Predecessors returns the edges of the later area with that id, the largest share first: where its ground comes from.
func (l *Lineage) Predecessors(id string) []Edge {
	return l.edges(func(c geo.Common) bool { return c.B >= 0 && l.to.features[c.B].Head().ID == id },
		func(e Edge) float64 { return e.ShareOfTo })
}

func (l *Lineage) edges(of func(geo.Common) bool, share func(Edge) float64) []Edge {
	var out []Edge
	for _, c := range l.laid.Common {
		if of(c) {
			out = append(out, l.edge(c))
		}
	}
	slices.SortStableFunc(out, func(a, b Edge) int { return cmp.Compare(share(b), share(a)) })
	return out
}

func (l *Lineage) edge(c geo.Common) Edge {
	e := Edge{Kind: EdgeShift, AreaM2: c.AreaM2}
	if c.A >= 0 {
		e.From, e.ShareOfFrom = l.from.features[c.A], c.AreaM2/l.laid.AreaA[c.A]
	}
	if c.B >= 0 {
		e.To, e.ShareOfTo = l.to.features[c.B], c.AreaM2/l.laid.AreaB[c.B]
	}
	switch {
	case c.A < 0:
		e.Kind = EdgeNew
	case c.B < 0:
		e.Kind = EdgeRetired
	default:
		e.Kind = l.kind(c, e)
	}
	return e
}

// kind is that of an edge with an area at both ends.
func (l *Lineage) kind(c geo.Common, e Edge) EdgeKind {
	oldCode, oldName := e.From.Label()
	newCode, newName := e.To.Label()
	inOld, inNew := e.ShareOfTo >= lying, e.ShareOfFrom >= lying
	switch {
	case inOld && inNew && (oldCode != newCode || oldName != newName):
		return EdgeRename
	case e.ShareOfFrom >= entire && e.ShareOfTo >= entire:
		return EdgeSame
	case inOld && !inNew && (oldCode != newCode || l.laid.parts[c.A] > 1):
		return EdgeSplit
	case inNew && !inOld && (oldCode != newCode || l.laid.joined[c.B] > 1):
		return EdgeMerge
	}
	return EdgeShift
}
