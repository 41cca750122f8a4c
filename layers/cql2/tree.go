package cql2

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is a JSON value with its place. value is nil, bool, float64, string, []*node or *object.
type node struct {
	Place
	value any
}

// object has its members in order, each once.
type object struct {
	names   []string
	members map[string]*node
}

func (o *object) has(names ...string) bool {
	if len(o.names) != len(names) {
		return false
	}
	for _, name := range names {
		if o.members[name] == nil {
			return false
		}
	}
	return true
}

// readTree reads one JSON value. Members that come twice, numbers beyond all bounds and values nested too deep are errors.
func readTree(b []byte) (*node, *Error) {
	root := Place{Offset: -1}
	switch {
	case len(b) > MaxLength:
		return nil, root.errorf("the filter has more than %d bytes", MaxLength)
	case !utf8.Valid(b):
		return nil, root.errorf("the filter is not valid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	n, err := readNode(d, root, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, root.errorf("something follows the filter")
	}
	return n, nil
}

// deepestTree is how deep JSON may be nested: two levels, args and an object, for each of the filter's, and the coordinates.
const deepestTree = 2*MaxDepth + 8

func readNode(d *json.Decoder, at Place, depth int) (*node, *Error) {
	if depth > deepestTree {
		return nil, at.errorf("the filter is nested too deep")
	}
	t, err := d.Token()
	if err != nil {
		return nil, at.errorf("this is not JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	switch t := t.(type) {
	case json.Number:
		v, err := t.Float64()
		if err != nil {
			return nil, at.errorf("the number %s is too large", clip(t.String()))
		}
		return &node{at, v}, nil
	case json.Delim:
		if t == '[' {
			return readArray(d, at, depth)
		}
		return readObject(d, at, depth)
	default:
		return &node{at, t}, nil
	}
}

func (p Place) below(name string) Place {
	return Place{-1, p.Pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)}
}

func readArray(d *json.Decoder, at Place, depth int) (*node, *Error) {
	list := []*node{}
	for d.More() {
		n, err := readNode(d, at.below(strconv.Itoa(len(list))), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return &node{at, list}, closing(d, at)
}

func readObject(d *json.Decoder, at Place, depth int) (*node, *Error) {
	o := &object{members: map[string]*node{}}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, at.errorf("this is not JSON: %s", err)
		}
		name := t.(string) // the decoder takes nothing else here
		if o.members[name] != nil {
			return nil, at.below(name).errorf("the member comes twice")
		}
		n, bad := readNode(d, at.below(name), depth+1)
		if bad != nil {
			return nil, bad
		}
		o.names = append(o.names, name)
		o.members[name] = n
	}
	return &node{at, o}, closing(d, at)
}

// closing reads the end of an array or an object.
func closing(d *json.Decoder, at Place) *Error {
	if _, err := d.Token(); err != nil {
		return at.errorf("this is not JSON: it breaks off")
	}
	return nil
}
