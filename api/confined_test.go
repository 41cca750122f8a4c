package api_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
)

// journal is a log that is written by requests and read by a test.
type journal struct {
	lock sync.Mutex
	b    bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.lock.Lock()
	defer j.lock.Unlock()
	return j.b.Write(b)
}

// lines returns the lines about reads of contacts since the last call.
func (j *journal) lines() (out []string) {
	j.lock.Lock()
	defer j.lock.Unlock()
	for line := range strings.Lines(j.b.String()) {
		if strings.Contains(line, "contacts read") {
			out = append(out, line)
		}
	}
	j.b.Reset()
	return out
}

// Contacts and refusals are seen by those who may read them, and by nobody else, wherever one could look.
func TestConfinedLayers(t *testing.T) {
	const number, words = "021-5799-8080", "机密的退单理由"
	contact := &layers.Contact{Meta: meta("k_1"), Code: "K-1", Name: "值班电话", Unit: "u_transport", Kind: "duty_phone", Value: number}
	refusal := &layers.Refusal{Meta: meta("re_1"), Code: "re_1", Name: "退单", Answer: "a", Next: "b", Unit: "u_transport", Proposed: "u_park", Grid: "310116113Z01", Reason: "other", Text: words, Hop: 1, Author: "x"}
	log := &journal{}
	s, _ := storeServer(t, time.Now, []layers.Feature{contact, refusal}, func(o *api.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	readers := map[string][]layers.Role{
		"contacts": {layers.Dispatcher, layers.Planner},
		"refusals": {layers.Dispatcher, layers.UnitAgent, layers.Planner, layers.Reviewer, layers.Publisher, layers.Auditor},
	}
	id := map[string]string{"contacts": "k_1", "refusals": "re_1"}
	secret := map[string]string{"contacts": number, "refusals": words}
	everybody := append(layers.Roles(), "")
	reads := 0
	for layer, may := range readers {
		for _, path := range []string{"/v1/" + layer, "/v1/" + layer + "/" + id[layer], "/v1/" + layer + "?q=" + id[layer][:1], "/v1/" + layer + "?known_at=2030-01-01T00:00:00Z"} {
			for _, role := range everybody {
				r := s.send(ask{Path: path, Role: role})
				sees := bytes.Contains(r.bytes, []byte(secret[layer]))
				switch ok := slices.Contains(may, role); {
				case ok != (r.StatusCode == http.StatusOK):
					t.Errorf("%s by %q: %d %s", path, role, r.StatusCode, r.bytes)
				case !ok && (sees || bytes.Contains(r.bytes, []byte(`"`+id[layer]+`"`))):
					t.Errorf("%s shows it to %q: %s", path, role, r.bytes)
				case ok && !sees && !strings.Contains(path, "q="):
					t.Errorf("%s does not show it to %q: %s", path, role, r.bytes)
				}
				if layer == "contacts" && slices.Contains(may, role) {
					reads++
				}
			}
		}
	}
	lines := log.lines()
	if len(lines) != reads || reads != 8 {
		t.Errorf("%d reads of contacts have %d lines", reads, len(lines))
	}
	for _, line := range lines {
		if strings.Contains(line, number) || !strings.Contains(line, "token=t_") || !strings.Contains(line, "request_id=") {
			t.Errorf("a line of a read: %s", line)
		}
	}
	// Everywhere else nobody sees them, whoever asks.
	for _, path := range []string{
		"/collections", "/collections/contacts", "/collections/contacts/items", "/collections/contacts/items/k_1", "/collections/contacts/queryables", "/collections/contacts/schema", "/collections/refusals/items",
		"/collections/refusals/items/re_1?f=html", "/collections?f=html", "/tiles/contacts/10/857/419.mvt", "/tiles/refusals/10/857/419.mvt", "/tiles/grids,contacts/10/857/419.mvt", "/tiles/contacts.json",
		"/v1/search?q=" + number, "/v1/search?q=" + "%E5%80%BC%E7%8F%AD", "/v1/search?q=k_1", "/v1/search?q=K-1", "/v1/stats", "/v1/status", "/collections/contacts/map", "/collections/contacts/tiles",
		"/v1/units/u_transport", "/v1/units?q=transport", lookupPath(at(5, 1)), "/v1/editions", "/styles/wangge.json", "/cds/curbs/zones", "/v1/k_1", "/metrics",
	} {
		for _, role := range everybody {
			r := s.send(ask{Path: path, Role: role})
			body := strings.ReplaceAll(string(r.bytes), path[strings.IndexByte(path, '=')+1:], "") // a search shows what was asked for
			for _, word := range []string{number, words, `"k_1"`, `"re_1"`} {
				if strings.Contains(body, word) {
					t.Errorf("%s shows %q to %q: %s", path, word, role, r.bytes[:min(len(r.bytes), 600)])
				}
			}
			if strings.Contains(path, "contacts") && r.StatusCode == http.StatusOK {
				t.Errorf("%s answers %q", path, role)
			}
		}
	}
	// The changes name them to readers alone.
	for _, role := range everybody {
		body := string(s.send(ask{Path: "/v1/changes?since=0", Role: role}).bytes)
		for layer, may := range readers {
			if named := strings.Contains(body, `"layer":"`+layer+`"`); named != slices.Contains(may, role) {
				t.Errorf("changes: %q sees that %s were changed: %v", role, layer, named)
			}
		}
	}
	// An event says nothing of them.
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	events, _, stop := stream(t, web.URL, "")
	defer stop()
	first := next(t, events)
	edit, park := *contact, *copyOf[layers.Unit](s.World(), layers.Units, "u_park")
	edit.Value, park.Name = "021-0000-1111", "亭林园区"
	_, err := s.store.Apply(t.Context(), layers.Tx{Actor: layers.Actor{Name: "test"}, At: time.Now(), Kind: "edit", Edits: []layers.Edit{
		{Op: layers.Replace, Layer: layers.Contacts, ID: "k_1", Feature: &edit, IfMatch: 1}, {Op: layers.Replace, Layer: layers.Units, ID: "u_park", Feature: &park, IfMatch: 1}}})
	must(t, err)
	s.feed.Nudge()
	e := next(t, events)
	for e.data.Revision == first.data.Revision {
		e = next(t, events)
	}
	if len(e.data.Changes) != 1 || e.data.Changes[0].Layer != "units" || !slices.Equal(e.data.Layers, []string{"units"}) {
		t.Errorf("the event of an edit of a contact and a unit: %+v", e.data)
	}
}
