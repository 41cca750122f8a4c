//go:build race

package main

// raceDetector says that the tests run five times slower.
const raceDetector = true
