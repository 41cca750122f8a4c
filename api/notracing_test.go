//go:build !race

package api_test

// racing is false unless the race detector makes everything some ten times slower.
const racing = false
