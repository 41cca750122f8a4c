package geo

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// CRS names the system in which coordinates are written. It is always named, never guessed: the same two numbers read as
// GCJ-02 and as WGS 84 lie half a kilometre apart. Whatever the system, points are longitude, latitude (easting, northing
// in EPSG:4549), as files of GIS programs have them; the official order of EPSG:4326 and 4490 is the reverse, and whoever speaks a
// protocol that follows it exchanges the two.
type CRS string

// The systems that are read and written.
const (
	WGS84    CRS = "wgs84"     // longitude, latitude; taken as equal to CGCS2000, from which it differs by less than a metre
	CGCS2000 CRS = "cgcs2000"  // longitude, latitude; what is stored
	GCJ02    CRS = "gcj02"     // the shifted system of Chinese web maps
	BD09     CRS = "bd09"      // Baidu's shift on top of it
	EPSG4326 CRS = "epsg:4326" // WGS84 by its code
	EPSG4490 CRS = "epsg:4490" // CGCS2000 by its code
	EPSG4549 CRS = "epsg:4549" // CGCS2000 / 3-degree Gauss-Kruger CM 120E: easting, northing in metres, no zone number
)

// ErrCRS is wrapped by errors about a system that is not known, or not available in this process.
var ErrCRS = errors.New("coordinate reference system is not available")

// AllCRS returns the names that ParseCRS reads, in the order in which help texts show them. The caller owns the slice.
func AllCRS() []CRS {
	return []CRS{WGS84, CGCS2000, GCJ02, BD09, EPSG4326, EPSG4490, EPSG4549}
}

// Normal returns the one name for systems that are the same: wgs84 for epsg:4326, cgcs2000 for epsg:4490, else c.
func (c CRS) Normal() CRS {
	switch c {
	case EPSG4326:
		return WGS84
	case EPSG4490:
		return CGCS2000
	}
	return c
}

// ParseCRS reads a name of AllCRS in capitals or not, an EPSG code alone (4490), a URN (urn:ogc:def:crs:EPSG::4490), an
// address (http://www.opengis.net/def/crs/EPSG/0/4490), or CRS84 in these forms, which is WGS84. Another name gives an
// error that wraps ErrCRS and lists what is allowed.
func ParseCRS(s string) (CRS, error) {
	authority, code := splitCRS(strings.ToLower(strings.TrimSpace(s)))
	switch authority {
	case "":
		for _, c := range AllCRS() {
			if code == string(c) || "epsg:"+code == string(c) {
				return c, nil
			}
		}
		if code == "crs84" {
			return WGS84, nil
		}
	case "epsg":
		for _, c := range []CRS{EPSG4326, EPSG4490, EPSG4549} {
			if "epsg:"+code == string(c) {
				return c, nil
			}
		}
	case "ogc":
		if code == "crs84" {
			return WGS84, nil
		}
	}
	return "", fmt.Errorf("geo: crs %.64q: %w, use one of %s", s, ErrCRS, strings.Join(names(AllCRS()), ", "))
}

// splitCRS takes a name in lower case apart. A URN or an address has a version between authority and code, which may be
// any number, or nothing in a URN.
func splitCRS(s string) (authority, code string) {
	for _, form := range []struct{ prefix, separator string }{
		{"urn:ogc:def:crs:", ":"}, {"urn:x-ogc:def:crs:", ":"},
		{"http://www.opengis.net/def/crs/", "/"}, {"https://www.opengis.net/def/crs/", "/"},
	} {
		rest, ok := strings.CutPrefix(s, form.prefix)
		if !ok {
			continue
		}
		parts := strings.Split(rest, form.separator)
		if len(parts) != 3 || strings.Trim(parts[1], "0123456789.") != "" {
			return "?", ""
		}
		return parts[0], parts[2]
	}
	if authority, code, ok := strings.Cut(s, ":"); ok && authority != "" {
		return authority, code
	}
	return "", s
}

func names(list []CRS) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = string(c)
	}
	return out
}

// Options of a Converter.
type Options struct {
	DisableGCJ bool // refuse gcj02 and bd09, both ways
}

