package pgtest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"wangge/layers/postgis/pgtest"
)

const envVictim = "PGTEST_VICTIM"

// TestVictim is run by TestServerDiesWithTheTest in a process of its own, which is killed while it waits here.
func TestVictim(t *testing.T) {
	if os.Getenv(envVictim) == "" {
		return
	}
	fmt.Println("server:", pgtest.Server(t).DSN())
	time.Sleep(time.Minute)
}

func TestServerDiesWithTheTest(t *testing.T) {
	pgtest.Database(t) // skips where PostGIS is absent
	cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$", "-test.timeout=90s")
	cmd.Env = append(os.Environ(), envVictim+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	folder := serverFolder(t, bufio.NewScanner(out))
	t.Cleanup(func() { _ = os.RemoveAll(folder) }) // nobody else is left to do it
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // "signal: killed"
	socket := folder + "/.s.PGSQL.5432.lock"
	for range 500 {
		if _, err := os.Stat(socket); os.IsNotExist(err) {
			return // the server removes it when it ends
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("10 s after its test was killed, %s is still there", socket)
}

func serverFolder(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if dsn, found := strings.CutPrefix(lines.Text(), "server: "); found {
			_, rest, _ := strings.Cut(dsn, "host=")
			folder, _, _ := strings.Cut(rest, "&")
			return folder
		}
	}
	t.Fatalf("the victim started no server: %v", lines.Err())
	return ""
}
