package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode"

	"wangge/layers"
)

// open is what anybody may call. An operation that is neither here nor in allowed fails the test: each new one must be decided.
var open = []string{"lookup", "lookupBatch", "lookupBinary", "replay", "replayPosted", "search", "status", "stats", "events", "changes", "healthz", "readyz", "document",
	"tile", "tileOfRevision", "tilejson", "style", "coverage", "gridContents", "evaluateSchedules", "ruleCoverage", "discoverOpen311Json", "discoverOpen311Xml"}

// allowed says which roles may do what, in the words of DECISIONS.md, written down a second time.
func allowed(id string) (roles []layers.Role, found bool) {
	id = strings.Replace(id, "ItemOf", "", 1) // the same rights at the addresses of OGC API
	verb, thing := id, ""
	if i := strings.IndexFunc(id, unicode.IsUpper); i > 0 {
		verb, thing = id[:i], strings.ToLower(id[i:])
	}
	switch {
	case id == "me":
		return layers.Roles(), true
	case id == "lookupStream":
		return []layers.Role{layers.Dispatcher, layers.Surveyor, layers.UnitAgent, layers.Planner, layers.Reviewer, layers.Publisher}, true
	case id == "listSuggestions":
		return []layers.Role{layers.Planner, layers.Reviewer}, true
	case id == "listContacts" || id == "getContact":
		return []layers.Role{layers.Dispatcher, layers.Planner}, true
	case id == "listRefusals" || id == "getRefusal":
		return []layers.Role{layers.Dispatcher, layers.UnitAgent, layers.Planner, layers.Reviewer, layers.Publisher, layers.Auditor}, true
	case verb == "list" || verb == "get" || verb == "translate" || verb == "options" || strings.Contains(id, ".vector."):
		return nil, true
	case verb == "update": // of parts, by who may replace the whole
		return allowed("replace" + strings.TrimPrefix(id, verb))
	case thing == "schedule" && stepRoles[verb] != nil:
		return stepRoles[verb], true
	case id == "createDetection":
		return []layers.Role{layers.Dispatcher}, true
	case id == "createRefusal":
		return []layers.Role{layers.Dispatcher, layers.UnitAgent}, true
	case id == "checkRules" || id == "compareImpact":
		return []layers.Role{layers.Planner, layers.Reviewer, layers.Publisher}, true
	case id == "publishRules":
		return []layers.Role{layers.Publisher}, true
	case thing == "rule" && verb != "sign" && verb != "publish" && verb != "preview" && verb != "read" && stepRoles[verb] != nil:
		return stepRoles[verb], true
	case thing == "order":
		return []layers.Role{layers.Dispatcher, layers.Publisher}, verb == "create" || verb == "replace" || verb == "delete"
	case thing == "activation" && verb == "create":
		return []layers.Role{layers.Dispatcher, layers.UnitAgent, layers.Planner}, true
	case thing == "pole":
		return map[string][]layers.Role{
			"create":  {layers.Surveyor, layers.Planner},
			"replace": {layers.Surveyor, layers.UnitAgent, layers.Planner},
			"delete":  {layers.UnitAgent, layers.Planner},
		}[verb], true
	case !slices.Contains([]string{"create", "replace", "delete"}, verb):
		return nil, false
	case slices.Contains([]string{"edition", "district", "town", "grid", "community"}, thing):
		return []layers.Role{layers.Planner, layers.Publisher}, true
	case slices.Contains([]string{"unit", "overlay", "segment", "zone", "space", "road", "post", "contact", "category", "agreement"}, thing):
		return []layers.Role{layers.Planner}, true
	}
	return nil, false
}

// stepRoles says who takes which step of a schedule, in the words of the contract.
var stepRoles = map[string][]layers.Role{
	"create": {layers.Planner}, "replace": {layers.Planner}, "delete": {layers.Planner}, "submit": {layers.Planner}, "redraft": {layers.Planner},
	"return": {layers.Reviewer, layers.Publisher}, "sign": {layers.Reviewer, layers.UnitAgent}, "approve": {layers.Reviewer},
	"publish": {layers.Publisher}, "withdraw": {layers.Publisher}, "preview": {layers.Planner, layers.Reviewer, layers.Publisher}, "read": {layers.Planner, layers.Reviewer, layers.Publisher},
}

