package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// errAbsent says that this machine has no PostgreSQL with PostGIS to start.
var errAbsent = errors.New("no PostgreSQL with PostGIS found (Debian: postgresql-postgis; Homebrew: postgresql@17 postgis)")

// envBin names the bin folder to use instead of searching, for a test run on another version of PostgreSQL.
const envBin = "WANGGE_TEST_PGBIN"

// binDir returns the folder of the newest installed PostgreSQL that has initdb, postgres and the PostGIS extension: first
// the versioned folders of Debian, Red Hat and Homebrew, then PATH; or the one of WANGGE_TEST_PGBIN alone where that is set.
// The error is errAbsent when there is none.
func binDir() (string, error) {
	for _, dir := range candidates() {
		if isFile(filepath.Join(dir, "initdb")) && isFile(filepath.Join(dir, "postgres")) && hasPostGIS(dir) {
			return dir, nil
		}
	}
	return "", errAbsent
}

func candidates() []string {
	if dir := os.Getenv(envBin); dir != "" {
		return []string{dir}
	}
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the only error is a malformed pattern
		slices.SortFunc(found, func(a, b string) int { return major(b) - major(a) })
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	return dirs
}

// major returns the number in the parent folder of a bin folder: 15 for /usr/lib/postgresql/15/bin, 0 where there is none.
func major(dir string) int {
	name := filepath.Base(filepath.Dir(dir))
	n, _ := strconv.Atoi(name[strings.LastIndexAny(name, "@-")+1:])
	return n
}

func hasPostGIS(dir string) bool {
	share, err := exec.Command(filepath.Join(dir, "pg_config"), "--sharedir").Output()
	return err == nil && isFile(filepath.Join(strings.TrimSpace(string(share)), "extension", "postgis.control"))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// logTail returns the end of a server's log, at most 2 KiB, for an error message.
func logTail(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	return strings.TrimSpace(string(text[max(0, len(text)-2048):]))
}
