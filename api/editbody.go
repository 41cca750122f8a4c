package api

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/geo"
	"wangge/layers"
)

const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotent-Replayed"
	// longestKey bounds an idempotency key in bytes.
	longestKey = 200
)

func keyParam(required bool) param {
	p := param{Name: keyHeader, In: "header", Required: required, Schema: &huma.Schema{Type: "string"}, Example: "3f1c1d9e-7f1b-4c55-9f0e-0b6a2f1f8a11",
		Text: "Any text of up to 200 visible characters, another for each edit. An edit that is sent again with its key is answered as the first time and done once; the key is kept for a day at least."}
	if !required {
		p.Text += " Optional here, because `If-Match` keeps an edit from being done twice."
	}
	return p
}

func matchParam() param {
	return param{Name: "If-Match", In: "header", Required: true, Schema: &huma.Schema{Type: "string"}, Example: `"3-0d9f6c1a"`,
		Text: "The `ETag` of the state that was seen; 428 without, 412 if the state is another now."}
}

// idempotencyKey reads the key of an edit, "" if there is none and none is needed.
func (c *call) idempotencyKey(required bool) (string, error) {
	list := c.Request().Header.Values(keyHeader)
	switch {
	case len(list) == 0 && required:
		return "", &Problem{Status: http.StatusBadRequest, Code: "idempotency-key-required", Parameter: keyHeader,
			Detail: "send an Idempotency-Key, another for each edit, so that the edit can be sent again without being done twice"}
	case len(list) == 0:
		return "", nil
	case len(list) > 1:
		return "", badParameter(keyHeader, "there is more than one "+keyHeader)
	}
	key := list[0]
	visible := strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
	if key == "" || len(key) > longestKey || !visible {
		return "", badParameter(keyHeader, "a key has 1 to 200 visible characters of ASCII, without blanks")
	}
	return key, nil
}

// digest stands for everything that makes two requests the same edit.
func (c *call) digest(body []byte) [sha256.Size]byte {
	r := c.Request()
	head := strings.Join([]string{r.Method, r.URL.Path, r.URL.RawQuery, strings.Join(r.Header.Values("If-Match"), ","), ""}, "\n")
	return sha256.Sum256(append([]byte(head), body...))
}

// readBody reads the whole body, which is bounded, and checks that it is one JSON object.
func (c *call) readBody() ([]byte, error) {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, tooLarge(large.Limit)
		}
		return nil, &Problem{Status: http.StatusBadRequest, Code: "bad-request", Detail: "the body broke off", cause: err}
	}
	if err := checkJSON(body); err != nil {
		return nil, err
	}
	if first := bytes.TrimLeft(body, " \t\r\n"); first[0] != '{' {
		return nil, badJSON("", "type", "the body is not a JSON object")
	}
	return body, nil
}

// parse fills the new state of an edit from the members of its body and checks it on its own.
func (c *call) parse(e *edit, members map[string]json.RawMessage) error {
	f := e.info.New()
	var bad issues
	bad.take(layers.SetMembers(f, members), "")
	c.setMeta(e, f, members, &bad)
	c.setGeometry(e, f, members["geometry"], &bad)
	if len(bad) == 0 {
		bad.take(f.Validate(c.w.Settings().Codes), "")
	}
	if len(bad) == 0 {
		c.checkParents(f, &bad)
	}
	if len(bad) > 0 {
		return &layers.Invalid{Layer: e.info.Layer, ID: e.id, Issues: bad}
	}
	e.id, e.after, e.start = f.Head().ID, f, f.Head().ValidFrom
	return nil
}

// issues collects what is wrong with a body.
type issues []layers.Issue

func (s *issues) add(pointer, code, detail string) {
	*s = append(*s, layers.Issue{Pointer: pointer, Code: code, Detail: detail})
}

// take adds what err lists, with the prefix before its pointers.
func (s *issues) take(err error, prefix string) {
	var bad *layers.Invalid
	switch {
	case err == nil:
	case errors.As(err, &bad):
		for _, one := range bad.Issues {
			s.add(prefix+one.Pointer, one.Code, one.Detail)
		}
	default:
		s.add(prefix, "invalid", err.Error())
	}
}

