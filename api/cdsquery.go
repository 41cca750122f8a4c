package api

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/layers/cds"
	"wangge/layers/cql2"
)

// cdsAsked is what a request of the Curbs API asks for.
type cdsAsked struct {
	feed           *cds.Feed
	at             layers.Instant
	historic, bare bool
	id, area, zone string
	ids            []string // of policies; nil for all
	region         *cql2.Region
	point          *orb.Point
	radius         geo.Metres
}

// names reports whether a list has an id, in whatever case.
func (a *cdsAsked) names(list []string, id string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(one, id) })
}

// cdsAsk reads what the operation takes, after the version that the client wants.
func (c *call) cdsAsk() (*cdsAsked, error) {
	if err := c.cdsVersion(); err != nil {
		return nil, err
	}
	out := &cdsAsked{id: strings.ToLower(c.path["id"]), at: c.now()}
	var err error
	if c.query.Has("time") {
		ms, err := c.whole("time", 0, 1, 9_999_999_999_999)
		if err != nil {
			return nil, err
		}
		out.at = layers.Instant(ms)
	}
	if out.feed, err = c.curbFeed(out.at); err != nil {
		return nil, err
	}
	if out.historic, err = c.cdsFlag("show_historic", false); err != nil {
		return nil, err
	}
	whole, err := c.cdsFlag("include_geometry", true)
	if err != nil {
		return nil, err
	}
	out.bare = !whole
	if out.area, err = c.cdsUUID("area"); err != nil {
		return nil, err
	}
	if out.zone, err = c.cdsUUID("zone"); err != nil {
		return nil, err
	}
	if c.query.Has("ids") {
		out.ids = strings.Split(c.query.Get("ids"), ",")
		for _, id := range out.ids {
			if !cds.IsUUID(id) {
				return nil, badParameter("ids", fmt.Sprintf("%.64q is no UUID", id))
			}
		}
	}
	return out, c.cdsPlace(out)
}

// cdsVersion refuses a client whose header Accept does not have the version that is served.
func (c *call) cdsVersion() error {
	addVary(c.Response().Header(), "Accept")
	header := c.Request().Header.Get("Accept")
	if header == "" {
		return nil
	}
	for part := range strings.SplitSeq(strings.ToLower(header), ",") {
		name, params, _ := strings.Cut(part, ";")
		params = strings.ReplaceAll(params, " ", "")
		wanted := true
		for p := range strings.SplitSeq(params, ";") {
			key, value, _ := strings.Cut(p, "=")
			value = strings.Trim(value, `"`)
			wanted = wanted && !(key == "q" && strings.Trim(value, "0.") == "") && !(key == "version" && value != "1.0" && value != "1.0.0" && value != cds.Version)
		}
		switch strings.TrimSpace(name) {
		case "application/vnd.cds+json", "*/*", "application/*":
			if wanted {
				return nil
			}
		}
	}
	return &Problem{Status: http.StatusNotAcceptable, Code: "not-acceptable", Detail: "this answers with " + cds.Media + " alone"}
}

func (c *call) cdsFlag(name string, otherwise bool) (bool, error) {
	if !c.query.Has(name) {
		return otherwise, nil
	}
	switch c.query.Get(name) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, badParameter(name, fmt.Sprintf("%.40q is neither true nor false", c.query.Get(name)))
}

func (c *call) cdsUUID(name string) (string, error) {
	id := c.query.Get(name)
	if c.query.Has(name) && !cds.IsUUID(id) {
		return "", badParameter(name, fmt.Sprintf("%.64q is no UUID", id))
	}
	return id, nil
}

// cdsPlace reads the box, and the point with its radius.
func (c *call) cdsPlace(out *cdsAsked) error {
	box, err := c.cdsNumbers("min_lng", "min_lat", "max_lng", "max_lat")
	if err != nil {
		return err
	}
	if box != nil {
		b := orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}
		if b.IsEmpty() || math.Abs(box[0]) > 180 || math.Abs(box[2]) > 180 || math.Abs(box[1]) > 90 || math.Abs(box[3]) > 90 {
			return badParameter("min_lat", "the box is not one on the globe whose least values are not above its greatest")
		}
		if out.region, err = cql2.NewBoxRegion(b); err != nil {
			return badParameter("min_lat", err.Error())
		}
	}
	around, err := c.cdsNumbers("lng", "lat", "radius")
	if err != nil || around == nil {
		return err
	}
	if math.Abs(around[0]) > 180 || math.Abs(around[1]) > 90 || around[2] < 0 || around[2] > 1e9 {
		return badParameter("radius", "the point is not on the globe, or the radius not from 0 to 10,000 km, in centimetres")
	}
	out.point, out.radius = &orb.Point{around[0], around[1]}, geo.Metres(around[2]/100)
	return nil
}

// cdsNumbers reads parameters that come together or not at all.
func (c *call) cdsNumbers(names ...string) (out []float64, err error) {
	for _, name := range names {
		if !c.op.takes(name) {
			return nil, nil
		}
		if c.query.Has(name) && out == nil {
			out = make([]float64, len(names))
		}
	}
	for i := range out {
		if !c.query.Has(names[i]) {
			return nil, badParameter(names[i], strings.Join(names, ", ")+" come together")
		}
		if out[i], err = c.number(names[i], "bad-parameter"); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// near returns what lies in the box and the circle; with a circle the nearest first.
func near[T any](a *cdsAsked, list []T, shape func(T) *cds.Polygon) []T {
	if a.region != nil {
		list = kept(list, func(v T) bool { return a.region.Meets(shape(v).Coordinates) })
	}
	if a.point == nil {
		return list
	}
	type found struct {
		v T
		d geo.Metres
	}
	var all []found
	for _, v := range list {
		if d := distanceTo(*a.point, shape(v).Coordinates); d <= a.radius {
			all = append(all, found{v, d})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.d, b.d) })
	out := make([]T, len(all))
	for i := range all {
		out[i] = all[i].v
	}
	return out
}

// distanceTo is 0 inside of an area, else the distance to its outline.
func distanceTo(p orb.Point, area orb.Polygon) geo.Metres {
	if q, err := geo.QueryFrom(p); err == nil {
		if f, err := geo.FixedMultiPolygonFrom(area); err == nil && geo.Contains(f, q) {
			return 0
		}
	}
	nearest := geo.Metres(math.Inf(1))
	for _, ring := range area {
		d, _, _ := geo.PointToLine(p, orb.LineString(ring))
		nearest = min(nearest, d)
	}
	return nearest
}

func kept[T any](list []T, keep func(T) bool) (out []T) {
	for _, v := range list {
		if keep(v) {
			out = append(out, v)
		}
	}
	return out
}

// one returns what has an id, nil if nothing has.
func one[T any](list []*T, id string, of func(*T) string) *T {
	for _, v := range list {
		if of(v) == id {
			return v
		}
	}
	return nil
}

// curbYears is how many years beside the present one can be asked for.
const curbYears = 10

// curbFeed returns the feed around an instant.
func (c *call) curbFeed(at layers.Instant) (*cds.Feed, error) {
	day, _ := calendar.DayAt(int64(at))
	today, _ := calendar.DayAt(int64(c.now()))
	year, now := day.Year(), today.Year()
	if year < now-curbYears || year > now+curbYears {
		return nil, badParameter("time", fmt.Sprintf("is more than %d years away", curbYears))
	}
	return c.s.curbs.of(c.w, year, now), nil
}
