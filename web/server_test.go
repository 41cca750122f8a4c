package web_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
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

// demoFile is a store with the demo district, made once; services run on copies of it.
var demoFile = sync.OnceValues(func() (string, error) { return writeStore(rowsOf) })

// writeStore makes a store with the rows that change makes of the demo district's features, and returns its file, which is there until the last
// test is over.
func writeStore(change func([]layers.Feature) []layers.Row) (string, error) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "wangge-web")
	if err != nil {
		return "", err
	}
	together.atEnd(func() { os.RemoveAll(dir) })
	file := filepath.Join(dir, "demo.gpkg")
	if err := geopackage.Create(file, set.Settings, ""); err != nil {
		return "", err
	}
	store, err := geopackage.Open(file, layers.StoreOptions{})
	if err != nil {
		return "", err
	}
	tx := layers.Tx{Actor: layers.Actor{Name: "test", Role: layers.Admin}, At: time.Now(), Kind: "init", Note: "the demo district"}
	for _, edits := range editsOf(change(set.Features)) {
		tx.Edits = edits
		if _, err := store.Apply(context.Background(), tx); err != nil {
			return "", errors.Join(err, store.Close())
		}
	}
	return file, store.Close()
}

// serve starts the service on a fresh store with the demo district; everything ends with the test.
func serve(t *testing.T) *service {
	t.Helper()
	file, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	return serveCopy(t, file)
}

// serveCopy starts the service on a copy of a store; everything ends with the test.
func serveCopy(t *testing.T, file string) *service {
	t.Helper()
	s, stop, err := startCopy(file, filepath.Join(t.TempDir(), "demo.gpkg"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return s
}

// startCopy runs the service on a copy of a store until it is stopped.
func startCopy(from, to string) (s *service, stop func(), err error) {
	body, err := os.ReadFile(from)
	if err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(to, body, 0o600); err != nil {
		return nil, nil, err
	}
	return start(to)
}

// start runs the service on a store until it is stopped.
func start(file string) (s *service, stop func(), err error) {
	store, err := geopackage.Open(file, layers.StoreOptions{})
	if err != nil {
		return nil, nil, err
	}
	secret, hash := layers.NewSecret()
	planner := layers.Token{ID: "t_test", Name: "test", Role: layers.Planner, Hash: hash, Created: layers.InstantOf(time.Now())}
	if _, err := store.SaveToken(context.Background(), layers.Actor{Name: "test", Role: layers.Admin}, time.Now(), planner); err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	feed := layers.NewFeed(store, layers.FeedOptions{})
	server := api.New(api.Options{Store: store, Feed: feed, Web: web.Dist(), Key: bytes.Repeat([]byte{7}, 32)})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		feed.Run(ctx, nil, server.Publish)
		close(done)
	}()
	listener := httptest.NewServer(server.Handler())
	stop = func() {
		server.Close()
		listener.CloseClientConnections()
		listener.Close()
		cancel()
		<-done
		store.Close()
	}
	for range 600 {
		if server.World() != nil {
			return &service{listener.URL, secret, server, store}, stop, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return nil, nil, errors.New("no World after 30 s")
}

// asDemo is the service that tests share which change nothing.
var asDemo = sync.OnceValues(func() (*service, error) {
	file, err := demoFile()
	if err != nil {
		return nil, err
	}
	s, stop, err := startCopy(file, filepath.Join(filepath.Dir(file), "read.gpkg"))
	if err == nil {
		together.atEnd(stop)
	}
	return s, err
})

// served is the service on the demo district for a test that only reads: one for all of them, which fails the test that changes it.
func served(t *testing.T) *service {
	t.Helper()
	s, err := asDemo()
	if err != nil {
		t.Fatal(err)
	}
	before := s.server.World().Position().Revision
	t.Cleanup(func() {
		if after := s.server.World().Position().Revision; after != before {
			t.Errorf("the test has changed what others read: revision %d, and before %d", after, before)
		}
	})
	return s
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
