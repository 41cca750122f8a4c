package mvt_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestDescribe: every layer with tiles is described, and no other; hexagons are the one that is no layer of a store.
func TestDescribe(t *testing.T) {
	var want []layers.Layer
	for _, in := range layers.All() {
		if _, ok := mvt.Describe(in.Layer); ok != in.Tiles || mvt.HasTiles(in.Layer) != in.Tiles {
			t.Errorf("%s: described %v, has tiles %v", in.Layer, ok, in.Tiles)
		}
		if in.Tiles {
			want = append(want, in.Layer)
		}
	}
	if got := mvt.Layers(); !slices.Equal(got, append(want, mvt.Hexagons)) {
		t.Errorf("layers with tiles: %v", got)
	}
	for _, l := range mvt.Layers() {
		info, ok := mvt.Describe(l)
		if _, known := info.Source.Info(); !known || (info.Source == l) != (l != mvt.Hexagons) || info.LastZoom < info.MaxZoom || info.LastZoom > geo.MaxZoom {
			t.Errorf("%s: made of %s, up to zoom %d", l, info.Source, info.LastZoom)
		}
		for _, one := range parts(info, ok) {
			if one.ID == "" || one.Text == "" || one.Thinning == "" || one.Geometry == "" || one.MinZoom > one.MaxZoom || one.Buffer > 96 || len(one.Fields) > 32 {
				t.Errorf("%s: %+v", l, one)
			}
			names := map[string]bool{}
			for _, f := range one.Fields {
				if f.Name == "" || f.Text == "" || names[f.Name] || f.Type != "String" && f.Type != "Number" && f.Type != "Boolean" {
					t.Errorf("%s: field %+v", one.ID, f)
				}
				names[f.Name] = true
			}
		}
	}
}

func parts(info mvt.LayerInfo, ok bool) []mvt.LayerInfo {
	switch {
	case !ok:
		return nil
	case info.Labels != nil:
		return []mvt.LayerInfo{info, *info.Labels}
	}
	return []mvt.LayerInfo{info}
}

// TestTilesAreAsDescribed reads tiles of the demonstration: only fields of the description, of their types, every field somewhere;
// keys and values once in a layer; ids those of the features, each once.
func TestTilesAreAsDescribed(t *testing.T) {
	s, a := demo()
	for _, layer := range mvt.Layers() {
		info, ok := mvt.Describe(layer)
		described := map[string]mvt.LayerInfo{}
		for _, one := range parts(info, ok) {
			described[one.ID] = one
		}
		used := map[string]bool{}
		for z := uint8(0); ok && z <= 18; z++ {
			for _, at := range tilesWith(s, info.Source, z, 10) {
				for name, l := range tile(t, a, at, layer) {
					one, ok := described[name]
					if !ok || z < one.MinZoom {
						t.Fatalf("tile %s has layer %s", at, name)
					}
					checkFields(t, at, l, one, used)
				}
			}
		}
		for _, one := range described {
			for _, f := range one.Fields {
				if !used[one.ID+"."+f.Name] && !absentInDemo[one.ID+"."+f.Name] {
					t.Errorf("no feature of %s has the field %s", one.ID, f.Name)
				}
			}
		}
	}
}

// absentInDemo are fields that the demonstration has no value of.
var absentInDemo = map[string]bool{"roads.ref": true, "roads.bridge": true, "roads.oneway": true, "overlays.unit": true, "spaces.accessible": true,
	"spaces.charging": true, "poles.batch": true, "communities.name_en": true, "overlays.name_en": true}

func checkFields(t *testing.T, at geo.Tile, l mvt.TileLayer, info mvt.LayerInfo, used map[string]bool) {
	t.Helper()
	keys, values, ids := map[string]bool{}, map[any]bool{}, map[uint64]bool{}
	for _, k := range l.Keys {
		if keys[k] {
			t.Errorf("tile %s %s: the key %s comes twice", at, l.Name, k)
		}
		keys[k] = true
	}
	for _, v := range l.Values {
		if values[v] {
			t.Errorf("tile %s %s: the value %v comes twice", at, l.Name, v)
		}
		values[v] = true
	}
	types := map[string]string{}
	for _, f := range info.Fields {
		types[f.Name] = f.Type
	}
	for _, f := range l.Features {
		if ids[f.ID] || f.ID == 0 || f.ID >= 1<<53 {
			t.Errorf("tile %s %s: the id %d", at, l.Name, f.ID)
		}
		ids[f.ID] = true
		if id, ok := f.Properties["id"].(string); ok && f.ID != mvt.FeatureID(id) {
			t.Errorf("tile %s: %s has the id %d", at, id, f.ID)
		}
		for k, v := range f.Properties {
			used[l.Name+"."+k] = true
			var kind string
			switch v.(type) {
			case string:
				kind = "String"
			case uint64, int64, float64, float32:
				kind = "Number"
			case bool:
				kind = "Boolean"
			}
			if kind != types[k] {
				t.Errorf("tile %s %s: %s is %v, described as %q", at, l.Name, k, v, types[k])
			}
		}
	}
}

// tilesWith lists up to n tiles that have features of a layer.
func tilesWith(s *layers.Snapshot, l layers.Layer, z uint8, n int) []geo.Tile {
	step, i := max(1, s.Set(l).Len()/n), 0
	seen := map[geo.Tile]bool{}
	var out []geo.Tile
	for f := range s.Set(l).All(now) {
		if i++; i%step != 0 {
			continue
		}
		if at := geo.TileAt(f.Shape().Bound().Center(), z); !seen[at] {
			seen[at] = true
			out = append(out, at)
		}
	}
	return out
}

func TestErrors(t *testing.T) {
	_, a := demo()
	at := geo.TileAt(orb.Point{121.2, 30.8}, 12)
	for name, c := range map[string]struct {
		tile  geo.Tile
		names []layers.Layer
		want  error
	}{
		"unknown layer":     {at, []layers.Layer{"rivers"}, layers.ErrNotFound},
		"layer of no tiles": {at, []layers.Layer{layers.Units}, layers.ErrNotFound},
		"the label layer":   {at, []layers.Layer{"grids_label"}, layers.ErrNotFound},
		"one of two":        {at, []layers.Layer{layers.Grids, "rivers"}, layers.ErrNotFound},
		"named twice":       {at, []layers.Layer{layers.Grids, layers.Grids}, layers.ErrInvalid},
		"no such tile":      {geo.Tile{Z: 3, X: 8}, []layers.Layer{layers.Grids}, layers.ErrInvalid},
		"too deep":          {geo.Tile{Z: 23}, []layers.Layer{layers.Grids}, layers.ErrInvalid},
	} {
		dst, err := a.Append([]byte("before"), c.tile, now, c.names...)
		if !errors.Is(err, c.want) || string(dst) != "before" {
			t.Errorf("%s: %q, %v", name, dst, err)
		}
	}
	for _, empty := range []geo.Tile{{Z: 12}, {Z: 22, X: 1<<22 - 1, Y: 1<<22 - 1}} {
		if b, err := a.Append(nil, empty, now, layers.Grids, layers.Poles, layers.Roads, layers.Districts); err != nil || len(b) != 0 {
			t.Errorf("tile %s: %d bytes, %v", empty, len(b), err)
		}
	}
}

// TestFeatureID pins ids: they are public, and others store them.
func TestFeatureID(t *testing.T) {
	for id, want := range map[string]uint64{"310116104Z05": 2037522333907487, "p_00000001": 3059153630306922} {
		if got := mvt.FeatureID(id); got != want {
			t.Errorf("%q: %d, want %d", id, got, want)
		}
	}
}
