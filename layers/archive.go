package layers

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// An archive is the backup of a store: everything that it has, in one file of the frame of blocks.go that every kind of store
// writes and reads. The first block is the header as JSON, the last one has the counts; each block between them is one record:
// a letter and then JSON, or for a row the canonical form of its feature (encode.go).

const archiveMagic = "wanggeA\x01"

// The letters of the blocks of an archive.
const (
	archiveRevision = 'v'
	archiveAudit    = 'a'
	archiveKey      = 'k'
	archiveRow      = 'r'
	archiveBroken   = 'b'
	archiveEnd      = 'e'
)

// Revision is who wrote a revision, when and why.
type Revision struct {
	Revision   int64   `json:"revision"`
	RecordedAt Instant `json:"recorded_at"`
	Kind       string  `json:"kind"`
	Actor      Actor   `json:"actor"`
	Note       string  `json:"note,omitempty"`
	RequestID  string  `json:"request_id,omitempty"`
}

// AuditLine is what a revision did to one feature.
type AuditLine struct {
	Revision int64  `json:"revision"`
	Seq      int    `json:"seq"`
	Op       Op     `json:"op"`
	Layer    Layer  `json:"layer"`
	ID       string `json:"id"`
	Version  int64  `json:"version"`
}

// KeptKey is an idempotency key with the answer that it got.
type KeptKey struct {
	Token     string  `json:"token"`
	Key       string  `json:"key"`
	Body      []byte  `json:"body"`
	Receipt   Receipt `json:"receipt"`
	CreatedAt Instant `json:"created_at"`
}

// Recorded is one row of a layer or of its history.
type Recorded struct {
	// Feature has its Meta as it is stored: Meta.Revision is the first revision that knew the row.
	Feature Feature
	// Op is "" for a head row; in the history "replace" and "delete" for what was superseded, "slice" for what applied before.
	Op string
	// RevTo is the first revision that did not know the row any more; 0 while it is known.
	RevTo int64
	// Broken is set instead of Feature for a row that cannot be decoded, and Raw is the row in the store's own form then, for a
	// restore into a store of the same kind.
	Broken *Quarantined
	Raw    []byte
}

type archiveHeader struct {
	// Kind is the kind of store that wrote the archive; it says who understands Recorded.Raw.
	Kind string `json:"kind"`
	Base Base   `json:"base"`
}

type archiveCounts struct{ Revisions, Audit, Keys, Rows int64 }

type brokenRow struct {
	Broken Quarantined `json:"broken"`
	Op     string      `json:"op"`
	RevTo  int64       `json:"rev_to"`
	Raw    []byte      `json:"raw"`
}

// ArchiveWriter takes the records of an archive, in any order. It belongs to one goroutine.
type ArchiveWriter struct {
	out     *blockWriter
	counts  archiveCounts
	scratch []byte
}

// WriteArchive makes an archive at path, which must be free (else fs.ErrExist); it is there when it is complete and on the disk.
// kind is the kind of store, base what comes with a load. fill calls the methods of the writer, all from one snapshot of the
// store.
func WriteArchive(path, kind string, base Base, fill func(w *ArchiveWriter) error) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backup: %w", &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist})
	}
	err := writeBeside(path, func(to io.Writer) error {
		out, err := newBlockWriter(to, archiveMagic)
		if err != nil {
			return err
		}
		head, err := json.Marshal(archiveHeader{kind, base})
		if err != nil {
			return err
		}
		if err := out.block(head); err != nil {
			return err
		}
		w := &ArchiveWriter{out: out}
		if err := fill(w); err != nil {
			return err
		}
		if err := w.json(archiveEnd, w.counts); err != nil {
			return err
		}
		return out.end()
	}, func(temporary string) error { return placeNew(temporary, path) })
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// Revision adds a line of the revisions.
func (w *ArchiveWriter) Revision(r Revision) error {
	w.counts.Revisions++
	return w.json(archiveRevision, r)
}

// Audit adds a line of the audit.
func (w *ArchiveWriter) Audit(a AuditLine) error {
	w.counts.Audit++
	return w.json(archiveAudit, a)
}

// Key adds an idempotency key.
func (w *ArchiveWriter) Key(k KeptKey) error {
	w.counts.Keys++
	return w.json(archiveKey, k)
}

