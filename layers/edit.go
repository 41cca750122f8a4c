package layers

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// Key names the feature that e is about.
func (e Edit) Key() Key { return Key{Layer: e.Layer, ID: e.ID} }

// Invalid returns an *Invalid about one thing that is wrong with e. The pointer is "" for the whole edit.
func (e Edit) Invalid(pointer, code, detail string) error {
	return &Invalid{Layer: e.Layer, ID: e.ID, Issues: []Issue{{Pointer: pointer, Code: code, Detail: detail}}}
}

// Conflict returns a *Conflict that e ran into; version is the current one of its feature, 0 if there is none.
func (e Edit) Conflict(kind ConflictKind, version int64, detail string) error {
	return &Conflict{Kind: kind, Layer: e.Layer, ID: e.ID, Version: version, Detail: detail}
}

// Storable checks what a row must have to be read again, the same for every kind of store, and returns the geometry to write, on
// multiples of 1e-7 degree: nil for a Delete and for a layer without geometry. Whether the feature is valid in its layer is for
// the caller to say. The error is an *Invalid.
func (e Edit) Storable() (orb.Geometry, error) {
	info, ok := e.Layer.Info()
	switch {
	case !ok:
		return nil, e.Invalid("", "layer", fmt.Sprintf("%q is no layer", e.Layer))
	case e.ID == "":
		return nil, e.Invalid("/id", "required", "an edit names an id")
	case e.Op == Delete:
		return nil, nil
	case e.Op != Create && e.Op != Replace:
		return nil, e.Invalid("", "op", fmt.Sprintf("%q is no operation", e.Op))
	case e.Feature == nil || e.Feature.Layer() != e.Layer:
		return nil, e.Invalid("", "required", fmt.Sprintf("there is no feature of %s to write", e.Layer))
	}
	m := e.Feature.Head()
	code, _ := e.Feature.Label()
	switch {
	case m.ID != e.ID:
		return nil, e.Invalid("/id", "form", fmt.Sprintf("the edit is of %q, the feature is %q", e.ID, m.ID))
	case info.IDIsCode && code != e.ID:
		return nil, e.Invalid("/code", "form", fmt.Sprintf("in %s the id is the code; got %q and %q", e.Layer, e.ID, code))
	case m.ValidFrom == 0:
		return nil, e.Invalid("/valid_from", "required", "a feature applies from an instant")
	case m.ValidTo != 0 && m.ValidTo <= m.ValidFrom:
		return nil, e.Invalid("/valid_to", "range", "valid_to must be after valid_from")
	case info.Geometry == "":
		return nil, nil
	}
	g := e.Feature.Shape()
	if g == nil {
		return nil, e.Invalid("/geometry", "required", "a "+info.Geometry+" is required")
	}
	g, err := geo.Snap(g)
	if err != nil {
		return nil, e.Invalid("/geometry", "bad-coordinate", err.Error())
	}
	return g, nil
}

// Outcome judges e by the versions that a store has of its feature: that of the head row, if there is one, and for a Create the
// last one in the history (0 if the id was never in use). It returns what becomes of the edit, or a *Conflict.
func (e Edit) Outcome(found bool, current, before int64) (Result, error) {
	r := Result{Key: e.Key(), Op: e.Op}
	if e.Op == Create {
		switch {
		case found:
			return r, e.Conflict(Exists, current, "the id is in use")
		case before > 0 && !e.Revive:
			return r, e.Conflict(Retired, 0, "the id was in use before")
		}
		r.Version = before + 1
		return r, nil
	}
	if !found || e.IfMatch != current {
		return r, e.Conflict(StaleVersion, current, fmt.Sprintf("the edit is of version %d", e.IfMatch))
	}
	r.Version = current
	if e.Op == Replace {
		r.Version++
	}
	return r, nil
}

// Moved returns the *Conflict of a guard whose layer has changed in the revision.
func (g Guard) Moved(revision int64) error {
	return &Conflict{Kind: GuardMoved, Layer: g.Layer, Detail: fmt.Sprintf("the layer has changed after revision %d, in %d", g.Revision, revision)}
}
