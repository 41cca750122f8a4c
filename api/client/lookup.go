package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Question is one position, or one line or area, and what it is about.
type Question struct {
	Position
	// Geometry is the line or the area that it is about, in place of a position: WKT, a LINESTRING or a POLYGON with one ring, of at most 16
	// corners, in CRS. Empty for a position.
	Geometry string
	CRS      CRS
	// AccuracyM is the 68 % radius of the position's error in metres; 0 if it is not known.
	AccuracyM float64
	// Category is a path such as part.pole.abandoned; empty for none.
	Category string
	// At is when the answer is to apply; the zero time is now.
	At time.Time
}

// Answer is the whole answer about a position. Members that are not here are in Raw.
type Answer struct {
	ID      string `json:"answer_id"`
	Outcome string `json:"outcome"` // assigned, unassigned, outside, ambiguous, cross_border or no_action
	Grid    *Grid  `json:"grid"`    // nil outside
	Nearest *Near  `json:"nearest"` // outside only
	// Candidates are the grids that may have an ambiguous position, the most probable first.
	Candidates     []Candidate     `json:"candidates"`
	Hierarchy      []Level         `json:"hierarchy"`
	Neighbours     []Near          `json:"neighbours"`
	Responsibility *Responsibility `json:"responsibility"` // nil outside
	Data           Data            `json:"data"`
	// Raw is the answer as it came.
	Raw json.RawMessage `json:"-"`
}

// Grid is the one grid of a position.
type Grid struct {
	Code              string  `json:"code"`
	Name              string  `json:"name"`
	NameEn            string  `json:"name_en"`
	Match             string  `json:"match"` // covers, or edge_rule exactly on a border
	BoundaryDistanceM float64 `json:"boundary_distance_m"`
	// Probability that a position with the accuracy of the question lies in the grid; nil without one. In Near it means the same.
	Probability *float64 `json:"probability"`
}

// Candidate is a grid that may have the position; the outside of the district has no code and is External. Name and Unit are then of the
// external unit that lies there, empty where none is known.
type Candidate struct {
	Code        string  `json:"code"`
	Name        string  `json:"name"`
	Probability float64 `json:"probability"`
	Unit        string  `json:"unit"`
	External    bool    `json:"external"`
}

// Near is a grid near a position; the outside of the district has no code and is External. Name and Unit are then of the external unit that
// lies there, empty where none is known.
type Near struct {
	Code      string  `json:"code"`
	Name      string  `json:"name"`
	Unit      string  `json:"unit"` // the office of a grid
	DistanceM float64 `json:"distance_m"`
	External  bool    `json:"external"`
	// BorderSegment is the id of the border with the grid of the position; empty where both touch in points alone.
	BorderSegment string `json:"border_segment"`

	Probability *float64 `json:"probability"`
}

// Level is an area above or around a position.
type Level struct {
	Level string `json:"level"` // district, town, grid, community
	Code  string `json:"code"`
	Name  string `json:"name"`
	Unit  string `json:"unit"`
}

// Responsibility is who does what.
type Responsibility struct {
	Primary    *Party  `json:"primary"`
	Co         []Party `json:"co"`
	Supervisor *Party  `json:"supervisor"`
	Informed   []Party `json:"informed"`
	// Fallback is true when no rule chose the unit.
	Fallback bool `json:"fallback"`
}

// Party is a unit in a role.
type Party struct {
	Unit string `json:"unit"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// Data names the versions that an answer rests on.
type Data struct {
	Epoch    string `json:"epoch"`
	Revision int64  `json:"revision"`
	Edition  string `json:"edition"`
}

// Lookup answers one question. A position outside the district is an answer.
func (c *Client) Lookup(ctx context.Context, q Question) (*Answer, error) {
	query := Common{CRS: q.CRS, AccuracyM: q.AccuracyM, Category: q.Category, At: q.At}.query()
	if q.Geometry != "" {
		query.Set("geometry", q.Geometry)
	} else {
		query.Set("lon", decimal(q.Lon))
		query.Set("lat", decimal(q.Lat))
	}
	r, err := c.request(ctx, http.MethodGet, "/v1/lookup", query, "", nil)
	if err != nil {
		return nil, err
	}
	res, err := c.do(r)
	if err != nil {
		return nil, err
	}
	b, err := readAll(nil, res)
	if err != nil {
		return nil, err
	}
	return answerOf(b)
}

func answerOf(b []byte) (*Answer, error) {
	a := &Answer{}
	if err := json.Unmarshal(b, a); err != nil {
		return nil, fmt.Errorf("client: read answer: %w", err)
	}
	a.Raw = b
	return a, nil
}

// Common is what many positions have in common. CRS is needed; the rest may be left out.
type Common struct {
	CRS       CRS
	AccuracyM float64
	Category  string
	At        time.Time
}

func (c Common) query() url.Values {
	q := url.Values{"crs": {string(c.CRS)}}
	if c.AccuracyM != 0 {
		q.Set("accuracy_m", decimal(c.AccuracyM))
	}
	if c.Category != "" {
		q.Set("category", c.Category)
	}
	if !c.At.IsZero() {
		q.Set("at", c.At.Format(time.RFC3339Nano))
	}
	return q
}

// decimal writes a number as the service reads it: without exponent.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
