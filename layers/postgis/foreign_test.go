package postgis_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"wangge/layers"
	"wangge/layers/storetest"
)

// sampled returns a store that holds storetest.Sample at revision 1, and its URL.
func sampled(t *testing.T) (layers.Store, string) {
	t.Helper()
	url := newDatabase(t, storetest.Settings())
	s := open(t, url, layers.StoreOptions{})
	apply(t, s, createAll(storetest.Sample())...)
	return s, url
}

func createAll(list []layers.Feature) (edits []layers.Edit) {
	for _, f := range list {
		edits = append(edits, layers.Edit{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f})
	}
	return edits
}

func apply(t *testing.T, s layers.Store, edits ...layers.Edit) layers.Receipt {
	t.Helper()
	r, err := s.Apply(t.Context(), layers.Tx{Actor: layers.Actor{Name: "planner"}, At: time.Now(), Kind: "edit", Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func connectTo(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

// TestForeignTransaction: what another program does in one transaction has one revision and one notification, whatever the
// number of its statements, and a transaction that is rolled back has none.
func TestForeignTransaction(t *testing.T) {
	t.Parallel()
	s, url := sampled(t)
	listener := connectTo(t, url)
	if _, err := listener.Exec(t.Context(), "LISTEN wangge"); err != nil {
		t.Fatal(err)
	}
	writer := connectTo(t, url)
	run := func(end string) {
		t.Helper()
		for _, sql := range []string{"BEGIN", "UPDATE wangge.poles SET name = 'a'", "DELETE FROM wangge.spaces WHERE id = 'x_1'",
			"UPDATE wangge.poles SET name = 'b' WHERE id = 'x_0'", "UPDATE wangge.poles SET name = 'none' WHERE id = 'none'", end} {
			if _, err := writer.Exec(t.Context(), sql); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
		}
	}
	run("ROLLBACK")
	run("COMMIT")
	got, err := s.Changes(t.Context(), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range got {
		if c.Revision != 2 || c.Kind != "file" || c.Actor != "sql" || !strings.Contains(c.Note, "database user") {
			t.Errorf("line of audit: %+v", c)
		}
		lines = append(lines, string(c.Op)+" "+string(c.Layer)+" "+c.ID)
	}
	want := []string{"replace poles x_0", "replace poles x_1", "replace poles x_2", "delete spaces x_1", "replace poles x_0"}
	if d := cmp.Diff(want, lines); d != "" {
		t.Errorf("audit (-want +got):\n%s", d)
	}
	n, err := listener.WaitForNotification(t.Context())
	if err != nil || n.Payload != "2" {
		t.Errorf("notification: got %v, %v, want the revision 2", n, err)
	}
	quiet, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if n, err := listener.WaitForNotification(quiet); err == nil {
		t.Errorf("a second notification: %v", n)
	}
}

// TestPresentViews: what GIS clients see is what applies now, with the name, the code and the geometry, and cannot be written.
func TestPresentViews(t *testing.T) {
	t.Parallel()
	s, url := sampled(t)
	later := storetest.Fresh(layers.Grids, 0)
	later.Head().ValidFrom = layers.InstantOf(time.Now().Add(24 * time.Hour))
	apply(t, s, layers.Edit{Op: layers.Replace, Layer: layers.Grids, ID: later.Head().ID, Feature: later, IfMatch: 1},
		layers.Edit{Op: layers.Delete, Layer: layers.Poles, ID: "x_1", IfMatch: 1, End: layers.InstantOf(time.Now().Add(-time.Hour))})
	c := connectTo(t, url)
	for _, info := range layers.All() {
		want := 0
		for _, f := range storetest.Sample() {
			if f.Layer() == info.Layer {
				want++
			}
		}
		if info.Layer == layers.Poles {
			want-- // it has ended; a grid that changes tomorrow is there today
		}
		geometry := "''"
		if info.Geometry != "" {
			geometry = "ST_GeometryType(geom) || ST_SRID(geom)"
		}
		var n, named int
		err := c.QueryRow(t.Context(), "SELECT count(*), count(*) FILTER (WHERE code <> '' AND name <> '' AND id <> '' AND "+geometry+
			" IS NOT NULL) FROM wangge."+string(info.Layer)+"_present").Scan(&n, &named)
		if err != nil || n != want || named != want {
			t.Errorf("%s_present: %d rows, %d complete, want %d: %v", info.Layer, n, named, want, err)
		}
	}
	var kind string
	var srid int
	if err := c.QueryRow(t.Context(), "SELECT type, srid FROM geometry_columns WHERE f_table_name = 'grids_present'").Scan(&kind, &srid); err != nil || kind != "MULTIPOLYGON" || srid != 4490 {
		t.Errorf("geometry_columns of the view: %s, %d, %v", kind, srid, err)
	}
	if _, err := c.Exec(t.Context(), "UPDATE wangge.poles_present SET name = 'a'"); err == nil {
		t.Error("a view of present rows was written")
	}
	if _, err := c.Exec(t.Context(), "TRUNCATE wangge.poles"); err == nil {
		t.Error("a layer was truncated")
	}
}

// TestConstraints: what only the tables check comes back as an error about the feature and the member.
func TestConstraints(t *testing.T) {
	t.Parallel()
	s, _ := sampled(t)
	for _, c := range []struct {
		name, pointer string
		change        func(p *layers.Pole)
	}{
		{"a word that is none of the list", "/condition", func(p *layers.Pole) { p.Condition = "fine" }},
		{"a year that cannot be read", "/valid_to", func(p *layers.Pole) { p.ValidTo = layers.Instant(9e15) }},
		{"a start in antiquity", "/valid_from", func(p *layers.Pole) { p.ValidFrom = layers.Instant(-6e13) }},
	} {
		pole := storetest.Fresh(layers.Poles, 7).(*layers.Pole)
		c.change(pole)
		_, err := edit(t.Context(), s, pole)
		var bad *layers.Invalid
		if !errors.As(err, &bad) || bad.Layer != layers.Poles || bad.ID != "x_7" || bad.Issues[0].Pointer != c.pointer {
			t.Errorf("%s: got %v, want an issue of poles x_7 at %s", c.name, err, c.pointer)
		}
	}
	pole := storetest.Fresh(layers.Poles, 7).(*layers.Pole)
	pole.Name = "a\x00b"
	if _, err := edit(t.Context(), s, pole); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("a byte 0 in a text: got %v, want ErrInvalid", err)
	}
	if head, err := s.Head(t.Context()); err != nil || head.Revision != 1 {
		t.Errorf("head after refused edits: %v, %v", head, err)
	}
}
