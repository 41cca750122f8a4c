// Package torture drives the built program from outside, over HTTP and through its store, and takes away what it stands on:
// the process at named points of an edit, the database under load. It shares no code with the program.
//
//	go test ./cmd/torture -run Kill -cycles 100
//	go test ./cmd/torture -run Storm -storm 60s
//
// Each client writes down an edit before it sends it and what came back after. An edit is acknowledged, refused or ambiguous,
// and an ambiguous one is settled with its idempotency key or version after the restart; nothing else exists. Suites are
// bounded in time and count and talk to loopback alone. The judge (judge_test.go) is tested with histories that are wrong on
// purpose.
package torture
