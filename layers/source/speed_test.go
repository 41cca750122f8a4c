package source_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// poleTable is a CSV table of n poles.
func poleTable(n int) string {
	var b strings.Builder
	b.WriteString("code,name,lon,lat,main_use,material,height_m,condition,live,road,side,state\n")
	for i := range n {
		fmt.Fprintf(&b, "L%06d,海汇街%d号,%.7f,%.7f,power,steel,8.5,sound,yes,海汇街,north,in_use\n", i, i,
			121.3+float64(i%1000)/1e5, 30.7+float64(i/1000)/1e5)
	}
	return b.String()
}

// TestManyPoles: 100,000 rows in a few seconds, also on a slow machine.
func TestManyPoles(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 rows")
	}
	table := poleTable(100_000)
	start := time.Now()
	calls := 0
	p := good(t, source.Input{Layer: layers.Poles, CRS: geo.GCJ02, Settings: local(), Source: reader(t, source.CSV, table, source.Options{}),
		Progress: func(done, total int64) { calls++ }})
	if took := time.Since(start); len(p.Edits()) != 100_000 || took > 30*time.Second {
		t.Errorf("%d edits in %v", len(p.Edits()), took)
	} else {
		t.Logf("100,000 poles in %v", took)
	}
	if calls < 100 {
		t.Errorf("progress was reported %d times", calls)
	}
}

func BenchmarkPoles(b *testing.B) {
	table := poleTable(10_000)
	b.SetBytes(int64(len(table)))
	for b.Loop() {
		good(b, source.Input{Layer: layers.Poles, CRS: geo.WGS84, Settings: local(), Source: reader(b, source.CSV, table, source.Options{})})
	}
}
