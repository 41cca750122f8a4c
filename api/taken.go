package api

import (
	"context"
	"fmt"
	"net/http"

	"wangge/layers"
)

// taken answers an edit that the store has.
func (c *call) taken(e *edit, receipt layers.Receipt) error {
	if len(receipt.Results) != 1 {
		return fmt.Errorf("the store answers one edit with %d results", len(receipt.Results))
	}
	result := receipt.Results[0]
	h := c.Response().Header()
	c.acknowledge(e, receipt)
	if e.op == layers.Delete {
		return c.NoContent(http.StatusNoContent)
	}
	f, err := c.stored(e, receipt, result)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if e.op == layers.Create {
		status = http.StatusCreated
		h.Set("Location", e.face.location(result.Layer, result.ID))
	}
	body, err := e.face.show(f)
	if err != nil {
		return err
	}
	h.Set("ETag", versionTag(receipt.Position.Epoch, f.Head().Version)) // what the next edit names
	h.Set("Cache-Control", "no-store")
	return c.bytes(status, e.face.media(), append(body, '\n'))
}

// acknowledge sets the headers of an answer to an edit that the store has, when this process shows it, so that whoever wrote reads it at
// once, or after a second without.
func (c *call) acknowledge(e *edit, receipt layers.Receipt) {
	h := c.Response().Header()
	h.Set(revisionHeader, receipt.Position.String())
	if receipt.Replayed {
		h.Set(replayedHeader, "true")
	} else {
		c.s.metrics.edit(e.info.Layer, e.op)
	}
	c.s.nudge()
	ctx, cancel := context.WithTimeout(c.Request().Context(), patience)
	defer cancel()
	w, shown := c.s.await(ctx, receipt.Position)
	if !shown {
		h.Set(visibleHeader, "false")
	}
	if w != nil {
		c.w = w
	}
}

// stored returns the state that the edit has written. A request that came before has written what came then, so the store is
// asked for it.
func (c *call) stored(e *edit, receipt layers.Receipt, result layers.Result) (layers.Feature, error) {
	if !receipt.Replayed {
		m := e.after.Head()
		m.Version, m.Revision = result.Version, receipt.Position.Revision
		return e.after, nil
	}
	rows, err := c.history(layers.Asked{Layer: result.Layer, IDs: []string{result.ID}, KnownRevision: receipt.Position.Revision})
	if err != nil {
		return nil, err
	}
	for _, f := range rows {
		if f.Head().Version == result.Version {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s %s: the store does not know version %d of revision %d", result.Layer, result.ID, result.Version, receipt.Position.Revision)
}
