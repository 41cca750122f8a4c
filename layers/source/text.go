package source

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"wangge/layers"
)

// decodeText returns r as UTF-8 without a byte order mark. A mark of UTF-8 or UTF-16 wins over the named encoding. Bytes that
// are not in the encoding become U+FFFD for gbk and utf-16, and stay as they are for utf-8; the readers report both.
func decodeText(r io.Reader, name string) (*bufio.Reader, error) {
	var from encoding.Encoding
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name)) {
	case "", "utf8":
	case "gbk", "gb2312", "cp936":
		from = simplifiedchinese.GBK
	case "gb18030":
		from = simplifiedchinese.GB18030
	case "utf16", "utf16le":
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	default:
		return nil, fmt.Errorf("encoding %q: %w: the encodings are utf-8, gbk, gb18030, utf-16", name, layers.ErrInvalid)
	}
	in := bufio.NewReaderSize(r, 1<<16)
	mark, err := in.Peek(3)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case len(mark) == 3 && string(mark) == "\xef\xbb\xbf":
		_, err = in.Discard(3)
		return in, err
	case len(mark) >= 2 && (string(mark[:2]) == "\xff\xfe" || string(mark[:2]) == "\xfe\xff"):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	}
	if from == nil {
		return in, nil
	}
	return bufio.NewReaderSize(transform.NewReader(in, from.NewDecoder()), 1<<16), nil
}

// replaced reports whether s holds U+FFFD or bytes that are not UTF-8: text in another encoding than the one named.
func replaced(s string) bool { return strings.ContainsRune(s, '\uFFFD') }
