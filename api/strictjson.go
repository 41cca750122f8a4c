package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"wangge/layers"
)

// deepest is how deep the values of a body may be nested: a feature, its geometry, and the four levels of a MultiPolygon leave
// room for two more.
const deepest = 8

// badJSON is a body that cannot be read, and where.
func badJSON(pointer, code, detail string) *Problem {
	return &Problem{Status: http.StatusBadRequest, Code: "bad-request", Detail: detail,
		Errors: []layers.Issue{{Pointer: pointer, Code: code, Detail: detail}}}
}

// pointerToken escapes a name for a JSON Pointer (RFC 6901).
func pointerToken(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// checkJSON refuses what decoders read in different ways: text that is not UTF-8, half a surrogate pair, a byte order mark,
// members that come twice, values nested too deep, and anything after the value.
func checkJSON(b []byte) error {
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return badJSON("", "json", "the body is empty")
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return badJSON("", "json", "the body begins with a byte order mark")
	case !utf8.Valid(b):
		return badJSON("", "encoding", "the body is not valid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := checkValue(d, "", 1); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return badJSON("", "json", "there is something after the value")
	}
	return nil
}

// checkValue checks the next value of d, which is at the pointer.
func checkValue(d *json.Decoder, pointer string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return notJSON(pointer, err)
	}
	switch t := t.(type) {
	case string:
		return checkText(pointer, t)
	case json.Delim:
		if depth > deepest {
			return badJSON(pointer, "too-deep", fmt.Sprintf("values are nested more than %d deep", deepest))
		}
		if t == '{' {
			return checkObject(d, pointer, depth)
		}
		return checkArray(d, pointer, depth)
	}
	return nil
}

func notJSON(pointer string, err error) error {
	if errors.Is(err, io.EOF) {
		err = errors.New("it ends too early")
	}
	return badJSON(pointer, "json", "the body is not JSON: "+err.Error())
}

func checkText(pointer, s string) error {
	if strings.ContainsRune(s, utf8.RuneError) {
		return badJSON(pointer, "encoding", "half a surrogate pair, or the replacement character U+FFFD: the text was damaged on its way")
	}
	return nil
}

func checkObject(d *json.Decoder, pointer string, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return notJSON(pointer, err)
		}
		name, _ := t.(string) // the decoder takes nothing else here
		at := pointer + "/" + pointerToken(name)
		if seen[name] {
			return badJSON(at, "duplicate", fmt.Sprintf("the member %q comes twice", name))
		}
		seen[name] = true
		if err := checkText(pointer, name); err != nil {
			return err
		}
		if err := checkValue(d, at, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return notJSON(pointer, err)
	}
	return nil
}

func checkArray(d *json.Decoder, pointer string, depth int) error {
	for i := 0; d.More(); i++ {
		if err := checkValue(d, pointer+"/"+strconv.Itoa(i), depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return notJSON(pointer, err)
	}
	return nil
}
