package layers

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// The file of the last good snapshot: eight bytes of magic with the format's number, then blocks, then a block of length zero
// and the SHA-256 of everything before it. A block is a uint32 length (little endian) and that many bytes: first the header as
// JSON, then for each layer a block with its name and blocks of rows in canonical form, each row with one byte for "slice".

const (
	fileMagic    = "wangge\x00\x01"
	fileBlock    = 1 << 18
	fileMaxBlock = 1 << 28
)

// ErrDamaged: a snapshot file is not complete, was changed, or is of another format.
var ErrDamaged = errors.New("damaged snapshot file")

type fileHeader struct {
	Base       Base          `json:"base"`
	Quarantine []Quarantined `json:"quarantine"`
}

// WriteSnapshot writes s to w.
func WriteSnapshot(w io.Writer, s *Snapshot) error {
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16)
	if _, err := out.WriteString(fileMagic); err != nil {
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
	if err := writeBlock(out, head); err != nil {
		return err
	}
	for _, info := range infos {
		if err := writeLayer(out, s.Set(info.Layer)); err != nil {
			return err
		}
	}
	if err := writeBlock(out, nil); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

func writeLayer(w io.Writer, s *Set) error {
	if err := writeBlock(w, []byte(s.info.Layer)); err != nil {
		return err
	}
	var b []byte
	for f, slice := range s.Rows() {
		var err error
		if b, err = AppendFeature(appendBool(b, slice), f); err != nil {
			return err
		}
		if len(b) >= fileBlock {
			if err := writeBlock(w, b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	if len(b) > 0 {
		if err := writeBlock(w, b); err != nil {
			return err
		}
	}
	return writeBlock(w, []byte{0xff}) // ends the layer: no row starts with this byte
}

func writeBlock(w io.Writer, b []byte) error {
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], uint32(len(b)))
	if _, err := w.Write(n[:]); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// ReadSnapshot reads what WriteSnapshot wrote. Nothing of a file whose checksum is wrong is used: the error is ErrDamaged.
func ReadSnapshot(r io.ReadSeeker) (*Snapshot, error) {
	if err := verifyFile(r); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(r, 1<<16)
	if _, err := io.CopyN(io.Discard, in, int64(len(fileMagic))); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	raw, err := readBlock(in)
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
		name, err := readBlock(in)
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

func readLayer(in io.Reader, l Layer, b *Builder) error {
	for {
		rows, err := readBlock(in)
		if err != nil {
			return err
		}
		if bytes.Equal(rows, []byte{0xff}) {
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

func readBlock(in io.Reader) ([]byte, error) {
	var n [4]byte
	if _, err := io.ReadFull(in, n[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	size := binary.LittleEndian.Uint32(n[:])
	if size > fileMaxBlock {
		return nil, fmt.Errorf("%w: a block of %d bytes", ErrDamaged, size)
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(in, b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return b, nil
}

// verifyFile checks magic and checksum, and leaves r at its start.
func verifyFile(r io.ReadSeeker) error {
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	body := size - sha256.Size
	if body < int64(len(fileMagic)) {
		return fmt.Errorf("%w: %d bytes", ErrDamaged, size)
	}
	var sum hash.Hash = sha256.New()
	magic := make([]byte, len(fileMagic))
	if _, err := io.ReadFull(r, magic); err != nil || string(magic) != fileMagic {
		return fmt.Errorf("%w: not a snapshot file of this format", ErrDamaged)
	}
	sum.Write(magic)
	if _, err := io.CopyN(sum, r, body-int64(len(magic))); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	want := make([]byte, sha256.Size)
	if _, err := io.ReadFull(r, want); err != nil || !bytes.Equal(want, sum.Sum(nil)) {
		return fmt.Errorf("%w: the checksum is wrong", ErrDamaged)
	}
	_, err = r.Seek(0, io.SeekStart)
	return err
}

// SaveSnapshot writes s beside path and puts it there in one step. The file that was there becomes path.previous, so that a
// damaged file has one to fall back to. Files are readable by the owner only.
func SaveSnapshot(path string, s *Snapshot) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	defer os.Remove(tmp.Name()) // gone already after the rename
	err = WriteSnapshot(tmp, s)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	if err := os.Rename(path, path+".previous"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("save snapshot: %w", err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
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
