package web_test

import (
	"os"
	"slices"
	"sync"
	"testing"
)

// together ends what the tests of the package have in common: the browser, the store of the demo district and the service that nothing
// changes. Each is made for the first test that asks for it.
var together endings

type endings struct {
	mu   sync.Mutex
	list []func()
}

// atEnd has f called when the last test is over, the newest f first.
func (e *endings) atEnd(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, f)
}

func (e *endings) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range slices.Backward(e.list) {
		f()
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	together.end()
	os.Exit(code)
}
