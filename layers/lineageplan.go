package layers

import (
	"context"
	"sync"

	"wangge/geo"
)

// mostOverlays bounds how many later plans one plan remembers to have been laid on.
const mostOverlays = 8

// overlays are the plans that were laid on a plan, the last ones asked for. They are the one thing that is added to a snapshot
// after it was made: what is measured depends on the two plans alone, so it is the same whoever asks first.
type overlays struct {
	lock sync.Mutex
	list []*overlay // oldest first
}

// overlay is one pair of plans, measured or not yet.
type overlay struct {
	key  planKey       // of the later plan; the plan itself is not kept alive
	turn chan struct{} // holds a token while somebody measures
	done *laid         // read and written by whoever has the token
}

// laid is a plan on an earlier one.
type laid struct {
	*geo.Overlay
	parts  []int // earlier area → how many later areas lie in it
	joined []int // later area → how many earlier areas lie in it
}

func (o *overlays) of(key planKey) *overlay {
	o.lock.Lock()
	defer o.lock.Unlock()
	for _, one := range o.list {
		if one.key == key {
			return one
		}
	}
	if len(o.list) == mostOverlays {
		o.list = o.list[1:]
	}
	one := &overlay{key: key, turn: make(chan struct{}, 1)}
	o.list = append(o.list, one)
	return one
}

// over lays a later plan on p. It is measured by the first who asks; others wait for it, and the next of them goes on in the
// place of one whose ctx ended.
func (p *plan) over(ctx context.Context, later *plan) (*laid, error) {
	o := p.laid.of(later.key)
	select {
	case o.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-o.turn }()
	if o.done != nil {
		return o.done, nil
	}
	measured, err := geo.NewOverlay(ctx, p.coverage, later.coverage)
	if err != nil {
		return nil, err
	}
	o.done = newLaid(measured)
	return o.done, nil
}

func newLaid(o *geo.Overlay) *laid {
	l := &laid{Overlay: o, parts: make([]int, len(o.AreaA)), joined: make([]int, len(o.AreaB))}
	for _, c := range o.Common {
		if c.A < 0 || c.B < 0 {
			continue
		}
		if c.AreaM2 >= lying*o.AreaB[c.B] {
			l.parts[c.A]++
		}
		if c.AreaM2 >= lying*o.AreaA[c.A] {
			l.joined[c.B]++
		}
	}
	return l
}
