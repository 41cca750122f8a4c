package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
)

// Two planners change one draft: the second sees both versions, and nothing is lost.
func TestPlannersCollide(t *testing.T) {
	s, _ := scheduleServer(t)
	path, tag := s.draft()
	first := s.do(ask{Method: "PUT", Path: path, Role: layers.Planner, Body: scheduleBody("name", `"first"`), Header: []string{"If-Match", tag}}).status(http.StatusOK)
	p := s.do(ask{Method: "PUT", Path: path, Role: planner2, Body: scheduleBody("name", `"second"`, "from", `"2026-11-01"`), Header: []string{"If-Match", tag}}).problem(http.StatusPreconditionFailed, "stale-version")
	current, _ := p["current"].(map[string]any)
	yours, _ := p["yours"].(map[string]any)
	if p["current_etag"] != first.Header.Get("ETag") || current["name"] != "first" || current["version"] != 2.0 || yours["name"] != "second" || yours["from"] != "2026-11-01" {
		t.Errorf("both versions: %v", p)
	}
	s.do(ask{Method: "PUT", Path: path, Role: planner2, Body: scheduleBody("name", `"both"`), Header: []string{"If-Match", p["current_etag"].(string)}}).status(http.StatusOK)
	// A step on what has changed meanwhile is refused in the same way.
	p = s.stepWith(layers.Planner, path, "submit", tag, newKey(), `{"text":"mine"}`).problem(http.StatusPreconditionFailed, "stale-version")
	if current, _ := p["current"].(map[string]any); current["name"] != "both" || p["yours"].(map[string]any)["text"] != "mine" {
		t.Errorf("a step: %v", p)
	}
	for header, code := range map[string]string{"": "precondition-required", "*": "bad-parameter"} {
		a := ask{Method: "POST", Path: path + ":submit", Role: layers.Planner, Body: "{}", Header: []string{"Idempotency-Key", newKey()}}
		if header != "" {
			a.Header = append(a.Header, "If-Match", header)
		}
		var body struct{ Code string }
		if s.do(a).json(&body); body.Code != code {
			t.Errorf("If-Match %q: %s", header, body.Code)
		}
	}
	s.do(ask{Method: "POST", Path: path + ":submit", Role: layers.Planner, Body: "{}", Header: []string{"If-Match", tag}}).problem(http.StatusBadRequest, "idempotency-key-required")
}

// Eight planners begin a draft of one zone at once: all have one, and no number is given twice.
func TestDraftsAtOnce(t *testing.T) {
	s, _ := scheduleServer(t)
	for round := range 3 {
		codes := make([]string, 8)
		var wait sync.WaitGroup
		for i := range codes {
			wait.Go(func() {
				r := s.send(ask{Method: "POST", Path: "/v1/schedules", Role: []layers.Role{layers.Planner, planner2}[i%2], Body: scheduleBody(), Header: []string{"Idempotency-Key", fmt.Sprint("draft-", round, "-", i)}})
				if r.StatusCode == http.StatusCreated {
					var one state
					r.json(&one)
					codes[i] = one.Schedule.Code
				} else {
					t.Errorf("%d: %s", r.StatusCode, r.bytes)
				}
			})
		}
		wait.Wait()
		seen := map[string]bool{}
		for _, code := range codes {
			if seen[code] {
				t.Errorf("round %d: %s twice in %v", round, code, codes)
			}
			seen[code] = true
		}
		for i := range codes { // the numbers go on without a hole
			if want := fmt.Sprintf("haihui-%d", 2+round*8+i); !seen[want] {
				t.Errorf("round %d: %s is missing in %v", round, want, codes)
			}
		}
	}
}

