package api

import (
	"fmt"
	"math"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"wangge/geo"
)

// system is a coordinate reference system of the OGC face. CGCS2000 and WGS 84 are taken as one.
type system struct {
	authority, version, code string
	// latitudeFirst says that positions are latitude, longitude, as the authority orders them.
	latitudeFirst bool
	// mercator says that positions are metres of Web Mercator.
	mercator bool
}

// crs84 is the default: longitude, latitude.
var crs84 = system{authority: "OGC", version: "1.3", code: "CRS84"}

// systems are all that are offered, the default first.
func systems() []system {
	return []system{crs84,
		{authority: "EPSG", version: "0", code: "4326", latitudeFirst: true},
		{authority: "EPSG", version: "0", code: "4490", latitudeFirst: true},
		{authority: "EPSG", version: "0", code: "3857", mercator: true},
	}
}

// storageSystem is the one in which features are stored, although with longitude first.
func storageSystem() system { return systems()[2] }

// uri names the system.
func (s system) uri() string {
	return "http://www.opengis.net/def/crs/" + s.authority + "/" + s.version + "/" + s.code
}

// named reports whether a text names the system: its address, its URN, or authority and code with a colon, in brackets or not.
func (s system) named(text string) bool {
	for _, form := range []string{
		s.uri(), strings.Replace(s.uri(), "http:", "https:", 1), "urn:ogc:def:crs:" + s.authority + ":" + strings.Trim(s.version, "0") + ":" + s.code,
		s.authority + ":" + s.code, "[" + s.authority + ":" + s.code + "]",
	} {
		if strings.EqualFold(text, form) {
			return true
		}
	}
	return false
}

func systemURIs() []string {
	var out []string
	for _, s := range systems() {
		out = append(out, s.uri())
	}
	return out
}

// system reads a parameter that names a coordinate reference system.
func (c *call) system(name string) (system, error) {
	if !c.query.Has(name) {
		return crs84, nil
	}
	s, ok := systemOf(c.query.Get(name))
	if !ok {
		return s, badSystem(name, c.query.Get(name))
	}
	return s, nil
}

func systemOf(text string) (system, bool) {
	for _, s := range systems() {
		if s.named(text) {
			return s, true
		}
	}
	return system{}, false
}

func badSystem(name, text string) *Problem {
	p := badParameter(name, fmt.Sprintf("%.100q is not a coordinate reference system that is offered here", text))
	p.More = map[string]any{"allowed": systemURIs()}
	return p
}

func systemParam(name, text string) param {
	return param{Name: name, In: "query", Schema: &huma.Schema{Type: "string", Format: "uri"}, Example: storageSystem().uri(),
		Text: text + " One of " + strings.Join(systemURIs(), ", ") + "; the first if it is not given. EPSG:4326 and EPSG:4490 are latitude first."}
}

// toStorage turns a position of the system into longitude and latitude.
func (s system) toStorage(p orb.Point) (orb.Point, error) {
	switch {
	case s.latitudeFirst:
		p[0], p[1] = p[1], p[0]
	case s.mercator:
		const half = 20037508.342789244
		if !(math.Abs(p[0]) <= half && math.Abs(p[1]) <= half) {
			return p, fmt.Errorf("%v, %v is not a position in EPSG:3857", p[0], p[1])
		}
		p = geo.FromMercator(p)
		p[0] = min(max(p[0], -180), 180) // what rounding may have added
	}
	if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
		return p, fmt.Errorf("longitude %v, latitude %v is not a position on Earth", p[0], p[1])
	}
	return p, nil
}

// fromStorage turns longitude and latitude into a position of the system; metres are rounded to millimetres.
func (s system) fromStorage(p orb.Point) orb.Point {
	switch {
	case s.latitudeFirst:
		return orb.Point{p[1], p[0]}
	case s.mercator:
		p = geo.Mercator(p)
		return orb.Point{math.Round(p[0]*1e3) / 1e3, math.Round(p[1]*1e3) / 1e3}
	}
	return p
}

// shown returns the function that turns a stored geometry into the system; nil where there is nothing to turn.
func (s system) shown() func(orb.Geometry) orb.Geometry {
	if s == crs84 {
		return nil
	}
	return func(g orb.Geometry) orb.Geometry { return project.Geometry(orb.Clone(g), s.fromStorage) }
}

// stored returns a copy of a geometry in longitude and latitude.
func (s system) stored(g orb.Geometry) (orb.Geometry, error) {
	if s == crs84 {
		return g, nil
	}
	var first error
	out := project.Geometry(orb.Clone(g), func(p orb.Point) orb.Point {
		q, err := s.toStorage(p)
		if err != nil && first == nil {
			first = err
		}
		return q
	})
	return out, first
}
