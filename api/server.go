package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// Options are what a Server is made of. Store, Feed, Web and Key are needed.
type Options struct {
	// Store takes edits and answers questions of history; reads never use it.
	Store layers.Store
	// Feed is asked for its state, and nudged after an edit. Whoever makes the Server runs it with Server.Publish.
	Feed *layers.Feed
	// Web is the built web application.
	Web fs.FS
	// Key signs answer ids; 32 random bytes that last as long as those ids are to be understood.
	Key []byte
	// Converter reads the coordinate systems; one switch of it turns GCJ-02 and BD-09 off.
	Converter geo.Converter
	// FromFile says that what is served at the start came from the last good snapshot file.
	FromFile bool
	// Lead is how long before its first day a schedule must be published; with 0 it may come into force on the same day.
	Lead time.Duration
	// TileMemory bounds the tiles that are kept compressed, in bytes; 0 is DefaultTileMemory, negative keeps none.
	TileMemory int64
	// Version is the program's version, for /v1/status and the document.
	Version string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log gets a line a request at debug level, and one for everything that somebody should look at; nil is silent.
	Log *slog.Logger
}

// Server answers requests from one World at a time.
type Server struct {
	Options
	now     func() time.Time
	log     *slog.Logger
	world   atomic.Pointer[World]
	echo    *echo.Echo
	events  *broadcaster
	moments moments
	signer  *signer // of answer ids
	tiles   *mvt.Cache
	counts  map[layers.Layer]*memo[*layerCount] // for /v1/stats
	metrics *metrics
	// table is every operation; routes reads it once and preflight asks it.
	table []operation
	// asking holds a place for each request that waits for the store.
	asking chan struct{}
	// beat is how often a stream of events says that it is still there.
	beat time.Duration
	// document is the OpenAPI document, made once; document30 returns the same in the older form.
	document   *file
	document30 func() *file
	// reaches and counted keep what is asked again and again of a layer that does not change.
	reaches reaches
	counted counts
	// comparing holds a place for the one comparison of two states of the district that is made at a time.
	comparing chan struct{}
	// curbs are the feeds of the Curbs API.
	curbs curbFeeds
	// codebooks find categories by the codes of others; pasts are what the store had at earlier revisions.
	codebooks codebooks
	pasts     pasts
}

// New returns a Server that is not ready until Publish was called once.
func New(o Options) *Server {
	s := &Server{Options: o, now: o.Now, log: o.Log, events: newBroadcaster(), signer: newSigner(o.Key), metrics: newMetrics(), tiles: newTileCache(o.TileMemory), counts: newCounts(), asking: make(chan struct{}, mostAsking), comparing: make(chan struct{}, 1), beat: heartbeat}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.metrics.watch(s)
	s.echo = s.routes()
	return s
}

// World returns what is served now, nil before the first Publish.
func (s *Server) World() *World { return s.world.Load() }

// Close ends the streams of events, which would otherwise never end, and refuses new ones. Whoever stops the service calls it
// before http.Server.Shutdown, and Drain after it.
func (s *Server) Close() {
	s.moments.close()
	s.events.close()
}

// Drain waits until nothing waits for the store any more, or ctx ends. It is called when no request is left, before the store is
// closed.
func (s *Server) Drain(ctx context.Context) error { return s.asked(ctx) }

// Handler returns the handler of the public listener.
func (s *Server) Handler() http.Handler { return s.echo }

// Metrics returns the handler of the listener for operators: Prometheus metrics at /metrics.
func (s *Server) Metrics() http.Handler { return s.metrics.handler() }

// operations is the table of all that is served, a list from each resource's file.
func (s *Server) operations() []operation {
	var table []operation
	for _, part := range [][]operation{
		s.lookupOperations(), s.detectionOperations(), s.answerOperations(), s.refusalOperations(), s.searchOperations(), s.featureOperations(), s.borderOperations(), s.editionOperations(), s.editOperations(),
		s.scheduleOperations(), s.ruleOperations(), s.ruleReportOperations(), s.impactOperations(), s.workbookOperations(), s.orderOperations(), s.activationOperations(), s.availableOperations(), s.calendarOperations(), s.zoneCalendarOperations(),
		s.changeOperations(), s.eventOperations(), s.tileOperations(), s.styleOperations(), s.statusOperations(), s.statsOperations(),
		s.accountOperations(), s.healthOperations(), s.documentOperations(), s.ogcOperations(), s.cdsOperations(), s.open311Operations(),
	} {
		table = append(table, part...)
	}
	return table
}

// published is called after w was shown in place of before, which is nil the first time.
func (s *Server) published(before, w *World) {
	if before != nil {
		s.moments.tell(before, layers.InstantOf(s.now()), s.events.send)
	}
	s.events.send(changeBetween(before, w))
	s.tellMoments()
	for _, n := range s.counts {
		n.age()
	}
}
