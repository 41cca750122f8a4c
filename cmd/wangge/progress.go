package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far something is, on a terminal only.
type progress struct{ bar *progressbar.ProgressBar }

// progress returns a bar that counts to total (-1 where that is not known) in bytes or things, with the rate and the time that remains.
func (h *host) progress(what string, total int64, bytes bool) *progress {
	if !isTerminal(h.err) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(total, progressbar.OptionSetWriter(h.err), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(bytes), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())}
}

// shown reports whether there is a bar at all.
func (p *progress) shown() bool { return p.bar != nil }

// at says how far it is.
func (p *progress) at(done int64) {
	if p.bar != nil {
		_ = p.bar.Set64(done) // a bar that cannot be drawn is no reason to stop
	}
}

// say changes what is said of what is under way.
func (p *progress) say(what string) {
	if p.bar != nil {
		p.bar.Describe(what)
	}
}

// clear takes the bar away until it is drawn again, so that something else can be said.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
