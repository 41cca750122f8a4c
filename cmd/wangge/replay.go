package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"wangge/api"
	"wangge/layers"
	"wangge/web"
)

// replayCmd is "wangge replay".
type replayCmd struct {
	atStore
	ID       string `arg:"" name:"id" help:"The answer_id of an answer."`
	StateDir string `help:"The folder of the signing key of the server that gave the answer; beside a store's file (NAME.state), or wangge.state." placeholder:"DIR" type:"path"`
}

// Help is the long help.
func (replayCmd) Help() string {
	return `The answer is written to standard output, byte for byte as it was given, whatever has been edited and published since: what it rests on is read from ` +
		`the history of the store. No server is needed, but the key that signed the answer: it is in the state folder of the server that gave it.

Examples:

    wangge replay AxAwMTIz…`
}

// Run gives the answer again.
func (c *replayCmd) Run(ctx context.Context, h *host) error {
	at, err := parsePlace(c.Store)
	if err != nil {
		return err
	}
	dir := c.StateDir
	if dir == "" {
		dir = at.stateDir()
	}
	if _, err := os.Stat(filepath.Join(dir, "answers.key")); errors.Is(err, fs.ErrNotExist) {
		return &failure{what: fmt.Sprintf("there is no signing key in %s", dir), todo: "--state-dir with the folder of the server that gave the answer", cause: err}
	}
	key, err := stateDir{dir}.key()
	if err != nil {
		return err
	}
	return withStore(ctx, h, c.Store, layers.StoreOptions{ReadOnly: true}, func(store layers.Store) error {
		snap, err := layers.LoadSnapshot(ctx, store)
		if err != nil {
			return err
		}
		server := api.New(api.Options{Store: store, Web: web.Dist(), Key: key, Converter: h.conv, Now: h.now})
		defer server.Close()
		server.Publish(snap)
		body, err := replayed(ctx, server, c.ID)
		if err != nil {
			return err
		}
		_, err = h.out.Write(body)
		return err
	})
}

// replayed asks a server for an answer.
func replayed(ctx context.Context, server *api.Server, id string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/v1/answers/"+url.PathEscape(id)+":replay", nil)
	if err != nil {
		return nil, usage("%q is not the id of an answer", id)
	}
	w := &recorder{header: http.Header{}}
	server.Handler().ServeHTTP(w, r)
	if err := server.Drain(ctx); err != nil {
		return nil, err
	}
	if w.status == http.StatusOK {
		return w.body.Bytes(), nil
	}
	var problem struct{ Detail string }
	if err := json.Unmarshal(w.body.Bytes(), &problem); err != nil || problem.Detail == "" {
		problem.Detail = http.StatusText(w.status)
	}
	return nil, &failure{what: "the answer cannot be given again: " + problem.Detail, kept: "the store, as it was"}
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}