// Two revisions from the same day are published at once: one is, and the other is told why not; the one before has ended once.
func TestPublishedAtOnce(t *testing.T) {
	s, _ := scheduleServer(t)
	for round := range 4 {
		from := fmt.Sprintf(`"2027-%02d-01"`, round+1)
		var paths [2]string
		for i := range paths {
			paths[i], _ = s.draft("from", from)
			s.lead(paths[i], "submit", "sign", "approve")
		}
		var replies [2]reply
		var wait sync.WaitGroup
		for i, path := range paths {
			tag := s.get(path).Header.Get("ETag")
			wait.Go(func() {
				replies[i] = s.send(ask{Method: "POST", Path: path + ":publish", Role: layers.Publisher, Body: "{}", Header: []string{"If-Match", tag, "Idempotency-Key", fmt.Sprint("publish-", round, "-", i)}})
			})
		}
		wait.Wait()
		won := 0
		for _, r := range replies {
			if r.StatusCode == http.StatusOK {
				won++
				continue
			}
			p := r.problem(http.StatusConflict, "schedule-conflicts")
			if list, _ := p["conflicts"].([]any); len(list) == 0 || list[0].(map[string]any)["code"] != "revisions-at-once" {
				t.Errorf("round %d: %v", round, p)
			}
		}
		if won != 1 {
			t.Fatalf("round %d: %d were published: %s %s", round, won, replies[0].bytes, replies[1].bytes)
		}
	}
	// No two revisions are in force on one day.
	var list struct {
		Items []struct{ Code, State, From, Until string }
	}
	s.get("/v1/schedules?zone=z_haihui").json(&list)
	for i, a := range list.Items {
		for _, b := range list.Items[:i] {
			counts := func(state string) bool { return state == "published" || state == "superseded" }
			if counts(a.State) && counts(b.State) && (a.Until == "" || b.From < a.Until) && (b.Until == "" || a.From < b.Until) {
				t.Errorf("%+v and %+v", a, b)
			}
		}
	}
}

// A revision that is approved, and then stands in the way of something that has changed, is judged again when it is published.
func TestPublishedAgainstTheWorld(t *testing.T) {
	s, _ := scheduleServer(t)
	path, _ := s.draft()
	s.lead(path, "submit", "sign", "approve")
	other, _ := s.draft()
	s.lead(other, "submit", "sign", "approve", "publish") // from the same day
	s.step(layers.Publisher, path, "publish").problem(http.StatusConflict, "schedule-conflicts")
	s.lead(other, "withdraw")
	s.lead(path, "publish")
	// One whose first day has gone by.
	late, _ := s.draft("from", `"2026-09-13"`, "until", `"2026-09-14"`)
	p := s.step(layers.Planner, late, "submit").problem(http.StatusConflict, "schedule-conflicts")
	if list, _ := p["conflicts"].([]any); len(list) != 1 {
		t.Errorf("%v", p)
	}
}

