package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"wangge/api"
	"wangge/layers"
	"wangge/web"
)

// defaultMetrics is where metrics are if nothing else is said; if that is taken the service starts without.
const defaultMetrics = "127.0.0.1:9091"

// profileTimeout bounds an answer to operators: a profile takes 30 s and more.
const profileTimeout = 5 * time.Minute

// serveCmd is "wangge serve".
type serveCmd struct {
	atStore
	Listen        string        `help:"Where the map and the API answer." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	MetricsListen string        `help:"Where Prometheus metrics (/metrics) and profiles (/debug/pprof/) answer; none for nowhere." default:"127.0.0.1:9091" placeholder:"HOST:PORT"`
	StateDir      string        `help:"The folder of the last good snapshot and the signing key; beside a store's file (NAME.state), or wangge.state." placeholder:"DIR" type:"path"`
	TileMemory    uint16        `help:"Memory for tiles that are kept compressed, in MiB; 0 keeps none." default:"128" placeholder:"MIB"`
	ScheduleLead  time.Duration `help:"How long before its first day a schedule must be published, such as 72h; 0 allows the same day." default:"0" placeholder:"TIME"`
	Demo          bool          `help:"Fill a store that is not there yet, or a database without one, with the demo district."`
}

// Help is the long help.
func (serveCmd) Help() string {
	return `Serves the web application, the API and the tiles from one store until it is told to stop (Ctrl-C, SIGTERM), and then finishes what is under way ` +
		`within 10 s. Everything is answered from memory; an edit, whoever makes it, is seen within a second.

Without flags the store is the file wangge.gpkg in the current folder. A file that does not exist is created with the demo district, whose data ` +
		`is invented. A database without a store is refused: wangge init makes one, or --demo.

The start does not wait for a database: while it is away, the last good snapshot from the state folder is served (/readyz and a header say so), ` +
		`edits are refused, and both go back to normal when it is back. One database may have any number of servers; each needs a state folder ` +
		`of its own, and the same answers.key in it if they are to replay each other's answers.

The service speaks plain HTTP. Put it behind a proxy that ends TLS when it is to be reached from other machines.

Examples:

    wangge serve
    wangge serve --store district.gpkg --listen 0.0.0.0:8080
    WANGGE_STORE=postgres://wangge@db.example/district wangge serve --state-dir /var/lib/wangge --metrics-listen none`
}

// service is a running "wangge serve".
type service struct {
	*host
	at     place
	state  stateDir
	public net.Listener
	inner  net.Listener // for operators; nil for none
	secret string       // of the token that was made at this start, "" for none
	last   *layers.Snapshot
	store  *layers.Late
	feed   *layers.Feed
	server *api.Server
	keeper *keeper
	shown  sync.Once
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, h *host) error {
	s := &service{host: h}
	defer s.close()
	if err := s.prepare(ctx, c); err != nil {
		return err
	}
	return s.run(ctx)
}

// prepare does everything that can refuse the start, the address first.
func (s *service) prepare(ctx context.Context, c *serveCmd) (err error) {
	if s.at, err = parsePlace(c.Store); err != nil {
		return err
	}
	if s.public, err = listen(ctx, "listen", c.Listen); err != nil {
		return err
	}
	if err = s.listenInner(ctx, c.MetricsListen); err != nil {
		return err
	}
	dir := c.StateDir
	if dir == "" {
		dir = s.at.stateDir()
	}
	if s.state, err = openStateDir(dir); err != nil {
		return err
	}
	key, err := s.state.key()
	if err != nil {
		return err
	}
	if s.last, err = s.state.lastGood(s.at); err != nil {
		s.log.Warn("a file of the last good snapshot cannot be used", "error", err)
	}
	if err := s.openStore(ctx, c.Demo); err != nil {
		return err
	}
	s.feed = layers.NewFeed(s.store, layers.FeedOptions{Log: s.log.Logger, Now: s.now})
	s.server = api.New(api.Options{Store: s.store, Feed: s.feed, Web: web.Dist(), Key: key, Converter: s.conv, FromFile: s.last != nil,
		TileMemory: tileMemory(c.TileMemory), Lead: c.ScheduleLead, Version: version().Module, Now: s.now, Log: s.log.Logger})
	s.keeper = newKeeper(s.state.snapshotPath(s.at), s.log.Logger, s.last)
	return nil
}

// tileMemory is what api.Options takes: 0 there is its default.
func tileMemory(mebibytes uint16) int64 {
	if mebibytes == 0 {
		return -1
	}
	return int64(mebibytes) << 20
}

func (s *service) listenInner(ctx context.Context, address string) (err error) {
	if address == "none" || address == "" {
		return nil
	}
	s.inner, err = listen(ctx, "metrics-listen", address)
	if err != nil && address == defaultMetrics {
		s.log.Warn("no metrics: their usual address is taken; choose another with --metrics-listen", "address", address)
		return nil
	}
	return err
}

