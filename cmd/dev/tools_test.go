package main

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// Every package whose tests can write their expected files again has its place among the generators, and so has every other
// generated file that is committed.
func TestGoldenRenewsEverything(t *testing.T) {
	var words []string
	for _, g := range generators() {
		words = append(words, g.words...)
	}
	tree := os.DirFS("../..")
	found := 0
	err := fs.WalkDir(tree, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if file != "." && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, "_test.go") || path.Dir(file) == "cmd/dev" {
			return nil
		}
		text, err := fs.ReadFile(tree, file)
		if err == nil && strings.Contains(string(text), `flag.Bool("update"`) {
			found++
			if !slices.Contains(words, "./"+path.Dir(file)) {
				t.Errorf("the tests of %s take -update, which golden does not know", path.Dir(file))
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Fatalf("found %d packages that take -update, %v", found, err)
	}
	for _, word := range []string{"./cmd/demo", "gen-api"} {
		if !slices.Contains(words, word) {
			t.Errorf("golden does not run %s", word)
		}
	}
}

// The tests that generators name are there: go test is content with a pattern that fits none.
func TestGoldenNamesTests(t *testing.T) {
	for _, g := range generators() {
		at := slices.Index(g.words, "-run")
		if at < 0 {
			continue
		}
		name := strings.Trim(g.words[at+1], "^$")
		folder := g.words[slices.IndexFunc(g.words, func(w string) bool { return strings.HasPrefix(w, "./") })]
		found := false
		files, err := fs.Glob(os.DirFS("../.."), path.Join(folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile("../../" + file)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(string(text), "func "+name+"(t *testing.T)")
		}
		if !found {
			t.Errorf("%s: there is no %s in %s", g.makes, name, folder)
		}
	}
}
