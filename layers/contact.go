package layers

import "github.com/paulmach/orb"

// Contact is how a unit or a post is reached on duty (值班联系方式). It is of an office, never of a person, and only those who send or take
// cases may read it: its layer is Confined.
type Contact struct {
	Meta
	Code string `json:"code"`
	Name string `json:"name"`
	// Unit or Post says whose it is.
	Unit string `json:"unit,omitempty"`
	Post string `json:"post,omitempty"`
	// Kind is one of ContactKinds; Value is the number, address or name in it.
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// ContactKinds returns the ways in which an office is reached; the slice is the caller's.
func ContactKinds() []string { return []string{"duty_phone", "radio", "message", "email", "platform"} }

// Layer returns Contacts.
func (k *Contact) Layer() Layer { return Contacts }

// Label returns code and name.
func (k *Contact) Label() (code, name string) { return k.Code, k.Name }

// Shape returns nil: a contact has no geometry.
func (k *Contact) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (k *Contact) SetShape(g orb.Geometry) error { return noShape(k, g) }

// Validate checks that it is of one office, and of a known kind.
func (k *Contact) Validate(CodeSpace) error {
	c := check(k)
	c.ref("/code", k.Code, true)
	c.text("/name", k.Name, true)
	c.ref("/unit", k.Unit, false)
	c.ref("/post", k.Post, false)
	if (k.Unit == "") == (k.Post == "") {
		c.add("/unit", "required", "a contact is of a unit or of a post, and not of both")
	}
	c.oneOf("/kind", k.Kind, ContactKinds()...)
	c.text("/value", k.Value, true)
	return c.result()
}
