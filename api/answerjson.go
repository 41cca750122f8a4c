package api

import (
	"math"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/routing/duty"
)

// appendAnswer appends an answer without its id, byte for byte as encoding/json writes it without escaping of HTML, and a line's
// end. It is written out by hand because encoding/json took more time than finding the answer. A test fills every field of the
// types and compares; who adds a field to duty.Answer adds it here.
func appendAnswer(b []byte, a *duty.Answer) []byte {
	b = append(b, `{"outcome":`...)
	b = appendText(b, string(a.Outcome))
	b = appendQuestion(append(b, `,"query":`...), &a.Query)
	b = append(b, `,"position":{"lon":`...)
	b = appendFloat(b, a.Position.Lon)
	b = appendFloat(append(b, `,"lat":`...), a.Position.Lat)
	b = appendText(append(b, `,"crs":`...), string(a.Position.CRS))
	b = strconv.AppendBool(append(b, `,"converted":`...), a.Position.Converted)
	b = appendText(append(b, `,"precision":`...), a.Position.Precision)
	b = appendGridHit(append(b, `},"grid":`...), a.Grid)
	if a.Nearest != nil {
		b = appendNearest(append(b, `,"nearest":`...), a.Nearest)
	}
	if len(a.Candidates) > 0 {
		b = appendList(append(b, `,"candidates":`...), a.Candidates, appendCandidate)
	}
	b = appendList(append(b, `,"hierarchy":`...), a.Hierarchy, appendLevel)
	b = appendList(append(b, `,"neighbours":`...), a.Neighbour, appendNearest)
	b = appendList(append(b, `,"overlays":`...), a.Overlays, appendLevel)
	b = appendList(append(b, `,"features":`...), a.Features, appendNearFeature)
	b = appendResponsibility(append(b, `,"responsibility":`...), a.Responsibility)
	b = appendList(append(b, `,"trace":`...), a.Trace, appendStep)
	b = appendText(append(b, `,"data":{"epoch":`...), a.Data.Epoch)
	b = strconv.AppendInt(append(b, `,"revision":`...), a.Data.Revision, 10)
	b = appendText(append(b, `,"edition":`...), a.Data.Edition)
	b = appendText(append(b, `,"rules":`...), a.Data.Rules)
	b = appendOptional(b, `,"calendar":`, a.Data.Calendar)
	b = appendInstant(append(b, `,"features_as_of":`...), a.Data.AsOf)
	b = append(b, '}')
	if a.Demo {
		b = append(b, `,"demo":true`...)
	}
	return append(b, "}\n"...)
}

func appendQuestion(b []byte, q *duty.Question) []byte {
	b = appendFloat(append(b, `{"lon":`...), q.Lon)
	b = appendFloat(append(b, `,"lat":`...), q.Lat)
	b = appendText(append(b, `,"crs":`...), string(q.CRS))
	if q.Shape != nil {
		b = appendShape(append(b, `,"geometry":`...), q.Shape)
	}
	if q.AccuracyM != 0 {
		b = appendFloat(append(b, `,"accuracy_m":`...), q.AccuracyM)
	}
	b = appendOptional(b, `,"category":`, q.Category)
	b = appendInstant(append(b, `,"at":`...), q.At)
	b = appendOptional(b, `,"channel":`, q.Channel)
	b = appendOptional(b, `,"severity":`, q.Severity)
	b = appendOptional(b, `,"reporter":`, q.Reporter)
	if q.Confidence != 0 {
		b = appendFloat(append(b, `,"confidence":`...), q.Confidence)
	}
	if q.WhistleItem != 0 {
		b = strconv.AppendInt(append(b, `,"whistle_item":`...), int64(q.WhistleItem), 10)
	}
	b = appendOptional(b, `,"case_number":`, q.CaseNumber)
	b = appendOptional(b, `,"received_by":`, q.ReceivedBy)
	if len(q.Excluded) > 0 {
		b = appendTexts(append(b, `,"excluded":`...), q.Excluded)
	}
	return append(b, '}')
}

// appendShape appends a GeoJSON geometry.
func appendShape(b []byte, s *duty.Shape) []byte {
	end := "]}"
	if s.Area {
		b, end = append(b, `{"type":"Polygon","coordinates":[[`...), "]]}"
	} else {
		b = append(b, `{"type":"LineString","coordinates":[`...)
	}
	for i := range s.Corners {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCorner(b, s.Corners[i])
	}
	if s.Area && len(s.Corners) > 0 {
		b = appendCorner(append(b, ','), s.Corners[0])
	}
	return append(b, end...)
}

func appendCorner(b []byte, p orb.Point) []byte {
	b = appendFloat(append(b, '['), p[0])
	b = appendFloat(append(b, ','), p[1])
	return append(b, ']')
}

