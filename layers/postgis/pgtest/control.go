package pgtest

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"
)

// Running reports whether the server has been started and has not ended; a paused server runs.
func (p *Process) Running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running()
}

func (p *Process) running() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// Stop ends the server at once without a checkpoint (an "immediate" stop) and waits for it; clients lose their connections.
// The next Start recovers from the log. A paused server is resumed first. Stop does nothing when the server is down.
func (p *Process) Stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return nil
	}
	if err := p.resume(); err != nil {
		return err
	}
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return fmt.Errorf("pgtest: stop: %w", err)
	}
	select {
	case <-p.exited:
		return nil
	case <-time.After(startLimit):
		return fmt.Errorf("pgtest: the server still runs %v after the stop", startLimit)
	}
}

// Kill ends every process of the server with SIGKILL, as a crash of the machine's memory would, and waits until they are
// gone. Kill does nothing when the server is down.
func (p *Process) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kill()
}

func (p *Process) kill() error {
	if !p.running() {
		return nil
	}
	children, err := p.freeze()
	if err != nil {
		return err
	}
	for _, pid := range append(children, p.cmd.Process.Pid) {
		err = errors.Join(err, signalPID(pid, syscall.SIGKILL))
	}
	<-p.exited
	for _, pid := range children {
		awaitState(pid, stateGone)
	}
	return err
}

// Pause stops every process of the server with SIGSTOP: connections stay open and nothing answers, which is how a hung
// machine looks to a client. Resume undoes it.
func (p *Process) Pause() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return errors.New("pgtest: pause: the server is down")
	}
	children, err := p.freeze()
	for _, pid := range children {
		err = errors.Join(err, signalPID(pid, syscall.SIGSTOP))
	}
	return err
}

// Resume lets a paused server go on. It does nothing to one that is not paused.
func (p *Process) Resume() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return errors.New("pgtest: resume: the server is down")
	}
	return p.resume()
}

func (p *Process) resume() error {
	children, err := childrenOf(p.cmd.Process.Pid)
	for _, pid := range append(children, p.cmd.Process.Pid) {
		err = errors.Join(err, signalPID(pid, syscall.SIGCONT))
	}
	return err
}

// freeze stops the postmaster and returns the ids of its children: while it is stopped it starts none and reaps none, so the
// list stays right.
func (p *Process) freeze() ([]int, error) {
	pid := p.cmd.Process.Pid
	if err := signalPID(pid, syscall.SIGSTOP); err != nil {
		return nil, err
	}
	awaitState(pid, stateStopped)
	return childrenOf(pid)
}

// signalPID sends sig; a process that is gone already is no error.
func signalPID(pid int, sig syscall.Signal) error {
	if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("pgtest: signal %v to %d: %w", sig, pid, err)
	}
	return nil
}

const (
	stateStopped = "T"  // stopped by a signal
	stateGone    = "ZX" // a zombie or no process at all
)

// awaitState waits, 5 seconds at most, until the process is in one of the states, letters as ps prints them; a process that
// does not exist counts as X.
func awaitState(pid int, states string) {
	for range 1000 {
		if strings.IndexByte(states, stateOf(pid)) >= 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
