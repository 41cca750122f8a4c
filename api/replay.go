package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cespare/xxhash/v2"

	"wangge/geo"
	"wangge/routing/duty"
)

func replay(c *call) error {
	r, err := readToken(c.s.signer, c.path["id"])
	if err != nil {
		return badParameter("id", err.Error())
	}
	began := time.Now()
	body, _, err := c.again(r)
	if err != nil {
		return err
	}
	c.timing(began)
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.bytes(http.StatusOK, jsonMedia, withID(body, c.path["id"]))
}

// again works an answer out once more, and returns it without its id. If what it rests on is the same now, the present World gives it; or else
// what the store had then does.
func (c *call) again(r *receipt) (body []byte, a duty.Answer, err error) {
	now := c.w.Position()
	switch body, a, err = c.s.redo(c.w, r); {
	case err == nil || errors.Is(err, geo.ErrCRS): // the system was switched off since
		return body, a, err
	case r.position.Epoch != now.Epoch || r.position == now || c.s.Store == nil:
		return nil, a, r.gone(c.w)
	case r.position.Revision > now.Revision:
		return nil, a, &Problem{Status: http.StatusServiceUnavailable, Code: "revision-not-reached", RetryAfter: 1, Detail: "revision " + r.position.String() + " is not here yet"}
	}
	past, err := c.pastAt(r.position, r.asOf)
	if err != nil {
		return nil, a, err
	}
	w, err := ask(c, historyPatience, func(ctx context.Context) (*World, error) { return past.around(ctx, c.s.Converter, r.question) })
	if err != nil {
		return nil, a, err
	}
	if body, a, err = c.s.redo(w, r); err != nil {
		return nil, a, r.gone(c.w)
	}
	return body, a, nil
}

// errOther says that an answer came out differently.
var errOther = errors.New("another answer")

// redo decides the question of a receipt from a World. What names the revision is the receipt's: if everything else is the same, nothing that
// the answer rests on is another.
func (s *Server) redo(w *World, r *receipt) ([]byte, duty.Answer, error) {
	a, err := duty.Decide(w.Snapshot, w.Rules, s.Converter, r.question)
	if err != nil {
		return nil, a, err
	}
	a.Data.Epoch, a.Data.Revision, a.Data.AsOf = r.position.Epoch, r.position.Revision, r.asOf
	body, err := encodeAnswer(nil, &a)
	if err == nil && xxhash.Sum64(body) != r.digest {
		err = errOther
	}
	return body, a, err
}
