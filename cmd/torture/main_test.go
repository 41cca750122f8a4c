package torture_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The sizes of the suites: small where every change is tested, full by flag.
var (
	cycles = flag.Int("cycles", 14, "how often the service is killed, for each store")
	storm  = flag.Duration("storm", 8*time.Second, "how long the database is away under load")
)

// program is the path of wangge, built once with its failpoints.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "torture")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "wangge")
	build := exec.Command("go", "build", "-tags", "failpoint", "-o", program, "wangge/cmd/wangge")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "torture: build:", err)
		return 1
	}
	return m.Run()
}
