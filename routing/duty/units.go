package duty

import (
	"cmp"
	"slices"
	"strings"

	"wangge/layers"
)

// unitIndex finds units and posts by what they are for.
type unitIndex struct {
	kinds map[kindIn][]*layers.Unit // by id
	posts map[postFor][]*layers.Post
	tops  []*layers.Unit // of the kind district, by id
	// ofTown are the ids that end in _<code of a town>, by what stands before.
	ofTown map[kindIn]string
}

// kindIn is a kind of units, or the beginning of an id, in a town.
type kindIn struct{ kind, town string }

// postFor is a kind of posts for one grid, community or overlay.
type postFor struct {
	kind string
	of   layers.Layer
	id   string
}

func newUnitIndex(s *layers.Snapshot) unitIndex {
	x := unitIndex{kinds: map[kindIn][]*layers.Unit{}, posts: map[postFor][]*layers.Post{}, ofTown: map[kindIn]string{}}
	for f := range s.Set(layers.Units).Rows() { // by id
		u, ok := f.(*layers.Unit)
		if !ok {
			continue
		}
		if u.Kind == "district" {
			x.tops = append(x.tops, u)
		}
		if u.Town != "" {
			k := kindIn{u.Kind, u.Town}
			x.kinds[k] = append(x.kinds[k], u)
		}
		if i := strings.LastIndexByte(u.ID, '_'); i > 0 {
			x.ofTown[kindIn{u.ID[:i], u.ID[i+1:]}] = u.ID
		}
	}
	for f := range s.Set(layers.Posts).Rows() {
		p, ok := f.(*layers.Post)
		if !ok {
			continue
		}
		for _, one := range [...]postFor{{p.Kind, layers.Grids, p.Grid}, {p.Kind, layers.Communities, p.Community}, {p.Kind, layers.Overlays, p.Overlay}} {
			if one.id != "" {
				x.posts[one] = append(x.posts[one], p)
			}
		}
	}
	return x
}

// expression is a unit expression with what the trace calls it.
type expression struct {
	layers.UnitExpression
	text string
}

// newExpression reads an expression. A text that is none, or empty, names nobody.
func newExpression(text string) expression {
	e, err := layers.ParseUnitExpression(text)
	if err != nil {
		return expression{text: text}
	}
	return expression{e, text}
}

func newExpressions(texts []string) (out []expression) {
	for _, t := range texts {
		out = append(out, newExpression(t))
	}
	return out
}

// Named is a unit that an expression names, and the post by which it does, if there is one.
type Named struct {
	Unit *layers.Unit
	Post string
}

// Resolve returns the units that a unit expression names for a case, the first one first: none where there is nothing of the kind, or
// where the unit is not in force. The rule says which pole or zone the owner is asked of; nil for a rule about neither.
func (r *Rules) Resolve(s *layers.Snapshot, text string, one *layers.Rule, c *Case) []Named {
	var h held
	h.begin(s, r, c)
	about := noRule
	if one != nil {
		about = &rule{Rule: one}
	}
	return h.resolve(nil, newExpression(text), about)
}

// unit returns a unit in force.
func (h *held) unit(id string) (*layers.Unit, bool) {
	if id == "" {
		return nil, false
	}
	return layers.Get[*layers.Unit](h.s, layers.Units, id, h.At)
}

// resolve appends the units that an expression of a rule names.
func (h *held) resolve(dst []Named, e expression, of *rule) []Named {
	switch e.Of {
	case layers.UnitByID:
		return h.add(dst, e.Name)
	case layers.GridOffice:
		return h.add(dst, h.Grid.Office)
	case layers.TownUnit:
		return h.add(dst, h.r.units.ofTown[kindIn{e.Name, h.Town}])
	case layers.TownKind:
		return h.addFirst(dst, h.r.units.kinds[kindIn{e.Name, h.Town}])
	case layers.DistrictOffice:
		return h.addFirst(dst, h.r.units.tops)
	case layers.PostUnit:
		return h.post(dst, e.Name)
	case layers.OverlayUnit:
		for _, o := range h.Overlays {
			if o.Kind == e.Name {
				if dst = h.add(dst, o.Unit); len(dst) > 0 {
					return dst
				}
			}
		}
	case layers.FeatureOwner, layers.FeatureOwners:
		return h.owners(dst, e, of)
	case layers.ZoneManager:
		if zone := h.zoneFor(of); zone != nil {
			return h.add(dst, zone.Manager)
		}
	case layers.BorderLead, layers.BorderOther, layers.CommonParent:
		return h.alongBorder(dst, e.Of, of)
	}
	return dst
}

