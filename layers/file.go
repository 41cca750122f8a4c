package layers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The file of the last good snapshot, in the frame of blocks.go: first the header as JSON, then for each layer a block with its
// name, blocks of rows in canonical form, each row with one byte for "slice", and a block of one byte that ends the layer; an
// empty block ends the file.

const (
	fileMagic = "wangge\x00\x01"
	fileBlock = 1 << 18
)

type fileHeader struct {
	Base       Base          `json:"base"`
	Quarantine []Quarantined `json:"quarantine"`
}

// WriteSnapshot writes s to w.
func WriteSnapshot(w io.Writer, s *Snapshot) error {
	out, err := newBlockWriter(w, fileMagic)
	if err != nil {
		return err
	}
	base := Base{Position: s.position, RecordedAt: s.recordedAt, Settings: s.settings}
	for t := range s.Tokens() {
		base.Tokens = append(base.Tokens, t)
	}
	head, err := json.Marshal(fileHeader{base, s.quarantine})
	if err != nil {
		return err
	}
	if err := out.block(head); err != nil {
		return err
	}
	for _, info := range infos {
		if err := writeLayer(out, info.Layer, s.Set(info.Layer)); err != nil {
			return err
		}
	}
	if err := out.block(nil); err != nil {
		return err
	}
	return out.end()
}

// layerEnd ends a layer: no row starts with this byte.
const layerEnd = 0xff

func writeLayer(out *blockWriter, l Layer, s *Set) error {
	if err := out.block([]byte(l)); err != nil {
		return err
	}
	var b []byte
	for f, slice := range s.Rows() {
		var err error
		if b, err = AppendFeature(appendBool(b, slice), f); err != nil {
			return err
		}
		if len(b) >= fileBlock {
			if err := out.block(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	if len(b) > 0 {
		if err := out.block(b); err != nil {
			return err
		}
	}
	return out.block([]byte{layerEnd})
}

// ReadSnapshot reads what WriteSnapshot wrote. Nothing of a file whose checksum is wrong is used: the error is ErrDamaged.
func ReadSnapshot(r io.ReadSeeker) (*Snapshot, error) {
	in, err := newBlockReader(r, fileMagic)
	if err != nil {
		return nil, err
	}
	raw, err := in.block()
	if err != nil {
		return nil, err
	}
	var head fileHeader
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, fmt.Errorf("%w: header: %w", ErrDamaged, err)
	}
	b := NewBuilder()
	b.quarantine = head.Quarantine
	for {
		name, err := in.block()
		if err != nil {
			return nil, err
		}
		if len(name) == 0 {
			return b.Snapshot(head.Base)
		}
		if err := readLayer(in, Layer(name), b); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
}

func readLayer(in *blockReader, l Layer, b *Builder) error {
	for {
		rows, err := in.block()
		if err != nil {
			return err
		}
		if len(rows) == 1 && rows[0] == layerEnd {
			return nil
		}
		for len(rows) > 0 {
			slice := rows[0] == 1
			var f Feature
			if f, rows, err = DecodeFeature(l, rows[1:]); err != nil {
				return err
			}
			if err := b.Add(Row{Feature: f, Slice: slice}); err != nil {
				return err
			}
		}
	}
}

// SaveSnapshot writes s beside path and puts it there in one step. The file that was there becomes path.previous, so that a
// damaged file has one to fall back to. Files are readable by the owner only.
func SaveSnapshot(path string, s *Snapshot) error {
	err := writeBeside(path, func(w io.Writer) error { return WriteSnapshot(w, s) }, func(temporary string) error {
		if err := os.Rename(path, path+".previous"); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return os.Rename(temporary, path)
	})
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	return nil
}

// OpenSnapshot reads the file at path, or the one before it if that is damaged or missing. The error is ErrNotFound if there is
// neither, and ErrDamaged if none can be used; a non-nil snapshot with an error says what was wrong with the newer file.
func OpenSnapshot(path string) (*Snapshot, error) {
	s, err := openSnapshot(path)
	if err == nil {
		return s, nil
	}
	before, err2 := openSnapshot(path + ".previous")
	if err2 == nil {
		return before, fmt.Errorf("used the file before it: %w", err)
	}
	if errors.Is(err, os.ErrNotExist) && errors.Is(err2, os.ErrNotExist) {
		return nil, fmt.Errorf("snapshot %s: %w", filepath.Base(path), ErrNotFound)
	}
	return nil, errors.Join(err, err2)
}

func openSnapshot(path string) (*Snapshot, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadSnapshot(f)
}
