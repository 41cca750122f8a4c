package api

import (
	"fmt"
	"net/url"
	"strconv"

	"wangge/layers/cds"
)

// CurbHead is what the specification puts around data.
type CurbHead struct {
	Version     string `json:"version" doc:"Of the specification"`
	TimeZone    string `json:"time_zone"`
	LastUpdated int64  `json:"last_updated" doc:"Milliseconds since 1970"`
	Currency    string `json:"currency"`
	Author      string `json:"author,omitempty"`
	LicenseURL  string `json:"license_url,omitempty"`
}

// curbLinks lead to other pages; a link that leads nowhere is null.
type curbLinks struct {
	First string  `json:"first"`
	Last  string  `json:"last"`
	Prev  *string `json:"prev" nullable:"true"`
	Next  *string `json:"next" nullable:"true"`
}

type curbZonesAnswer struct {
	CurbHead
	Data  curbZonesData `json:"data"`
	Links curbLinks     `json:"links"`
}

type curbZonesData struct {
	Zones []*cds.Zone `json:"zones"`
}

type curbZoneAnswer struct {
	CurbHead
	Data cds.Zone `json:"data"`
}

type curbSpacesAnswer struct {
	CurbHead
	Data  curbSpacesData `json:"data"`
	Links curbLinks      `json:"links"`
}

type curbSpacesData struct {
	Spaces []*cds.Space `json:"spaces"`
}

type curbSpaceAnswer struct {
	CurbHead
	Data cds.Space `json:"data"`
}

type curbAreasAnswer struct {
	CurbHead
	Data  curbAreasData `json:"data"`
	Links curbLinks     `json:"links"`
}

type curbAreasData struct {
	Areas []*cds.Area `json:"areas"`
}

type curbAreaAnswer struct {
	CurbHead
	Data cds.Area `json:"data"`
}

type curbPoliciesAnswer struct {
	CurbHead
	Data  curbPoliciesData `json:"data"`
	Links curbLinks        `json:"links"`
}

type curbPoliciesData struct {
	Policies []*cds.Policy `json:"policies"`
}

type curbPolicyAnswer struct {
	CurbHead
	Data cds.Policy `json:"data"`
}

// demoLicence is that of the invented district. Other stores do not say under which one they are given.
const demoLicence = "https://creativecommons.org/publicdomain/zero/1.0/"

func (c *call) curbHead(f *cds.Feed) CurbHead {
	h := CurbHead{Version: cds.Version, TimeZone: cds.TimeZone, LastUpdated: f.Updated(), Currency: cds.Currency, Author: c.w.Settings().Name}
	if c.w.Settings().Demo {
		h.LicenseURL = demoLicence
	}
	return h
}

// cdsAnswer answers with a document. Who asks for it again is told by the ETag that it is the same.
func (c *call) cdsAnswer(document any) error {
	return c.file(fileOf(cds.Media, append(appendJSON(nil, document), '\n')))
}

// cdsPage cuts the page that is asked for out of a list, and says where the others are.
func cdsPage[T any](c *call, list []T) (page []T, links curbLinks, err error) {
	limit, err := c.whole("limit", usualCurbs, 1, mostCurbs)
	if err != nil {
		return nil, links, err
	}
	offset, err := c.whole("offset", 0, 0, 1e9)
	if err != nil {
		return nil, links, err
	}
	total := int64(len(list))
	links.First, links.Last = c.cdsAddress(0, limit), c.cdsAddress(max(0, total-1)/limit*limit, limit)
	if offset > 0 {
		prev := c.cdsAddress(max(0, offset-limit), limit)
		links.Prev = &prev
	}
	if offset+limit < total {
		next := c.cdsAddress(offset+limit, limit)
		links.Next = &next
	}
	page = list[min(offset, total):min(offset+limit, total)]
	return append(make([]T, 0, len(page)), page...), links, nil
}

// cdsAddress is the address of another page of what this request asks for.
func (c *call) cdsAddress(offset, limit int64) string {
	q := url.Values{}
	for name, values := range c.query {
		q[name] = values
	}
	q.Set("offset", strconv.FormatInt(offset, 10))
	q.Set("limit", strconv.FormatInt(limit, 10))
	return c.base() + c.Request().URL.Path + "?" + q.Encode()
}

func (c *call) curbZones() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	zones := ask.feed.Zones(ask.at, ask.historic)
	if ask.area != "" {
		zones = kept(zones, func(z *cds.Zone) bool { return ask.names(z.AreaIDs, ask.area) })
	}
	page, links, err := cdsPage(c, near(ask, zones, func(z *cds.Zone) *cds.Polygon { return z.Geometry }))
	if err != nil {
		return err
	}
	if ask.bare {
		for _, z := range page {
			z.Geometry = nil
		}
	}
	return c.cdsAnswer(curbZonesAnswer{c.curbHead(ask.feed), curbZonesData{page}, links})
}

func (c *call) curbZone() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	z := one(ask.feed.Zones(ask.at, ask.historic), ask.id, func(z *cds.Zone) string { return z.ID })
	if z == nil {
		return c.noCurb("zone")
	}
	return c.cdsAnswer(curbZoneAnswer{c.curbHead(ask.feed), *z})
}

func (c *call) curbSpaces() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	spaces := ask.feed.Spaces()
	if ask.zone != "" {
		spaces = kept(spaces, func(s *cds.Space) bool { return ask.names([]string{s.ZoneID}, ask.zone) })
	}
	page, links, err := cdsPage(c, near(ask, spaces, func(s *cds.Space) *cds.Polygon { return s.Geometry }))
	if err != nil {
		return err
	}
	return c.cdsAnswer(curbSpacesAnswer{c.curbHead(ask.feed), curbSpacesData{page}, links})
}

func (c *call) curbSpace() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	s := one(ask.feed.Spaces(), ask.id, func(s *cds.Space) string { return s.ID })
	if s == nil {
		return c.noCurb("space")
	}
	return c.cdsAnswer(curbSpaceAnswer{c.curbHead(ask.feed), *s})
}

func (c *call) curbAreas() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	page, links, err := cdsPage(c, near(ask, ask.feed.Areas(ask.at), func(a *cds.Area) *cds.Polygon { return a.Geometry }))
	if err != nil {
		return err
	}
	return c.cdsAnswer(curbAreasAnswer{c.curbHead(ask.feed), curbAreasData{page}, links})
}

func (c *call) curbArea() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	a := one(ask.feed.Areas(ask.at), ask.id, func(a *cds.Area) string { return a.ID })
	if a == nil {
		return c.noCurb("area")
	}
	return c.cdsAnswer(curbAreaAnswer{c.curbHead(ask.feed), *a})
}

func (c *call) curbPolicies() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	policies := ask.feed.Policies()
	if ask.ids != nil {
		policies = kept(policies, func(p *cds.Policy) bool { return ask.names(ask.ids, p.ID) })
	}
	page, links, err := cdsPage(c, policies)
	if err != nil {
		return err
	}
	return c.cdsAnswer(curbPoliciesAnswer{c.curbHead(ask.feed), curbPoliciesData{page}, links})
}

func (c *call) curbPolicy() error {
	ask, err := c.cdsAsk()
	if err != nil {
		return err
	}
	p := ask.feed.Policy(ask.id)
	if p == nil {
		return c.noCurb("policy")
	}
	return c.cdsAnswer(curbPolicyAnswer{c.curbHead(ask.feed), *p})
}

func (c *call) noCurb(what string) *Problem {
	return notFound(fmt.Sprintf("there is no %s %.64q at that time", what, c.path["id"]))
}
