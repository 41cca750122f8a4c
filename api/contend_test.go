package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"wangge/layers"
)

// In each round eight clients replace the state that all of them have seen: one wins, and the others learn what is there now.
func TestContendedEdits(t *testing.T) {
	rounds := 1000
	if racing {
		rounds = 300
	}
	if testing.Short() {
		rounds = 100
	}
	const clients = 8
	s, _ := fragileServer(t, nil)
	was := s.get(polePath).status(http.StatusOK)
	for round := range rounds {
		tag := was.Header.Get("ETag")
		var replies [clients]reply
		var wait sync.WaitGroup
		for i := range clients {
			wait.Go(func() {
				body := was.changed("name", fmt.Sprintf(`"%d-%d"`, round, i), "valid_from", "")
				replies[i] = s.send(ask{Method: "PUT", Path: polePath, Role: layers.Planner, Body: body, Header: []string{"If-Match", tag}})
			})
		}
		wait.Wait()
		won := -1
		for i, r := range replies {
			if r.StatusCode == http.StatusOK {
				if won >= 0 {
					t.Fatalf("round %d: %d and %d both won", round, won, i)
				}
				won = i
			}
		}
		if won < 0 {
			t.Fatalf("round %d: nobody won: %s", round, replies[0].bytes)
		}
		now := replies[won].Header.Get("ETag")
		for i, r := range replies {
			if i == won {
				continue
			}
			if p := r.problem(http.StatusPreconditionFailed, "stale-version"); p["current_etag"] != now {
				t.Fatalf("round %d: current_etag %v, want %s", round, p["current_etag"], now)
			}
		}
		// Whoever wrote reads it at once.
		was = s.send(ask{Path: polePath})
		if string(was.bytes) != string(replies[won].bytes) || was.Header.Get("ETag") != now {
			t.Fatalf("round %d: read %s after %s", round, was.bytes, replies[won].bytes)
		}
	}
}
