package layers

import (
	"fmt"
	"reflect"
	"strconv"
)

// Reference says that a column of one layer names features of another. Stores keep it true for what they take: the named
// feature has a head row when a transaction ends, unless the column is empty.
type Reference struct {
	Layer  Layer
	Column string
	To     Layer
	// JSONPath is "" where the column itself is the id. Where the column is a JSON list of objects it is the SQL/JSON path to
	// the ids, always of the form "$[*].MEMBER".
	JSONPath string
}

// Member returns the member of JSONPath, "" where there is none.
func (r Reference) Member() string {
	if r.JSONPath == "" {
		return ""
	}
	return r.JSONPath[len("$[*]."):]
}

// references is the one table of references; it is never changed. Units name towns and grids, and communities name home
// grids, only as a hint: these may be missing, so that partitions can be replaced without touching them.
var references = []Reference{
	{Layer: Towns, Column: "district", To: Districts},
	{Layer: Towns, Column: "edition", To: Editions},
	{Layer: Units, Column: "parent", To: Units},
	{Layer: Grids, Column: "town", To: Towns},
	{Layer: Grids, Column: "edition", To: Editions},
	{Layer: Grids, Column: "office", To: Units},
	{Layer: Communities, Column: "town", To: Towns},
	{Layer: Communities, Column: "edition", To: Editions},
	{Layer: Overlays, Column: "unit", To: Units},
	{Layer: Segments, Column: "manager", To: Units},
	{Layer: Zones, Column: "segment", To: Segments},
	{Layer: Zones, Column: "manager", To: Units},
	{Layer: Spaces, Column: "zone", To: Zones},
	{Layer: Poles, Column: "ownership", To: Units, JSONPath: "$[*].unit"},
	{Layer: Schedules, Column: "zone", To: Zones},
	{Layer: Activations, Column: "zone", To: Zones},
	{Layer: Posts, Column: "unit", To: Units},
	{Layer: Contacts, Column: "unit", To: Units},
	{Layer: Contacts, Column: "post", To: Posts},
	{Layer: Categories, Column: "parent", To: Categories},
}

// References returns every reference that a store checks, in the order of the referring layers. The slice is the caller's.
func References() []Reference { return append([]Reference(nil), references...) }

// Ref is one reference that a feature makes.
type Ref struct {
	Reference
	// ID is the id that is referred to, never empty.
	ID string
	// Pointer is the JSON Pointer of the member that holds it, such as /town or /ownership/0/unit.
	Pointer string
}

// Missing is the issue of a reference to a feature that is not there.
func (r Ref) Missing() Issue {
	return Issue{Pointer: r.Pointer, Code: "reference", Detail: fmt.Sprintf("%s has no %q", r.To, r.ID)}
}

// Refs returns the references that f makes, those of References in their order, nil if it makes none.
func Refs(f Feature) []Ref {
	var out []Ref
	add := func(r Reference, id, pointer string) {
		if id != "" {
			out = append(out, Ref{Reference: r, ID: id, Pointer: pointer})
		}
	}
	for _, r := range references {
		if r.Layer != f.Layer() {
			continue
		}
		if p, ok := f.(*Pole); ok && r.Column == "ownership" {
			for i, o := range p.Ownership {
				add(r, o.Unit, "/ownership/"+strconv.Itoa(i)+"/unit")
			}
			continue
		}
		add(r, textOf(f, r.Column), "/"+r.Column)
	}
	return out
}

// textOf returns the text column of that name, "" if f has none.
func textOf(f Feature, column string) string {
	for _, c := range Columns(f.Layer()) {
		if c.Name == column && c.Kind == KindText {
			return reflect.ValueOf(f).Elem().Field(c.index).String()
		}
	}
	return ""
}

// Unique says that no two head rows of a layer are equal in all the columns, unless the first of them is empty.
type Unique struct {
	Layer   Layer
	Columns []string
}

// Uniques returns what is unique in a store beside the ids: the code of every layer, the number of a space in its zone, and
// the plate of a pole. Breaking it is a *Conflict of kind Exists. The slice is the caller's.
func Uniques() []Unique {
	var out []Unique
	for _, in := range infos {
		out = append(out, Unique{Layer: in.Layer, Columns: []string{"code"}})
		switch in.Layer {
		case Spaces:
			out = append(out, Unique{Layer: Spaces, Columns: []string{"zone", "number"}})
		case Poles:
			out = append(out, Unique{Layer: Poles, Columns: []string{"plate"}})
		}
	}
	return out
}
