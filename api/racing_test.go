//go:build race

package api_test

// racing is true where the race detector makes everything some ten times slower.
const racing = true
