package tileset

import (
	"fmt"

	"wangge/geo"
)

// What tests of the outside need of the inside.

// IDOf and TileOf are the numbering of tiles.
func IDOf(t geo.Tile) uint64    { return idOf(t) }
func TileOf(id uint64) geo.Tile { return tileOf(id) }

// Entry is a line of a directory, for PackDirectories.
type Entry struct {
	ID, Offset  uint64
	Length, Run uint32
}

// PackDirectories writes directories of entries.
func PackDirectories(list []Entry) (root, leaves []byte, err error) {
	return packDirectories(int64(len(list)), func(each func(entry) error) error {
		for _, e := range list {
			if err := each(entry{e.ID, e.Offset, e.Length, e.Run}); err != nil {
				return err
			}
		}
		return nil
	})
}

// LimitPages makes the disk of a run full when its work file has that many pages.
func (r *Run) LimitPages(most int) error {
	return r.work.exec(fmt.Sprintf("PRAGMA max_page_count = %d", most))
}
