package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"syscall"
	"time"
)

// The limits of every connection. A handler that streams sets deadlines of its own.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 12 * time.Second
	writeTimeout  = 15 * time.Second
	idleTimeout   = 60 * time.Second
	maxHeader     = 16 << 10
)

// The steps of a graceful stop; together less than 10 s.
const (
	finishTime = 2 * time.Second // requests that end by themselves
	endTime    = 2 * time.Second // those whose context has ended
	drainTime  = 2 * time.Second // what they asked of the store
)

// listen opens a listener, or says in plain words why it cannot.
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &failure{what: fmt.Sprintf("another program listens on %s already", address), todo: fmt.Sprintf("another address: --%s 127.0.0.1:8081", flag), cause: err}
	}
	return nil, &failure{what: fmt.Sprintf("cannot listen on %s: %s", address, innermost(err)), todo: fmt.Sprintf("another address: --%s HOST:PORT", flag), cause: err}
}

// serveHTTP serves until ctx ends, calls ending, and lets requests finish: first by themselves, then by ending their contexts.
func serveHTTP(ctx context.Context, l net.Listener, handler http.Handler, log *slog.Logger, write time.Duration, ending func()) error {
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // no HTTP/2 without TLS
	s := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: write, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, Protocols: protocols, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return requests }}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		ending()
		shutDown(context.WithoutCancel(ctx), s, end, log)
	})
	err := s.Serve(l)
	if !stop() {
		<-stopped
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func shutDown(ctx context.Context, s *http.Server, end func(), log *slog.Logger) {
	first, cancel := context.WithTimeout(ctx, finishTime)
	defer cancel()
	if s.Shutdown(first) == nil {
		return
	}
	end()
	second, cancel := context.WithTimeout(ctx, endTime)
	defer cancel()
	if err := s.Shutdown(second); err != nil {
		log.Warn("requests were cut off at the stop", "error", err)
		_ = s.Close() // what is left is cut off; there is nobody to tell
	}
}

// forOperators is the handler of the second listener: metrics, and the profiles of the Go runtime.
func forOperators(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
