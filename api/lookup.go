package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

const jsonMedia = "application/json; charset=utf-8"

func (s *Server) lookupOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/lookup", ID: "lookup", Tag: "lookup",
		Summary: "Who is responsible for a position",
		Text: "The one grid of a position, what lies above, around and near it, and the unit that is responsible. A position outside the district is an answer too: " +
			"`outcome` is `outside`. On the border of two grids exactly one of them has the position, and `match` is `edge_rule`.\n\n" +
			"What is reported may be a line or an area too: `geometry`. The answer is then that of the grid that leads, `position` is one of its positions there, and where it lies in several grids or " +
			"communities `outcome` is `cross_border` and `cross_border.areas` says what each has of it.\n\n" +
			"`answer_id` reproduces the answer (`/v1/answers/{id}:replay`). How long deciding took is in the header `Server-Timing`.",
		Params:   append(placeParams(), reportParams()...),
		Answers:  []answer{{Status: http.StatusOK, Text: "The answer", Content: &content{Type: duty.Answer{}}, Headers: []string{"Server-Timing"}}},
		Problems: []int{http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
		Handle:   lookup,
	}, coverageOperation(), batchOperation(), streamOperation(), binaryOperation()}
}

func lookup(c *call) error {
	q, err := c.question()
	if err != nil {
		return err
	}
	began := time.Now()
	d := desks.Get().(*desk)
	defer desks.Put(d)
	w, err := c.answering(q)
	if err != nil {
		return err
	}
	if d.out, err = c.s.answerAt(d, d.out[:0], w, q); err != nil {
		return c.w.answerProblem(err, q)
	}
	c.timing(began)
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(len(d.out))) // else a long one goes in chunks
	return c.bytes(http.StatusOK, jsonMedia, d.out)
}

// question reads the question from the query.
func (c *call) question() (q duty.Question, err error) {
	if err := c.knownAt(); err != nil {
		return q, err
	}
	a, err := c.common()
	if err != nil {
		return a.Question, err
	}
	if err = c.where(&a); err != nil {
		return a.Question, err
	}
	if p := c.w.mistaken(a.CRS, orb.Point{a.Lon, a.Lat}); p != nil {
		return a.Question, p
	}
	return c.resolve(a)
}

// answerProblem says what kept a question from being answered.
func (w *World) answerProblem(err error, q duty.Question) *Problem {
	if errors.Is(err, geo.ErrFigure) {
		return shapeProblem(err)
	}
	p := problemOf(err)
	if errors.Is(err, duty.ErrNoEdition) {
		p.More = map[string]any{"editions": w.editions()}
		p.Detail = fmt.Sprintf("no grids were in force at %s", q.At)
	}
	return p
}

// editionNote is an edition as a problem shows it.
type editionNote struct {
	Code      string         `json:"code"`
	Name      string         `json:"name"`
	ValidFrom layers.Instant `json:"valid_from"`
	ValidTo   layers.Instant `json:"valid_to,omitzero"`
}

// editions lists the editions of the grids, never nil.
func (w *World) editions() []editionNote {
	out := []editionNote{}
	for f := range w.Set(layers.Editions).Rows() {
		if e, ok := f.(*layers.Edition); ok && e.Of == layers.Grids {
			out = append(out, editionNote{e.Code, e.Name, e.ValidFrom, e.ValidTo})
		}
	}
	slices.SortFunc(out, func(a, b editionNote) int { return int(a.ValidFrom - b.ValidFrom) })
	return out[:min(len(out), 20)]
}

// timing says in a header how many milliseconds the work took, so that the body stays the same each time.
func (c *call) timing(began time.Time) {
	took := time.Since(began).Microseconds()
	text := strconv.AppendInt(append(make([]byte, 0, 24), "decide;dur="...), took/1000, 10)
	text = append(text, '.', '0'+byte(took/100%10), '0'+byte(took/10%10), '0'+byte(took%10))
	c.Response().Header().Set("Server-Timing", string(text))
}