// A step that is sent again with its key is answered as the first time, and done once.
func TestStepsAreDoneOnce(t *testing.T) {
	s, _ := scheduleServer(t)
	made := ask{Method: "POST", Path: "/v1/schedules", Role: layers.Planner, Body: scheduleBody(), Header: []string{"Idempotency-Key", "once"}}
	one, two := s.do(made), s.do(made)
	if string(one.bytes) != string(two.bytes) || two.Header.Get("Idempotent-Replayed") != "true" || one.Header.Get("Location") != two.Header.Get("Location") || two.StatusCode != http.StatusCreated {
		t.Errorf("a draft again: %s\n%s", one.bytes, two.bytes)
	}
	made.Body = scheduleBody("name", `"another"`)
	s.do(made).problem(http.StatusUnprocessableEntity, "idempotency-key-reused")
	path := one.Header.Get("Location")
	for _, name := range []string{"submit", "sign", "sign by the road", "approve", "publish", "withdraw"} {
		role := map[string]layers.Role{"submit": layers.Planner, "sign": police, "sign by the road": road, "approve": layers.Reviewer, "publish": layers.Publisher, "withdraw": layers.Publisher}[name]
		name, _, _ := strings.Cut(name, " ")
		tag, key := s.get(path).Header.Get("ETag"), newKey()
		first := s.stepWith(role, path, name, tag, key, `{}`).status(http.StatusOK)
		head, err := s.store.Head(context.Background())
		must(t, err)
		again := s.stepWith(role, path, name, tag, key, `{}`).status(http.StatusOK)
		a, b := first.state(http.StatusOK), again.state(http.StatusOK)
		if fmt.Sprint(a.Schedule) != fmt.Sprint(b.Schedule) || again.Header.Get("ETag") != first.Header.Get("ETag") || again.Header.Get("Idempotent-Replayed") != "true" || again.Header.Get("Wangge-Revision") != first.Header.Get("Wangge-Revision") {
			t.Errorf("%s again: %+v\n%+v", name, a.Schedule, b.Schedule)
		}
		if now, _ := s.store.Head(context.Background()); now != head {
			t.Errorf("%s was done twice", name)
		}
	}
	// A draft that was given up is given up once, and what came before is still answered as the first time.
	given := ask{Method: "POST", Path: "/v1/schedules", Role: layers.Planner, Body: scheduleBody(), Header: []string{"Idempotency-Key", "given-up"}}
	draft := s.do(given).status(http.StatusCreated)
	up := ask{Method: "DELETE", Path: draft.Header.Get("Location"), Role: layers.Planner, Header: []string{"If-Match", draft.Header.Get("ETag"), "Idempotency-Key", "up"}}
	if a, b := s.do(up).status(http.StatusNoContent), s.do(up).status(http.StatusNoContent); a.Header.Get("Idempotent-Replayed") != "" || b.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("given up again: %v", b.Header)
	}
	if again := s.do(given).state(http.StatusCreated); again.Schedule.Code != "haihui-3" {
		t.Errorf("the draft again: %+v", again.Schedule)
	}
	redraft := ask{Method: "POST", Path: path + ":redraft", Role: layers.Planner, Body: "{}", Header: []string{"If-Match", s.get(path).Header.Get("ETag"), "Idempotency-Key", "redraft"}}
	if a, b := s.do(redraft).state(http.StatusCreated), s.do(redraft).state(http.StatusCreated); a.Schedule.ID != b.Schedule.ID || a.Schedule.Code != "haihui-4" {
		t.Errorf("drafted again: %+v, %+v", a.Schedule, b.Schedule)
	}
}

// restarted serves the store of s from a process of its own.
func (s *server) restarted() *server {
	s.t.Helper()
	other := &server{t: s.t, store: s.store, now: s.now, secrets: s.secrets}
	other.feed = layers.NewFeed(s.store, layers.FeedOptions{Poll: 200 * time.Millisecond})
	o := testOptions(s.t)
	o.Store, o.Feed, o.Now = s.store, other.feed, s.now
	other.Server = api.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() { _ = other.feed.Run(ctx, nil, other.Publish) })
	s.t.Cleanup(func() {
		other.Close()
		must(s.t, other.Drain(context.Background()))
		cancel()
		wait.Wait()
	})
	other.until("a World is served", func() bool { return other.World() != nil })
	return other
}

// The way goes on in another process from wherever it was.
func TestStepsAfterARestart(t *testing.T) {
	s, _ := scheduleServer(t)
	path, _ := s.draft()
	for _, name := range []string{"submit", "sign", "approve", "publish", "withdraw"} {
		s = s.restarted()
		s.lead(path, name)
	}
	s = s.restarted()
	var before state
	s.get("/v1/schedules/sc_haihui_1").json(&before.Schedule)
	if got := s.get(path + ":findings").state(http.StatusOK); got.Schedule.State != "withdrawn" || before.Schedule.State != "published" || before.Schedule.Until != "" || len(got.Schedule.SignOffs) != 2 {
		t.Errorf("%+v, before it %+v", got.Schedule, before.Schedule)
	}
}
