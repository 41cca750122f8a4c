package api

import "strconv"

// tens are the powers of ten that a float64 holds exactly.
var tens = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// scanNumber reads the JSON number that begins at b[i] and returns its value, which is the one of strconv.ParseFloat to the last
// bit, and where it ends. ok is false where no JSON number begins, and for one of more than mostDigits characters or beyond a
// float64. What follows the number is not looked at.
//
// A number of 15 digits at most is a whole number that a float64 holds exactly, over a power of ten that it also holds exactly:
// one division rounds it correctly (Clinger, 1990). Anything longer, and any exponent, is strconv's.
func scanNumber(b []byte, i int) (v float64, end int, ok bool) {
	start := i
	negative := i < len(b) && b[i] == '-'
	if negative {
		i++
	}
	whole := i
	var mantissa uint64 // of the first digits; wrong beyond 19, where it is not used
	for i < len(b) && b[i]-'0' < 10 {
		mantissa = mantissa*10 + uint64(b[i]-'0')
		i++
	}
	digits := i - whole
	if digits == 0 || digits > 1 && b[whole] == '0' {
		return 0, start, false
	}
	decimals := 0
	if i < len(b) && b[i] == '.' {
		point := i
		for i++; i < len(b) && b[i]-'0' < 10; i++ {
			mantissa = mantissa*10 + uint64(b[i]-'0')
		}
		if decimals = i - point - 1; decimals == 0 {
			return 0, start, false
		}
		digits += decimals
	}
	plain := true
	if i < len(b) && b[i]|0x20 == 'e' {
		if i, plain = scanExponent(b, i), false; i < 0 {
			return 0, start, false
		}
	}
	switch {
	case i-start > mostDigits:
		return 0, start, false
	case plain && digits <= 15:
		if v = float64(mantissa) / tens[decimals]; negative {
			v = -v
		}
		return v, i, true
	}
	v, err := strconv.ParseFloat(string(b[start:i]), 64)
	return v, i, err == nil
}

// scanExponent returns the end of the exponent whose e is at b[i], -1 if it has no digits.
func scanExponent(b []byte, i int) int {
	i++
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	from := i
	for i < len(b) && b[i]-'0' < 10 {
		i++
	}
	if i == from {
		return -1
	}
	return i
}
