package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// startLimit bounds the time a server takes until it accepts connections, crash recovery included.
const startLimit = 60 * time.Second

// Process is a PostgreSQL server with its own data and its own socket. Its methods are safe for concurrent use, one at a
// time.
type Process struct {
	bin, dir string
	args     []string

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{} // closed when the process has been waited for
}

// Option changes how Server starts.
type Option func(*options)

type options struct {
	durable  bool
	settings []string
}

// Durable keeps fsync, synchronous commit and full page writes on, as in real service, for a test of what survives a kill.
// Without it they are off, which is several times faster.
func Durable() Option { return func(o *options) { o.durable = true } }

// Setting sets one parameter of postgresql.conf, for instance Setting("max_connections", "20").
func Setting(name, value string) Option {
	return func(o *options) { o.settings = append(o.settings, name+"="+value) }
}

// Server starts a PostgreSQL of this test's own, which the test may stop, pause, kill and start again. It ends, and its data
// is removed, when the test ends. WANGGE_TEST_POSTGIS is not asked. Without PostGIS the test is skipped, or fails where
// WANGGE_REQUIRE=all.
func Server(t testing.TB, opts ...Option) *Process {
	t.Helper()
	p, err := newProcess(opts...)
	if err != nil {
		absent(t, err)
	}
	t.Cleanup(func() {
		if err := p.remove(); err != nil {
			t.Errorf("pgtest: remove server: %v", err)
		}
	})
	return p
}

// newProcess makes the data folder and starts the server. The caller ends it with remove.
func newProcess(opts ...Option) (*Process, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	bin, err := binDir()
	if err != nil {
		return nil, err
	}
	dir, err := newFolder()
	if err != nil {
		return nil, err
	}
	p := &Process{bin: bin, dir: dir, args: serverArgs(dir, o)}
	if err := p.initdb(o); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := p.Start(); err != nil {
		return nil, errors.Join(err, p.remove())
	}
	return p, nil
}

// newFolder makes a folder under /tmp, which is short enough for a socket (about 100 bytes) and open to user postgres, as
// TMPDIR need not be.
func newFolder() (string, error) {
	dir, err := os.MkdirTemp("/tmp", "wangge-pg-")
	if err != nil {
		return "", fmt.Errorf("pgtest: %w", err)
	}
	c, err := credential()
	if err == nil && c != nil {
		err = os.Chown(dir, int(c.Uid), int(c.Gid))
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("pgtest: %w", err), os.Remove(dir))
	}
	return dir, nil
}

func serverArgs(dir string, o options) []string {
	settings := []string{"listen_addresses=", "unix_socket_directories=" + dir, "port=5432", "timezone=UTC", "max_connections=200"}
	if !o.durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", filepath.Join(dir, "data")}
	for _, s := range append(settings, o.settings...) {
		args = append(args, "-c", s)
	}
	return args
}

func (p *Process) initdb(o options) error {
	locale := "C"
	if runtime.GOOS == "linux" {
		locale = "C.UTF-8"
	}
	args := []string{"-D", filepath.Join(p.dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=" + locale}
	if !o.durable {
		args = append(args, "--no-sync")
	}
	cmd, err := p.command("initdb", args...)
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w: %s", err, out)
	}
	return nil
}

// command runs a program of PostgreSQL in the server's folder, as user postgres when this process is root.
func (p *Process) command(name string, args ...string) (*exec.Cmd, error) {
	c, err := credential()
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c, Setpgid: true}
	return cmd, nil
}

// DSN returns the URL of the server's maintenance database. It stays the same over stops and starts.
func (p *Process) DSN() string {
	return fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=5432&sslmode=disable", p.dir)
}

// Start starts the server again after Stop or Kill and waits until it accepts connections. It does nothing while the server
// runs. The error carries the end of the server's log.
func (p *Process) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running() {
		return nil
	}
	log, err := os.OpenFile(filepath.Join(p.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	defer log.Close()
	cmd, err := p.command("postgres", p.args...)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = log, log
	dieWithParent(cmd.SysProcAttr)
	if err := p.spawn(cmd); err != nil {
		return fmt.Errorf("pgtest: start: %w", err)
	}
	return p.awaitReady()
}

// spawn starts cmd on a thread that lives as long as the child: the death signal is tied to the thread, not the process.
func (p *Process) spawn(cmd *exec.Cmd) error {
	started, exited := make(chan error, 1), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(exited)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // a server that is stopped or killed is no error here; the log has what it said
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	p.cmd, p.exited = cmd, exited
	return nil
}

func (p *Process) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, p.DSN())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-p.exited:
			return fmt.Errorf("pgtest: the server ended while starting: %s", logTail(filepath.Join(p.dir, "log")))
		case <-ctx.Done():
			return fmt.Errorf("pgtest: the server is not ready after %v: %w: %s", startLimit, err, logTail(filepath.Join(p.dir, "log")))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// remove kills the server and removes its folder.
func (p *Process) remove() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return errors.Join(p.kill(), os.RemoveAll(p.dir))
}