// add appends a unit if it is in force.
func (h *held) add(dst []Named, id string) []Named {
	if u, ok := h.unit(id); ok {
		dst = append(dst, Named{Unit: u})
	}
	return dst
}

// addFirst appends the first of a list that is in force.
func (h *held) addFirst(dst []Named, list []*layers.Unit) []Named {
	for _, u := range list {
		if u.ValidAt(h.At) {
			return append(dst, Named{Unit: u})
		}
	}
	return dst
}

// post appends the unit of the post of a kind for the community, else for an overlay, else for the grid.
func (h *held) post(dst []Named, kind string) []Named {
	before := len(dst)
	if dst = h.postOf(dst, postFor{kind, layers.Communities, h.Community}); len(dst) > before {
		return dst
	}
	for _, o := range h.Overlays {
		if dst = h.postOf(dst, postFor{kind, layers.Overlays, o.ID}); len(dst) > before {
			return dst
		}
	}
	return h.postOf(dst, postFor{kind, layers.Grids, h.Grid.Code})
}

// postOf appends the unit of the first post in force, by id, whose unit is in force too.
func (h *held) postOf(dst []Named, of postFor) []Named {
	for _, p := range h.r.units.posts[of] {
		if !p.ValidAt(h.At) {
			continue
		}
		if u, ok := h.unit(p.Unit); ok {
			return append(dst, Named{u, p.ID})
		}
	}
	return dst
}

// owners appends the owner with the largest share of the pole that the rule is about, or all of them, the largest share first; or the
// manager of the zone.
func (h *held) owners(dst []Named, e expression, of *rule) []Named {
	if f := of.When.Feature; f != nil && f.Layer == layers.Zones {
		if zone := h.zoneFor(of); zone != nil {
			dst = h.add(dst, zone.Manager)
		}
		return dst
	}
	pole := h.poleFor(of)
	switch {
	case pole == nil:
	case e.Of == layers.FeatureOwner:
		if own, ok := leadingOwner(pole, h.At); ok {
			return h.add(dst, own.Unit)
		}
	default:
		for _, own := range owners(pole, h.At) {
			dst = h.add(dst, own.Unit)
		}
	}
	return dst
}

// CommonParent returns the lowest unit above two units, or one of them if it is above the other; nil where they have none in common, or where
// parents go round in a circle before. Both must be in force.
func CommonParent(s *layers.Snapshot, a, b string, at layers.Instant) *layers.Unit {
	for above := range mostAbove {
		u, ok := nthAbove(s, a, above, at)
		if !ok {
			return nil
		}
		for other := range mostAbove {
			v, ok := nthAbove(s, b, other, at)
			if !ok {
				break
			}
			if u == v {
				return u
			}
		}
	}
	return nil
}

// mostAbove bounds how many units stand above one another: parents that go round in a circle end there.
const mostAbove = 16

// nthAbove returns the unit so many steps above a unit, itself for 0.
func nthAbove(s *layers.Snapshot, id string, steps int, at layers.Instant) (*layers.Unit, bool) {
	u, ok := layers.Get[*layers.Unit](s, layers.Units, id, at)
	for ; ok && steps > 0; steps-- {
		if u.Parent == "" {
			return nil, false
		}
		u, ok = layers.Get[*layers.Unit](s, layers.Units, u.Parent, at)
	}
	return u, ok
}

// leadingOwner returns the ownership with the largest share of a pole at the instant; of equal ones that of the lowest unit.
func leadingOwner(pole *layers.Pole, at layers.Instant) (best layers.Ownership, ok bool) {
	for _, o := range pole.Ownership {
		if o.From > at || o.To != 0 && at >= o.To {
			continue
		}
		if !ok || cmp.Or(cmp.Compare(best.Share, o.Share), strings.Compare(o.Unit, best.Unit)) < 0 {
			best, ok = o, true
		}
	}
	return best, ok
}

// owners lists who owns a pole at the instant, the largest share first.
func owners(pole *layers.Pole, at layers.Instant) []layers.Ownership {
	list := pole.Owners(at)
	slices.SortStableFunc(list, func(a, b layers.Ownership) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), strings.Compare(a.Unit, b.Unit))
	})
	return list
}
