package api

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/layers"
)

// itemEditOperations are create, replace, update and delete of the features of a layer, and what tells that they are there.
func itemEditOperations(info layers.Info) []operation {
	of := operationID("", singular(info.Layer))
	rights := rightsOf(info.Layer)
	crs := param{Name: crsHeader, In: "header", Schema: &huma.Schema{Type: "string"}, Example: "<" + storageSystem().uri() + ">",
		Text: "The system of the positions in the body, in angle brackets; longitude, latitude if it is not given."}
	key := keyParam(false)
	key.Text = strings.Replace(key.Text, "`If-Match` keeps an edit from being done twice", "a code is given once, so that nothing is created twice", 1)
	shown := func(status int, headers ...string) []answer {
		return []answer{{Status: status, Text: "The feature as it is stored, in longitude and latitude.", Content: &content{Media: geoMedia, Type: itemSchemaRef(info.Layer)},
			Headers: append([]string{"ETag", crsHeader, visibleHeader, replayedHeader}, headers...)}}
	}
	table := []operation{{
		Method: http.MethodPost, Path: itemsPath(info), ID: "createItemOf" + of, Summary: "A new one of the " + string(info.Layer) + ", as GeoJSON", Text: editText(info),
		Params: []param{key, crs}, Body: &content{Media: geoMedia, Type: itemEditRef(info.Layer)}, Answers: shown(http.StatusCreated, "Location"), Roles: rights.create,
		Handle: func(c *call) error { return c.createItem(info) },
	}, {
		Method: http.MethodPut, Path: itemsPath(info) + "/{id}", ID: "replaceItemOf" + of, Summary: "Another state of one of the " + string(info.Layer) + ", as GeoJSON",
		Text: "The body is the whole new state. " + editText(info), Params: []param{idParam(), matchParam(), keyParam(false), crs},
		Body: &content{Media: geoMedia, Type: itemEditRef(info.Layer)}, Answers: shown(http.StatusOK), Roles: rights.replace,
		Handle: func(c *call) error { return c.replaceItem(info) },
	}, {
		Method: http.MethodPatch, Path: itemsPath(info) + "/{id}", ID: "updateItemOf" + of, Summary: "Other values of some properties of one of the " + string(info.Layer),
		Text: "A JSON Merge Patch (RFC 7396) of the GeoJSON feature. The new state begins now unless `valid_from` is among the properties. " + editText(info), Params: []param{idParam(), matchParam(), crs},
		Body: &content{Media: patchMedia, Type: itemPatchRef(info.Layer)}, Answers: shown(http.StatusOK), Roles: rights.replace,
		Handle: func(c *call) error { return c.updateItem(info) },
	}, {
		Method: http.MethodDelete, Path: itemsPath(info) + "/{id}", ID: "deleteItemOf" + of, Summary: "The end of one of the " + string(info.Layer) + ", now", Text: editText(info),
		Params:  []param{idParam(), matchParam(), keyParam(false)},
		Answers: []answer{{Status: http.StatusNoContent, Text: "It has ended.", Headers: []string{visibleHeader, replayedHeader}}}, Roles: rights.delete,
		Handle: func(c *call) error { return c.deleteItem(info) },
	},
		optionsOperation(itemsPath(info), "optionsOf"+operationID("", string(info.Layer)), nil, "GET, HEAD, OPTIONS, POST", "Accept-Post", geoMedia),
		optionsOperation(itemsPath(info)+"/{id}", "optionsOf"+of, []param{idParam()}, "DELETE, GET, HEAD, OPTIONS, PATCH, PUT", "Accept-Patch", patchMedia),
	}
	for i := range table {
		table[i].Tag = ogcTag
		if table[i].Body != nil {
			table[i].Limit, table[i].Untyped = editBytes, http.StatusBadRequest
		}
	}
	return table
}

// optionsOperation tells which methods a path takes, and which bodies.
func optionsOperation(path, id string, params []param, allow, header, media string) operation {
	return operation{
		Method: http.MethodOptions, Path: path, ID: id, Summary: "Which methods there are", Params: params, Timeless: true,
		Answers: []answer{{Status: http.StatusOK, Text: "In the headers", Headers: []string{"Allow", header}}},
		Handle: func(c *call) error {
			c.Response().Header().Set("Allow", allow)
			c.Response().Header().Set(header, media)
			return c.NoContent(http.StatusOK)
		},
	}
}

func (c *call) createItem(info layers.Info) error {
	form, err := c.geoFace(info)
	if err != nil {
		return err
	}
	return c.create(info, form, false)
}

func (c *call) replaceItem(info layers.Info) error {
	if err := c.mustExist(info); err != nil {
		return err
	}
	form, err := c.geoFace(info)
	if err != nil {
		return err
	}
	return goneAsMissing(c.replace(info, form))
}

func (c *call) deleteItem(info layers.Info) error {
	if err := c.mustExist(info); err != nil {
		return err
	}
	return goneAsMissing(c.remove(info))
}

// mustExist answers for a feature that there never was, before anything is said of a missing If-Match.
func (c *call) mustExist(info layers.Info) error {
	if c.Request().Header.Get("If-Match") == "" && c.w.Set(info.Layer).Versions(c.path["id"]) == nil {
		return c.absent(info, c.path["id"], c.now())
	}
	return nil
}

