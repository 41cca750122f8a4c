package layers_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wangge/layers"
	"wangge/layers/storetest"
)

// full returns a snapshot with everything that a file has: slices, tokens, quarantined rows.
func fileSnapshot(t testing.TB, features ...layers.Feature) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	m := newModel(features...)
	for _, rows := range m.rows {
		for _, r := range rows {
			if err := b.Add(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := storetest.Fresh(layers.Segments, 0)
	before.Head().ValidFrom, before.Head().ValidTo = 1000, before.Head().ValidFrom
	for _, r := range []layers.Row{{Feature: before, Slice: true}, {Broken: &layers.Quarantined{Layer: layers.Poles, Row: "fid 9", ID: "x", Reason: "no geometry"}}} {
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	base := m.base()
	base.Tokens = []layers.Token{{ID: "t_1", Name: "令牌", Role: layers.Admin, Hash: layers.HashSecret("s")}}
	s, err := b.Snapshot(base)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func written(t testing.TB, s *layers.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := layers.WriteSnapshot(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSnapshotFileRoundTrip(t *testing.T) {
	many := sample()
	for n := range 5000 { // more than one block
		many = append(many, pole(n, "杆", 1))
	}
	for name, want := range map[string]*layers.Snapshot{"empty": newModel().full(t), "sample": fileSnapshot(t, sample()...), "many": fileSnapshot(t, many...)} {
		got, err := layers.ReadSnapshot(bytes.NewReader(written(t, want)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		equalSnapshots(t, name, got, want)
		if got.Settings() != want.Settings() {
			t.Errorf("%s: settings %+v, want %+v", name, got.Settings(), want.Settings())
		}
		if d := cmp.Diff(slices.Collect(want.Tokens()), slices.Collect(got.Tokens())); d != "" {
			t.Errorf("%s: tokens (-want +got):\n%s", name, d)
		}
	}
}

// TestSnapshotFileDamage: each flipped byte, each truncation and each byte more is found.
func TestSnapshotFileDamage(t *testing.T) {
	good := written(t, fileSnapshot(t, sample()...))
	refused := func(what string, at int, b []byte) {
		if s, err := layers.ReadSnapshot(bytes.NewReader(b)); !errors.Is(err, layers.ErrDamaged) || s != nil {
			t.Errorf("%s at %d of %d: got %v, want ErrDamaged", what, at, len(good), err)
		}
	}
	bad := slices.Clone(good)
	for at := range good {
		for _, bit := range []byte{1, 0x80} {
			bad[at] ^= bit
			refused("a flipped bit", at, bad)
			bad[at] ^= bit
		}
	}
	for at := 0; at < len(good); at += 64 {
		refused("the end", at, good[:at])
	}
	refused("the end", len(good)-1, good[:len(good)-1])
	refused("a byte more", len(good), append(slices.Clone(good), 0))
	refused("the file twice", len(good), append(slices.Clone(good), good...))
	if _, err := layers.ReadSnapshot(bytes.NewReader(good)); err != nil {
		t.Errorf("the good file: %v", err)
	}
}

// TestSnapshotFileFallback: a damaged or missing file falls back to the one before it, saying so.
func TestSnapshotFileFallback(t *testing.T) {
	path := filepath.Join(t.TempDir(), "world")
	if _, err := layers.OpenSnapshot(path); !errors.Is(err, layers.ErrNotFound) {
		t.Errorf("without any file: %v, want ErrNotFound", err)
	}
	m := newModel(sample()...)
	first := m.full(t)
	p := pole(1, "second", 2)
	m.put(p)
	second, err := first.With(m.delta(keyOf(p)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*layers.Snapshot{first, second} {
		if err := layers.SaveSnapshot(path, s); err != nil {
			t.Fatal(err)
		}
	}
	open := func(want *layers.Snapshot, complain bool) {
		t.Helper()
		got, err := layers.OpenSnapshot(path)
		if got == nil || got.Digest() != want.Digest() || (err != nil) != complain {
			t.Errorf("got %v, %v; want revision %d", got, err, want.Position().Revision)
		}
	}
	open(second, false)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600, because it has token hashes", info.Mode(), err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range [][]byte{{}, []byte("nothing of ours"), whole[:len(whole)/2]} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		open(first, true)
	}
	if err := os.Remove(path); err != nil { // between the two renames of a save
		t.Fatal(err)
	}
	open(first, true)
	if err := os.WriteFile(path+".previous", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := layers.OpenSnapshot(path); s != nil || !errors.Is(err, layers.ErrDamaged) {
		t.Errorf("nothing good left: %v, %v; want ErrDamaged", s, err)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) != 1 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

func TestArchive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "backup")
	base := layers.Base{Position: layers.Position{Epoch: "e1", Revision: 3}, RecordedAt: 5, Settings: storetest.Settings(), Tokens: []layers.Token{{ID: "t_1", Hash: "h"}}}
	type all struct {
		Kind      string
		Base      layers.Base
		Revisions []layers.Revision
		Audit     []layers.AuditLine
		Keys      []layers.KeptKey
		Rows      []layers.Recorded
	}
	want := all{Kind: "test", Base: base,
		Revisions: []layers.Revision{{Revision: 1, RecordedAt: 5, Kind: "import", Actor: layers.Actor{Name: "cli", Role: layers.Admin}, Note: "第一"}},
		Audit:     []layers.AuditLine{{Revision: 1, Seq: 1, Op: layers.Create, Layer: layers.Roads, ID: "x_0", Version: 1}},
		Keys:      []layers.KeptKey{{Token: "t_1", Key: "k", Body: []byte{1, 2}, Receipt: layers.Receipt{Position: base.Position, RecordedAt: 5}, CreatedAt: 5}},
		Rows: []layers.Recorded{{Feature: storetest.Fresh(layers.Grids, 0)}, {Feature: storetest.Fresh(layers.Poles, 0), Op: "replace", RevTo: 2},
			{Broken: &layers.Quarantined{Layer: layers.Poles, Row: "fid 1", Reason: "r"}, Op: "slice", RevTo: 3, Raw: []byte("raw")}},
	}
	write := func(w *layers.ArchiveWriter) error {
		return errors.Join(w.Revision(want.Revisions[0]), w.Audit(want.Audit[0]), w.Key(want.Keys[0]), w.Row(want.Rows[0]), w.Row(want.Rows[1]), w.Row(want.Rows[2]))
	}
	if err := layers.WriteArchive(path, "test", base, write); err != nil {
		t.Fatal(err)
	}
	read := func(path string) (got all, err error) {
		err = layers.ReadArchive(path, layers.ArchiveSink{
			Begin:    func(kind string, b layers.Base) error { got.Kind, got.Base = kind, b; return nil },
			Revision: func(r layers.Revision) error { got.Revisions = append(got.Revisions, r); return nil },
			Audit:    func(a layers.AuditLine) error { got.Audit = append(got.Audit, a); return nil },
			Key:      func(k layers.KeptKey) error { got.Keys = append(got.Keys, k); return nil },
			Row:      func(r layers.Recorded) error { got.Rows = append(got.Rows, r); return nil },
		})
		return got, err
	}
	got, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("read (-want +got):\n%s", d)
	}
	if err := layers.WriteArchive(path, "test", base, write); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file that is there: %v, want ErrExist", err)
	}
	mine := errors.New("mine")
	other := path + "2"
	if err := layers.WriteArchive(other, "test", base, func(*layers.ArchiveWriter) error { return mine }); !errors.Is(err, mine) {
		t.Errorf("got %v, want the caller's error", err)
	}
	if _, err := os.Stat(other); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half an archive is left: %v", err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := path + "3"
	for at := range good {
		bad := slices.Clone(good)
		bad[at] ^= 4
		for _, content := range [][]byte{bad, good[:at]} {
			if err := os.WriteFile(damaged, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := read(damaged); !errors.Is(err, layers.ErrDamaged) || got.Kind != "" {
				t.Fatalf("damaged at %d of %d: %v, and %q was begun", at, len(good), err, got.Kind)
			}
		}
	}
	if !layers.IsArchive(path) || layers.IsArchive(filepath.Dir(path)) {
		t.Error("IsArchive")
	}
}
