package mvt_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

func Example() {
	b := layers.NewBuilder()
	pole := &layers.Pole{Meta: layers.Meta{ID: "p_1", ValidFrom: 1}, Code: "JS-1", Name: "海汇街 1", MainUse: "power",
		Condition: "sound", Live: "yes", State: "in_use", ClaimState: "none", Geometry: orb.Point{121.3412, 30.7233}}
	if err := b.Add(layers.Row{Feature: pole}); err != nil {
		panic(err)
	}
	snapshot, err := b.Snapshot(layers.Base{Settings: layers.Settings{Codes: layers.CodesLocal}})
	if err != nil {
		panic(err)
	}
	atlas, err := mvt.NewAtlas(snapshot, nil)
	if err != nil {
		panic(err)
	}
	tile, err := atlas.Append(nil, geo.TileAt(pole.Geometry, 15), 2, layers.Poles)
	if err != nil {
		panic(err)
	}
	read, err := mvt.Decode(tile)
	if err != nil {
		panic(err)
	}
	for _, f := range read[0].Features {
		fmt.Println(read[0].Name, f.Properties["code"], f.Properties["state"], f.Geometry)
	}
	// Output: poles JS-1 in_use [[3054 3943]]
}
