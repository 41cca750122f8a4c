package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
	"wangge/layers/geopackage"
)

// fragile is a store that can be told to be away or to hang.
type fragile struct {
	layers.Store
	// mode is 0 for well, 1 for away, 2 for hanging without looking at any deadline.
	mode atomic.Int32
	hung chan struct{}
}

const (
	well int32 = iota
	away
	hanging
)

func (s *fragile) fails() error {
	switch s.mode.Load() {
	case away:
		return errors.Join(layers.ErrUnavailable, errors.New("connection refused to db.internal"))
	case hanging:
		<-s.hung
		return layers.ErrUnavailable
	}
	return nil
}

func (s *fragile) Apply(ctx context.Context, tx layers.Tx) (layers.Receipt, error) {
	if err := s.fails(); err != nil {
		return layers.Receipt{}, err
	}
	return s.Store.Apply(ctx, tx)
}

func (s *fragile) Head(ctx context.Context) (layers.Position, error) {
	if err := s.fails(); err != nil {
		return layers.Position{}, err
	}
	return s.Store.Head(ctx)
}

func (s *fragile) Since(ctx context.Context, p layers.Position, most int) (layers.Delta, error) {
	if s.mode.Load() != well {
		return layers.Delta{}, layers.ErrUnavailable
	}
	return s.Store.Since(ctx, p, most)
}

func (s *fragile) History(ctx context.Context, q layers.Asked) ([]layers.Feature, error) {
	if err := s.fails(); err != nil {
		return nil, err
	}
	return s.Store.History(ctx, q)
}

func (s *fragile) Changes(ctx context.Context, since int64, limit int) ([]layers.Change, error) {
	if err := s.fails(); err != nil {
		return nil, err
	}
	return s.Store.Changes(ctx, since, limit)
}

// fragileServer serves the fixture from a GeoPackage file behind a fragile store, with a feed and a token of every role.
func fragileServer(t testing.TB, change func(*api.Options)) (*server, *fragile) {
	t.Helper()
	return storeServer(t, time.Now, nil, change)
}

// storeServer is fragileServer with a clock of its own, and more features.
func storeServer(t testing.TB, now func() time.Time, more []layers.Feature, change func(*api.Options), tokens ...seat) (*server, *fragile) {
	t.Helper()
	return filledServer(t, geopackageStore(t), now, more, change, tokens...)
}

// testSettings are those of the stores of the tests.
var testSettings = layers.Settings{Name: "金山（测试）", Codes: layers.CodesLocal, Demo: true}

func geopackageStore(t testing.TB) layers.Store {
	t.Helper()
	file := filepath.Join(t.TempDir(), "district.gpkg")
	must(t, geopackage.Create(file, testSettings, ""))
	inner, err := geopackage.Open(file, layers.StoreOptions{})
	must(t, err)
	return inner
}

// filledServer fills an empty store with the fixture and more features, and serves it.
func filledServer(t testing.TB, inner layers.Store, now func() time.Time, more []layers.Feature, change func(*api.Options), tokens ...seat) (*server, *fragile) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	store := &fragile{Store: inner, hung: make(chan struct{})}
	var edits []layers.Edit
	for _, f := range append(fixture(), more...) {
		edits = append(edits, layers.Edit{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f})
	}
	_, err := store.Apply(ctx, layers.Tx{Actor: layers.Actor{Name: "test"}, At: now(), Kind: "init", Edits: edits})
	must(t, err)
	s := &server{t: t, store: store, now: now, secrets: map[layers.Role]string{}}
	for _, role := range layers.Roles() {
		s.addToken(role, layers.Token{ID: "t_" + string(role), Name: string(role) + " one", Role: role, Unit: "u_telecom"})
	}
	for _, one := range tokens {
		s.addToken(one.key, one.token)
	}
	s.feed = layers.NewFeed(store, layers.FeedOptions{Poll: 200 * time.Millisecond})
	o := testOptions(t)
	o.Store, o.Feed, o.Now = store, s.feed, now
	if change != nil {
		change(&o)
	}
	s.Server = api.New(o)
	var wait sync.WaitGroup
	wait.Go(func() { _ = s.feed.Run(ctx, nil, s.Publish) })
	t.Cleanup(func() {
		close(store.hung)
		s.Close()
		must(t, s.Drain(context.Background()))
		cancel()
		wait.Wait()
		must(t, inner.Close())
	})
	s.until("a World is served", func() bool { return s.World() != nil })
	return s, store
}

// seat is a token that is there before anything is served, and the key of its secret.
type seat struct {
	key   layers.Role
	token layers.Token
}

// addToken saves a token and keeps its secret under the key.
func (s *server) addToken(key layers.Role, k layers.Token) {
	s.t.Helper()
	secret, hash := layers.NewSecret()
	s.secrets[key] = secret
	k.Hash, k.Created = hash, layers.InstantOf(s.now())
	_, err := s.store.SaveToken(context.Background(), layers.Actor{Name: "test"}, s.now(), k)
	must(s.t, err)
}

// until waits for something that happens soon.
func (s *server) until(what string, ok func() bool) {
	s.t.Helper()
	for limit := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			s.t.Fatalf("%s: not in 20 s", what)
		}
	}
}

// polePath and gridPath are a pole of the unit u_telecom, and a grid.
const (
	polePath = "/v1/poles/p_0001"
	gridPath = "/v1/grids/310116104Z05"
)

// poleBody is a new pole with members replaced: pairs of a name and its JSON.
func poleBody(code string, members ...string) string {
	m := map[string]json.RawMessage{}
	raw := `{"code":"` + code + `","name":"新杆","main_use":"power","condition":"sound","live":"yes","state":"reported","claim_state":"none",
		"geometry":{"type":"Point","coordinates":[121.3100001,30.8100002]}}`
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		panic(err)
	}
	for i := 0; i < len(members); i += 2 {
		m[members[i]] = json.RawMessage(members[i+1])
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// changed returns the body of an answer with members replaced, as a client sends it back. An empty value leaves one out.
func (r reply) changed(members ...string) string {
	r.t.Helper()
	m := map[string]json.RawMessage{}
	r.json(&m)
	for i := 0; i < len(members); i += 2 {
		if members[i+1] == "" {
			delete(m, members[i])
			continue
		}
		m[members[i]] = json.RawMessage(members[i+1])
	}
	b, err := json.Marshal(m)
	must(r.t, err)
	return string(b)
}

// put replaces a feature by what get has read, with members replaced.
func (s *server) put(role layers.Role, path string, members ...string) reply {
	s.t.Helper()
	was := s.get(path).status(200)
	return s.do(ask{Method: "PUT", Path: path, Role: role, Body: was.changed(members...), Header: []string{"If-Match", was.Header.Get("ETag")}})
}

// post creates a feature with a key of its own.
func (s *server) post(role layers.Role, layer, body string) reply {
	s.t.Helper()
	return s.do(ask{Method: "POST", Path: "/v1/" + layer, Role: role, Body: body, Header: []string{"Idempotency-Key", newKey()}})
}

var keys atomic.Int64

func newKey() string {
	return "key-" + strings.Repeat("x", 8) + "-" + time.Now().Format("150405.000000000") + string(rune('a'+keys.Add(1)%26))
}
