package mvt_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data/realdata"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestFixtures reads the fixtures of the format's authors: valid tiles are read, the others refused.
func TestFixtures(t *testing.T) {
	infos, err := filepath.Glob(filepath.Join(realdata.File(t, "mvt/fixtures"), "*", "info.json"))
	if err != nil || len(infos) < 30 {
		t.Fatalf("%d fixtures, %v", len(infos), err)
	}
	for _, path := range infos {
		var info struct {
			Description string
			Validity    struct{ V2 bool }
		}
		raw, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(raw, &info)
		}
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(path)
		b, err := os.ReadFile(filepath.Join(dir, "tile.mvt"))
		if err != nil {
			t.Fatal(err)
		}
		switch _, err := mvt.Decode(b); {
		case info.Validity.V2 && err != nil:
			t.Errorf("%s is valid (%s) and was refused: %v", filepath.Base(dir), info.Description, err)
		case !info.Validity.V2 && !errors.Is(err, mvt.ErrTile):
			t.Errorf("%s is not valid (%s): %v", filepath.Base(dir), info.Description, err)
		}
	}
}

// TestRealTiles reads tiles that other programs made.
func TestRealTiles(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(realdata.File(t, "mvt/real-world"), "*", "*.mvt"))
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d tiles, %v", len(paths), err)
	}
	features := 0
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if z, err := gzip.NewReader(bytes.NewReader(b)); err == nil {
			if b, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		list, err := mvt.Decode(b)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, l := range list {
			features += len(l.Features)
		}
	}
	t.Logf("%d tiles, %d features", len(paths), features)
}

// TestDecodeRefuses plants one defect at a time in a good tile.
func TestDecodeRefuses(t *testing.T) {
	good := message(3, join(message(1, []byte("a")), []byte{15 << 3, 2},
		message(2, join([]byte{3 << 3, 3}, message(2, []byte{0, 0}), message(4, []byte{9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15}))),
		message(3, []byte("k")), message(4, message(1, []byte("v")))))
	list, err := mvt.Decode(good)
	if err != nil || len(list) != 1 || list[0].Features[0].Properties["k"] != "v" {
		t.Fatal(list, err)
	}
	if mp := list[0].Features[0].Geometry.(orb.MultiPolygon); areaOf(mp) != 200 {
		t.Fatal(mp)
	}
	for name, c := range map[string]struct{ old, new []byte }{
		"version 3":          {[]byte{15 << 3, 2}, []byte{15 << 3, 3}},
		"unknown type":       {[]byte{3 << 3, 3}, []byte{3 << 3, 4}},
		"no such key":        {message(2, []byte{0, 0}), message(2, []byte{1, 0})},
		"no such value":      {message(2, []byte{0, 0}), message(2, []byte{0, 1})},
		"clockwise exterior": {[]byte{26, 20, 0, 0, 20}, []byte{26, 0, 20, 20, 0}},
		"close twice":        {[]byte{19, 0, 15}, []byte{19, 0, 23}},
		"segment of 0":       {[]byte{0, 20, 19, 0}, []byte{0, 20, 0, 0}},
		"hole first":         {[]byte{9, 0, 0, 26}, []byte{10, 0, 0, 26}},
		"too long a count":   {[]byte{26, 20, 0}, []byte{250, 20, 0}},
		"wire type":          {[]byte{3 << 3, 3}, []byte{3<<3 | 6, 3}},
	} {
		if !bytes.Contains(good, c.old) || len(c.old) != len(c.new) {
			t.Fatalf("%s: not in the tile", name)
		}
		if _, err := mvt.Decode(bytes.Replace(good, c.old, c.new, 1)); !errors.Is(err, mvt.ErrTile) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := mvt.Decode(join(good, good)); err == nil || !strings.Contains(err.Error(), "two layers") {
		t.Errorf("two layers of one name: %v", err)
	}
	for n := 1; n < len(good); n++ {
		if _, err := mvt.Decode(good[:n]); !errors.Is(err, mvt.ErrTile) {
			t.Errorf("cut off after %d bytes: %v", n, err)
		}
	}
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// FuzzDecode: whatever the bytes, there is a tile or an error of the right kind, and the polygons of version 2 wind the right way.
func FuzzDecode(f *testing.F) {
	_, a := demo()
	for _, at := range some(tilesOver(orb.Bound{Min: orb.Point{121.1, 30.7}, Max: orb.Point{121.3, 30.9}}, 13), 4) {
		f.Add(bytesOf(f, a, at, layers.Grids, layers.Roads, layers.Poles))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := mvt.Decode(b)
		if err != nil && !errors.Is(err, mvt.ErrTile) {
			t.Fatal(err)
		}
		for _, l := range list {
			for _, one := range l.Features {
				mp, ok := one.Geometry.(orb.MultiPolygon)
				for _, pg := range mp {
					if ok && l.Version == 2 && ringArea(pg[0]) < 0 {
						t.Fatalf("an exterior of area %v", ringArea(pg[0]))
					}
				}
			}
		}
	})
}
