package torture_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wangge/layers/postgis/pgtest"
)

// steps are the points between the steps of an edit at which the service kills itself (layers.Step), each several times in a
// run.
var steps = []string{"begin", "revision", "row", "history", "audit", "idempotency", "commit"}

const writers = 4

// TestKillGeoPackage kills the service at every step of an edit on the embedded store and loses nothing.
func TestKillGeoPackage(t *testing.T) {
	killCycles(t, prepare(t, filepath.Join(t.TempDir(), "district.gpkg"), "--empty"))
}

// TestKillPostGIS is the same on PostGIS.
func TestKillPostGIS(t *testing.T) {
	killCycles(t, prepare(t, pgtest.Server(t).Database(t), "--empty"))
}

func killCycles(t *testing.T, s setup) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	j := &journal{setup: s}
	killed := 0
	for cycle := range *cycles {
		point := fmt.Sprintf("%s:%d", steps[cycle%len(steps)], 1+r.IntN(12))
		v, err := s.start(t, point, readyForEdits)
		if err != nil {
			t.Fatalf("cycle %d, %s: %v", cycle, point, err)
		}
		j.settle(v)
		if wrong := j.verify(v); len(wrong) > 0 && !v.gone() { // settling may have reached the failpoint
			t.Fatalf("before cycle %d, %s: %v", cycle, point, wrong)
		}
		j.write(v, cycle)
		select {
		case <-v.done:
			killed++
		case <-time.After(10 * time.Second):
			t.Errorf("cycle %d: the service did not reach %s; last refusal: %s", cycle, point, j.odd)
			v.kill()
		}
	}
	v := s.mustStart(t)
	j.settle(v)
	if wrong := j.verify(v); len(wrong) > 0 {
		t.Fatalf("at the end: %v", wrong)
	}
	counts := j.counts()
	t.Logf("%d kills, %d edits acknowledged, %d ambiguous and settled", killed, counts[acknowledged], j.settled)
	if counts[acknowledged] < *cycles || killed != *cycles {
		t.Errorf("%d kills and %d acknowledged edits in %d cycles: too few to say anything", killed, counts[acknowledged], *cycles)
	}
	if err := v.stop(); err != nil {
		t.Error(err)
	}
}

// journal is what the clients wrote down.
type journal struct {
	setup
	mu       sync.Mutex
	attempts []attempt
	open     []pending
	settled  int
	odd      string // the last edit that was answered, but not with success
}

// pending is an edit without an answer, with all that is needed to send it again.
type pending struct {
	at      int // its place in attempts
	method  string
	path    string
	headers map[string]string
	body    string
}

// write lets the writers edit until the service is gone: each creates features of its own and replaces them.
func (j *journal) write(v *service, cycle int) {
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			var u unit
			for n := 0; ; n++ {
				if n%4 == 0 {
					u = unit{code: fmt.Sprintf("c%d-w%d-n%d", cycle, w, n)}
				}
				if j.edit(v, &u) != acknowledged {
					return
				}
			}
		})
	}
	wait.Wait()
}

// unit is what a writer knows of the feature that it edits.
type unit struct {
	code     string
	version  int64 // 0 before it is created
	id, etag string
}

// edit creates or replaces a unit and writes down what happened.
func (j *journal) edit(v *service, u *unit) outcome {
	p := pending{method: http.MethodPut, path: "/v1/units/" + u.id, headers: map[string]string{"If-Match": u.etag}}
	if u.version == 0 {
		p.method, p.path, p.headers = http.MethodPost, "/v1/units", map[string]string{"Idempotency-Key": "create-" + u.code}
	}
	u.version++
	name := fmt.Sprintf("unit %s as of %d", u.code, u.version)
	p.body = fmt.Sprintf(`{"code":%q,"name":%q,"kind":"other"}`, u.code, name)
	j.mu.Lock()
	p.at = len(j.attempts)
	j.attempts = append(j.attempts, attempt{u.code, name, u.version, ambiguous})
	j.mu.Unlock()
	status, header, body := v.send(p, j.token)
	if status >= 300 {
		j.mu.Lock()
		j.odd = fmt.Sprintf("%s %s: %d %s", p.method, p.path, status, body)
		j.mu.Unlock()
	}
	var made struct{ ID string }
	if json.Unmarshal(body, &made) == nil && made.ID != "" {
		u.id = made.ID
	}
	u.etag = header.Get("ETag")
	return j.note(p, status)
}

