package layers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Category is what a report is about, a node of a tree: part.pole.abandoned is below part.pole, which is below part (案件类别).
type Category struct {
	Meta
	// Code is the path, and the id.
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Parent is the code of the category above; empty at the top.
	Parent string `json:"parent,omitempty"`
	// Codes are what others call it.
	Codes []ExternalCode `json:"codes,omitempty"`
}

// ExternalCode is the name of a category in somebody else's list.
type ExternalCode struct {
	// Scheme is one of CodeSchemes.
	Scheme string `json:"scheme"`
	Code   string `json:"code"`
}

// The lists of others that categories are named in.
const (
	PartScheme      = "part"      // parts of the city, 部件
	EventScheme     = "event"     // events, 事件
	HotlineScheme   = "hotline"   // categories of the 12345 hotline
	AlgorithmScheme = "algorithm" // what cameras recognise
	WhistleScheme   = "whistle"   // items 1 to 53 of the whistle list, 吹哨清单
)

// CodeSchemes returns the lists of others; the slice is the caller's.
func CodeSchemes() []string {
	return []string{PartScheme, EventScheme, HotlineScheme, AlgorithmScheme, WhistleScheme}
}

var categoryForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}(\.[a-z0-9_]{1,32}){0,5}$`)

// ParentOfCategory returns the code of the category above, "" at the top.
func ParentOfCategory(code string) string {
	i := strings.LastIndexByte(code, '.')
	return code[:max(i, 0)]
}

// Layer returns Categories.
func (k *Category) Layer() Layer { return Categories }

// Label returns code and name.
func (k *Category) Label() (code, name string) { return k.Code, k.Name }

// Shape returns nil: a category has no geometry.
func (k *Category) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (k *Category) SetShape(g orb.Geometry) error { return noShape(k, g) }

// Validate checks the path and the codes of others.
func (k *Category) Validate(CodeSpace) error {
	c := check(k)
	if !categoryForm.MatchString(k.Code) {
		c.add("/code", "form", "a category is a path of up to six words of small letters, digits and '_', such as part.pole.abandoned")
	}
	if above := ParentOfCategory(k.Code); k.Parent != above {
		c.add("/parent", "code", fmt.Sprintf("the category above %s is %q", k.Code, above))
	}
	c.text("/name", k.Name, true)
	c.text("/name_en", k.NameEn, false)
	if c.count("/codes", len(k.Codes), mostListed) {
		c.distinct("/codes", len(k.Codes), func(i int) any { return k.Codes[i] })
		for i, one := range k.Codes {
			at := fmt.Sprintf("/codes/%d", i)
			c.oneOf(at+"/scheme", one.Scheme, CodeSchemes()...)
			c.text(at+"/code", one.Code, true)
		}
	}
	return c.result()
}

// LeafCategories returns the categories in force at the instant that have none below them, by code: those that are reported.
func (s *Snapshot) LeafCategories(at Instant) []*Category {
	var all []*Category
	above := map[string]bool{}
	for f := range s.Set(Categories).All(at) {
		if k, ok := f.(*Category); ok {
			all = append(all, k)
			above[k.Parent] = true
		}
	}
	all = slices.DeleteFunc(all, func(k *Category) bool { return above[k.Code] })
	slices.SortFunc(all, func(a, b *Category) int { return strings.Compare(a.Code, b.Code) })
	return all
}