// updateItem changes some members of the state that If-Match names.
func (c *call) updateItem(info layers.Info) error {
	if err := c.mustExist(info); err != nil {
		return err
	}
	form, err := c.geoFace(info)
	if err != nil {
		return err
	}
	e := &edit{info: info, op: layers.Replace, id: c.path["id"], face: form}
	if e.versions, err = c.ifMatch(); err != nil {
		return err
	}
	body, err := c.readBody()
	if err != nil {
		return err
	}
	e.body = c.digest(body)
	patch, err := splitFeature(body, false)
	if err != nil {
		return err
	}
	before, err := c.current(e, time.Now().Add(editPatience))
	if err != nil {
		return goneAsMissing(err)
	}
	e.versions = []int64{before.Head().Version} // the state that the patch is applied to, and no other
	members, err := patched(before, patch)
	if err != nil {
		return err
	}
	if patch.geometry == nil {
		form.system = crs84 // the geometry is what is stored
	}
	e.face = form
	if err := c.parse(e, members); err != nil {
		return form.placed(err)
	}
	return goneAsMissing(form.placed(c.carryOut(e)))
}

// patched returns the members of a new state: those of the one before, changed.
func patched(before layers.Feature, patch *featureParts) (map[string]json.RawMessage, error) {
	b, err := layers.MarshalFeature(before)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil {
		return nil, err
	}
	delete(members, "valid_from")
	for name, v := range patch.properties {
		if string(v) == "null" {
			delete(members, name)
		} else {
			members[name] = v
		}
	}
	if patch.id != nil {
		members["id"] = patch.id
	}
	if patch.geometry != nil {
		members["geometry"], err = mergePatch(members["geometry"], patch.geometry)
	}
	return members, err
}

// mergePatch applies a JSON Merge Patch (RFC 7396) to a value.
func mergePatch(value, patch json.RawMessage) (json.RawMessage, error) {
	var changes, have map[string]json.RawMessage
	if json.Unmarshal(patch, &changes) != nil || changes == nil {
		return patch, nil // not an object: it takes the value's place
	}
	if json.Unmarshal(value, &have) != nil || have == nil {
		have = map[string]json.RawMessage{}
	}
	for name, v := range changes {
		if string(v) == "null" {
			delete(have, name)
			continue
		}
		merged, err := mergePatch(have[name], v)
		if err != nil {
			return nil, err
		}
		have[name] = merged
	}
	return json.Marshal(have)
}

// geoFace is a feature as GeoJSON: its fields are under properties, but id and geometry.
type geoFace struct {
	c    *call
	info layers.Info
	// system is that of the body. Answers are in longitude and latitude.
	system system
}

// geoFace reads the header Content-Crs.
func (c *call) geoFace(info layers.Info) (geoFace, error) {
	form := geoFace{c: c, info: info, system: crs84}
	if text := c.Request().Header.Get(crsHeader); text != "" {
		name, bracketed := strings.CutPrefix(text, "<")
		name, closed := strings.CutSuffix(name, ">")
		sys, ok := systemOf(name)
		if !ok || bracketed != closed {
			return form, badSystem(crsHeader, text)
		}
		form.system = sys
	}
	return form, nil
}

func (f geoFace) members(body []byte) (map[string]json.RawMessage, error) {
	parts, err := splitFeature(body, true)
	if err != nil {
		return nil, err
	}
	members := map[string]json.RawMessage{}
	for name, v := range parts.properties {
		if string(v) != "null" { // null is no value
			members[name] = v
		}
	}
	if parts.id != nil {
		members["id"] = parts.id
	}
	if parts.geometry != nil {
		members["geometry"] = parts.geometry
	}
	return members, nil
}

// featureParts are the members of a GeoJSON feature; nil for what is not there.
type featureParts struct {
	id, geometry json.RawMessage
	properties   map[string]json.RawMessage
}

// splitFeature takes a GeoJSON feature apart. Members that an answer shows and an edit cannot change are passed over. whole says that
// type must be there.
func splitFeature(body []byte, whole bool) (*featureParts, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, badJSON("", "json", err.Error())
	}
	out := &featureParts{id: members["id"], geometry: members["geometry"]}
	var bad issues
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains([]string{"type", "id", "geometry", "properties", "links", "bbox"}, name) {
			bad.add("/"+pointerToken(name), "unknown-field", "a feature has type, id, geometry and properties alone")
		}
	}
	switch kind := string(members["type"]); {
	case kind == "" && whole:
		bad.add("/type", "required", `a GeoJSON feature has the type "Feature"`)
	case kind != "" && kind != `"Feature"`:
		bad.add("/type", "type", `the type is "Feature"`)
	}
	if raw := members["properties"]; raw != nil {
		if err := json.Unmarshal(raw, &out.properties); err != nil {
			bad.add("/properties", "type", "properties are an object")
		}
	}
	for _, name := range []string{"id", "geometry"} {
		if out.properties[name] != nil {
			bad.add("/properties/"+name, "unknown-field", name+" is a member of the feature, not one of its properties")
		}
	}
	if len(bad) > 0 {
		return nil, &layers.Invalid{Issues: bad}
	}
	return out, nil
}

func (f geoFace) stored(g orb.Geometry) (orb.Geometry, error) { return f.system.stored(g) }

// placed puts properties before the pointers to them.
func (f geoFace) placed(err error) error {
	var bad *layers.Invalid
	if !errors.As(err, &bad) {
		return err
	}
	out := *bad
	out.Issues = slices.Clone(bad.Issues)
	for i, is := range out.Issues {
		if is.Pointer != "" && is.Pointer != "/id" && is.Pointer != "/geometry" && !strings.HasPrefix(is.Pointer, "/geometry/") {
			out.Issues[i].Pointer = "/properties" + is.Pointer
		}
	}
	return &out
}

func (f geoFace) show(one layers.Feature) ([]byte, error) {
	f.c.Response().Header().Set(crsHeader, "<"+crs84.uri()+">")
	return encoder(f.info.Layer, crs84)(one)
}

func (geoFace) media() string { return geoMedia }

func (f geoFace) location(l layers.Layer, id string) string {
	return f.c.base() + "/collections/" + string(l) + "/items/" + id
}
