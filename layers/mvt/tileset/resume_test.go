package tileset_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/mvt/tileset"
)

// TestResume: a run that was stopped anywhere, many times over, gives the same file as one that was not, and nothing has the final
// name before.
func TestResume(t *testing.T) {
	d := scattered()
	for _, f := range []tileset.Format{tileset.PMTiles, tileset.MBTiles} {
		p := scatteredPlan(f)
		whole, _ := export(t, p, d)
		want := read(t, whole)
		path := filepath.Join(t.TempDir(), "stopped")
		before := int64(0)
		for _, most := range []int64{1, 2, 40, 41, 120, 180} {
			reached := stopAt(t, path, p, d, most)
			if reached.Done < most || reached.Kept != reached.Done || reached.Done < before || reached.Total < 200 {
				t.Errorf("stopped at %+v, want %d at least", reached, most)
			}
			before = reached.Kept
			if stopped, found, err := tileset.Stopped(path); err != nil || !found || len(p.Differences(stopped)) > 0 {
				t.Errorf("a stopped run: %+v, %v, %v", stopped, found, err)
			}
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Fatalf("the file is there before its time (%v)", err)
			}
		}
		run, err := tileset.Open(path, p, d)
		must(t, err)
		if run.Resumed() != before || run.Anew() != nil {
			t.Errorf("goes on with %d tiles, want %d; anew: %v", run.Resumed(), before, run.Anew())
		}
		must(t, run.Close())
		finish(t, path, p, d)
		if !bytes.Equal(read(t, path), want) {
			t.Errorf("%s: a run that was stopped gives another file", f)
		}
		if _, found, err := tileset.Stopped(path); found || err != nil {
			t.Errorf("a finished run is left as a stopped one (%v)", err)
		}
	}
}

// TestStoppedWhileFinishing: the tiles are kept, and what was there under the final name stays until the end.
func TestStoppedWhileFinishing(t *testing.T) {
	d := scattered()
	for _, f := range []tileset.Format{tileset.PMTiles, tileset.MBTiles} {
		p := scatteredPlan(f)
		path := filepath.Join(t.TempDir(), "x")
		must(t, os.WriteFile(path, []byte("before"), 0o600))
		must(t, os.WriteFile(path+".part.new", []byte("half a file of a run that was killed"), 0o600))
		run, err := tileset.Open(path, p, d)
		must(t, err)
		must(t, run.Make(t.Context(), func(tileset.Progress) {}))
		ctx, stop := context.WithCancel(t.Context())
		_, err = run.Finish(ctx, func(tiles, total int64) {
			if tiles > total/3 {
				stop()
			}
		})
		stop()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", f, err)
		}
		must(t, run.Close())
		if got := read(t, path); string(got) != "before" {
			t.Errorf("%s: the file that was there is gone", f)
		}
		if left, _ := filepath.Glob(path + ".*"); len(left) != 1 {
			t.Errorf("%s: %v are left", f, left)
		}
		finish(t, path, p, d)
		whole, _ := export(t, p, d)
		if !bytes.Equal(read(t, path), read(t, whole)) {
			t.Errorf("%s: another file", f)
		}
	}
}

// TestAnotherPlan: what a run with another plan has kept is of no use, and it is said why.
func TestAnotherPlan(t *testing.T) {
	d := scattered()
	good := planOf(tileset.PMTiles, 0, 14, "zones", "poles")
	for want, change := range map[string]func(p *tileset.Plan){
		"went on from revision 0123456789abcdef-6 to 0123456789abcdef-7": func(p *tileset.Plan) { p.Position.Revision = 6 },
		"from revision aa-7": func(p *tileset.Plan) { p.Position.Epoch = "aa" },
		"program":            func(p *tileset.Plan) { p.Program = "another" },
		"format was mbtiles": func(p *tileset.Plan) { p.Format = tileset.MBTiles },
		"layers were poles":  func(p *tileset.Plan) { p.Layers = []layers.Layer{layers.Poles} },
		"zooms were 0 to 13": func(p *tileset.Plan) { p.MaxZoom = 13 },
		"box was 121,30.6,121.5,31": func(p *tileset.Plan) {
			b := boundOf(d)
			b.Min[0], b.Min[1], b.Max[0], b.Max[1] = 121, 30.6, 121.5, 31
			p.Box = &b
		},
		"time was":              func(p *tileset.Plan) { p.At-- },
		"the time of knowledge": func(p *tileset.Plan) { p.KnownAt = now },
	} {
		stopped := good
		change(&stopped)
		path := filepath.Join(t.TempDir(), "x")
		other := d
		if stopped.Position != good.Position {
			other = at(t, d, stopped.Position)
		}
		stopAt(t, path, stopped, other, 20)
		run, err := tileset.Open(path, good, d)
		must(t, err)
		if run.Resumed() != 0 || len(run.Anew()) != 1 {
			t.Errorf("%s: goes on with %d tiles; %v", want, run.Resumed(), run.Anew())
		}
		contains(t, "why anew", strings.Join(run.Anew(), "; "), want)
		must(t, run.Close())
	}
	path := filepath.Join(t.TempDir(), "x")
	must(t, tileset.Discard(path))
	stopAt(t, path, good, d, 20)
	must(t, tileset.Discard(path))
	if left, _ := filepath.Glob(path + "*"); len(left) > 0 {
		t.Errorf("discarded, but %v are left", left)
	}
}

