package cql2

import (
	"strings"
	"unicode/utf8"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	endToken tokenKind = iota
	nameToken
	quotedToken // a name in double quotes
	textToken
	numberToken
	symbolToken
)

// token is one word or sign of the text form. For a name text is the name as it is written, for a text in quotes its value, for a
// number its digits.
type token struct {
	kind tokenKind
	text string
	at   int
}

// is reports whether the token is that sign or that word, in capital letters or not.
func (t token) is(word string) bool {
	switch t.kind {
	case symbolToken:
		return t.text == word
	case nameToken:
		return len(t.text) == len(word) && strings.EqualFold(t.text, word)
	}
	return false
}

func (t token) String() string {
	switch t.kind {
	case endToken:
		return "the end"
	case textToken:
		return "the text '" + clip(t.text) + "'"
	}
	return clip(t.text)
}

// clip keeps what is shown of a request short.
func clip(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// scan takes the text form apart.
func scan(s string) ([]token, *Error) {
	var out []token
	for i := 0; ; {
		i += blanks(s[i:])
		if i == len(s) {
			return append(out, token{endToken, "", i}), nil
		}
		t, size, err := next(s[i:])
		if err != nil {
			err.Offset += i
			return nil, err
		}
		t.at = i
		out = append(out, t)
		i += size
	}
}

// blanks returns how many bytes of white space s begins with.
func blanks(s string) int {
	for i, r := range s {
		if !isBlank(r) {
			return i
		}
	}
	return len(s)
}

// isBlank reports whether r is white space in the grammar of the standard.
func isBlank(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}

// next reads the token that s, which is not empty, begins with, and returns its size in bytes.
func next(s string) (token, int, *Error) {
	r, _ := utf8.DecodeRuneInString(s)
	switch {
	case r == '\'':
		return quotedText(s)
	case r == '"':
		return quotedName(s)
	case isDigit(r), r == '.' && len(s) > 1 && isDigit(rune(s[1])):
		n := numberSize(s)
		return token{kind: numberToken, text: s[:n]}, n, nil
	case startsName(r):
		n := nameSize(s)
		return token{kind: nameToken, text: s[:n]}, n, nil
	}
	for _, sign := range []string{"<=", ">=", "<>", "<", ">", "=", "(", ")", ",", "+", "-", "*", "/", "%", "^"} {
		if strings.HasPrefix(s, sign) {
			return token{kind: symbolToken, text: sign}, len(sign), nil
		}
	}
	return token{}, 0, Place{}.errorf("%q has no meaning here", r)
}

// quotedText reads 'text'. A quotation mark inside is ” or \', and \ begins the control characters of the standard; before
// anything else but itself it stands for itself, so that it reaches the pattern of a LIKE.
func quotedText(s string) (token, int, *Error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			if c, ok := escapes[s[i+1]]; ok {
				b.WriteByte(c)
				i++
				continue
			}
			b.WriteByte('\\')
		case s[i] != '\'':
			b.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == '\'':
			b.WriteByte('\'')
			i++
		default:
			return token{kind: textToken, text: b.String()}, i + 1, nil
		}
	}
	return token{}, 0, Place{}.errorf("the text that begins here has no quotation mark at its end")
}

var escapes = map[byte]byte{'\'': '\'', '\\': '\\', 'a': '\a', 'b': '\b', 't': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r'}

func quotedName(s string) (token, int, *Error) {
	end := strings.IndexByte(s[1:], '"')
	if end < 0 {
		return token{}, 0, Place{}.errorf("the name that begins here has no double quote at its end")
	}
	return token{kind: quotedToken, text: s[1 : end+1]}, end + 2, nil
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// numberSize returns the length of the number that s begins with: digits, a point, digits, an exponent.
func numberSize(s string) int {
	digits := func(i int) int {
		for i < len(s) && isDigit(rune(s[i])) {
			i++
		}
		return i
	}
	i := digits(0)
	if i < len(s) && s[i] == '.' {
		i = digits(i + 1)
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		from := i + 1
		if from < len(s) && (s[from] == '+' || s[from] == '-') {
			from++
		}
		if end := digits(from); end > from {
			i = end
		}
	}
	return i
}

func nameSize(s string) int {
	for i, r := range s {
		if i > 0 && !startsName(r) && r != '.' && !isDigit(r) && (r < 0x300 || r > 0x36F) && r != 0x203F && r != 0x2040 {
			return i
		}
	}
	return len(s)
}

// startsName reports whether a name may begin with r.
func startsName(r rune) bool {
	switch {
	case r == utf8.RuneError:
		return false
	case r == ':' || r == '_' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
		return true
	case r < 0xC0 || r == 0xD7 || r == 0xF7 || r == 0x37E || isBlank(r):
		return false
	}
	return r <= 0x2FF || r >= 0x370 && r <= 0x1FFE || r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF ||
		r >= 0x3001 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}
