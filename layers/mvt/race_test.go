//go:build race

package mvt_test

const raceEnabled = true