// Every operation of the table, for every role and for nobody: whoever is not named gets 401 or 403, and whoever is named gets
// something else.
func TestMatrix(t *testing.T) {
	s, _ := fragileServer(t, nil)
	cells := 0
	for _, op := range s.Table() {
		roles, known := allowed(op.ID)
		if !known && !slices.Contains(open, op.ID) && !op.Hidden {
			t.Errorf("%s %s (%s): nobody has decided who may do this", op.Method, op.Path, op.ID)
			continue
		}
		if len(roles) == 0 && op.Roles != nil || len(roles) > 0 && op.Roles == nil {
			t.Errorf("%s: for the roles %v, want %v", op.ID, op.Roles, roles)
		}
		if len(roles) == 0 {
			continue
		}
		path := strings.NewReplacer("{id}", "x_1").Replace(op.Path)
		for _, role := range append(layers.Roles(), "") {
			cells++
			header := []string{"If-Match", `"1"`, "Idempotency-Key", newKey()}
			if op.Media != "" {
				header = append(header, "Content-Type", op.Media)
			}
			r := s.send(ask{Method: op.Method, Path: path, Role: role, Body: body(op.Method), Header: header})
			refused := r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusForbidden
			switch may := slices.Contains(roles, role); {
			case role == "":
				p := r.problem(http.StatusUnauthorized, "unauthenticated")
				if p == nil || r.Header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s: 401 without WWW-Authenticate", op.ID)
				}
			case may && refused:
				t.Errorf("%s: %s gets %d", op.ID, role, r.StatusCode)
			case !may:
				if p := r.problem(http.StatusForbidden, "forbidden"); p["role_needed"] == nil {
					t.Errorf("%s: %s: role_needed is missing: %v", op.ID, role, p)
				}
			}
			if r.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: pages of other origins may read the answer", op.ID)
			}
		}
	}
	if cells < 36*10 {
		t.Errorf("only %d cells", cells)
	}
}

func body(method string) string {
	if method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch {
		return "{}"
	}
	return ""
}

func TestOwnThingsAlone(t *testing.T) {
	s, _ := fragileServer(t, nil)
	const foreign = "/v1/poles/p_0003" // has no owner
	if p := s.put(layers.UnitAgent, foreign, "name", `"x"`).problem(http.StatusForbidden, "forbidden"); p["scope"] == nil {
		t.Errorf("no scope: %v", p)
	}
	s.put(layers.UnitAgent, polePath, "name", `"我的杆"`, "valid_from", "").status(http.StatusOK)
	// Nobody may give away a pole either: afterwards it must still be the unit's.
	s.put(layers.UnitAgent, polePath, "ownership", `[{"unit":"u_mobile","share":1,"basis":"claim"}]`).problem(http.StatusForbidden, "forbidden")
	was := s.get(foreign)
	s.do(ask{Method: "DELETE", Path: foreign, Role: layers.UnitAgent, Header: []string{"If-Match", was.Header.Get("ETag")}}).problem(http.StatusForbidden, "forbidden")
	// A surveyor of one town has no hands in the other.
	s.addToken("town", layers.Token{ID: "t_town", Name: "town", Role: layers.Surveyor, Town: "310116113"})
	s.until("the token is known", func() bool { return s.send(ask{Path: "/v1/me", Role: "town"}).StatusCode == http.StatusOK })
	s.put("town", polePath, "name", `"y"`).problem(http.StatusForbidden, "forbidden")
	s.post("town", "poles", poleBody("JS-9100")).problem(http.StatusForbidden, "forbidden")
	inside := string(layers.AppendGeoJSON(nil, at(5, 1)))
	s.post("town", "poles", poleBody("JS-9101", "geometry", inside)).status(http.StatusCreated)
}

func TestTokens(t *testing.T) {
	s := readServer(t)
	s.do(ask{Path: "/v1/me"}).problem(http.StatusUnauthorized, "unauthenticated")
	e, _ := fragileServer(t, nil)
	var me struct {
		Name, Role, Unit string
		Edits            []struct {
			Layer      string
			Operations []string
		}
	}
	e.do(ask{Path: "/v1/me", Role: layers.Surveyor}).status(http.StatusOK).json(&me)
	if me.Name != "surveyor one" || me.Role != "surveyor" || me.Unit != "u_telecom" || len(me.Edits) != 1 || !slices.Equal(me.Edits[0].Operations, []string{"create", "replace"}) {
		t.Errorf("me %+v", me)
	}
	for _, header := range []string{"Bearer", "Bearer ", "Bearer wg_unknown", "Basic dXNlcjpwYXNz", "wg_x", "Bearer " + strings.Repeat("x", 5000)} {
		e.do(ask{Path: "/v1/me", Header: []string{"Authorization", header}}).problem(http.StatusUnauthorized, "unauthenticated")
		e.get("/v1/status", "Authorization", header).status(http.StatusOK) // reads go on with a token that is none
	}
	past, _ := layers.ParseInstant("2020-01-01T00:00:00Z")
	e.addToken("expired", layers.Token{ID: "t_expired", Name: "old", Role: layers.Planner, Expires: past})
	e.addToken("revoked", layers.Token{ID: "t_revoked", Name: "off", Role: layers.Planner, Revoked: past})
	e.addToken("good", layers.Token{ID: "t_good", Name: "good", Role: layers.Planner})
	e.until("the tokens are known", func() bool { return e.send(ask{Path: "/v1/me", Role: "good"}).StatusCode == http.StatusOK })
	for _, key := range []layers.Role{"expired", "revoked"} {
		e.do(ask{Path: "/v1/me", Role: key}).problem(http.StatusUnauthorized, "unauthenticated")
	}
}
