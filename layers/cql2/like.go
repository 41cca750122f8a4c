package cql2

import (
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// fold removes the difference of capital and small letters: two texts that differ in nothing else are the same folded.
func fold(s string) string { return cases.Fold().String(s) }

// pattern is the pattern of a LIKE: a character each, or one of the two wildcards.
type pattern []rune

const (
	anyRunes rune = -1 // %
	oneRune  rune = -2 // _
)

// patternOf reads a pattern. With folded set it matches folded texts.
func patternOf(s string, folded bool) pattern {
	var out pattern
	var plain []rune
	flush := func() {
		text := string(plain)
		if folded {
			text = fold(text)
		}
		out = append(out, []rune(text)...)
		plain = plain[:0]
	}
	escaped := false
	for _, r := range s {
		switch {
		case escaped:
			if r != '%' && r != '_' && r != '\\' {
				plain = append(plain, '\\') // it stands for itself before anything else
			}
			plain = append(plain, r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '%' || r == '_':
			flush()
			if r == '%' {
				r = anyRunes
			} else {
				r = oneRune
			}
			out = append(out, r)
		default:
			plain = append(plain, r)
		}
	}
	if escaped {
		plain = append(plain, '\\')
	}
	flush()
	return out
}

// matches reports whether s is of the pattern. When what follows a wildcard does not fit, only the last wildcard takes one more
// character, so that the time is at most the product of both lengths.
func (p pattern) matches(s string) bool {
	i, j := 0, 0          // in s and p
	star, resume := -1, 0 // the last wildcard, and where the text after it begins
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case j < len(p) && p[j] == anyRunes:
			star, resume = j, i
			j++
		case j < len(p) && (p[j] == oneRune || p[j] == r):
			i += size
			j++
		case star >= 0:
			_, size = utf8.DecodeRuneInString(s[resume:])
			resume += size
			i, j = resume, star+1
		default:
			return false
		}
	}
	for j < len(p) && p[j] == anyRunes {
		j++
	}
	return j == len(p)
}
