package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/geopackage"
)

// edit applies edits past all checks of an import, as a careless program would.
func edit(t *testing.T, store string, edits ...layers.Edit) {
	t.Helper()
	s, err := geopackage.Open(store, layers.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), layers.Tx{Actor: actor(), At: time.Now(), Kind: "edit", Edits: edits}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// grid reads a grid of a store.
func grid(t *testing.T, store, id string) *layers.Grid {
	t.Helper()
	return read[*layers.Grid](t, store, layers.Grids, id)
}

// read reads a feature of a store.
func read[T layers.Feature](t *testing.T, store string, l layers.Layer, id string) T {
	t.Helper()
	s, err := geopackage.Open(store, layers.StoreOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	list, err := s.History(t.Context(), layers.Asked{Layer: l, IDs: []string{id}})
	if err != nil || len(list) == 0 {
		t.Fatalf("%v, %v", list, err)
	}
	return list[len(list)-1].(T)
}

func kinds(c checked) (out []string) {
	for _, p := range c.Problems {
		out = append(out, string(p.Layer)+" "+string(p.Kind))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestCheckOfTheDemoIsClean(t *testing.T) {
	c := decode[checked](t, ok(t, "check", "--json", "--strict", "--store", demo(t)).out)
	if len(c.Problems) != 0 || c.Rows[layers.Grids] != 37 || c.Rows[layers.Communities] != 247 || c.Rows[layers.Poles] != 3000 {
		t.Errorf("rows %v, problems %v", c.Rows, c.Problems)
	}
}

// TestCheckFindsPlantedDefects: each defect, planted alone, is found by its name and place, and makes the exit code 1.
func TestCheckFindsPlantedDefects(t *testing.T) {
	moved := func(g *layers.Grid, by float64) *layers.Grid {
		n := *g
		n.Geometry = n.Geometry.Clone()
		n.Geometry[0][0][1][0] += by // the south-eastern corner, into the next grid
		return &n
	}
	replace := func(f layers.Feature) layers.Edit {
		return layers.Edit{Op: layers.Replace, Layer: f.Layer(), ID: f.Head().ID, IfMatch: f.Head().Version, Feature: f}
	}
	for name, c := range map[string]struct {
		plant func(t *testing.T, store string)
		want  string
		code  int
	}{
		"a border that moved": {func(t *testing.T, store string) {
			edit(t, store, replace(moved(grid(t, store, "310116101Z01"), 0.0005)))
		}, "grids overlap", exitFailed},
		"a grid that is gone": {func(t *testing.T, store string) {
			g := grid(t, store, "310116101Z01")
			edit(t, store, layers.Edit{Op: layers.Delete, Layer: layers.Grids, ID: g.ID, IfMatch: g.Version})
		}, "grids topology-gap", exitFailed},
		"a border that will move": {func(t *testing.T, store string) {
			g := moved(grid(t, store, "310116101Z01"), 0.0005)
			g.ValidFrom = layers.InstantOf(time.Now().AddDate(1, 0, 0))
			edit(t, store, replace(g))
		}, "grids overlap", exitFailed},
		"a pole in the sea": {func(t *testing.T, store string) {
			p := &layers.Pole{Meta: layers.Meta{ID: "p_far", ValidFrom: 1}, Code: "P-FAR", Name: "far", MainUse: "telecom", Condition: "sound", Live: "unknown",
				State: "in_use", ClaimState: "none", Geometry: orb.Point{121.9, 30.2}}
			edit(t, store, layers.Edit{Op: layers.Create, Layer: layers.Poles, ID: p.ID, Feature: p})
		}, "poles orphan", exitOK},
		"a name that is none": {func(t *testing.T, store string) {
			g := *grid(t, store, "310116101Z01")
			g.Name = ""
			edit(t, store, replace(&g))
		}, "grids required", exitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			store := district(t)
			c.plant(t, store)
			r := command(t, "check", "--json", "--store", store)
			got := decode[checked](t, r.out)
			if r.code != c.code || !slices.Contains(kinds(got), c.want) {
				t.Errorf("exit code %d, found %v, want %q", r.code, kinds(got), c.want)
			}
			for _, p := range got.Problems {
				if p.Detail == "" || p.Code == "" {
					t.Errorf("a problem without feature or reason: %+v", p)
				}
			}
			if c.code == exitOK {
				text := refused(t, exitFailed, nil, "check", "--strict", "--store", store)
				contains(t, "the text", text.out, "warning poles orphan: P-FAR", "0 errors, 1 warnings")
			}
		})
	}
}

func TestTokens(t *testing.T) {
	store := empty(t)
	r := ok(t, "token", "create", "--name", "duty desk", "--role", "dispatcher", "--unit", "u_1", "--town", "310116113", "--expires", "90d", "--store", store)
	secret := strings.TrimSpace(r.out)
	if !strings.HasPrefix(secret, "wg_") || strings.Contains(r.err, secret) {
		t.Errorf("token create: %+v", r)
	}
	content, err := os.ReadFile(store)
	if err != nil || strings.Contains(string(content), secret) {
		t.Errorf("the secret is in the store's file (%v)", err)
	}
	list := decode[[]tokenLine](t, ok(t, "token", "list", "--json", "--store", store).out)
	if len(list) != 2 || list[1].Name != "duty desk" || list[1].Unit != "u_1" || list[1].Town != "310116113" || !list[1].Valid || list[1].Expires == 0 {
		t.Fatalf("list: %+v", list)
	}
	if out := ok(t, "token", "list", "--store", store).out; strings.Contains(out, layers.HashSecret(secret)) {
		t.Errorf("the list shows digests:\n%s", out)
	}
	ok(t, "token", "revoke", "duty desk", "--store", store)
	refused(t, exitFailed, []string{"no valid token"}, "token", "revoke", "duty desk", "--store", store)
	if list := decode[[]tokenLine](t, ok(t, "token", "list", "--json", "--store", store).out); len(list) != 1 {
		t.Errorf("after revoking: %+v", list)
	}
	all := decode[[]tokenLine](t, ok(t, "token", "list", "--all", "--json", "--store", store).out)
	if len(all) != 2 || all[1].Revoked == 0 || all[1].Valid {
		t.Errorf("all: %+v", all)
	}
	ok(t, "token", "create", "--name", "twin", "--role", "viewer", "--store", store)
	ok(t, "token", "create", "--name", "twin", "--role", "viewer", "--store", store)
	refused(t, exitFailed, []string{"2 tokens"}, "token", "revoke", "twin", "--store", store)
}

// TestBackupAndRestore: the restored store has the same features under another epoch; a damaged backup makes nothing, and
// nothing that is there is overwritten.
func TestBackupAndRestore(t *testing.T) {
	store, dir := district(t), t.TempDir()
	backup, target := filepath.Join(dir, "backup.wangge"), filepath.Join(dir, "restored.gpkg")
	ok(t, "backup", "--out", backup, "--store", store)
	refused(t, exitFailed, []string{"already"}, "backup", "--out", backup, "--store", store)
	contains(t, "restore", ok(t, "restore", "--from", backup, "--store", target).out, "features as of revision")
	a, b := decode[checked](t, ok(t, "check", "--json", "--store", store).out), decode[checked](t, ok(t, "check", "--json", "--store", target).out)
	if a.Position.Epoch == b.Position.Epoch || a.Position.Revision != b.Position.Revision {
		t.Errorf("positions: %v and %v", a.Position, b.Position)
	}
	for _, l := range []string{"grids", "poles", "editions"} {
		x, y := ok(t, "export", l, "--format", "csv", "--store", store).out, ok(t, "export", l, "--format", "csv", "--store", target).out
		if x != y {
			t.Errorf("%s of the restored store differ", l)
		}
	}
	refused(t, exitFailed, []string{"already", "kept"}, "restore", "--from", backup, "--store", target)
	content, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	damaged, none := write(t, "damaged.wangge", string(content)), filepath.Join(dir, "none.gpkg")
	refused(t, exitFailed, []string{"damaged", "kept"}, "restore", "--from", damaged, "--store", none)
	refused(t, exitFailed, []string{"no such file"}, "restore", "--from", damaged+".no", "--store", none)
	if _, err := os.Stat(none); err == nil {
		t.Error("a damaged backup made a store")
	}
}

func TestMigrate(t *testing.T) {
	store := empty(t)
	contains(t, "migrate", ok(t, "migrate", "--store", store).out, "newest")
	ok(t, "migrate", "--dry-run", "--store", store)
	refused(t, exitFailed, []string{"no store"}, "migrate", "--store", store+".gpkg")
}

func TestInit(t *testing.T) {
	dir := t.TempDir()
	district := filepath.Join(dir, "district.gpkg")
	r := ok(t, "init", "--store", district, "--name", "金山区", "--role", "publisher")
	contains(t, "init", r.out, "金山区", "wg_", "publisher", "wangge import", "wangge serve")
	contains(t, "a store of a district", command(t, "import", "grids", collection(t, 2, 0), "--crs", "wgs84", "--store", district).out, "nine digits")
	refused(t, exitFailed, []string{"already"}, "init", "--demo", "--store", district)
	refused(t, exitFailed, []string{"already"}, "init", "--empty", "--store", district)
	if list := decode[[]tokenLine](t, ok(t, "token", "list", "--json", "--store", district).out); len(list) != 1 || list[0].Role != layers.Publisher {
		t.Errorf("tokens: %+v", list)
	}
}
