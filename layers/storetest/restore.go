package storetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"wangge/layers"
)

func restoreCases() []Case {
	return []Case{
		{Name: "restore/a restored store has another epoch", needs: func(s *Subject) bool { return s.Restore != nil }, body: restored},
		{Name: "restore/all of it comes back", needs: func(s *Subject) bool { return s.Restore != nil }, body: restoredWhole},
		{Name: "restore/a damaged backup is refused", needs: func(s *Subject) bool { return s.Restore != nil }, body: damagedBackup},
		{Name: "restore/a backup is of one revision", needs: func(s *Subject) bool { return s.Restore != nil }, body: backupWhileWriting},
		{Name: "restore/reopened", needs: canReopen, body: reopened},
		{Name: "restore/read-only", needs: canReopen, body: readOnly},
	}
}

func restored(p *probe) {
	p.sample()
	file := filepath.Join(p.Dir, "backup")
	pos, err := p.Store.Backup(p.ctx, file)
	p.must(err, "backup")
	p.same("position of the backup", pos, p.head())
	was, _ := p.load()
	p.apply(replace(named(layers.Poles, 0, "after the backup", valid), 1))
	if _, err := p.Store.Backup(p.ctx, file); err == nil {
		p.fatalf("a backup overwrites a file")
	}

	again, err := p.Restore(file)
	p.must(err, "restore")
	old := p.head()
	p.Store, again = again, p.Store // the subject closes both
	now, base := p.load()
	p.same("rows of the restored store", now, was)
	if base.Position.Epoch == old.Epoch || base.Position.Epoch == "" {
		p.fatalf("the epoch of the restored store is %q, the old one is %q", base.Position.Epoch, old.Epoch)
	}
	if _, err := p.Store.Since(p.ctx, pos, 1000); !errors.Is(err, layers.ErrEpoch) {
		p.fatalf("since a position of the old epoch: got %v, want ErrEpoch", err)
	}
	r := p.apply(replace(named(layers.Poles, 0, "in the restored store", valid), 1))
	p.same("epoch of an edit", r.Position.Epoch, base.Position.Epoch)
	got, err := p.Store.History(p.ctx, layers.Asked{Layer: layers.Poles, IDs: []string{"x_0"}, At: valid, KnownRevision: base.Position.Revision})
	p.must(err, "history")
	p.same("history goes on", got, []layers.Feature{stored(Fresh(layers.Poles, 0), 1, 1)})
	p.Store = again
}

// whole is all that can be asked of a store, beside where it is.
type whole struct {
	Rows     state
	History  map[layers.Layer][]layers.Feature // as known at each revision, one after the other
	Changes  []layers.Change
	Tokens   []layers.Token
	Settings layers.Settings
	Revision int64
	At       layers.Instant
}

func (p *probe) whole() whole {
	rows, base := p.load()
	w := whole{Rows: rows, History: map[layers.Layer][]layers.Feature{}, Tokens: base.Tokens, Settings: base.Settings,
		Revision: base.Position.Revision, At: base.RecordedAt}
	for _, info := range layers.All() {
		for n := int64(1); n <= w.Revision; n++ {
			known, err := p.Store.History(p.ctx, layers.Asked{Layer: info.Layer, KnownRevision: n})
			p.must(err, "history")
			w.History[info.Layer] = append(w.History[info.Layer], known...)
		}
	}
	var err error
	w.Changes, err = p.Store.Changes(p.ctx, 0, 100_000)
	p.must(err, "changes")
	return w
}

// restoredWhole: after a restore every question has the answer that it had before the backup, and a key is still known.
func restoredWhole(p *probe) {
	p.sample()
	for _, info := range layers.All() {
		p.apply(replace(named(info.Layer, 0, "later", valid+day), 1))
		p.apply(replace(named(info.Layer, 0, "corrected", valid+day), 2))
		p.apply(create(Fresh(info.Layer, 30)))
		p.apply(remove(Fresh(info.Layer, 30), 1, valid+2*day))
	}
	_, err := p.Store.SaveToken(p.ctx, planner(), p.tick(), token("t_1", "one"))
	p.must(err, "save a token")
	tx := p.keyed("k", "body", create(Fresh(layers.Roads, 5)))
	first, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	was := p.whole()
	file := filepath.Join(p.Dir, "backup")
	_, err = p.Store.Backup(p.ctx, file)
	p.must(err, "backup")
	again, err := p.Restore(file)
	p.must(err, "restore")
	p.Store, again = again, p.Store
	defer func() { p.Store = again }()
	p.same("the restored store", p.whole(), was)
	p.replayed(tx, first)
	none := Fresh(layers.Roads, 30)
	_, err = p.try(create(none))
	p.conflict(err, layers.Retired, keyOf(none), 0)
	p.apply(replace(named(layers.Grids, 0, "goes on", valid+3*day), 3))
}

