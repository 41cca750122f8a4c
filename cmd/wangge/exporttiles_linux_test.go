package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// TestExportTilesProgress: a terminal sees zoom, rate, how far it is and how long it will take; anything else sees the end alone.
func TestExportTilesProgress(t *testing.T) {
	store, dir := manyPoles(t), t.TempDir()
	last := "22" // it must take longer than the bar waits
	if raceDetector {
		last = "17"
	}
	args := []string{"export", "tiles", "--format", "pmtiles", "--layers", "poles", "--max-zoom", last, "--store", store, "--out"}
	var out bytes.Buffer
	shown := onTerminal(t, &out, append(args, filepath.Join(dir, "a.pmtiles"))...)
	for _, want := range []string{"zoom ", " tiles/s", "% |", "█", "/", "[0s:", "writing ", "tiles of zooms 0 to " + last} {
		if !strings.Contains(shown, want) {
			t.Errorf("the terminal does not show %q:\n%q", want, shown)
		}
	}
	if said := ok(t, append(args, filepath.Join(dir, "b.pmtiles"))...).err; strings.ContainsAny(said, "\r█") || strings.Count(said, "\n") != 1 {
		t.Errorf("a bar where nobody looks: %q", said)
	}
}
