package layers

import (
	"fmt"
	"slices"
	"strings"
)

// UnitExpression names a unit by what it is to the place of a report: the office of the grid, the owner of the pole.
type UnitExpression struct {
	// Of is one of UnitWords.
	Of string
	// Name is the id after "unit:", the beginning of an id after "town.unit:", the kind after "post:", "overlay.unit:" and "town.kind:".
	Name string
}

// The words of unit expressions.
const (
	UnitByID       = "unit"          // unit:u_transport
	GridOffice     = "grid.office"   // the grid's own office
	TownUnit       = "town.unit"     // town.unit:u_enforcement is u_enforcement_<code of the town>
	TownKind       = "town.kind"     // town.kind:town is the unit of that kind in the town, the lowest id if there are several
	PostUnit       = "post"          // post:chief is the post of that kind for the community, the overlay or the grid, the narrowest first
	OverlayUnit    = "overlay.unit"  // overlay.unit:park is the unit of the overlay of that kind
	FeatureOwner   = "feature.owner" // the owner with the largest share
	FeatureOwners  = "feature.owners"
	ZoneManager    = "zone.manager"
	BorderLead     = "border.lead"  // the office of the grid that leads along the nearest border
	BorderOther    = "border.other" // the office of the other one
	CommonParent   = "parent"       // the unit above the offices of both grids
	DistrictOffice = "district"     // the top of the tree
)

var (
	plainWords = []string{GridOffice, FeatureOwner, FeatureOwners, ZoneManager, BorderLead, BorderOther, CommonParent, DistrictOffice}
	namedWords = []string{UnitByID, TownUnit, TownKind, PostUnit, OverlayUnit}
)

// UnitWords returns the words of unit expressions: those that stand alone, and those that a colon and a name follow. The slices are the
// caller's.
func UnitWords() (plain, named []string) { return slices.Clone(plainWords), slices.Clone(namedWords) }

// ParseUnitExpression reads an expression. The error is of kind ErrInvalid.
func ParseUnitExpression(text string) (UnitExpression, error) {
	of, name, named := strings.Cut(text, ":")
	e := UnitExpression{Of: of, Name: name}
	switch {
	case !named && slices.Contains(plainWords, of):
		return e, nil
	case !named || !slices.Contains(namedWords, of):
		return e, fmt.Errorf("%.60q names no unit: want one of %s, or %s: and a name: %w", text, strings.Join(plainWords, ", "), strings.Join(namedWords, ":, "), ErrInvalid)
	case of == TownKind && !slices.Contains(UnitKinds(), name):
		return e, fmt.Errorf("%.40q is no kind of units: %w", name, ErrInvalid)
	case of == PostUnit && !slices.Contains(PostKinds(), name):
		return e, fmt.Errorf("%.40q is no kind of posts: %w", name, ErrInvalid)
	case of == OverlayUnit && !slices.Contains(OverlayKinds(), name):
		return e, fmt.Errorf("%.40q is no kind of overlays: %w", name, ErrInvalid)
	case !idForm.MatchString(name):
		return e, fmt.Errorf("%.40q is no id: %w", name, ErrInvalid)
	}
	return e, nil
}

// String returns the expression as it is read.
func (e UnitExpression) String() string {
	if e.Name == "" {
		return e.Of
	}
	return e.Of + ":" + e.Name
}
