package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"wangge/geo"
	"wangge/layers"
)

// While Worlds are published one after the other, every answer is that of the one revision that it names, and no later one.
func TestAnswersBelongToOneRevision(t *testing.T) {
	const revisions = 60
	s := readServer(t)
	name := func(revision int64) string { return fmt.Sprintf("第%d次", revision) }
	var worlds []*layers.Snapshot
	for revision := int64(8); revision < 8+revisions; revision++ {
		features := fixture()
		for _, f := range features {
			switch f := f.(type) {
			case *layers.Grid:
				f.Name = name(revision)
			case *layers.Pole:
				f.Name = name(revision)
			}
		}
		worlds = append(worlds, snapshotAt(t, revision, features...))
	}
	s.Publish(worlds[0])
	var done atomic.Bool
	var asked atomic.Int64
	var wait sync.WaitGroup
	read := func(path string, holds func(r reply, revision int64) bool) {
		wait.Go(func() {
			last := int64(0)
			for !done.Load() {
				r := s.send(ask{Path: path})
				var revision int64
				if _, err := fmt.Sscanf(r.Header.Get("Wangge-Revision"), epoch+"-%d", &revision); err != nil || r.StatusCode != http.StatusOK {
					t.Errorf("%s: %d %q", path, r.StatusCode, r.Header.Get("Wangge-Revision"))
					return
				}
				if revision < last {
					t.Errorf("%s: revision %d after %d", path, revision, last)
				}
				last = revision
				if !holds(r, revision) {
					t.Errorf("%s: not what revision %d shows:\n%.600s", path, revision, r.plain())
					return
				}
				asked.Add(1)
			}
		})
	}
	read(lookupPath(at(3, 1)), func(r reply, revision int64) bool {
		var a struct {
			Grid struct{ Name string }
			Data layers.Position
		}
		r.json(&a)
		return a.Grid.Name == name(revision) && a.Data.Revision == revision
	})
	read("/v1/search?q=310116104Z05", func(r reply, revision int64) bool { return bytes.Contains(r.bytes, []byte(name(revision))) })
	read("/v1/search?q=JS-0001", func(r reply, revision int64) bool { return bytes.Contains(r.bytes, []byte(name(revision))) })
	tile := geo.TileAt(at(3, 1), 14)
	read("/tiles/grids,poles/"+tile.String()+".mvt", func(r reply, revision int64) bool {
		w := worlds[revision-8]
		body := string(r.bytes)
		return w.Position().Revision == revision && strings.Contains(body, name(revision)) && strings.Count(body, "次") == strings.Count(body, name(revision))
	})
	for _, w := range worlds[1:] {
		for before := asked.Load(); asked.Load() < before+8 && !t.Failed(); { // some answers from each
		}
		s.Publish(w)
	}
	done.Store(true)
	wait.Wait()
	if asked.Load() < revisions {
		t.Errorf("only %d answers were checked", asked.Load())
	}
}