func appendGridHit(b []byte, g *duty.GridHit) []byte {
	if g == nil {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"code":`...), g.Code)
	b = appendText(append(b, `,"name":`...), g.Name)
	b = appendOptional(b, `,"name_en":`, g.NameEn)
	b = appendOptional(b, `,"edition":`, g.Edition)
	b = strconv.AppendInt(append(b, `,"revision":`...), g.Version, 10)
	b = appendText(append(b, `,"match":`...), g.Match)
	b = appendFloat(append(b, `,"boundary_distance_m":`...), g.BoundaryDistance)
	b = appendProbability(b, g.Probability)
	return append(b, '}')
}

func appendProbability(b []byte, p *float64) []byte {
	if p == nil {
		return b
	}
	return appendFloat(append(b, `,"probability":`...), *p)
}

func appendCandidate(b []byte, c *duty.Candidate) []byte {
	b = appendText(append(b, `{"code":`...), c.Code)
	b = appendText(append(b, `,"name":`...), c.Name)
	b = appendOptional(b, `,"name_en":`, c.NameEn)
	b = appendFloat(append(b, `,"probability":`...), c.Probability)
	b = appendOptional(b, `,"unit":`, c.Unit)
	if c.External {
		b = append(b, `,"external":true`...)
	}
	return append(b, '}')
}

func appendLevel(b []byte, l *duty.Level) []byte {
	b = appendText(append(b, `{"level":`...), l.Level)
	b = appendOptional(b, `,"id":`, l.ID)
	b = appendText(append(b, `,"code":`...), l.Code)
	b = appendText(append(b, `,"name":`...), l.Name)
	b = appendOptional(b, `,"name_en":`, l.NameEn)
	b = appendOptional(b, `,"unit":`, l.Unit)
	return append(b, '}')
}

func appendNearest(b []byte, n *duty.Nearest) []byte {
	b = appendText(append(b, `{"code":`...), n.Code)
	b = appendText(append(b, `,"name":`...), n.Name)
	b = appendOptional(b, `,"name_en":`, n.NameEn)
	b = appendOptional(b, `,"unit":`, n.Unit)
	b = appendFloat(append(b, `,"distance_m":`...), n.Distance)
	b = strconv.AppendBool(append(b, `,"same_town":`...), n.SameTown)
	if n.External {
		b = append(b, `,"external":true`...)
	}
	b = appendOptional(b, `,"border_segment":`, n.Border)
	b = appendProbability(b, n.Probability)
	return append(b, '}')
}

func appendNearFeature(b []byte, f *duty.Feature) []byte {
	b = appendText(append(b, `{"layer":`...), string(f.Layer))
	b = appendText(append(b, `,"id":`...), f.ID)
	b = appendText(append(b, `,"code":`...), f.Code)
	b = appendText(append(b, `,"name":`...), f.Name)
	b = appendFloat(append(b, `,"distance_m":`...), f.Distance)
	if o := f.Owner; o != nil {
		b = appendText(append(b, `,"owner":{"unit":`...), o.Unit)
		b = appendOptional(b, `,"name":`, o.Name)
		b = appendOptional(b, `,"basis":`, o.Basis)
		b = append(b, '}')
	}
	b = appendOptional(b, `,"state":`, f.State)
	b = appendOptional(b, `,"rule":`, f.Rule)
	return append(b, '}')
}

func appendResponsibility(b []byte, r *duty.Responsibility) []byte {
	if r == nil {
		return append(b, "null"...)
	}
	b = appendParty(append(b, `{"primary":`...), r.Primary)
	b = appendList(append(b, `,"co":`...), r.Co, appendParty)
	b = appendParty(append(b, `,"supervisor":`...), r.Supervisor)
	b = appendList(append(b, `,"informed":`...), r.Informed, appendParty)
	b = appendCrossing(append(b, `,"cross_border":`...), r.CrossBorder)
	b = strconv.AppendBool(append(b, `,"fallback":`...), r.Fallback)
	b = appendBasis(append(b, `,"list_basis":`...), r.Basis)
	b = appendDeadlines(append(b, `,"clock":`...), r.Clock)
	return append(b, '}')
}

func appendCrossing(b []byte, x *duty.Crossing) []byte {
	if x == nil {
		return append(b, "null"...)
	}
	b = appendTexts(append(b, `{"kinds":`...), x.Kinds)
	b = appendOptional(b, `,"lead":`, x.Lead)
	b = appendOptional(b, `,"other":`, x.Other)
	b = appendOptional(b, `,"lead_grid":`, x.LeadGrid)
	b = appendOptional(b, `,"other_grid":`, x.OtherGrid)
	b = appendOptional(b, `,"agreement":`, x.Agreement)
	b = appendOptional(b, `,"reason":`, x.Reason)
	if len(x.Areas) > 0 {
		b = appendList(append(b, `,"areas":`...), x.Areas, appendPart)
	}
	return append(b, '}')
}

func appendPart(b []byte, p *duty.Part) []byte {
	b = appendText(append(b, `{"layer":`...), string(p.Layer))
	b = appendText(append(b, `,"code":`...), p.Code)
	b = appendText(append(b, `,"name":`...), p.Name)
	b = appendOptional(b, `,"name_en":`, p.NameEn)
	b = appendFloat(append(b, `,"share":`...), p.Share)
	b = appendOptional(b, `,"unit":`, p.Unit)
	if p.External {
		b = append(b, `,"external":true`...)
	}
	return append(b, '}')
}

func appendBasis(b []byte, basis *duty.Basis) []byte {
	if basis == nil {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"list":`...), basis.List)
	if basis.Item != 0 {
		b = strconv.AppendInt(append(b, `,"item":`...), int64(basis.Item), 10)
	}
	if basis.Invented {
		b = append(b, `,"invented":true`...)
	}
	return append(b, '}')
}

func appendDeadlines(b []byte, d *duty.Deadlines) []byte {
	if d == nil {
		return append(b, "null"...)
	}
	b = appendInstant(append(b, `{"ack_due":`...), d.Ack)
	b = appendInstant(append(b, `,"arrive_due":`...), d.Arrive)
	b = appendInstant(append(b, `,"resolve_due":`...), d.Resolve)
	b = append(b, `,"kinds":{`...)
	b = appendKind(b, `"ack":`, d.Kinds.Ack)
	b = appendKind(b, `"arrive":`, d.Kinds.Arrive)
	b = appendKind(b, `"resolve":`, d.Kinds.Resolve)
	b = append(b, '}')
	b = appendOptional(b, `,"calendar":`, d.Calendar)
	b = strconv.AppendBool(append(b, `,"provisional":`...), d.Provisional)
	return append(b, '}')
}

// appendKind appends an optional member of an object that may have none before it.
func appendKind(b []byte, head, kind string) []byte {
	if kind == "" {
		return b
	}
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return appendText(append(b, head...), kind)
}

// appendTexts appends a list of texts, and null for nil.
func appendTexts(b []byte, list []string) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, s)
	}
	return append(b, ']')
}

func appendParty(b []byte, p *duty.Party) []byte {
	if p == nil {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"unit":`...), p.Unit)
	b = appendOptional(b, `,"name":`, p.Name)
	b = appendOptional(b, `,"name_en":`, p.NameEn)
	b = appendText(append(b, `,"role":`...), p.Role)
	b = appendOptional(b, `,"rule":`, p.Rule)
	b = appendOptional(b, `,"post":`, p.Post)
	return append(b, '}')
}

func appendStep(b []byte, s *duty.Step) []byte {
	b = appendText(append(b, `{"step":`...), s.Step)
	b = appendOptional(b, `,"detail":`, s.Detail)
	if s.Considered != 0 {
		b = strconv.AppendInt(append(b, `,"considered":`...), int64(s.Considered), 10)
	}
	if len(s.Matched) > 0 {
		b = appendTexts(append(b, `,"matched":`...), s.Matched)
	}
	return append(b, '}')
}

func appendList[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, &list[i])
	}
	return append(b, ']')
}

// appendOptional appends a text after its head, and nothing for the empty one.
func appendOptional(b []byte, head, s string) []byte {
	if s == "" {
		return b
	}
	return appendText(append(b, head...), s)
}

// appendInstant appends RFC 3339 in UTC with Z, as Instant.String gives it, and null for the zero Instant.
func appendInstant(b []byte, i layers.Instant) []byte {
	if i == 0 {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = i.Time().AppendFormat(b, time.RFC3339Nano) // a layout that package time writes without reading it
	return append(b, '"')
}

// appendFloat appends a finite number in the form of encoding/json: the shortest that reads the same, with an exponent only for
// the very small and large, as ES6 does.
func appendFloat(b []byte, v float64) []byte {
	abs := math.Abs(v)
	if abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, v, 'e', -1, 64)
	if n := len(b); n >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' { // e-09 is written e-9
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// finite reports whether JSON can hold all numbers of an answer.
func finite(a *duty.Answer) bool {
	sum := a.Query.Lon + a.Query.Lat + a.Query.AccuracyM + a.Query.Confidence + a.Position.Lon + a.Position.Lat
	if g := a.Grid; g != nil {
		sum += g.BoundaryDistance + orZero(g.Probability)
	}
	if n := a.Nearest; n != nil {
		sum += n.Distance + orZero(n.Probability)
	}
	for i := range a.Candidates {
		sum += a.Candidates[i].Probability
	}
	for i := range a.Neighbour {
		sum += a.Neighbour[i].Distance + orZero(a.Neighbour[i].Probability)
	}
	for i := range a.Features {
		sum += a.Features[i].Distance
	}
	return sum-sum == 0
}

func orZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
