package storetest_test

import (
	"testing"

	"wangge/layers"
	"wangge/layers/storetest"
)

func TestSampleIsValid(t *testing.T) {
	seen := map[layers.Layer]int{}
	for _, f := range storetest.Sample() {
		if err := f.Validate(layers.CodesLocal); err != nil {
			t.Errorf("%v", err)
		}
		seen[f.Layer()]++
	}
	for _, info := range layers.All() {
		if seen[info.Layer] == 0 {
			t.Errorf("the sample has no feature of %s", info.Layer)
		}
		for n := range 100 {
			if info.Layer == layers.Grids && n > 98 {
				continue // Z99 is the last code of a town
			}
			if err := storetest.Fresh(info.Layer, n).Validate(layers.CodesLocal); err != nil {
				t.Errorf("fresh %d: %v", n, err)
			}
		}
	}
}
