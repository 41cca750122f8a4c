package layers_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/layers"
)

func TestStorable(t *testing.T) {
	pole := func(change func(*layers.Pole)) *layers.Pole {
		p := &layers.Pole{Meta: layers.Meta{ID: "p_1", ValidFrom: 1000}, Code: "C-1"}
		p.Geometry = orb.Point{121.30000004, 30.8}
		if change != nil {
			change(p)
		}
		return p
	}
	town := &layers.Town{Meta: layers.Meta{ID: "310116101", ValidFrom: 1000}, Code: "310116102"}
	unit := &layers.Unit{Meta: layers.Meta{ID: "u_1", ValidFrom: 1000}}
	for name, c := range map[string]struct {
		edit          layers.Edit
		pointer, code string // of the issue; code "" where there is none
		want          orb.Geometry
	}{
		"a point, on multiples of 1e-7": {edit: layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: "p_1", Feature: pole(nil)}, want: orb.Point{121.3, 30.8}},
		"a layer without geometry":      {edit: layers.Edit{Op: layers.Replace, Layer: layers.Units, ID: "u_1", Feature: unit}},
		"a deletion":                    {edit: layers.Edit{Op: layers.Delete, Layer: layers.Poles, ID: "p_1"}},
		"no layer":                      {edit: layers.Edit{Op: layers.Delete, Layer: "lamps", ID: "p_1"}, code: "layer"},
		"no id":                         {edit: layers.Edit{Op: layers.Delete, Layer: layers.Poles}, pointer: "/id", code: "required"},
		"no operation":                  {edit: layers.Edit{Op: "upsert", Layer: layers.Poles, ID: "p_1", Feature: pole(nil)}, code: "op"},
		"no feature":                    {edit: layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: "p_1"}, code: "required"},
		"a feature of another layer":    {edit: layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: "u_1", Feature: unit}, code: "required"},
		"a feature of another id":       {edit: layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: "p_2", Feature: pole(nil)}, pointer: "/id", code: "form"},
		"an id that is not the code":    {edit: layers.Edit{Op: layers.Create, Layer: layers.Towns, ID: "310116101", Feature: town}, pointer: "/code", code: "form"},
		"no beginning": {edit: layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: "p_1",
			Feature: pole(func(p *layers.Pole) { p.ValidFrom = 0 })}, pointer: "/valid_from", code: "required"},
		"an end at the beginning": {edit: layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: "p_1",
			Feature: pole(func(p *layers.Pole) { p.ValidTo = p.ValidFrom })}, pointer: "/valid_to", code: "range"},
		"not a number": {edit: layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: "p_1",
			Feature: pole(func(p *layers.Pole) { p.Geometry = orb.Point{math.NaN(), 30} })}, pointer: "/geometry", code: "bad-coordinate"},
		"no geometry": {edit: layers.Edit{Op: layers.Create, Layer: layers.Segments, ID: "s_1",
			Feature: &layers.Segment{Meta: layers.Meta{ID: "s_1", ValidFrom: 1000}}}, pointer: "/geometry", code: "required"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.edit.Storable()
			var bad *layers.Invalid
			switch {
			case c.code == "" && err != nil:
				t.Fatal(err)
			case c.code != "" && (!errors.As(err, &bad) || bad.Layer != c.edit.Layer || bad.ID != c.edit.ID || len(bad.Issues) != 1 ||
				bad.Issues[0].Pointer != c.pointer || bad.Issues[0].Code != c.code):
				t.Fatalf("got %v, want %s at %q", err, c.code, c.pointer)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("geometry (-want +got):\n%s", d)
			}
		})
	}
}

func TestOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		edit            layers.Edit
		found           bool
		current, before int64
		version         int64               // of the result
		conflict        layers.ConflictKind // instead of a result
		now             int64               // the version that the conflict names
	}{
		"a new id":            {edit: layers.Edit{Op: layers.Create}, version: 1},
		"an id in use":        {edit: layers.Edit{Op: layers.Create}, found: true, current: 4, before: 3, conflict: layers.Exists, now: 4},
		"an id from before":   {edit: layers.Edit{Op: layers.Create}, before: 3, conflict: layers.Retired},
		"revived":             {edit: layers.Edit{Op: layers.Create, Revive: true}, before: 3, version: 4},
		"revived while there": {edit: layers.Edit{Op: layers.Create, Revive: true}, found: true, current: 4, before: 3, conflict: layers.Exists, now: 4},
		"replaced":            {edit: layers.Edit{Op: layers.Replace, IfMatch: 4}, found: true, current: 4, version: 5},
		"replaced in vain":    {edit: layers.Edit{Op: layers.Replace, IfMatch: 3}, found: true, current: 4, conflict: layers.StaleVersion, now: 4},
		"nothing to replace":  {edit: layers.Edit{Op: layers.Replace, IfMatch: 3}, conflict: layers.StaleVersion},
		"nothing at all":      {edit: layers.Edit{Op: layers.Replace}, conflict: layers.StaleVersion},
		"deleted":             {edit: layers.Edit{Op: layers.Delete, IfMatch: 4}, found: true, current: 4, version: 4},
		"deleted in vain":     {edit: layers.Edit{Op: layers.Delete, IfMatch: 5}, found: true, current: 4, conflict: layers.StaleVersion, now: 4},
	} {
		t.Run(name, func(t *testing.T) {
			c.edit.Layer, c.edit.ID = layers.Poles, "p_1"
			got, err := c.edit.Outcome(c.found, c.current, c.before)
			var conflict *layers.Conflict
			if errors.As(err, &conflict) != (c.conflict != "") || conflict != nil && (conflict.Kind != c.conflict || conflict.Version != c.now ||
				conflict.Layer != layers.Poles || conflict.ID != "p_1") {
				t.Fatalf("got %v, want %q at version %d", err, c.conflict, c.now)
			}
			want := layers.Result{Key: layers.Key{Layer: layers.Poles, ID: "p_1"}, Op: c.edit.Op, Version: c.version}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestReplay(t *testing.T) {
	tx := layers.Tx{Key: "k", Body: [32]byte{1, 2, 3}}
	kept := `{"Position":{"epoch":"e","revision":7},"RecordedAt":"2025-05-20T02:05:00Z","Results":[{"Layer":"poles","ID":"p_1","op":"create","version":1}]}`
	want := layers.Receipt{Position: layers.Position{Epoch: "e", Revision: 7}, RecordedAt: 1747706700000, Replayed: true,
		Results: []layers.Result{{Key: layers.Key{Layer: layers.Poles, ID: "p_1"}, Op: layers.Create, Version: 1}}}
	got, err := tx.Replay(tx.Body[:], kept)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if got, err := tx.Replay([]byte{9}, kept); !errors.Is(err, layers.ErrKeyReused) || got.Position.Revision != 0 {
		t.Errorf("another request: got %+v, %v, want ErrKeyReused", got, err)
	}
	if _, err := tx.Replay(tx.Body[:], "no JSON"); err == nil || errors.Is(err, layers.ErrKeyReused) {
		t.Errorf("a spoilt receipt: got %v", err)
	}
	if now := layers.Instant(1747706700000); now-layers.KeysSince(now) != 48*3600*1000 {
		t.Errorf("keys are known since %v at %v, want 48 hours", layers.KeysSince(now), now)
	}
}