// at is a district with nothing but poles at another position.
func at(t *testing.T, d tileset.District, p layers.Position) tileset.District {
	t.Helper()
	b := layers.NewBuilder()
	for _, info := range layers.All() {
		for f := range d.Snapshot.Set(info.Layer).All(now) {
			must(t, b.Add(layers.Row{Feature: f}))
		}
	}
	s, err := b.Snapshot(layers.Base{Position: p, RecordedAt: now, Settings: d.Snapshot.Settings()})
	must(t, err)
	return tileset.District{Snapshot: s, Atlas: d.Atlas}
}

// TestWorkFiles: a file that is not ours is never touched, and one run at a time works on a tileset.
func TestWorkFiles(t *testing.T) {
	d := scattered()
	p := planOf(tileset.PMTiles, 0, 10, "poles")
	for name, content := range map[string]func(path string){
		"text": func(path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("somebody's text\n", 300)), 0o600))
		},
		"database": func(path string) { run(t, path, "CREATE TABLE precious (x); INSERT INTO precious VALUES (1)") },
		"a newer program's": func(path string) {
			run(t, path, "PRAGMA application_id = 0x57475453; PRAGMA user_version = 2; CREATE TABLE run (x)")
		},
		"no plan": func(path string) {
			run(t, path, "PRAGMA application_id = 0x57475453; PRAGMA user_version = 1; CREATE TABLE run (plan, next); INSERT INTO run VALUES ('{', 0)")
		},
	} {
		path := filepath.Join(t.TempDir(), "x")
		work := tileset.WorkFile(path)
		content(work)
		before := read(t, work)
		if _, err := tileset.Open(path, p, d); !errors.Is(err, tileset.ErrForeign) {
			t.Errorf("%s: opened: %v", name, err)
		}
		if _, _, err := tileset.Stopped(path); !errors.Is(err, tileset.ErrForeign) {
			t.Errorf("%s: stopped: %v", name, err)
		}
		if err := tileset.Discard(path); !errors.Is(err, tileset.ErrForeign) {
			t.Errorf("%s: discarded: %v", name, err)
		}
		if !bytes.Equal(read(t, work), before) {
			t.Errorf("%s was changed", name)
		}
	}
	path := filepath.Join(t.TempDir(), "x")
	must(t, os.WriteFile(tileset.WorkFile(path), nil, 0o600)) // killed as soon as the file was there
	first, err := tileset.Open(path, p, d)
	must(t, err)
	defer first.Close()
	if _, err := tileset.Open(path, p, d); !errors.Is(err, tileset.ErrInUse) {
		t.Errorf("a second run: %v", err)
	}
	if _, _, err := tileset.Stopped(path); !errors.Is(err, tileset.ErrInUse) {
		t.Errorf("a look at a run: %v", err)
	}
	if _, err := tileset.Open(filepath.Join(t.TempDir(), "no", "x"), p, d); err == nil {
		t.Error("a folder that is not there")
	}
	// Nothing in any tile.
	empty := planOf(tileset.PMTiles, 0, 3, "grids")
	if _, err := tileset.Open(filepath.Join(t.TempDir(), "x"), empty, poles(t, demoPlace)); !errors.Is(err, tileset.ErrEmpty) {
		t.Errorf("no grids: %v", err)
	}
	early := planOf(tileset.MBTiles, 0, 3)
	early.At = 1
	if _, err := tileset.Open(filepath.Join(t.TempDir(), "x"), early, d); !errors.Is(err, tileset.ErrEmpty) {
		t.Errorf("before everything: %v", err)
	}
	away := planOf(tileset.PMTiles, 0, 3, "poles")
	away.Box = &orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 4}}
	if _, err := tileset.Open(filepath.Join(t.TempDir(), "x"), away, d); !errors.Is(err, tileset.ErrEmpty) {
		t.Errorf("a box far away: %v", err)
	}
	low := planOf(tileset.PMTiles, 3, 3, "spaces")
	if _, err := tileset.Open(filepath.Join(t.TempDir(), "x"), low, d); !errors.Is(err, tileset.ErrEmpty) {
		t.Errorf("below the first zoom: %v", err)
	}
}

