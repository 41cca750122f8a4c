package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// envPostGIS and envPostgresBin are the variables of layers/postgis/pgtest.
const (
	envPostGIS     = "WANGGE_TEST_POSTGIS"
	envPostgresBin = "WANGGE_TEST_PGBIN"
)

// postgis is one PostgreSQL server for a whole test run, on a unix socket in a folder of its own. It is a small twin of
// layers/postgis/pgtest, which this program may not import: that one needs a module to be fetched first.
type postgis struct {
	bin, dir string
	cmd      *exec.Cmd
	exited   chan struct{}
}

// withPostGIS runs f with a server that is named in its launcher's environment: the user's own where WANGGE_TEST_POSTGIS
// names one, and otherwise a private one that ends with f.
func (l launcher) withPostGIS(ctx context.Context, f func(launcher) error) (err error) {
	if os.Getenv(envPostGIS) != "" {
		fmt.Fprintf(l.stdout, "Using the server of %s.\n", envPostGIS)
		return f(l)
	}
	p, err := startPostGIS(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	return f(l.with(envPostGIS + "=" + p.dsn()))
}

// startPostGIS makes a database cluster under /tmp, which is short enough for a socket's path and open to user postgres, and
// starts its server. Durability is off.
func startPostGIS(ctx context.Context) (*postgis, error) {
	bin := findPostgres()
	if bin == "" {
		return nil, errors.New("PostgreSQL with PostGIS is not installed")
	}
	dir, err := os.MkdirTemp("/tmp", "wangge-pg-")
	if err != nil {
		return nil, err
	}
	p := &postgis{bin: bin, dir: dir}
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("private PostGIS: %w", err), p.stop())
	}
	return p, nil
}

func (p *postgis) dsn() string {
	return fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=5432&sslmode=disable", p.dir)
}

func (p *postgis) start(ctx context.Context) error {
	owner, err := databaseUser()
	if err != nil {
		return err
	}
	if owner != nil {
		if err := os.Chown(p.dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	data, locale := filepath.Join(p.dir, "data"), "C"
	if runtime.GOOS == "linux" {
		locale = "C.UTF-8"
	}
	initdb := p.command(ctx, owner, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale="+locale, "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	log, err := os.Create(p.log())
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", data}
	for _, setting := range []string{"listen_addresses=", "unix_socket_directories=" + p.dir, "port=5432", "timezone=UTC",
		"max_connections=200", "fsync=off", "synchronous_commit=off", "full_page_writes=off"} {
		args = append(args, "-c", setting)
	}
	// Not bound to ctx: the server outlives an interrupted test step, so that stop can end it in good order.
	server := p.command(context.WithoutCancel(ctx), owner, "postgres", args...)
	server.Stdout, server.Stderr = log, log
	dieWithParent(server.SysProcAttr)
	if err := p.spawn(server); err != nil {
		return err
	}
	return p.awaitReady(ctx, owner)
}

// spawn starts the server on a thread that lives as long as the child: the death signal is tied to the thread.
func (p *postgis) spawn(cmd *exec.Cmd) error {
	started, exited := make(chan error, 1), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(exited)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // stop asks for the end; an end before that fails the tests, and the log says why
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	p.cmd, p.exited = cmd, exited
	return nil
}

func (p *postgis) awaitReady(ctx context.Context, owner *syscall.Credential) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if p.command(ctx, owner, "pg_isready", "-q", "-h", p.dir, "-p", "5432", "-U", "postgres").Run() == nil {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("the server ended while starting: %s", p.logTail())
		case <-ctx.Done():
			return fmt.Errorf("the server is not ready: %w: %s", ctx.Err(), p.logTail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the server without a checkpoint and removes its folder. It waits for the server, and kills it after ten seconds.
func (p *postgis) stop() error {
	if p.cmd != nil {
		if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop the private PostGIS: %w", err)
		}
		select {
		case <-p.exited:
		case <-time.After(10 * time.Second):
			if err := p.cmd.Process.Kill(); err != nil {
				return fmt.Errorf("kill the private PostGIS: %w", err)
			}
			<-p.exited
		}
	}
	return os.RemoveAll(p.dir)
}

func (p *postgis) command(ctx context.Context, owner *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Setpgid: true}
	return cmd
}

func (p *postgis) log() string { return filepath.Join(p.dir, "log") }

func (p *postgis) logTail() string {
	text, err := os.ReadFile(p.log())
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text[max(0, len(text)-2048):]))
}

// databaseUser returns user postgres when this process is root, which PostgreSQL refuses to be, and nil otherwise.
func databaseUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root needs a user to run PostgreSQL as: %w", err)
	}
	uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(errUID, errGID)
}

// findPostgres returns the bin folder of the newest PostgreSQL that has PostGIS, as pgtest does; "" when there is none.
func findPostgres() string {
	var dirs []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"} {
		found, _ := filepath.Glob(pattern) // the only error is a malformed pattern
		slices.SortFunc(found, func(a, b string) int { return majorVersion(b) - majorVersion(a) })
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	if dir := os.Getenv(envPostgresBin); dir != "" {
		dirs = []string{dir}
	}
	for _, dir := range dirs {
		share, err := exec.Command(filepath.Join(dir, "pg_config"), "--sharedir").Output()
		if err == nil && anyFile(filepath.Join(strings.TrimSpace(string(share)), "extension", "postgis.control")) && anyFile(filepath.Join(dir, "initdb")) {
			return dir
		}
	}
	return ""
}

// majorVersion returns the number in the parent folder of a bin folder: 15 for /usr/lib/postgresql/15/bin.
func majorVersion(dir string) int {
	name := filepath.Base(filepath.Dir(dir))
	n, _ := strconv.Atoi(name[strings.LastIndexAny(name, "@-")+1:])
	return n
}