// setMeta gives the feature its id and times: what the client left out is the service's to say.
func (c *call) setMeta(e *edit, f layers.Feature, members map[string]json.RawMessage, bad *issues) {
	m, code := f.Head(), ""
	code, _ = f.Label()
	given := m.ID
	switch {
	case e.op == layers.Replace:
		m.ID = e.id
		if given != "" && given != e.id {
			bad.add("/id", "form", "the path names "+quoted(e.id)+", the body "+quoted(given))
		}
	case e.info.IDIsCode:
		m.ID = code
		if given != "" && given != code {
			bad.add("/id", "form", "in "+string(e.info.Layer)+" the id is the code")
		}
	default:
		m.ID = newID(e.info.Prefix)
		if given != "" {
			bad.add("/id", "read-only", "the service gives the id; leave it out")
		}
	}
	e.ownStart = m.ValidFrom != 0
	if !e.ownStart {
		m.ValidFrom = c.now()
	}
	if !e.info.Slices && m.ValidFrom > c.now() {
		bad.add("/valid_from", "range", string(e.info.Layer)+" are kept as they are now; a state that begins in the future cannot be planned")
	}
	if _, ok := members["demo"]; !ok {
		m.Demo = c.w.Settings().Demo
		if before, ok := c.w.Set(e.info.Layer).Head(e.id); ok && e.op == layers.Replace {
			m.Demo = before.Head().Demo
		}
	}
}

var idDigits = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newID returns an id that was never given: the layer's prefix and 80 random bits.
func newID(prefix string) string {
	b := make([]byte, 10)
	_, _ = rand.Read(b) // never fails: crypto/rand stops the process instead
	return prefix + idDigits.EncodeToString(b)
}

// setGeometry reads the member geometry, rounded to the 1e-7 degree that the stores keep.
func (c *call) setGeometry(e *edit, f layers.Feature, raw json.RawMessage, bad *issues) {
	info, missing := e.info, len(raw) == 0 || string(raw) == "null"
	switch {
	case info.Geometry == "" && !missing:
		bad.add("/geometry", "unknown-field", string(info.Layer)+" have no geometry")
		return
	case info.Geometry == "":
		return
	case missing:
		bad.add("/geometry", "required", "a "+info.Geometry+" is required")
		return
	}
	n := len(*bad)
	checkGeometryMembers(raw, bad)
	g, err := layers.ParseGeoJSON(raw, layers.HTTPGeometry())
	bad.take(err, "/geometry")
	if len(*bad) == n {
		if g, err = e.face.stored(g); err != nil {
			bad.add("/geometry/coordinates", "bad-coordinate", err.Error())
		}
	}
	if len(*bad) > n {
		return
	}
	if p, ok := firstPoint(g); ok && !c.w.extent.IsEmpty() && geo.LooksSwapped(p, c.w.extent) {
		bad.add("/geometry/coordinates", "swapped-axes", "longitude and latitude look swapped: exchanged the position lies in the district; the order is longitude, latitude")
		return
	}
	if g, err = geo.Snap(g); err != nil {
		bad.add("/geometry/coordinates", "bad-coordinate", err.Error())
		return
	}
	bad.take(f.SetShape(g), "")
}

// checkGeometryMembers refuses members that a GeoJSON geometry does not have.
func checkGeometryMembers(raw json.RawMessage, bad *issues) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return // ParseGeoJSON says it better
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name != "type" && name != "coordinates" && name != "crs" && name != "bbox" {
			bad.add("/geometry/"+pointerToken(name), "unknown-field", "a geometry has type and coordinates alone")
		}
	}
}

// mostParents bounds the walk up the units.
const mostParents = 64

// checkParents refuses a unit that would be above itself.
func (c *call) checkParents(f layers.Feature, bad *issues) {
	u, ok := f.(*layers.Unit)
	if !ok {
		return
	}
	for parent, n := u.Parent, 0; parent != "" && n < mostParents; n++ {
		if parent == u.ID {
			bad.add("/parent", "cycle", "the unit would be above itself")
			return
		}
		above, ok := layers.Get[*layers.Unit](c.w.Snapshot, layers.Units, parent, c.now())
		if !ok {
			return
		}
		parent = above.Parent
	}
}
