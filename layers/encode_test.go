package layers_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/storetest"
)

// everything returns features of every layer, some with odd texts and shapes.
func everything() []layers.Feature {
	all := sample()
	odd := storetest.Fresh(layers.Units, 5).(*layers.Unit)
	odd.Name = "𠮷\x00\xff \"quoted\"\n"
	town := storetest.Fresh(layers.Towns, 1).(*layers.Town)
	town.Seat, town.Aliases = nil, nil
	holes := storetest.Fresh(layers.Overlays, 3).(*layers.Overlay)
	hole := orb.Ring{{121.331, 30.711}, {121.332, 30.711}, {121.332, 30.712}, {121.331, 30.711}}
	holes.Geometry = orb.MultiPolygon{{holes.Geometry[0][0], hole}, {hole}}
	edge := pole(9, "edge", math.MaxInt64)
	edge.Geometry = orb.Point{-180, 90}
	edge.HeightM = math.Inf(1)
	return append(all, odd, town, holes, edge)
}

func TestCanonicalForm(t *testing.T) {
	for _, want := range everything() {
		b, err := layers.AppendFeature([]byte("before"), want)
		if err != nil {
			t.Fatalf("%v: %v", want, err)
		}
		got, rest, err := layers.DecodeFeature(want.Layer(), append(b, "after"...)[len("before"):])
		if err != nil || string(rest) != "after" {
			t.Fatalf("%v: %v, rest %q", want, err, rest)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("decoded (-want +got):\n%s", d)
		}
		for n := range len(b) - len("before") { // no prefix is a feature, and none panics
			if _, _, err := layers.DecodeFeature(want.Layer(), b[len("before"):][:n]); err == nil {
				t.Errorf("%s %s: the first %d of %d bytes are taken", want.Layer(), want.Head().ID, n, len(b)-6)
			}
		}
	}
	if _, _, err := layers.DecodeFeature("rivers", nil); err == nil {
		t.Error("a layer that is none is decoded")
	}
	lost := pole(1, "x", 1)
	lost.Geometry[0] = math.NaN()
	if _, err := layers.AppendFeature(nil, lost); err == nil {
		t.Error("a position that is no number has a form")
	}
}

// TestCanonicalFormTellsApart: two features with any difference have different bytes.
func TestCanonicalFormTellsApart(t *testing.T) {
	form := func(change func(*layers.Pole)) string {
		p := pole(1, "x", 1)
		change(p)
		b, err := layers.AppendFeature(nil, p)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	seen := map[string]string{}
	for name, change := range map[string]func(*layers.Pole){
		"nothing": func(*layers.Pole) {}, "id": func(p *layers.Pole) { p.ID += "1" }, "version": func(p *layers.Pole) { p.Version++ },
		"revision": func(p *layers.Pole) { p.Revision++ }, "from": func(p *layers.Pole) { p.ValidFrom++ }, "to": func(p *layers.Pole) { p.ValidTo = 5 },
		"demo": func(p *layers.Pole) { p.Demo = !p.Demo }, "name": func(p *layers.Pole) { p.Name += " " }, "height": func(p *layers.Pole) { p.HeightM += 1e-9 },
		"batch": func(p *layers.Pole) { p.Batch++ }, "owner": func(p *layers.Pole) { p.Ownership[0].Share /= 2 }, "no owner": func(p *layers.Pole) { p.Ownership = nil },
		"a step east": func(p *layers.Pole) { p.Geometry[0] += 1e-7 }, "code to name": func(p *layers.Pole) { p.Name, p.Code = p.Name+p.Code, "" },
		"name to code": func(p *layers.Pole) { p.Code, p.Name = p.Code+p.Name, "" },
	} {
		b := form(change)
		if other, ok := seen[b]; ok {
			t.Errorf("%q and %q have the same form", name, other)
		}
		seen[b] = name
	}
}

// FuzzDecodeFeature: whatever the bytes are, decoding ends without a panic, and what it takes is written as it can be read again.
func FuzzDecodeFeature(f *testing.F) {
	for i, one := range everything() {
		b, err := layers.AppendFeature(nil, one)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), b)
		for n, info := range layers.All() {
			if info.Layer == one.Layer() {
				f.Add(uint8(n), b)
			}
		}
	}
	all := layers.All()
	f.Fuzz(func(t *testing.T, n uint8, b []byte) {
		l := all[int(n)%len(all)].Layer
		got, _, err := layers.DecodeFeature(l, b)
		if err != nil {
			return
		}
		first, err := layers.AppendFeature(nil, got)
		if err != nil {
			return // a position outside the globe
		}
		again, rest, err := layers.DecodeFeature(l, first)
		if err != nil || len(rest) > 0 {
			t.Fatalf("its own form is not taken: %v", err)
		}
		second, err := layers.AppendFeature(nil, again)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("two forms of one feature: %x and %x (%v)", first, second, err)
		}
	})
}

// FuzzReadSnapshot: no bytes make reading a file panic.
func FuzzReadSnapshot(f *testing.F) {
	f.Add(written(f, fileSnapshot(f, sample()[:4]...)))
	f.Add([]byte("wangge\x00\x01"))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = layers.ReadSnapshot(bytes.NewReader(b)) })
}
