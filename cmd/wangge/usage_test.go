package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func testContext() context.Context { return context.Background() }

// TestHelp: every command explains itself, with examples where it takes flags.
func TestHelp(t *testing.T) {
	for _, name := range []string{"serve", "init", "import", "export", "locate", "replay", "check", "migrate", "token", "backup", "restore", "version", "help",
		"token create", "token list", "token revoke"} {
		args := append(strings.Fields(name), "--help")
		flagged := ok(t, args...).out
		contains(t, name+" --help", flagged, "Usage: wangge "+name)
		if got := ok(t, append([]string{"help"}, strings.Fields(name)...)...).out; got != flagged {
			t.Errorf("help %s differs from %s --help", name, name)
		}
		if !strings.Contains(name, " ") && name != "version" && name != "help" {
			contains(t, name+" --help", flagged, "Examples:", "wangge "+name)
		}
	}
	contains(t, "--help", ok(t, "--help").out, "Commands:", "serve", "restore")
	contains(t, "help config", ok(t, "help", "config").out, "WANGGE_STORE", "GOMEMLIMIT")
}

// TestContractFlags: the names that others script against.
func TestContractFlags(t *testing.T) {
	for name, flags := range map[string]string{
		"serve":  "--store --listen --metrics-listen --state-dir --tile-memory --demo",
		"init":   "--store --empty --demo",
		"import": "--store --crs --layer --code-field --name-field --town-field --edition --valid-from --authority --document --survey-date --accuracy --dry-run --repair --tolerance --encoding --undo",
		"export": "--store --format --out", "locate": "--store --crs --points", "replay": "--store --state-dir", "check": "--store", "migrate": "--store",
		"token create": "--name --role --unit --town --expires", "backup": "--store --out", "restore": "--from --store",
	} {
		help := ok(t, append(strings.Fields(name), "--help")...).out
		for _, flag := range strings.Fields(flags) {
			if !strings.Contains(help, flag+"=") && !strings.Contains(help, flag+" ") {
				t.Errorf("%s has no %s", name, flag)
			}
		}
	}
}

func TestUsageErrors(t *testing.T) {
	store := "--store=" + filepath.Join(t.TempDir(), "none.gpkg")
	for name, c := range map[string]struct {
		args string
		want string
	}{
		"no such command":       {"tset", "unexpected argument"},
		"no such flag":          {"check --nope", "unknown flag"},
		"import without a file": {"import grids", "name a layer and a file"},
		"import without a crs":  {"import grids x.geojson", "--crs is missing"},
		"no such crs":           {"import grids x.geojson --crs wgs72", "wgs84"},
		"no such layer":         {"import cells x.geojson --crs wgs84", "no layer"},
		"a day that is none":    {"import grids x.geojson --crs wgs84 --valid-from 2025-02-30", "--valid-from"},
		"a wild tolerance":      {"import grids x.geojson --crs wgs84 --repair --tolerance 1000", "--tolerance"},
		"undo with a file":      {"import grids x.geojson --undo 3", "alone"},
		"no such format":        {"export grids --format shp", "geojson, gpkg or csv"},
		"a store of no kind":    {"check --store mysql://x", "postgres://"},
		"a store that is text":  {"check --store notes.txt", ".gpkg"},
		"half a position":       {"locate --crs wgs84 121.3", "LON and LAT"},
		"position and file":     {"locate --crs wgs84 121.3 30.7 --points x.csv", "not both"},
		"locate without crs":    {"locate 121.3 30.7", "--crs"},
		"no such role":          {"token create --name x --role king", "planner"},
		"an end in the past":    {"token create --name x --role viewer --expires 2001-01-01", "past"},
		"an end that is none":   {"token create --name x --role viewer --expires soon", "90d"},
		"empty and demo":        {"init --empty --demo", "can't be used together"},
	} {
		t.Run(name, func(t *testing.T) {
			args := strings.Fields(c.args)
			if !strings.Contains(c.args, "--store") && args[0] != "tset" {
				args = append(args, store)
			}
			r := refused(t, exitUsage, []string{c.want, "--help"}, args...)
			if r.out != "" {
				t.Errorf("standard output is not empty: %s", r.out)
			}
		})
	}
}

