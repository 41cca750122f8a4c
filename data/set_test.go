package data_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// set is the data set by layer. The checks of this package take one and return what is wrong with it, so that the tests can also
// hand them sets with planted defects.
type set map[layers.Layer][]layers.Feature

var readOnce = sync.OnceValues(func() (source.Dataset, error) { return source.ReadDataset(data.Files()) })

// demo returns the embedded data set; its features are read-only.
func demo(t *testing.T) set {
	t.Helper()
	all, err := readOnce()
	if err != nil {
		t.Fatal(err)
	}
	s := set{}
	for _, f := range all.Features {
		s[f.Layer()] = append(s[f.Layer()], f)
	}
	return s
}

func list[F layers.Feature](s set, l layers.Layer) []F {
	out := make([]F, 0, len(s[l]))
	for _, f := range s[l] {
		out = append(out, f.(F))
	}
	return out
}

// with returns a copy of s in which one feature is another.
func (s set) with(l layers.Layer, id string, change func(layers.Feature)) set {
	out := set{}
	for k, v := range s {
		out[k] = v
	}
	out[l] = slices.Clone(s[l])
	for i, f := range out[l] {
		if f.Head().ID == id {
			out[l][i] = copied(f)
			change(out[l][i])
			return out
		}
	}
	panic(fmt.Sprintf("no %s %s", l, id))
}

// copied returns f with its own columns and geometry, by way of its canonical form.
func copied(f layers.Feature) layers.Feature {
	b, err := layers.AppendFeature(nil, f)
	if err != nil {
		panic(err)
	}
	out, _, err := layers.DecodeFeature(f.Layer(), b)
	if err != nil {
		panic(err)
	}
	return out
}

// without returns s without one feature.
func (s set) without(l layers.Layer, id string) set {
	out := set{}
	for k, v := range s {
		out[k] = v
	}
	out[l] = slices.DeleteFunc(slices.Clone(s[l]), func(f layers.Feature) bool { return f.Head().ID == id })
	return out
}

// only returns some layers of s.
func (s set) only(names ...layers.Layer) set {
	out := set{}
	for _, l := range names {
		out[l] = s[l]
	}
	return out
}

func report(t *testing.T, problems []string) {
	t.Helper()
	for i, p := range problems {
		if i == 20 {
			t.Errorf("and %d more", len(problems)-i)
			return
		}
		t.Error(p)
	}
}

// problems collects what a check finds.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// edge is a directed piece of border between two stored positions.
type edge struct{ from, to orb.Point }

// rim returns the edges of the shapes that no edge of another runs against: the border of their union, if they tile it.
func rim(features []layers.Feature) map[edge]int {
	out := map[edge]int{}
	for _, f := range features {
		for _, pg := range f.Shape().(orb.MultiPolygon) {
			for _, r := range pg {
				for i := 1; i < len(r); i++ {
					out[edge{r[i-1], r[i]}]++
				}
			}
		}
	}
	for e := range out {
		if back := (edge{e.to, e.from}); out[e] > 0 && out[back] > 0 {
			delete(out, e)
			delete(out, back)
		}
	}
	return out
}

// planar puts degrees into metres around the district, good to two thousandths: enough to tell places apart.
func planar(p orb.Point) [2]float64 {
	return [2]float64{(p[0] - 121.23) * 95645, (p[1] - 30.82) * 110871}
}

// ringHas is the plain crossing count in floating point: the slow twin of the locators.
func ringHas(r orb.Ring, p orb.Point) bool {
	in := false
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

func shapeHas(g orb.Geometry, p orb.Point) bool {
	var rings []orb.Ring
	switch v := g.(type) {
	case orb.Polygon:
		rings = v
	case orb.MultiPolygon:
		for _, pg := range v {
			rings = append(rings, pg...)
		}
	}
	in := false
	for _, r := range rings {
		in = in != ringHas(r, p)
	}
	return in
}

// partition arranges a layer of s.
func partition(t *testing.T, s set, l layers.Layer) (*geo.Locator, []layers.Feature) {
	t.Helper()
	c, err := layers.Arrange(l, s[l])
	if err != nil {
		t.Fatal(err)
	}
	return geo.NewLocator(c), s[l]
}
