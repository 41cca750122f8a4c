package web_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"wangge/api"
	"wangge/data"
	"wangge/layers"
	"wangge/layers/geopackage"
	"wangge/layers/source"
	"wangge/web"
)

// service is the whole service on the demo district, with a planner's token.
type service struct {
	url    string
	token  string
	server *api.Server
}

// serve starts the service on a fresh store; everything ends with the test.
func serve(t *testing.T) *service {
	t.Helper()
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "demo.gpkg")
	if err := geopackage.Create(file, set.Settings, ""); err != nil {
		t.Fatal(err)
	}
	store, err := geopackage.Open(file, layers.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	tx := layers.Tx{Actor: layers.Actor{Name: "test", Role: layers.Admin}, At: time.Now(), Kind: "init", Note: "the demo district"}
	for _, f := range set.Features {
		tx.Edits = append(tx.Edits, layers.Edit{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f})
	}
	if _, err := store.Apply(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	secret, hash := layers.NewSecret()
	now := layers.InstantOf(time.Now())
	if _, err := store.SaveToken(t.Context(), tx.Actor, time.Now(), layers.Token{ID: "t_test", Name: "test", Role: layers.Planner, Hash: hash, Created: now}); err != nil {
		t.Fatal(err)
	}
	feed := layers.NewFeed(store, layers.FeedOptions{})
	s := api.New(api.Options{Store: store, Feed: feed, Web: web.Dist(), Key: bytes.Repeat([]byte{7}, 32)})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		feed.Run(ctx, nil, s.Publish)
		close(done)
	}()
	listener := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		s.Close()
		listener.CloseClientConnections()
		listener.Close()
		stop()
		<-done
	})
	for range 600 {
		if s.World() != nil {
			return &service{listener.URL, secret, s}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("no World after 30 s")
	return nil
}
