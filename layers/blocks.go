package layers

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of this package (file.go, archive.go) have one frame: eight bytes of magic with the format's number, blocks, and
// the SHA-256 of everything before it. A block is a uint32 length (little endian) and that many bytes.

// maxBlock is the longest block that is written or read.
const maxBlock = 1 << 28

// ErrDamaged says that a file of this package is not complete, was changed, or is of another format.
var ErrDamaged = errors.New("damaged file")

// blockWriter writes a file in the frame.
type blockWriter struct {
	to  io.Writer
	out *bufio.Writer
	sum hash.Hash
}

func newBlockWriter(w io.Writer, magic string) (*blockWriter, error) {
	b := &blockWriter{to: w, sum: sha256.New()}
	b.out = bufio.NewWriterSize(io.MultiWriter(w, b.sum), 1<<16)
	_, err := b.out.WriteString(magic)
	return b, err
}

func (b *blockWriter) block(content []byte) error {
	if len(content) > maxBlock {
		return fmt.Errorf("a block of %d bytes: %w", len(content), ErrInvalid)
	}
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], uint32(len(content)))
	if _, err := b.out.Write(n[:]); err != nil {
		return err
	}
	_, err := b.out.Write(content)
	return err
}

// end writes the checksum. Nothing may follow.
func (b *blockWriter) end() error {
	if err := b.out.Flush(); err != nil {
		return err
	}
	_, err := b.to.Write(b.sum.Sum(nil))
	return err
}

// blockReader reads the blocks of a file whose checksum was found right.
type blockReader struct {
	in   *bufio.Reader
	left int64 // bytes of blocks that were not read yet
}

// newBlockReader checks the magic and the checksum of the whole file, and stands at the first block then.
func newBlockReader(r io.ReadSeeker, magic string) (*blockReader, error) {
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	body := size - sha256.Size
	if body < int64(len(magic)) {
		return nil, fmt.Errorf("%w: it has only %d bytes", ErrDamaged, size)
	}
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if string(head) != magic {
		return nil, fmt.Errorf("%w: it does not start as a file of this format does", ErrDamaged)
	}
	sum := sha256.New()
	sum.Write(head)
	if _, err := io.CopyN(sum, r, body-int64(len(magic))); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	want := make([]byte, sha256.Size)
	if _, err := io.ReadFull(r, want); err != nil || !bytes.Equal(want, sum.Sum(nil)) {
		return nil, fmt.Errorf("%w: the checksum is wrong", ErrDamaged)
	}
	if _, err := r.Seek(int64(len(magic)), io.SeekStart); err != nil {
		return nil, err
	}
	return &blockReader{in: bufio.NewReaderSize(r, 1<<16), left: body - int64(len(magic))}, nil
}

// block returns the next block; it is the caller's.
func (b *blockReader) block() ([]byte, error) {
	var n [4]byte
	if b.left < int64(len(n)) {
		return nil, fmt.Errorf("%w: a block is missing", ErrDamaged)
	}
	if _, err := io.ReadFull(b.in, n[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	b.left -= int64(len(n))
	size := int64(binary.LittleEndian.Uint32(n[:]))
	if size > b.left || size > maxBlock {
		return nil, fmt.Errorf("%w: a block of %d bytes where %d are left", ErrDamaged, size, b.left)
	}
	b.left -= size
	content := make([]byte, size)
	if _, err := io.ReadFull(b.in, content); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return content, nil
}

// writeBeside calls write with a temporary file beside path, brings it to the disk and calls place with its name, which is to
// give it its own. Whatever is left of it afterwards is removed. Files are readable by the owner only.
func writeBeside(path string, write func(io.Writer) error, place func(temporary string) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already after a rename
	err = write(tmp)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := place(tmp.Name()); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// placeNew gives a file a name that must be free, else the error is fs.ErrExist.
func placeNew(temporary, path string) error {
	err := os.Link(temporary, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil { // a file system without links
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	return os.Rename(temporary, path)
}

// syncFolder brings new names in a folder to the disk.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
