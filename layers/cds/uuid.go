package cds

import (
	"crypto/sha1"
	"encoding/hex"
	"regexp"
	"strings"
)

// namespace is the name space of all identifiers of the feed, drawn once at random.
var namespace = [16]byte{0x5e, 0x1c, 0x0b, 0x7a, 0x94, 0x2d, 0x4f, 0x36, 0x8b, 0xd1, 0x63, 0xaf, 0x20, 0xe7, 0x55, 0xc8}

// uuid returns the UUID of version 5 (RFC 9562, 5.5) of a name that the parts make, none of which holds a line feed.
func uuid(parts ...string) string {
	h := sha1.New()
	h.Write(namespace[:])
	h.Write([]byte(strings.Join(parts, "\n")))
	var b [16]byte
	copy(b[:], h.Sum(nil))
	b[6], b[8] = b[6]&0x0f|0x50, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IsUUID reports whether s has the form of a UUID.
func IsUUID(s string) bool { return uuidForm.MatchString(s) }
