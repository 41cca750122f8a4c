package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Fit is how well a sample of positions, read in a system, agrees with what is known.
type Fit struct {
	CRS    CRS
	Median Metres // median distance to what is known
	Read   int    // how many of the sample are positions in this system at all
}

// GuessCRS reads the same numbers in every system and measures how far the positions then are from where they should be:
// distanceTo gives the distance of a CGCS2000 position to the nearest known thing (a border, a road). The fits are sorted by median; of
// equal ones declared comes first, then the order of AllCRS. A system in which less than half of the sample can be read is
// left out, and so are gcj02 and bd09 when they are switched off; EPSG:4549 is tried on numbers that cannot be degrees. An empty
// sample gives no fits.
//
// One position proves nothing, since all readings are plausible; 200 and more along borders do: the readings lie about
// 480 m (gcj02) and 1.1 km (bd09) apart. The order of the sample does not matter and it is not changed.
func (c Converter) GuessCRS(sample []orb.Point, distanceTo func(orb.Point) Metres, declared CRS) []Fit {
	var fits []Fit
	for _, crs := range []CRS{WGS84, CGCS2000, GCJ02, BD09, EPSG4549} {
		if crs == EPSG4549 && len(fits) > 0 {
			break
		}
		if fit, ok := c.fit(crs, sample, distanceTo); ok {
			fits = append(fits, fit)
		}
	}
	slices.SortStableFunc(fits, func(a, b Fit) int {
		return cmp.Or(cmp.Compare(a.Median, b.Median), preferred(a, declared)-preferred(b, declared))
	})
	return fits
}

// GuessCRS is Converter.GuessCRS with every system switched on.
func GuessCRS(sample []orb.Point, distanceTo func(orb.Point) Metres, declared CRS) []Fit {
	return Converter{}.GuessCRS(sample, distanceTo, declared)
}

// BetterFit returns the best of the sorted fits of GuessCRS if it beats declared by more than margin (100 m is the rule for
// imports), or if declared could not be read. WGS84 and CGCS2000, being one, never beat each other.
func BetterFit(fits []Fit, declared CRS, margin Metres) (Fit, bool) {
	if len(fits) == 0 {
		return Fit{}, false
	}
	i := slices.IndexFunc(fits, func(f Fit) bool { return f.CRS == declared.Normal() })
	return fits[0], i < 0 || fits[i].Median-fits[0].Median > margin
}

func (c Converter) fit(crs CRS, sample []orb.Point, distanceTo func(orb.Point) Metres) (Fit, bool) {
	distances := make([]Metres, 0, len(sample))
	for _, p := range sample {
		if q, err := c.ToStorage(crs, p); err == nil {
			distances = append(distances, distanceTo(q))
		}
	}
	if len(distances) == 0 || 2*len(distances) < len(sample) {
		return Fit{}, false
	}
	slices.Sort(distances)
	return Fit{CRS: crs, Median: distances[len(distances)/2], Read: len(distances)}, true
}

func preferred(f Fit, declared CRS) int {
	if f.CRS == declared.Normal() {
		return 0
	}
	return 1
}
