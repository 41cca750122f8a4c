package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"crypto/rand"

	"wangge/layers"
)

// stateDir is the folder of what a server keeps beside the store: the last good snapshot of each store, and the key that signs
// answers. Nobody else should read or write it.
type stateDir struct{ path string }

// openStateDir makes the folder if it is not there.
func openStateDir(path string) (stateDir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return stateDir{}, &failure{what: "the state folder cannot be made: " + innermost(err), todo: "another one: --state-dir DIR", cause: err}
	}
	return stateDir{path}, nil
}

// snapshotPath is where the last good snapshot of a place is.
func (d stateDir) snapshotPath(at place) string {
	return filepath.Join(d.path, "world-"+at.key()+".snapshot")
}

// lastGood reads the last good snapshot of a place. It is nil without an error when there is none; an error beside a snapshot
// says what was wrong with a newer one.
func (d stateDir) lastGood(at place) (*layers.Snapshot, error) {
	path := d.snapshotPath(at)
	for _, p := range []string{path, path + ".previous"} {
		if info, err := os.Stat(p); err == nil && info.Mode().Perm()&0o022 != 0 {
			return nil, fmt.Errorf("others than its owner may write %s (%v): it is not used", p, info.Mode().Perm())
		}
	}
	snap, err := layers.OpenSnapshot(path)
	if errors.Is(err, layers.ErrNotFound) {
		return nil, nil
	}
	return snap, err
}

// key returns the key that signs answers, and makes one at the first start. Servers beside one database share answers when
// they have the same key: copy the file.
func (d stateDir) key() ([]byte, error) {
	path := filepath.Join(d.path, "answers.key")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = makeKey(path); errors.Is(err, fs.ErrExist) {
			text, err = os.ReadFile(path) // another server was faster
		}
	}
	if err != nil {
		return nil, &failure{what: "the key of answers cannot be read: " + innermost(err), todo: "another folder: --state-dir DIR", cause: err}
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, &failure{what: fmt.Sprintf("%s is not a key: want 64 hexadecimal digits", path), todo: "move it away; answers given before cannot be replayed then", cause: err}
	}
	return key, nil
}

// makeKey writes a new key that appears whole, or not at all.
func makeKey(path string) ([]byte, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand stops the process instead
	text := []byte(hex.EncodeToString(raw) + "\n")
	tmp, err := os.CreateTemp(filepath.Dir(path), "answers.key.*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return nil, err
	}
	return text, os.Link(tmp.Name(), path)
}

const (
	// keepAfter is how long a snapshot waits for a newer one before it is written.
	keepAfter = time.Second
	// keepShare bounds the part of the time that is spent on writing: after a write of one second comes a pause of this many.
	keepShare = 9
)

// keeper writes the last good snapshot to its file, in a goroutine of its own.
type keeper struct {
	path  string
	log   *slog.Logger
	fresh chan *layers.Snapshot // holds the newest one that is not written
	kept  layers.Position
}

func newKeeper(path string, log *slog.Logger, kept *layers.Snapshot) *keeper {
	k := &keeper{path: path, log: log, fresh: make(chan *layers.Snapshot, 1)}
	if kept != nil {
		k.kept = kept.Position()
	}
	return k
}

// offer hands over a snapshot and never waits. It is called from one goroutine.
func (k *keeper) offer(s *layers.Snapshot) {
	select {
	case <-k.fresh: // it is older
	default:
	}
	k.fresh <- s
}

// run writes until ctx ends, and then what is left.
func (k *keeper) run(ctx context.Context) {
	for {
		select {
		case s := <-k.fresh:
			k.fresh <- s
		case <-ctx.Done():
			k.write()
			return
		}
		pause(ctx, keepAfter)
		began := time.Now()
		k.write()
		pause(ctx, keepShare*time.Since(began))
	}
}

// write saves the newest snapshot, if there is one that the file does not have.
func (k *keeper) write() {
	var s *layers.Snapshot
	select {
	case s = <-k.fresh:
	default:
		return
	}
	if s.Position() == k.kept {
		return
	}
	began := time.Now()
	if err := layers.SaveSnapshot(k.path, s); err != nil {
		k.log.Error("the last good snapshot was not written; a start without the store would serve an older one", "error", err)
		return
	}
	k.kept = s.Position()
	k.log.Debug("last good snapshot written", "revision", s.Position().String(), "took", time.Since(began).Round(time.Millisecond).String())
}

// pause waits, but not beyond the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