// openStore makes the demo where it is due, and opens the store, now or later. A store that is there but cannot be used refuses
// the start, unless there is a last good snapshot to serve.
func (s *service) openStore(ctx context.Context, demo bool) (err error) {
	if s.wantsDemo(ctx, demo) {
		if s.secret, err = ensureDemo(ctx, s.host, s.at, layers.Planner); err != nil {
			return err
		}
	}
	options := layers.StoreOptions{Step: failpoint(), Now: s.now}
	s.store = layers.NewLate(func(ctx context.Context) (layers.Store, error) { return s.at.open(ctx, options) })
	if s.last != nil {
		return nil // it is served at once; the feed opens the store
	}
	_, err = s.store.Head(ctx)
	if err == nil {
		return nil
	}
	if why := s.store.Err(); why != nil {
		err = why
	}
	if errors.Is(err, layers.ErrUnavailable) {
		s.log.Warn("the store cannot be reached and there is no last good snapshot; answering 503 until it can", "store", s.at.String(), "error", innermost(err))
		return nil
	}
	return err
}

// wantsDemo reports whether the demo is to be made. A store that has vanished is not replaced by invented data: its last good
// snapshot is served instead.
func (s *service) wantsDemo(ctx context.Context, asked bool) bool {
	if asked || !s.at.missing() {
		return asked || s.at.file != "" && demoUnfinished(ctx, s.at)
	}
	if s.last != nil && !s.last.Settings().Demo {
		s.log.Error("the store's file is gone; serving its last good snapshot (restore a backup, or start with --demo)", "store", s.at.String())
		return false
	}
	return s.at.file != ""
}

// run serves, follows the store and keeps the last good snapshot, until ctx ends or one of them fails.
func (s *service) run(ctx context.Context) error {
	if s.last != nil {
		s.server.Publish(s.last)
		s.log.Info("serving the last good snapshot until the store has answered", "revision", s.last.Position().String(),
			"recorded_at", s.last.RecordedAt().String())
		s.announce()
	}
	group, ctx := errgroup.WithContext(ctx)
	// Feed and keeper outlive the requests, which may wait for what they wrote.
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var behind sync.WaitGroup
	behind.Go(func() { _ = s.feed.Run(following, s.last, s.publish) }) // it returns nil
	behind.Go(func() { s.keeper.run(following) })
	group.Go(func() error {
		return serveHTTP(ctx, s.public, s.server.Handler(), s.log.Logger, writeTimeout, s.server.Close)
	})
	if s.inner != nil {
		handler := forOperators(s.server.Metrics())
		group.Go(func() error { return serveHTTP(ctx, s.inner, handler, s.log.Logger, profileTimeout, func() {}) })
	}
	err := group.Wait()
	s.log.Info("stopping")
	s.drain(context.WithoutCancel(ctx))
	stop()
	behind.Wait()
	return err
}

// drain waits for the store to answer what requests asked of it, so that it is not closed under them.
func (s *service) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	if err := s.server.Drain(ctx); err != nil {
		s.log.Warn("the store had not answered everything at the stop", "error", err)
	}
}

// publish shows a snapshot, and keeps it if it could be shown.
func (s *service) publish(snap *layers.Snapshot) {
	s.server.Publish(snap)
	if w := s.server.World(); w != nil && w.Snapshot == snap {
		s.keeper.offer(snap)
		s.announce()
	}
}

// announce says once where the service is, when it answers.
func (s *service) announce() {
	s.shown.Do(func() {
		w := s.server.World()
		if w == nil {
			return
		}
		if w.Settings().Demo {
			fmt.Fprint(s.out, demoBanner)
		}
		fmt.Fprintf(s.out, "wangge serves %s at http://%s/\n", s.at, s.public.Addr())
		if s.secret != "" {
			fmt.Fprintf(s.out, "  sign in   %s (planner; shown this once, wangge token create makes others)\n", s.secret)
		}
		if s.inner != nil {
			fmt.Fprintf(s.out, "  metrics   http://%s/metrics\n", s.inner.Addr())
		}
		fmt.Fprintf(s.out, "  state     %s\n  stop      Ctrl-C\n", s.state.path)
		s.log.Info("serving", "address", s.public.Addr().String(), "store", s.at.String(), "revision", w.Position().String())
	})
}

// close ends whatever was begun.
func (s *service) close() {
	for _, l := range []net.Listener{s.public, s.inner} {
		if l != nil {
			_ = l.Close() // it is closed already after serving
		}
	}
	if s.store != nil {
		closeStore(s.host, s.store)
	}
}

// demoBanner must not be overlooked.
var demoBanner = strings.Repeat("=", 78) + `
  演示数据 DEMO DATA. Borders, poles, kerbs and roads are invented and show no
  real responsibility. Import your own: wangge help import
` + strings.Repeat("=", 78) + "\n"
