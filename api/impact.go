package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
	"wangge/routing/impact"
	"wangge/routing/rulecheck"
)

const (
	// The H3 cells of a comparison: some 115 of the district at the coarsest, 5,600 at the finest.
	coarsestImpact, usualImpact, finestImpact = 6, 8, 9
	// mostCompared bounds how many features a comparison changes.
	mostCompared = 2000
	compareBytes = 32 << 20
)

func (s *Server) impactOperations() []operation {
	return []operation{{
		Method: http.MethodPost, Path: "/v1/impact", ID: "compareImpact", Tag: "rules",
		Summary: "What would change hands if borders, rules or days off were published",
		Text: fmt.Sprintf("`features` are features as in the body of an edit of their layer, with `layer` and, for one that is replaced, `id`: new borders, a notice of days off, units. `rules` are ids of revisions that are taken as published. "+
			"Both states are asked about every category at one position in each H3 cell of `resolution` (%d to %d, %d if it is not given), and about each pole and zone, at `at` (now if it is not given). "+
			"The answer counts what changes hands and lists it: cells with their outlines for a map, categories by grid, poles, zones, and zones that are used for something else on some days of a year. "+
			"Nothing is stored. One comparison is made at a time; 429 while another one is.", coarsestImpact, finestImpact, usualImpact),
		Body: &content{Type: partSchema[impactQuestion]()}, Limit: compareBytes,
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: impactAnswer{}}}}, Problems: []int{http.StatusNotFound, http.StatusTooManyRequests},
		Roles:  deskRoles,
		Handle: (*call).compareImpact,
	}}
}

// impactQuestion is the body of /v1/impact.
type impactQuestion struct {
	Features   []changedFeature `json:"features,omitempty" doc:"Features as they would be"`
	Rules      []string         `json:"rules,omitempty" doc:"Ids of revisions that are taken as published"`
	At         layers.Instant   `json:"at,omitzero" doc:"When both are asked"`
	Resolution int              `json:"resolution,omitempty" doc:"That of the H3 cells"`
}

// changedFeature is a feature of any layer as it would be: the members of its layer, with the name of the layer.
type changedFeature struct {
	Layer layers.Layer `json:"layer"`
	ID    string       `json:"id,omitempty"`
}

// Schema has the members of every layer beside those two.
func (changedFeature) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "object", Required: []string{"layer"}, AdditionalProperties: true, Properties: map[string]*huma.Schema{
		"layer": {Type: "string", Description: "The name of its layer"}, "id": {Type: "string", Description: "Of a feature that is replaced"},
	}}
}

// impactAnswer is a report with the outlines of its cells.
type impactAnswer struct {
	*impact.Report
	// Outlines are the corners of the changed cells, CGCS2000, in the order of changed.
	Outlines []orb.Ring `json:"outlines"`
}

func (c *call) compareImpact() error {
	body, err := c.readBody()
	if err != nil {
		return err
	}
	q, changed, err := c.readImpact(body)
	if err != nil {
		return err
	}
	select {
	case c.s.comparing <- struct{}{}:
		defer func() { <-c.s.comparing }()
	default:
		return &Problem{Status: http.StatusTooManyRequests, Code: "rate-limited", RetryAfter: 2, Detail: "another comparison is being made"}
	}
	after, err := c.sideWith(q, changed)
	if err != nil {
		return err
	}
	r, err := impact.Compare(c.Request().Context(), impact.Side{Snapshot: c.w.Snapshot, Rules: c.w.Rules}, after, q.At, q.Resolution, nil)
	if err != nil {
		return err
	}
	out := impactAnswer{Report: r, Outlines: []orb.Ring{}}
	for _, spot := range r.Changed {
		cell, err := geo.ParseCell(spot.Cell)
		if err != nil {
			return err
		}
		out.Outlines = append(out.Outlines, geo.CellBoundary(cell)[0])
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, out)
}

// readImpact reads the body of a comparison, and the features in it.
func (c *call) readImpact(body []byte) (q impactQuestion, changed []layers.Feature, err error) {
	given := membersOf(body)
	var list []json.RawMessage
	var bad issues
	if raw := given["features"]; raw != nil {
		if json.Unmarshal(raw, &list) != nil {
			bad.add("/features", "type", "must be a list of features")
		}
		delete(given, "features")
	}
	rest, err := json.Marshal(given)
	if err != nil {
		return q, nil, err
	}
	fill(rest, &q, "", &bad)
	switch {
	case len(list) > mostCompared:
		bad.add("/features", "range", fmt.Sprintf("there are more than %d", mostCompared))
		list = nil
	case len(list)+len(q.Rules) == 0 && len(bad) == 0:
		bad.add("/features", "required", "name features or rules that would be others")
	case len(q.Rules) > mostPublished:
		bad.add("/rules", "range", fmt.Sprintf("name at most %d revisions", mostPublished))
	}
	if q.Resolution == 0 {
		q.Resolution = usualImpact
	}
	if q.Resolution < coarsestImpact || q.Resolution > finestImpact {
		bad.add("/resolution", "range", fmt.Sprintf("must be %d to %d", coarsestImpact, finestImpact))
	}
	if q.At == 0 {
		q.At = c.now()
	}
	for i, raw := range list {
		if f := c.changedFeature(raw, "/features/"+strconv.Itoa(i), &bad); f != nil {
			changed = append(changed, f)
		}
	}
	return q, changed, bad.invalid("", "")
}

// changedFeature reads one feature; nil if there is something wrong with it.
func (c *call) changedFeature(raw json.RawMessage, pointer string, bad *issues) layers.Feature {
	members := membersOf(raw)
	var name layers.Layer
	if json.Unmarshal(members["layer"], &name) != nil {
		bad.add(pointer+"/layer", "required", "say which layer it is of")
		return nil
	}
	info, ok := name.Info()
	if !ok || info.Confined {
		bad.add(pointer+"/layer", "reference", quoted(string(name))+" is no layer that can be compared")
		return nil
	}
	delete(members, "layer")
	e := &edit{info: info, op: layers.Create, face: plainFace{}}
	var id string
	if json.Unmarshal(members["id"], &id) == nil {
		if _, known := c.w.Set(name).Head(id); known {
			e.op, e.id = layers.Replace, id
		}
	}
	if err := c.parse(e, members); err != nil {
		bad.take(err, pointer)
		return nil
	}
	return e.after
}

// sideWith makes the district as it would be.
func (c *call) sideWith(q impactQuestion, changed []layers.Feature) (impact.Side, error) {
	rules, err := c.revisions(q.Rules)
	if err != nil {
		return impact.Side{}, err
	}
	s, err := impact.AsIf(c.w.Snapshot, changed, nil, q.At)
	var poisoned *layers.Poisoned
	switch {
	case errors.As(err, &poisoned):
		return impact.Side{}, topologyProblem(poisoned)
	case err != nil:
		return impact.Side{}, err
	}
	list := duty.NewRules(s).All()
	for _, one := range rules {
		list = rulecheck.With(list, one)
	}
	return impact.Side{Snapshot: s, Rules: duty.Arrange(s, list, "")}, nil
}