// Row adds a row of a layer or of its history.
func (w *ArchiveWriter) Row(r Recorded) error {
	w.counts.Rows++
	if r.Broken != nil {
		return w.json(archiveBroken, brokenRow{*r.Broken, r.Op, r.RevTo, r.Raw})
	}
	b := appendText(append(w.scratch[:0], archiveRow), string(r.Feature.Layer()))
	b = binary.AppendVarint(appendText(b, r.Op), r.RevTo)
	b, err := AppendFeature(b, r.Feature)
	if err != nil {
		return err
	}
	w.scratch = b
	return w.out.block(b)
}

func (w *ArchiveWriter) json(letter byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.scratch = append(append(w.scratch[:0], letter), text...)
	return w.out.block(w.scratch)
}

// ArchiveSink is what ReadArchive calls: Begin first and once, then the others in the order of the records. An error of one
// ends the reading. None may be nil.
type ArchiveSink struct {
	Begin    func(kind string, base Base) error
	Revision func(Revision) error
	Audit    func(AuditLine) error
	Key      func(KeptKey) error
	Row      func(Recorded) error
}

// ReadArchive reads an archive. The checksum of the whole file is checked before anything is called; a file that is empty, cut
// short, changed or something else is ErrDamaged.
func ReadArchive(path string, into ArchiveSink) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read backup: %w", err)
	}
	defer f.Close()
	if err := readArchive(f, into); err != nil {
		return fmt.Errorf("read backup: %w", err)
	}
	return nil
}

func readArchive(r io.ReadSeeker, into ArchiveSink) error {
	in, err := newBlockReader(r, archiveMagic)
	if err != nil {
		return err
	}
	var head archiveHeader
	b, err := in.block()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fmt.Errorf("%w: header: %w", ErrDamaged, err)
	}
	if err := into.Begin(head.Kind, head.Base); err != nil {
		return err
	}
	var seen archiveCounts
	for {
		b, err := in.block()
		if err != nil {
			return err
		}
		end, err := archiveRecord(b, into, &seen)
		if err != nil || end {
			return err
		}
	}
}

// archiveRecord reads one record; end says that it is the last one, and that it has the counts that were seen.
func archiveRecord(b []byte, into ArchiveSink, seen *archiveCounts) (end bool, err error) {
	if len(b) == 0 {
		return false, fmt.Errorf("%w: an empty record", ErrDamaged)
	}
	letter, b := b[0], b[1:]
	switch letter {
	case archiveRevision:
		seen.Revisions++
		return false, jsonRecord(b, into.Revision)
	case archiveAudit:
		seen.Audit++
		return false, jsonRecord(b, into.Audit)
	case archiveKey:
		seen.Keys++
		return false, jsonRecord(b, into.Key)
	case archiveBroken:
		seen.Rows++
		return false, jsonRecord(b, func(r brokenRow) error {
			return into.Row(Recorded{Broken: &r.Broken, Op: r.Op, RevTo: r.RevTo, Raw: r.Raw})
		})
	case archiveRow:
		seen.Rows++
		r, err := rowRecord(b)
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return false, into.Row(r)
	case archiveEnd:
		return true, jsonRecord(b, func(want archiveCounts) error {
			if want != *seen {
				return fmt.Errorf("%w: it has %+v, and says %+v", ErrDamaged, *seen, want)
			}
			return nil
		})
	}
	return false, fmt.Errorf("%w: a record of the unknown kind %q", ErrDamaged, letter)
}

func jsonRecord[T any](b []byte, give func(T) error) error {
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return give(v)
}

func rowRecord(b []byte) (Recorded, error) {
	d := &decoder{b: b}
	layer := Layer(d.text())
	r := Recorded{Op: d.text(), RevTo: d.varint()}
	if d.err != nil {
		return r, d.err
	}
	f, rest, err := DecodeFeature(layer, d.b)
	if err == nil && len(rest) > 0 {
		err = errors.New("bytes follow the row")
	}
	r.Feature = f
	return r, err
}

// IsArchive reports whether the file starts as an archive does. Whether it is whole is for ReadArchive to say.
func IsArchive(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(archiveMagic))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == archiveMagic
}
