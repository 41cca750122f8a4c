package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	"wangge/layers"
)

const (
	// queueLength is how many events a client may be behind before it is cut off.
	queueLength = 64
	// remembered is how many events are kept for clients that come back.
	remembered = 256
)

// listener is one client of the stream.
type listener struct {
	queue chan *event
	// gone is closed when the client fell behind or the service stops.
	gone chan struct{}
}

// broadcaster hands each event to every client, and never waits for one.
type broadcaster struct {
	lock    sync.Mutex
	clients map[*listener]struct{}
	recent  []*event
	closed  bool
}

func newBroadcaster() *broadcaster { return &broadcaster{clients: map[*listener]struct{}{}} }

// send gives the event to everybody; whoever has a full queue is cut off.
func (b *broadcaster) send(e *event) {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.recent = append(b.recent, e); len(b.recent) > remembered {
		b.recent = slices.Clone(b.recent[len(b.recent)-remembered:])
	}
	for c := range b.clients {
		select {
		case c.queue <- e:
		default:
			close(c.gone)
			delete(b.clients, c)
		}
	}
}

// join adds a client that has seen everything up to the event with the id last ("" for none), and returns what it has missed.
func (b *broadcaster) join(last string) (*listener, []*event, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.closed || len(b.clients) >= mostStreams {
		return nil, nil, &Problem{Status: http.StatusServiceUnavailable, Code: "snapshot-not-ready", RetryAfter: 5, Detail: "no further stream is served now; ask /v1/changes instead"}
	}
	one := &listener{queue: make(chan *event, queueLength), gone: make(chan struct{})}
	b.clients[one] = struct{}{}
	return one, b.missed(last), nil
}

func (b *broadcaster) missed(last string) []*event {
	if len(b.recent) == 0 {
		return nil
	}
	now := b.recent[len(b.recent)-1]
	empty := eventDataOf(now)
	if last == "" {
		return []*event{{kind: "revision", id: now.id, data: empty}}
	}
	i := slices.IndexFunc(b.recent, func(e *event) bool { return e.id == last })
	if i < 0 || slices.ContainsFunc(b.recent[i+1:], func(e *event) bool { return e.kind == "reload" }) {
		return []*event{{kind: "reload", id: now.id, data: empty}}
	}
	return slices.Clone(b.recent[i+1:])
}

// eventDataOf returns the position of an event without its changes.
func eventDataOf(e *event) []byte {
	p, _ := parsePosition(e.id) // ours
	b, _ := json.Marshal(eventData{Epoch: p.Epoch, Revision: p.Revision, Layers: []layers.Layer{}, Changes: []changedInfo{}, Tiles: []tilesInfo{}})
	return b
}

func (b *broadcaster) leave(one *listener) {
	b.lock.Lock()
	defer b.lock.Unlock()
	delete(b.clients, one)
}

func (b *broadcaster) size() int {
	b.lock.Lock()
	defer b.lock.Unlock()
	return len(b.clients)
}

// close ends every stream and takes no new one. Closing again does nothing.
func (b *broadcaster) close() {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.closed = true
	for c := range b.clients {
		close(c.gone)
		delete(b.clients, c)
	}
}
