package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// The tests are inside the package: a command exports nothing.

// result is how a command line ended.
type result struct {
	code     int
	out, err string
}

// command runs a command line as main does, with nothing on standard input.
func command(t testing.TB, args ...string) result {
	t.Helper()
	return commandWith(t, nil, "", args...)
}

func commandWith(t testing.TB, env []string, in string, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	code := run(t.Context(), args, env, stdio{strings.NewReader(in), &out, &err})
	return result{code, out.String(), err.String()}
}

// ok is command for one that must succeed.
func ok(t testing.TB, args ...string) result {
	t.Helper()
	r := command(t, args...)
	if r.code != exitOK {
		t.Fatalf("wangge %s: exit code %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r
}

// refused is command for one that must fail with the code, and say each of the texts on standard error.
func refused(t testing.TB, code int, texts []string, args ...string) result {
	t.Helper()
	r := command(t, args...)
	if r.code != code {
		t.Errorf("wangge %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), r.code, code, r.out, r.err)
	}
	for _, text := range texts {
		if !strings.Contains(r.err, text) {
			t.Errorf("wangge %s: standard error does not say %q:\n%s", strings.Join(args, " "), text, r.err)
		}
	}
	return r
}

func contains(t testing.TB, what, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not say %q:\n%s", what, w, text)
		}
	}
}

// decode reads JSON.
func decode[T any](t testing.TB, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in\n%.500s", err, text)
	}
	return v
}

// write puts a file into a temporary folder and returns its path.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// square is a polygon with its south-west corner at x, y steps of 0.01 degree from 121.3, 30.7, and the right side moved by
// shift degrees.
func square(x, y int, shift float64) string {
	at := func(dx, dy int, shift float64) string {
		return fmt.Sprintf("[%.7f,%.7f]", 121.3+0.01*float64(x+dx)+shift, 30.7+0.01*float64(y+dy))
	}
	sw, se, ne, nw := at(0, 0, 0), at(1, 0, shift), at(1, 1, shift), at(0, 1, 0)
	return fmt.Sprintf(`{"type":"Polygon","coordinates":[[%s,%s,%s,%s,%s]]}`, sw, se, ne, nw, sw)
}

// collection is a file of grids named a, b, c, d from west to east; the first one's right side is moved by shift degrees.
func collection(t testing.TB, count int, shift float64) string {
	t.Helper()
	var parts []string
	for i := range count {
		s := 0.0
		if i == 0 {
			s = shift
		}
		parts = append(parts, fmt.Sprintf(`{"type":"Feature","properties":{"code":"%c","name":"grid %c"},"geometry":%s}`, 'a'+i, 'a'+i, square(i, 0, s)))
	}
	return write(t, "grids.geojson", `{"type":"FeatureCollection","features":[`+strings.Join(parts, ",\n")+`]}`)
}

// empty makes an empty store for any coverage.
func empty(t testing.TB) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "store.gpkg")
	ok(t, "init", "--empty", "--store", store)
	return store
}

// district makes a store of a small district: one town, two grids from west to east, and a pole in the first.
func district(t testing.TB) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "district.gpkg")
	ok(t, "init", "--store", store, "--name", "test")
	west, east := square(0, 0, 0), square(1, 0, 0)
	both := `{"type":"Polygon","coordinates":[[[121.3,30.7],[121.31,30.7],[121.32,30.7],[121.32,30.71],[121.31,30.71],[121.3,30.71],[121.3,30.7]]]}`
	for _, l := range []struct{ layer, features string }{
		{"districts", feature("310116", both)}, {"towns", feature("310116101", both)},
		{"grids", feature("310116101Z01", west) + "," + feature("310116101Z02", east)},
		{"poles", feature("P-1", `{"type":"Point","coordinates":[121.305,30.705]}`)},
	} {
		file := write(t, l.layer+".geojson", `{"type":"FeatureCollection","features":[`+l.features+`]}`)
		ok(t, "import", l.layer, file, "--crs", "wgs84", "--valid-from", "2025-01-01", "--store", store)
	}
	return store
}

func feature(code, geometry string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q,"name":"name of %s"},"geometry":%s}`, code, code, geometry)
}

// demoFile is the demo store, made once for all tests.
var demoFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "wangge-demo-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	store := filepath.Join(dir, "demo.gpkg")
	var said bytes.Buffer
	if code := run(testContext(), []string{"init", "--demo", "--store", store}, nil, stdio{nil, &said, &said}); code != exitOK {
		return nil, fmt.Errorf("init --demo: exit code %d\n%s", code, said.String())
	}
	return os.ReadFile(store)
})

// demo returns a demo store of the test's own.
func demo(t testing.TB) string {
	t.Helper()
	content, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "demo.gpkg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
