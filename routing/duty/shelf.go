package duty

import (
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// shelf has the rules by category, and those of a category by the narrowest thing that they name: a case looks at those alone that may hold.
type shelf map[string]*box

// box has the rules of one category selector; those of every category are in that of "".
type box struct {
	anywhere    []filed
	grids       map[string][]filed
	towns       map[string][]filed
	communities map[string][]filed
	overlays    map[string][]filed
	// drawn are those of a polygon or a road, by the box around it.
	drawn *geo.Index[*filed]
}

// filed is a rule under one of its categories.
type filed struct {
	*rule
	rank Rank
}

func newShelf(rules []*rule) shelf {
	out := shelf{}
	for _, one := range rules {
		categories := one.When.Categories
		if len(categories) == 0 {
			categories = []string{""}
		}
		for _, c := range categories {
			b := out[c]
			if b == nil {
				b = &box{grids: map[string][]filed{}, towns: map[string][]filed{}, communities: map[string][]filed{}, overlays: map[string][]filed{}}
				out[c] = b
			}
			f := filed{one, one.base}
			f.rank.Category = wordsOf(c)
			b.put(f)
		}
	}
	return out
}

// put files a rule under the narrowest of what it names.
func (b *box) put(f filed) {
	a := f.When.Area
	under := func(index map[string][]filed, codes []string) {
		for _, c := range codes {
			index[c] = append(index[c], f)
		}
	}
	switch {
	case a == nil:
		b.anywhere = append(b.anywhere, f)
	case len(a.Polygon) > 0:
		b.putAt(f, a.Polygon.Bound().Pad(1e-6)) // a position is rounded
	case a.Road != "":
		b.putAt(f, f.road.bounds(geo.Metres(a.RoadWithinM))...)
	case len(a.Overlays) > 0:
		under(b.overlays, a.Overlays)
	case len(a.Communities) > 0:
		under(b.communities, a.Communities)
	case len(a.Grids) > 0:
		under(b.grids, a.Grids)
	case len(a.Towns) > 0:
		under(b.towns, a.Towns)
	default:
		b.anywhere = append(b.anywhere, f)
	}
}

func (b *box) putAt(f filed, bounds ...orb.Bound) {
	if b.drawn == nil {
		b.drawn = geo.NewIndex[*filed]()
	}
	for _, bound := range bounds {
		b.drawn.Insert(bound, &f)
	}
}

// look calls each for the rules that may hold for a case, some more than once.
func (sh shelf) look(c *Case, each func(*filed)) {
	for category := c.Category; ; category = layers.ParentOfCategory(category) {
		if b := sh[category]; b != nil {
			b.look(c, each)
		}
		if category == "" {
			return
		}
	}
}

func (b *box) look(c *Case, each func(*filed)) {
	all := func(list []filed) {
		for i := range list {
			each(&list[i])
		}
	}
	all(b.anywhere)
	all(b.grids[c.Grid.Code])
	all(b.towns[c.Town])
	all(b.communities[c.Community])
	if len(b.overlays) > 0 {
		for _, o := range c.Overlays {
			all(b.overlays[o.ID])
		}
	}
	if b.drawn != nil {
		b.drawn.Search(orb.Bound{Min: c.Point, Max: c.Point}, func(_ orb.Bound, f *filed) bool {
			each(f)
			return true
		})
	}
}
