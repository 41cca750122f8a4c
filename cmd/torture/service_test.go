package torture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// service is one run of the program.
type service struct {
	url  string
	cmd  *exec.Cmd
	log  *safeBuffer
	done chan struct{} // closed when the process has ended
}

// setup is what every run of one test has in common.
type setup struct {
	store string // --store
	state string // --state-dir
	token string // of a planner, who edits
	audit string // of an auditor, who reads all changes
}

// safeBuffer is a bytes.Buffer that a process writes to while a test reads it.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// prepare makes a store, a planner's token and an auditor's.
func prepare(t *testing.T, store string, args ...string) setup {
	t.Helper()
	s := setup{store: store, state: t.TempDir()}
	s.wangge(t, append([]string{"init", "--store", store}, args...)...)
	s.token, s.audit = s.newToken(t, "planner"), s.newToken(t, "auditor")
	return s
}

func (s setup) newToken(t *testing.T, role string) string {
	t.Helper()
	out := s.wangge(t, "token", "create", "--store", s.store, "--name", role, "--role", role)
	for _, word := range strings.Fields(out) {
		if strings.HasPrefix(word, "wg_") {
			return word
		}
	}
	t.Fatalf("token create printed no token: %s", out)
	return ""
}

// wangge runs a sub-command to its end and returns what it printed.
func (s setup) wangge(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "WANGGE_STATE_DIR="+s.state)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("wangge %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// The paths that say when a service is ready: for reads, which an older snapshot is enough for, or for edits, when it has
// caught up with its store.
const (
	readyForReads = "/readyz"
	readyForEdits = "/readyz?for=edits"
)

// start runs the service; failpoint is "step:n" or "". It returns when the service is ready, or an error when it has ended
// before.
func (s setup) start(t *testing.T, failpoint, ready string) (*service, error) {
	t.Helper()
	address := freeAddress(t)
	v := &service{url: "http://" + address, log: &safeBuffer{}, done: make(chan struct{})}
	v.cmd = exec.Command(program, "serve", "--store", s.store, "--state-dir", s.state, "--listen", address, "--metrics-listen", freeAddress(t))
	v.cmd.Env = append(os.Environ(), "WANGGE_FAILPOINT="+failpoint)
	v.cmd.Stdout, v.cmd.Stderr = v.log, v.log
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		v.cmd.Wait() // how it ended is in the log
		close(v.done)
	}()
	t.Cleanup(v.kill)
	deadline := time.After(20 * time.Second)
	for {
		if v.get(ready) == http.StatusOK {
			return v, nil
		}
		select {
		case <-v.done:
			return nil, errors.New("the service ended before it was ready:\n" + v.log.String())
		case <-deadline:
			v.kill()
			return nil, errors.New("the service was not ready in 20 s:\n" + v.log.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// mustStart is start where nothing may go wrong.
func (s setup) mustStart(t *testing.T) *service {
	t.Helper()
	v, err := s.start(t, "", readyForEdits)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// client keeps connections and gives up on a request after 5 s.
var client = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// get returns the status of a GET, 0 if there was no answer.
func (v *service) get(path string) int {
	resp, err := client.Get(v.url + path)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// gone reports whether the process has ended, or does so in a moment: an answer broke off because of it.
func (v *service) gone() bool {
	select {
	case <-v.done:
		return true
	case <-time.After(time.Second):
		return false
	}
}

// kill ends the process as a crash does, and waits for it.
func (v *service) kill() {
	v.cmd.Process.Signal(syscall.SIGKILL) // an error means that it has ended
	<-v.done
}

// stop asks the process to end and returns an error if it took more than 10 s or failed.
func (v *service) stop() error {
	if err := v.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-v.done:
	case <-time.After(10 * time.Second):
		v.kill()
		return errors.New("the service did not stop in 10 s")
	}
	if code := v.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("the service ended with code %d:\n%s", code, v.log.String())
	}
	return nil
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// settled waits until the state folder has a snapshot file that is not being written any more.
func settled(t *testing.T, dir string) {
	t.Helper()
	var last time.Time
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		newest := newestFile(dir)
		if !newest.IsZero() && newest.Equal(last) && time.Since(newest) > 500*time.Millisecond {
			return
		}
		last = newest
	}
	t.Fatal("there is no snapshot file after 10 s")
}

func newestFile(dir string) time.Time {
	var newest time.Time
	entries, err := os.ReadDir(dir)
	if err != nil {
		return newest
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Size() > 1000 && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest
}