// A disk that forgets: what is in the work file is checked before it is published.
func TestDamagedWork(t *testing.T) {
	d := scattered()
	p := scatteredPlan(tileset.PMTiles)
	path := filepath.Join(t.TempDir(), "x")
	stopAt(t, path, p, d, 20)
	run(t, tileset.WorkFile(path), "UPDATE contents SET data = zeroblob(length(data)) WHERE content = 9")
	r, err := tileset.Open(path, p, d)
	must(t, err)
	defer r.Close()
	must(t, r.Make(t.Context(), func(tileset.Progress) {}))
	if _, err := r.Finish(t.Context(), func(int64, int64) {}); !errors.Is(err, tileset.ErrForeign) {
		t.Errorf("a damaged tile: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it was published")
	}
}

// TestFullDisk: what was kept before the disk was full stays, and the run goes on when there is room.
func TestFullDisk(t *testing.T) {
	d := scattered()
	p := scatteredPlan(tileset.MBTiles)
	path := filepath.Join(t.TempDir(), "x")
	before := stopAt(t, path, p, d, 100)
	r, err := tileset.Open(path, p, d)
	must(t, err)
	defer r.Close()
	must(t, r.LimitPages(len(read(t, tileset.WorkFile(path)))/4096+3))
	if err := r.Make(t.Context(), func(tileset.Progress) {}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a full disk: %v", err)
	}
	must(t, r.Close())
	after := stopAt(t, path, p, d, 0)
	if after.Kept < before.Kept {
		t.Errorf("%+v before, %+v after", before, after)
	}
	finish(t, path, p, d)
	whole, _ := export(t, p, d)
	if !bytes.Equal(read(t, path), read(t, whole)) {
		t.Error("another file")
	}
}

// child is the variable of the environment that makes TestKill the process that is killed: its value is the path of the tileset.
const child = "WANGGE_TEST_TILESET"

// TestKill: kill -9 loses what was not on the disk yet, and nothing else; the next run makes the same file.
func TestKill(t *testing.T) {
	p := scatteredPlan(tileset.PMTiles)
	if path := os.Getenv(child); path != "" {
		r, err := tileset.Open(path, p, scattered())
		must(t, err)
		must(t, r.Make(t.Context(), func(p tileset.Progress) {
			time.Sleep(200 * time.Millisecond) // so that it is not at the end before it is killed
			if p.Kept > r.Resumed() {
				fmt.Println("KEPT", p.Kept)
			}
		}))
		t.Fatal("it was to be killed")
	}
	path := filepath.Join(t.TempDir(), "killed")
	kept := int64(0)
	for range 2 {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$")
		c.Env = append(os.Environ(), child+"="+path)
		out, err := c.StdoutPipe()
		must(t, err)
		must(t, c.Start())
		var now int64
		if _, err := fmt.Fscanf(out, "KEPT %d", &now); err != nil || now <= kept {
			t.Fatalf("%d tiles after %d: %v", now, kept, err)
		}
		must(t, c.Process.Kill())
		_ = c.Wait() // it was killed
		if _, err := os.Stat(path); err == nil {
			t.Fatal("the file is there before its time")
		}
		kept = now
	}
	r, err := tileset.Open(path, p, scattered())
	must(t, err)
	if r.Resumed() < kept || r.Resumed() >= r.Total() {
		t.Errorf("goes on with %d tiles of %d; %d were kept", r.Resumed(), r.Total(), kept)
	}
	must(t, r.Close())
	finish(t, path, p, scattered())
	whole, _ := export(t, p, scattered())
	if !bytes.Equal(read(t, path), read(t, whole)) {
		t.Error("a run that was killed gives another file")
	}
}