// damagedBackup: of a backup that was changed, cut short, or is something else nothing is restored.
func damagedBackup(p *probe) {
	p.sample()
	file := filepath.Join(p.Dir, "backup")
	_, err := p.Store.Backup(p.ctx, file)
	p.must(err, "backup")
	good, err := os.ReadFile(file)
	p.must(err, "read the backup")
	flip := func(at int) []byte {
		b := slices.Clone(good)
		b[at] ^= 0x10
		return b
	}
	bad := map[string][]byte{"empty": {}, "14 bytes": []byte("not a backup.\n"), "cut in half": good[:len(good)/2], "without the last byte": good[:len(good)-1],
		"twice": append(slices.Clone(good), good...)}
	for i := range 40 {
		at := i * (len(good) - 1) / 39
		bad[fmt.Sprintf("byte %d of %d changed", at, len(good))] = flip(at)
	}
	for name, content := range bad {
		damaged := filepath.Join(p.Dir, "damaged")
		p.must(os.WriteFile(damaged, content, 0o600), "write")
		if _, err := p.Restore(damaged); err == nil {
			p.fatalf("a backup that is damaged (%s) was restored", name)
		}
	}
	_, err = p.Restore(file) // the refused ones left nothing behind that is in the way
	p.must(err, "restore the good one")
}

func backupWhileWriting(p *probe) {
	p.sample()
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			tx := layers.Tx{Actor: planner(), At: start, Kind: "edit", Edits: []layers.Edit{
				create(Fresh(layers.Roads, 100+2*n)), create(Fresh(layers.Roads, 101+2*n))}}
			if _, err := p.Store.Apply(p.ctx, tx); err != nil {
				stopped <- err
				return
			}
		}
	}()
	file := filepath.Join(p.Dir, "backup")
	pos, err := p.Store.Backup(p.ctx, file)
	close(stop)
	p.must(<-stopped, "edits during the backup")
	p.must(err, "backup")
	if info, err := os.Stat(file); err != nil || info.Size() == 0 {
		p.fatalf("the backup: %v, %v", info, err)
	}
	again, err := p.Restore(file)
	p.must(err, "restore")
	p.Store, again = again, p.Store
	s, base := p.load()
	p.Store = again
	p.same("revision", base.Position.Revision, pos.Revision)
	p.same("rows", len(s), len(Sample())+2*int(pos.Revision-1))
}

func reopened(p *probe) {
	p.sample()
	p.apply(replace(named(layers.Grids, 0, "later", valid+day), 1))
	was, base := p.load()
	p.must(p.Reopen(layers.StoreOptions{}), "reopen")
	p.untouched("reopening", was, base.Position)
	p.apply(replace(named(layers.Grids, 0, "later still", valid+2*day), 2))
}

func readOnly(p *probe) {
	p.sample()
	was, base := p.load()
	p.must(p.Reopen(layers.StoreOptions{ReadOnly: true}), "open read-only")
	if _, err := p.try(create(Fresh(layers.Roads, 5))); !errors.Is(err, layers.ErrUnavailable) {
		p.fatalf("an edit of a read-only store: got %v, want ErrUnavailable", err)
	}
	if _, err := p.Store.SaveToken(p.ctx, planner(), p.tick(), token("t_9", "s")); !errors.Is(err, layers.ErrUnavailable) {
		p.fatalf("a token for a read-only store: got %v, want ErrUnavailable", err)
	}
	p.untouched("refused edits", was, base.Position)
	_, err := p.Store.History(p.ctx, layers.Asked{Layer: layers.Grids})
	p.must(err, "history of a read-only store")
}
