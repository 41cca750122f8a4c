package layers

import "github.com/paulmach/orb"

// Post is an office that somebody holds: the chief of a grid, the secretary of a village, the head of an owners' committee (岗位). It
// names no person. From when until when it is filled is its valid time.
type Post struct {
	Meta
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Kind is one of PostKinds.
	Kind string `json:"kind"`
	// Unit is the unit that the post belongs to.
	Unit string `json:"unit"`
	// Grid, Community and Overlay say what the post is for; mostly one of them is set.
	Grid      string `json:"grid,omitempty"`
	Community string `json:"community,omitempty"`
	Overlay   string `json:"overlay,omitempty"`
}

// The kinds of posts. Chief, Dispatcher, CommunitySecretary, AreaSecretary, OwnersCommittee and PropertyManager are the six groups of key
// people; a grid may have deputies too.
const (
	Chief              = "chief"
	Deputy             = "deputy"
	DispatchPost       = "dispatcher"
	CommunitySecretary = "community_secretary"
	AreaSecretary      = "area_secretary"
	OwnersCommittee    = "owners_committee"
	PropertyManager    = "property_manager"
)

// PostKinds returns the kinds of posts; the slice is the caller's.
func PostKinds() []string {
	return []string{Chief, Deputy, DispatchPost, CommunitySecretary, AreaSecretary, OwnersCommittee, PropertyManager}
}

// Layer returns Posts.
func (p *Post) Layer() Layer { return Posts }

// Label returns code and name.
func (p *Post) Label() (code, name string) { return p.Code, p.Name }

// Shape returns nil: a post has the area of what it is for.
func (p *Post) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (p *Post) SetShape(g orb.Geometry) error { return noShape(p, g) }

// Validate checks the kind and that the post is for something.
func (p *Post) Validate(CodeSpace) error {
	c := check(p)
	c.ref("/code", p.Code, true)
	c.text("/name", p.Name, true)
	c.text("/name_en", p.NameEn, false)
	c.oneOf("/kind", p.Kind, PostKinds()...)
	c.ref("/unit", p.Unit, true)
	c.ref("/grid", p.Grid, false)
	c.ref("/community", p.Community, false)
	c.ref("/overlay", p.Overlay, false)
	if p.Grid == "" && p.Community == "" && p.Overlay == "" {
		c.add("/grid", "required", "say what the post is for: a grid, a community or an overlay")
	}
	return c.result()
}
