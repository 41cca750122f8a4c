// Package realdata finds files of real data for tests. They are no part of the project, because most of them state no licence:
// coverages, outlines, poles and collections of other people's good and bad files. What can be proved without them is proved on
// the project's own data.
package realdata

import (
	"os"
	"path/filepath"
	"testing"
)

// Variable is the environment variable that names the folder of real data.
const Variable = "WANGGE_SHARED_DATA"

// File returns the path of a file or folder of the real data, which name gives with slashes: below the folder that Variable
// names, or else below shared/data beside the working folder or one above it. Where there is none the test is skipped, and says
// what is absent.
func File(t testing.TB, name string) string {
	t.Helper()
	for _, root := range roots() {
		path := filepath.Join(root, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skip("real data absent: " + name)
	return ""
}

// roots are the folders in which real data is looked for, the first one first.
func roots() []string {
	if named := os.Getenv(Variable); named != "" {
		return []string{named}
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	var list []string
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		list = append(list, filepath.Join(dir, "shared", "data"))
	}
	return list
}