// note records how an edit ended.
func (j *journal) note(p pending, status int) outcome {
	out := refused
	switch {
	case status == 0 || status >= 500: // a server that dies may say anything
		out = ambiguous
	case status < 300:
		out = acknowledged
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.attempts[p.at].outcome = out
	if out == ambiguous {
		j.open = append(j.open, p)
	}
	return out
}

// settle sends what had no answer once more: with the same key, or the same version. A replacement that meets its own result
// is done; the others are decided by the answer.
func (j *journal) settle(v *service) {
	open := j.open
	j.open = nil
	for _, p := range open {
		status, _, _ := v.send(p, j.token)
		if status == http.StatusPreconditionFailed {
			have, _, err := v.units()
			if now := have[j.attempts[p.at].id]; err == nil && now.name == j.attempts[p.at].name && now.version == j.attempts[p.at].version {
				status = http.StatusOK
			}
		}
		if j.note(p, status) != ambiguous {
			j.settled++
		}
	}
}

// verify asks the service for all that was ever written and returns what is wrong. While edits are still ambiguous they may be
// there or not.
func (j *journal) verify(v *service) []string {
	have, codes, err := v.units()
	if err != nil {
		return []string{err.Error()}
	}
	audit, err := v.audit(j.setup.audit)
	if err != nil {
		return []string{err.Error()}
	}
	for i, l := range audit {
		audit[i].ID = codes[l.ID] // "" is a unit that is not there
	}
	return judge(j.attempts, have, audit)
}

func (j *journal) counts() map[outcome]int {
	counts := map[outcome]int{}
	for _, a := range j.attempts {
		counts[a.outcome]++
	}
	return counts
}

// send returns the status and body of a request, 0 when there was no whole answer.
func (v *service) send(p pending, token string) (int, http.Header, []byte) {
	req, err := http.NewRequest(p.method, v.url+p.path, bytes.NewReader([]byte(p.body)))
	if err != nil {
		return 0, nil, nil
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	for name, value := range p.headers {
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, nil
	}
	return resp.StatusCode, resp.Header, body
}

// units reads all units: the state of each code, and the code of each id.
func (v *service) units() (have map[string]state, codes map[string]string, err error) {
	have, codes = map[string]state{}, map[string]string{}
	for path := "/v1/units?limit=1000"; ; {
		status, _, body := v.send(pending{method: http.MethodGet, path: path}, "")
		var page struct {
			Items []struct {
				ID, Code, Name string
				Version        int64
			}
			Next string
		}
		if status != http.StatusOK {
			return nil, nil, fmt.Errorf("%s: status %d: %s", path, status, body)
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, nil, err
		}
		for _, u := range page.Items {
			have[u.Code] = state{u.Name, u.Version}
			codes[u.ID] = u.Code
		}
		if page.Next == "" {
			return have, codes, nil
		}
		path = "/v1/units?limit=1000&cursor=" + url.QueryEscape(page.Next)
	}
}

// audit reads all changes of units, and counts the others only for gaps.
func (v *service) audit(token string) ([]line, error) {
	var all []line
	since := int64(0)
	for {
		status, _, body := v.send(pending{method: http.MethodGet, path: fmt.Sprintf("/v1/changes?since=%d", since)}, token)
		var page struct {
			Items []line `json:"items"`
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("changes since %d: status %d: %s", since, status, body)
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, err
		}
		if len(page.Items) == 0 {
			return unitsOf(all), nil
		}
		all = append(all, page.Items...)
		since = page.Items[len(page.Items)-1].Revision
	}
}

func unitsOf(all []line) []line {
	var out []line
	for _, l := range all {
		if l.Layer == "units" {
			out = append(out, l)
		}
	}
	return out
}
