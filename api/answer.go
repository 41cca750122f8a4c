package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/layers"
	"wangge/routing/duty"
)

func (s *Server) answerOperations() []operation {
	line := operation{
		Method: http.MethodGet, Path: "/v1/answers/{id}:replay", ID: "replay", Tag: "lookup",
		Summary: "An answer again",
		Text: "The same answer, byte for byte, that carried this `answer_id`. The id holds the question, the instant, the versions and a digest of the answer; nothing was stored. If what " +
			"the answer rests on has changed since, it is read from the history of the store. An answer of another store or another version of the software cannot be given again: the problem `revision-gone` " +
			"has in `ask_again` the address of the question.",
		Params:   []param{{Name: "id", In: "path", Schema: &huma.Schema{Type: "string"}, Text: "The answer_id of an answer."}},
		Answers:  []answer{{Status: http.StatusOK, Text: "The answer", Content: &content{Type: duty.Answer{}}, Headers: []string{"Server-Timing"}}},
		Problems: []int{http.StatusGone, http.StatusServiceUnavailable},
		Handle:   replay,
	}
	posted := line
	posted.Method, posted.ID = http.MethodPost, "replayPosted"
	return []operation{line, posted}
}

// desk is what one answer after the other is worked out on.
type desk struct {
	decider duty.Decider
	body    []byte // the answer without its id
	out     []byte
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// answer appends the answer to q from w to out, as JSON with the end of a line. The same question at the same position of the store
// gives the same bytes.
func (s *Server) answer(out []byte, w *World, q duty.Question) ([]byte, error) {
	d := desks.Get().(*desk)
	defer desks.Put(d)
	return s.answerAt(d, out, w, q)
}

// answerAt is answer on a desk.
func (s *Server) answerAt(d *desk, out []byte, w *World, q duty.Question) ([]byte, error) {
	a, err := d.decider.Decide(w.Snapshot, w.Rules, s.Converter, q)
	if err != nil {
		return out, err
	}
	s.metrics.lookup(string(a.Outcome), a.Responsibility != nil && a.Responsibility.Fallback)
	if d.body, err = encodeAnswer(d.body[:0], a); err != nil {
		return out, err
	}
	r := receipt{position: layers.Position{Epoch: a.Data.Epoch, Revision: a.Data.Revision}, asOf: a.Data.AsOf, edition: a.Data.Edition, question: a.Query, digest: xxhash.Sum64(d.body)}
	return r.appendSealed(out, s.signer, d.body)
}

// encodeAnswer appends an answer without its id.
func encodeAnswer(b []byte, a *duty.Answer) ([]byte, error) {
	if !finite(a) {
		return b, errors.New("api: write answer: a number is not finite")
	}
	return appendAnswer(b, a), nil
}

// withID puts the id, which is base64url, in front of the members of body.
func withID(body []byte, id string) []byte {
	out := make([]byte, 0, len(body)+len(id)+20)
	out = append(out, `{"answer_id":"`...)
	out = append(out, id...)
	out = append(out, `",`...)
	return append(out, body[1:]...)
}

// gone says that the answer cannot be given again, and how to ask anew.
func (r *receipt) gone(w *World) *Problem {
	q := url.Values{}
	if r.question.Shape != nil {
		q.Set("geometry", wkt.MarshalString(r.question.Shape.Geometry()))
	} else {
		q.Set("lon", decimal(r.question.Lon))
		q.Set("lat", decimal(r.question.Lat))
	}
	q.Set("crs", string(r.question.CRS))
	if r.question.AccuracyM > 0 {
		q.Set("accuracy_m", decimal(r.question.AccuracyM))
	}
	if r.question.Category != "" {
		q.Set("category", r.question.Category)
	}
	q.Set("at", r.question.At.String())
	for name, text := range map[string]string{"channel": r.question.Channel, "severity": r.question.Severity, "reporter": r.question.Reporter, "case_number": r.question.CaseNumber,
		"received_by": r.question.ReceivedBy} {
		if text != "" {
			q.Set(name, text)
		}
	}
	if r.question.Confidence > 0 {
		q.Set("confidence", decimal(r.question.Confidence))
	}
	return &Problem{Status: http.StatusGone, Code: "revision-gone", Parameter: "id",
		Detail: fmt.Sprintf("what this answer rests on has changed since revision %s; this is %s", r.position, w.Position()),
		More: map[string]any{"answered_at_revision": r.position.String(), "present_revision": w.Position().String(),
			"answered_edition": r.edition, "ask_again": "/v1/lookup?" + q.Encode()}}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
