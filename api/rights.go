package api

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// openLayers are the layers that all may read.
func openLayers() []layers.Info {
	return slices.DeleteFunc(layers.All(), func(info layers.Info) bool { return info.Confined })
}

// readersOf returns the roles that may read a layer; nil for one that all may read.
func readersOf(l layers.Layer) []layers.Role {
	switch l {
	case layers.Contacts:
		return []layers.Role{layers.Dispatcher, layers.Planner}
	case layers.Refusals:
		return []layers.Role{layers.Dispatcher, layers.UnitAgent, layers.Planner, layers.Reviewer, layers.Publisher, layers.Auditor}
	}
	return nil
}

// noted writes a line into the log for each read of contacts: who has read what, and when. What is read is not in it.
func noted(info layers.Info, handle func(*call) error) func(*call) error {
	if info.Layer != layers.Contacts {
		return handle
	}
	return func(c *call) error {
		err := handle(c)
		c.s.log.Info("contacts read", "actor", c.actor.Name, "role", c.actor.Role, "unit", c.actor.Unit, "token", c.actor.Token, "request", c.Request().URL.RequestURI(),
			"refused", err != nil, "request_id", c.Response().Header().Get("X-Request-Id"))
		return err
	}
}

// rights says who may create, replace and delete the features of a layer. Whoever is not named may not; an admin gives out
// tokens and edits nothing.
type rights struct {
	create, replace, delete []layers.Role
}

var (
	planners = []layers.Role{layers.Planner}
	borders  = []layers.Role{layers.Planner, layers.Publisher}
)

// rightsOf is the one table of who may edit what (DECISIONS.md).
func rightsOf(l layers.Layer) rights {
	switch l {
	case layers.Editions, layers.Districts, layers.Towns, layers.Grids, layers.Communities:
		return rights{borders, borders, borders}
	case layers.Poles:
		return rights{
			create:  []layers.Role{layers.Surveyor, layers.Planner},
			replace: []layers.Role{layers.Surveyor, layers.UnitAgent, layers.Planner},
			delete:  []layers.Role{layers.UnitAgent, layers.Planner},
		}
	case layers.Notices, layers.Schedules, layers.Orders, layers.Activations, layers.Rules, layers.Refusals:
		return rights{} // they have steps of their own
	}
	return rights{planners, planners, planners}
}

// of returns the roles of one operation.
func (r rights) of(op layers.Op) []layers.Role {
	switch op {
	case layers.Create:
		return r.create
	case layers.Replace:
		return r.replace
	}
	return r.delete
}

// mayTouch refuses an edit of a feature outside what the token is for: a unit's agent has the poles of the unit, and a token of
// a town has what lies in the town. The states before and after the edit must both be inside; nil stands for none.
func (c *call) mayTouch(op layers.Op, before, after layers.Feature) error {
	for _, f := range []layers.Feature{before, after} {
		if f == nil {
			continue
		}
		if c.actor.Role == layers.UnitAgent && !c.owns(f) {
			return c.outside(op, f.Layer(), fmt.Sprintf("%s is not one of its owners now", unitName(c.actor.Unit)))
		}
		if town := c.token.Town; town != "" && c.townOf(f) != town {
			return c.outside(op, f.Layer(), "the token is for the town "+town+" alone")
		}
	}
	return nil
}

func (c *call) outside(op layers.Op, l layers.Layer, detail string) error {
	p := forbidden(rightsOf(l).of(op), detail)
	p.More["scope"] = map[string]any{"unit": c.actor.Unit, "town": c.token.Town}
	return p
}

func unitName(id string) string {
	if id == "" {
		return "a token without a unit"
	}
	return "the unit " + id
}

// owns reports whether the actor's unit is among the owners of a pole at present.
func (c *call) owns(f layers.Feature) bool {
	p, ok := f.(*layers.Pole)
	if !ok || c.actor.Unit == "" {
		return false
	}
	return slices.ContainsFunc(p.Owners(c.now()), func(o layers.Ownership) bool { return o.Unit == c.actor.Unit })
}

// townOf returns the code of the town that a feature belongs to: what it says itself, or else where its first point lies. It is
// "" for what belongs to no town.
func (c *call) townOf(f layers.Feature) string {
	switch v := f.(type) {
	case *layers.Town:
		return v.Code
	case *layers.Grid:
		return v.Town
	case *layers.Community:
		return v.Town
	case *layers.Unit:
		return v.Town
	}
	p, ok := firstPoint(f.Shape())
	if !ok {
		return ""
	}
	q, err := geo.QueryFrom(p)
	if err != nil {
		return ""
	}
	town, _ := c.w.Locate(layers.Towns, q, c.now())
	if town == nil {
		return ""
	}
	return town.Head().ID
}

// firstPoint returns the first position of a geometry.
func firstPoint(g orb.Geometry) (orb.Point, bool) {
	switch v := g.(type) {
	case orb.Point:
		return v, true
	case orb.LineString:
		if len(v) > 0 {
			return v[0], true
		}
	case orb.Polygon:
		if len(v) > 0 && len(v[0]) > 0 {
			return v[0][0], true
		}
	case orb.MultiPolygon:
		if len(v) > 0 {
			return firstPoint(v[0])
		}
	}
	return orb.Point{}, false
}
