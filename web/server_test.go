package web_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
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
	store  layers.Store
}

// tokenOf makes a token with a name and a role, of a unit if that is not "", and waits until the service knows it.
func (s *service) tokenOf(t *testing.T, name string, role layers.Role, unit string) string {
	t.Helper()
	secret, hash := layers.NewSecret()
	one := layers.Token{ID: "t_" + name, Name: name, Role: role, Unit: unit, Hash: hash, Created: layers.InstantOf(time.Now())}
	if _, err := s.store.SaveToken(t.Context(), layers.Actor{Name: "test", Role: layers.Admin}, time.Now(), one); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	for range 200 { // the service looks for new tokens now and then
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return secret
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the token %s is not known after 10 s", name)
	return ""
}

// serve starts the service on a fresh store with the demo district; everything ends with the test.
func serve(t *testing.T) *service {
	t.Helper()
	return serveRows(t, rowsOf)
}

// serveRows starts the service on a fresh store with the rows that change makes of the demo district's features.
func serveRows(t *testing.T, change func([]layers.Feature) []layers.Row) *service {
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
	for _, edits := range editsOf(change(set.Features)) {
		tx.Edits = edits
		if _, err := store.Apply(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
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
			return &service{listener.URL, secret, s, store}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("no World after 30 s")
	return nil
}

// rowsOf are the features as they are.
func rowsOf(features []layers.Feature) []layers.Row {
	out := make([]layers.Row, len(features))
	for i, f := range features {
		out[i] = layers.Row{Feature: f}
	}
	return out
}

// editsOf are the edits that lead to rows, in their order: the states of a feature one after the other, and its end if it has one.
// Each list is one transaction.
func editsOf(rows []layers.Row) [][]layers.Edit {
	var out [][]layers.Edit
	put := func(turn int, e layers.Edit) {
		for len(out) <= turn {
			out = append(out, nil)
		}
		out[turn] = append(out[turn], e)
	}
	states := map[layers.Key]int{}
	for i, r := range rows {
		m := r.Feature.Head()
		key := layers.Key{Layer: r.Feature.Layer(), ID: m.ID}
		n, end := states[key], m.ValidTo
		m.ValidTo = 0
		e := layers.Edit{Op: layers.Create, Layer: key.Layer, ID: key.ID, Feature: r.Feature}
		if n > 0 {
			e.Op, e.IfMatch = layers.Replace, int64(n)
		}
		put(n, e)
		states[key] = n + 1
		again := func(later layers.Row) bool {
			return later.Feature.Layer() == key.Layer && later.Feature.Head().ID == key.ID
		}
		if end != 0 && !slices.ContainsFunc(rows[i+1:], again) {
			put(n+1, layers.Edit{Op: layers.Delete, Layer: key.Layer, ID: key.ID, IfMatch: int64(n + 1), End: end})
		}
	}
	return out
}
