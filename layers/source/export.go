package source

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"wangge/layers"
)

// Export is what is written to a file: one layer at one position of one store.
type Export struct {
	Layer    layers.Layer
	Position layers.Position
	Settings layers.Settings
	// Features are written by code, then id, whatever their order here.
	Features iter.Seq[layers.Feature]
}

// storageCRS is the system of exported coordinates, in the words of geo.ParseCRS; layers.SystemNote says what it is for people.
const (
	storageCRS  = "cgcs2000"
	storageSRID = 4490
)

// Write writes e in a format. The same features give the same bytes (a GeoPackage: the same content). Coordinates are as stored. What
// was exported can be imported again and is the same.
func Write(ctx context.Context, w io.Writer, f Format, e Export) error {
	var err error
	switch f {
	case GeoJSON:
		err = e.writeGeoJSON(ctx, w)
	case CSV:
		err = e.writeCSV(ctx, w)
	case GeoPackage:
		err = e.copyGeoPackage(ctx, w)
	default:
		_, err = ParseFormat(string(f))
	}
	if err != nil {
		return fmt.Errorf("source: export %s: %w", e.Layer, err)
	}
	return nil
}

// copyGeoPackage makes the file in a temporary folder, because SQLite needs one, and copies it.
func (e Export) copyGeoPackage(ctx context.Context, w io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "wangge-export-")
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.RemoveAll(dir); err == nil {
			err = gone
		}
	}()
	path := dir + string(os.PathSeparator) + string(e.Layer) + ".gpkg"
	if err := e.writeGeoPackage(ctx, path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// WriteGeoPackage writes e to a new GeoPackage with one layer; a file that is there already is an error.
func WriteGeoPackage(ctx context.Context, path string, e Export) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("source: export %s: %s exists already", e.Layer, path)
	}
	if err := e.writeGeoPackage(ctx, path); err != nil {
		_ = os.Remove(path) // half a file is worse than none
		return fmt.Errorf("source: export %s: %w", e.Layer, err)
	}
	return nil
}

// sorted returns the features by code, then id.
func (e Export) sorted() ([]layers.Feature, error) {
	var list []layers.Feature
	for f := range e.Features {
		if f.Layer() != e.Layer {
			return nil, fmt.Errorf("%w: %s %s among them", layers.ErrInvalid, f.Layer(), f.Head().ID)
		}
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b layers.Feature) int {
		if c := strings.Compare(codeOf(a), codeOf(b)); c != 0 {
			return c
		}
		return strings.Compare(a.Head().ID, b.Head().ID)
	})
	return list, nil
}

// demo reports whether any of the features is invented.
func (e Export) demo(list []layers.Feature) bool {
	return e.Settings.Demo || slices.ContainsFunc(list, func(f layers.Feature) bool { return f.Head().Demo })
}

// heads are the columns before those of the layer in every export.
func headColumns() []string {
	return []string{"id", "version", "revision", "valid_from", "valid_to", "demo"}
}

// headValues are the values of headColumns; an open end is nil.
func headValues(f layers.Feature) []any {
	h := f.Head()
	var from, to any
	if h.ValidFrom != 0 {
		from = h.ValidFrom.String()
	}
	if h.ValidTo != 0 {
		to = h.ValidTo.String()
	}
	return []any{h.ID, h.Version, h.Revision, from, to, h.Demo}
}
