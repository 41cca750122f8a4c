// Package pgtest gives a test a real PostGIS database. It is for tests only.
//
// Database returns a fresh, empty database with the postgis extension; Prepared one that a function has filled before, at
// the price of a copy. Both ask the environment variable WANGGE_TEST_POSTGIS for a server, a postgres:// URL of a role that
// may create databases; `make test` sets it to one private server for the whole run. Without the variable a private server
// is started where PostgreSQL and PostGIS are installed (WANGGE_TEST_PGBIN chooses one of several). A package with more than a few such tests shares one:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
//
//	func TestRead(t *testing.T) {
//		store, err := postgis.Open(t.Context(), pgtest.Database(t))
//		…
//	}
//
// Server starts one more for a test that stops, freezes or kills its database. A private server listens on a unix socket in
// a folder of its own under /tmp, trusts whoever can open that folder, and ends with the test; on Linux also when the test
// itself is killed. As root the server runs as user postgres, because it refuses to be root.
//
// Where there is no PostGIS the test is skipped and says so; with WANGGE_REQUIRE=all it fails instead.
package pgtest