// Converter moves coordinates between the systems and the stored one, CGCS2000 longitude and latitude in degrees. Its results
// are not rounded; that is the work of FixedFrom and QueryFrom. The zero value converts everything. It is immutable.
type Converter struct{ options Options }

// NewConverter returns a converter with options.
func NewConverter(o Options) Converter { return Converter{options: o} }

// ToStorage reads p in crs and returns its CGCS2000 longitude and latitude. The error wraps ErrCRS when crs is unknown or
// switched off, and ErrCoordinate when p is not finite, or no position in that system: beyond ±180, ±90 degrees, or
// more than 6° from the central meridian of EPSG:4549.
func (c Converter) ToStorage(crs CRS, p orb.Point) (orb.Point, error) {
	if err := c.check(crs, p, crs.Normal() == EPSG4549); err != nil {
		return orb.Point{}, fmt.Errorf("geo: from %s: %w", crs, err)
	}
	switch crs.Normal() {
	case GCJ02:
		return gcjToWGS(p), nil
	case BD09:
		return bdToWGS(p), nil
	case EPSG4549:
		return gaussKruger120().inverse(p), nil
	}
	return p, nil
}

// FromStorage writes a CGCS2000 longitude and latitude in crs; the errors are those of ToStorage. It is the inverse of
// ToStorage to better than 1e-9 degree, 0.1 mm in EPSG:4549.
func (c Converter) FromStorage(crs CRS, p orb.Point) (orb.Point, error) {
	if err := c.check(crs, p, false); err != nil {
		return orb.Point{}, fmt.Errorf("geo: to %s: %w", crs, err)
	}
	switch crs.Normal() {
	case GCJ02:
		return wgsToGCJ(p), nil
	case BD09:
		return wgsToBD(p), nil
	case EPSG4549:
		if math.Abs(p[0]-centralMeridian) > zoneReach {
			return orb.Point{}, fmt.Errorf("geo: to %s: lon %v is more than %v° from %v°: %w", crs, p[0], zoneReach,
				centralMeridian, ErrCoordinate)
		}
		return gaussKruger120().forward(p), nil
	}
	return p, nil
}

// check tells whether a conversion may be done. plane says that p is easting and northing.
func (c Converter) check(crs CRS, p orb.Point, plane bool) error {
	switch crs.Normal() {
	case GCJ02, BD09:
		if c.options.DisableGCJ {
			return fmt.Errorf("conversion of gcj02 and bd09 is switched off: %w", ErrCRS)
		}
	case WGS84, CGCS2000, EPSG4549:
	default:
		return ErrCRS
	}
	if plane {
		return checkPlane(p)
	}
	if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) { // NaN fails too
		return fmt.Errorf("lon %v lat %v: %w", p[0], p[1], ErrCoordinate)
	}
	return nil
}

// checkPlane refuses what cannot be an easting and northing of EPSG:4549, naming the two usual mistakes.
func checkPlane(p orb.Point) error {
	reach := func(easting float64) bool { return math.Abs(easting-falseEasting) <= zoneReach*112000 }
	north := func(northing float64) bool { return math.Abs(northing) <= quarterMeridian }
	switch {
	case reach(p[0]) && north(p[1]):
		return nil
	case reach(p[1]) && north(p[0]):
		return fmt.Errorf("easting %v northing %v look swapped: %w", p[0], p[1], ErrCoordinate)
	case reach(p[0]-40e6) && north(p[1]):
		return fmt.Errorf("easting %v starts with zone number 40, which is EPSG:4528: %w", p[0], ErrCoordinate)
	}
	return fmt.Errorf("easting %v northing %v: %w", p[0], p[1], ErrCoordinate)
}

// LooksSwapped reports whether p is outside extent (longitude, latitude) but would be inside with its numbers exchanged. It is
// a hint for an error message: nothing is ever exchanged on its strength. An empty extent, and a p that is not finite, give
// false.
func LooksSwapped(p orb.Point, extent orb.Bound) bool {
	finite := !math.IsNaN(p[0]) && !math.IsNaN(p[1]) // orb takes NaN for inside
	return finite && !extent.Contains(p) && extent.Contains(orb.Point{p[1], p[0]})
}
