package mvt_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"wangge/geo"
	"wangge/layers"
)

// TestEveryRoad compares the attributes of roads in a tile with the layer: texts that several roads have, that one has twice, and none.
func TestEveryRoad(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var list []layers.Feature
	want := map[string]map[string]any{}
	for i := range 1200 {
		p := geo.Fixed{X: 1212000000 + r.Int32N(200_000), Y: 308000000 + r.Int32N(200_000)}
		f := &layers.Road{Meta: layers.Meta{ID: fmt.Sprintf("r_%04d", i), ValidFrom: 1}, Class: pick("primary", "secondary", "trunk"), Oneway: i%3 == 0, Bridge: i%7 == 0}
		f.Code, f.Name, f.NameEn, f.Ref = pick(f.ID, "C"+f.ID), pick("", "路", "亭林路", f.ID), pick("", "路", "Road"), pick("", "G320", "路")
		f.Geometry = append(f.Geometry, p.Point(), geo.Fixed{X: p.X + 5000, Y: p.Y + 3000}.Point())
		list = append(list, f)
		props := map[string]any{"id": f.ID, "class": f.Class}
		for key, text := range map[string]string{"code": f.Code, "name": f.Name, "name_en": f.NameEn, "ref": f.Ref} {
			if text != "" {
				props[key] = text
			}
		}
		for key, yes := range map[string]bool{"oneway": f.Oneway, "bridge": f.Bridge} {
			if yes {
				props[key] = true
			}
		}
		want[f.ID] = props
	}
	a, seen := atlasOf(t, snapshotOf(t, layers.CodesFree, list)), map[any]bool{}
	for _, at := range tilesOver(boundOf(snapshotOf(t, layers.CodesFree, list), layers.Roads), 12) {
		for _, f := range tile(t, a, at, layers.Roads)["roads"].Features {
			id := f.Properties["id"].(string)
			seen[id] = true
			if !maps.Equal(f.Properties, want[id]) {
				t.Fatalf("%s has %v, want %v", id, f.Properties, want[id])
			}
		}
	}
	if len(seen) != len(list) {
		t.Errorf("%d of %d roads are drawn", len(seen), len(list))
	}
}
