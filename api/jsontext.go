package api

import "unicode/utf8"

const hexDigits = "0123456789abcdef"

// appendText appends s as a JSON text, byte for byte as encoding/json writes it without escaping of HTML.
func appendText(out []byte, s string) []byte {
	out = append(out, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			out = append(out, s[from:i]...)
			out = appendEscape(out, c)
			i++
			from = i
			continue
		}
		if c-0xe3 < 10 && len(s)-i > 2 && s[i+1]&0xc0 == 0x80 && s[i+2]&0xc0 == 0x80 { // U+3000 to U+CFFF: most of Chinese
			i += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(append(out, s[from:i]...), `\ufffd`...)
		case r == '\u2028' || r == '\u2029': // line ends in JavaScript
			out = append(append(out, s[from:i]...), `\u202`...)
			out = append(out, hexDigits[r&15])
		default:
			i += size
			continue
		}
		i += size
		from = i
	}
	return append(append(out, s[from:]...), '"')
}

func appendEscape(out []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	return append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
