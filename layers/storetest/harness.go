package storetest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// Harness makes the stores that the cases run on.
type Harness struct {
	// New returns a new, empty store at revision 0 with the settings. Its clean-up is on t.
	New func(t *testing.T, settings layers.Settings) *Subject
}

// Subject is one store under test. The functions act on the data under it; nil means that it cannot be done.
type Subject struct {
	Store layers.Store
	// Reopen closes Store, opens the same data with the options and sets Store.
	Reopen func(layers.StoreOptions) error
	// Restore makes a new store of a file that Backup wrote, opened with no options. It is closed with the subject.
	Restore func(backup string) (layers.Store, error)
	// Foreign writes as another program does; triggers and constraints work as for any writer.
	Foreign *Foreign
	// Poisons spoil one row each, past all triggers.
	Poisons []Poison
	// Dir is an empty folder for files.
	Dir string
}

// Foreign is a plain connection to the data under a store.
type Foreign struct {
	// Exec runs one statement in a transaction of its own.
	Exec func(sql string) error
	// Table returns the table of a layer as it is written in SQL.
	Table func(layers.Layer) string
	// Geometry returns a geometry as an SQL expression.
	Geometry func(orb.Geometry) string
}

// Poison makes one row of a layer unreadable or invalid.
type Poison struct {
	Name  string
	Layer layers.Layer
	// Spoil is given the id of a row that is there.
	Spoil func(id string) error
}

// Case is one behaviour.
type Case struct {
	// Name is file/behaviour, such as edits/create.
	Name  string
	needs func(*Subject) bool
	body  func(*probe)
}

// Applies reports whether the subject can do what the case needs.
func (c Case) Applies(s *Subject) bool { return c.needs == nil || c.needs(s) }

// Check runs the case on a new subject and returns nil, or what was found first.
func (c Case) Check(s *Subject) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	p := &probe{Subject: s, ctx: ctx, clock: start}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.body(p)
	}()
	<-done
	return p.err
}

// Cases returns every case of the contract.
func Cases() []Case {
	return slices.Concat(editCases(), conflictCases(), idempotencyCases(), historyCases(), sliceCases(), changeCases(),
		deltaCases(), guardCases(), referenceCases(), foreignCases(), restoreCases(), poisonCases(), tokenCases(), bulkCases(),
		failureCases(), watchCases())
}

// Run runs every case, each on a store of its own in the local code space.
func Run(t *testing.T, h Harness) {
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) {
			s := h.New(t, Settings())
			if !c.Applies(s) {
				t.Skip("this store has no means for the case")
			}
			if err := c.Check(s); err != nil {
				t.Error(err)
			}
		})
	}
}

// Settings are those of the stores under test.
func Settings() layers.Settings {
	return layers.Settings{Name: "contract", Codes: layers.CodesLocal, Demo: true}
}

// start is when the first transaction of a case happens, by its clock.
var start = time.Date(2025, 5, 20, 2, 5, 0, 0, time.UTC)

// probe is a running case. Its methods that do not return an error end the case when there is one; they belong to the
// goroutine of the body.
type probe struct {
	*Subject
	ctx   context.Context
	clock time.Time
	err   error
}

// fatalf ends the case with what was found.
func (p *probe) fatalf(format string, args ...any) {
	p.err = fmt.Errorf(format, args...)
	runtime.Goexit()
}

func (p *probe) must(err error, doing string) {
	if err != nil {
		p.fatalf("%s: %w", doing, err)
	}
}

// tick returns the next time of the case's clock, a minute later each time.
func (p *probe) tick() time.Time {
	p.clock = p.clock.Add(time.Minute)
	return p.clock
}
