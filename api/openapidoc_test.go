package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"testing"

	"wangge/api"
)

var update = flag.Bool("update", false, "write web/openapi.json again")

// The web application's types are generated from a copy of the document, which must be the one that is served.
func TestDocumentOfTheWebApplication(t *testing.T) {
	const file = "../web/openapi.json"
	o := testOptions(t)
	o.Version = "" // the copy is to stay the same when only the program's version changes
	s := &server{Server: api.New(o), t: t}
	s.Publish(fixtureSnapshot(t))
	var want bytes.Buffer
	must(t, json.Indent(&want, s.get("/openapi.json").status(http.StatusOK).bytes, "", " "))
	want.WriteByte('\n')
	if *update {
		must(t, os.WriteFile(file, want.Bytes(), 0o644))
	}
	got, err := os.ReadFile(file)
	must(t, err)
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not the document that is served: run go test ./api -run %s -update, then npm run gen-api in web", file, t.Name())
	}
}