// TestFailuresAreForPeople: one line on what happened, what was kept, what to do; the chain with --log-level debug alone.
func TestFailuresAreForPeople(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none.gpkg")
	text := write(t, "text.gpkg", "this is no database, whatever its name says; it only needs to be longer than a header")
	database := "postgres://somebody:secret-word@127.0.0.1:1/district"
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"no store":                {[]string{"check", "--store", none}, []string{"there is no store", "wangge init"}},
		"not a store":             {[]string{"check", "--store", text}, []string{"not a GeoPackage"}},
		"a database that is down": {[]string{"check", "--store", database}, []string{"cannot be reached", "somebody@127.0.0.1:1", "try"}},
		"no file to import":       {[]string{"import", "grids", filepath.Join(dir, "x.geojson"), "--crs", "wgs84", "--store", empty(t)}, []string{"no such file", "kept"}},
		"a store that is there":   {[]string{"init", "--empty", "--store", empty(t)}, []string{"already", "kept"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := refused(t, exitFailed, c.want, c.args...)
			first, _, _ := strings.Cut(r.err, "\n")
			for _, internal := range []string{"geopackage: ", "postgis: ", "layers: ", "source: ", "secret-word"} {
				if strings.Contains(r.err, internal) {
					t.Errorf("%q is not for people: %s", internal, r.err)
				}
			}
			if len(first) > 300 {
				t.Errorf("the first line has %d bytes: %s", len(first), first)
			}
			debug := refused(t, exitFailed, []string{"cause"}, append(c.args, "--log-level", "debug")...)
			if strings.Contains(debug.err, "secret-word") {
				t.Errorf("the password is shown: %s", debug.err)
			}
		})
	}
}

// TestWhereFlagsComeFrom: the command line wins over the environment, that over the file, that over the default.
func TestWhereFlagsComeFrom(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	named := func(s string) string { return "there is no store " + s + "\n" }
	flat := file("flat.json", `{"store": "file.gpkg", "tolerance": 0.25, "gcj02": false}`)
	nested := file("nested.json", `{"store": "file.gpkg", "check": {"store": "nested.gpkg"}, "token": {"role": "viewer"}}`)
	for name, c := range map[string]struct {
		env  []string
		args []string
		want string
	}{
		"default":               {nil, []string{"check"}, named("wangge.gpkg")},
		"file":                  {nil, []string{"check", "--config", flat}, named("file.gpkg")},
		"file by environment":   {[]string{"WANGGE_CONFIG=" + flat}, []string{"check"}, named("file.gpkg")},
		"the command's own":     {nil, []string{"check", "--config=" + nested}, named("nested.gpkg")},
		"not another's":         {nil, []string{"export", "grids", "--format", "csv", "--config=" + nested}, named("file.gpkg")},
		"environment":           {[]string{"WANGGE_STORE=env.gpkg"}, []string{"check", "--config", nested}, named("env.gpkg")},
		"empty environment":     {[]string{"WANGGE_STORE="}, []string{"check", "--config", flat}, named("file.gpkg")},
		"command line":          {[]string{"WANGGE_STORE=env.gpkg"}, []string{"check", "--store", "flag.gpkg", "--config", flat}, named("flag.gpkg")},
		"a required flag":       {[]string{"WANGGE_FORMAT=csv"}, []string{"export", "grids"}, named("wangge.gpkg")},
		"a name that is none":   {nil, []string{"check", "--config", file("bad.json", `{"stroe": "x.gpkg"}`)}, `"stroe", which is no flag`},
		"a name of another":     {nil, []string{"check", "--config", file("other.json", `{"check": {"listen": ":1"}}`)}, `"listen" in "check"`},
		"a file that is text":   {nil, []string{"check", "--config", file("text.json", `store = x`)}, "not a JSON object"},
		"a file that is absent": {nil, []string{"check", "--config", filepath.Join(dir, "absent.json")}, "cannot be read"},
		"two objects":           {nil, []string{"check", "--config", file("two.json", `{} {}`)}, "goes on"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir)
			r := commandWith(t, c.env, "", c.args...)
			if r.code == exitOK || !strings.Contains(r.err, c.want) {
				t.Errorf("exit code %d, want the text %q:\n%s", r.code, c.want, r.err)
			}
		})
	}
}

func TestSwitchOfTheDecoder(t *testing.T) {
	store := empty(t)
	ok(t, "import", "grids", collection(t, 2, 0), "--crs", "wgs84", "--store", store)
	ok(t, "locate", "--crs", "gcj02", "121.309", "30.703", "--store", store)
	refused(t, exitFailed, []string{"not available"}, "locate", "--crs", "gcj02", "121.309", "30.703", "--store", store, "--no-gcj02")
	if r := commandWith(t, []string{"WANGGE_GCJ02=false"}, "", "locate", "--crs", "bd09", "121.309", "30.703", "--store", store); r.code != exitFailed {
		t.Errorf("WANGGE_GCJ02=false did not switch the decoder off: %+v", r)
	}
}

func TestVersion(t *testing.T) {
	contains(t, "version", ok(t, "version").out, "wangge ", "go1.", "geopackage", "postgis")
	v := decode[build](t, ok(t, "version", "--json").out)
	if v.Schema["geopackage"] < 1 || v.Schema["postgis"] < 1 || v.Go == "" {
		t.Errorf("version --json: %+v", v)
	}
}
