package source_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wangge/layers"
	"wangge/layers/source"
)

func open(t testing.TB, path string, o source.Options) *source.Source {
	t.Helper()
	s, err := source.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// reader is a Source of a text.
func reader(t testing.TB, f source.Format, content string, o source.Options) *source.Source {
	t.Helper()
	o.Format = f
	s, err := source.FromReader(strings.NewReader(content), "file."+string(f), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// now is the clock of all tests.
func now() layers.Instant {
	return layers.InstantOf(time.Date(2025, 5, 20, 2, 5, 0, 0, time.UTC))
}

func plan(t testing.TB, in source.Input) *source.Plan {
	t.Helper()
	in.Now = now()
	p, err := source.NewPlan(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// good is plan for an import in which nothing must be wrong.
func good(t testing.TB, in source.Input) *source.Plan {
	t.Helper()
	p := plan(t, in)
	if p.Report.Blocked {
		t.Fatalf("the import is blocked:\n%s", reportText(t, p, 5))
	}
	return p
}

func reportText(t testing.TB, p *source.Plan, perKind int) string {
	t.Helper()
	var out bytes.Buffer
	if err := p.Report.WriteText(&out, perKind); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func free() layers.Settings  { return layers.Settings{Name: "test", Codes: layers.CodesFree} }
func local() layers.Settings { return layers.Settings{Name: "test", Codes: layers.CodesLocal} }

// codes maps columns to fields: "code", "adm_cd", "name", "nom".
func fields(pairs ...string) source.Mapping {
	m := source.Mapping{Fields: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		m.Fields[pairs[i]] = pairs[i+1]
	}
	return m
}

// stored makes features look as a store would hold them: version 1, revision 1.
func stored(list ...[]layers.Feature) []layers.Feature {
	all := slices.Concat(list...)
	for _, f := range all {
		f.Head().Version, f.Head().Revision = 1, 1
	}
	return all
}

// alike fails the test when two lists of features differ.
func alike(t testing.TB, got, want []layers.Feature) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("features differ (-want +got):\n%s", d)
	}
}
