package api

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"wangge/layers"
)

// mostTags is how many entity tags one header may list.
const mostTags = 100

// etagOf is the strong entity tag of a feature as an answer shows it: its version and the start of the epoch, because after a
// restore another state may come to have the same version. The end of an earlier state is part of the tag: it is set when the
// next state begins, without a version of its own.
func etagOf(epoch string, f layers.Feature, earlier bool) string {
	m := f.Head()
	if earlier {
		return fmt.Sprintf(`"%d-%s-%s"`, m.Version, shortEpoch(epoch), strconv.FormatInt(int64(m.ValidTo), 36))
	}
	return versionTag(epoch, m.Version)
}

// versionTag is the tag of the newest state of a feature: what an edit names in If-Match.
func versionTag(epoch string, version int64) string {
	return fmt.Sprintf(`"%d-%s"`, version, shortEpoch(epoch))
}

func shortEpoch(epoch string) string {
	epoch = strings.ReplaceAll(epoch, "-", "")
	return epoch[:min(8, len(epoch))]
}

// tag is one entry of If-Match or If-None-Match.
type tag struct {
	weak   bool
	opaque string // with its quotes
}

// parseTags reads a list of entity tags (RFC 9110, 8.8.3). wild is true for "*".
func parseTags(header string) (list []tag, wild bool, err error) {
	rest := strings.TrimSpace(header)
	if rest == "*" {
		return nil, true, nil
	}
	for {
		t := tag{}
		rest, t.weak = strings.CutPrefix(rest, "W/")
		if !strings.HasPrefix(rest, `"`) {
			return nil, false, fmt.Errorf("%q is no list of entity tags: each is in double quotes, as the header ETag gave it", header)
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return nil, false, fmt.Errorf("%q: a double quote is missing at the end", header)
		}
		t.opaque, rest = rest[:end+2], strings.TrimSpace(rest[end+2:])
		if list = append(list, t); len(list) > mostTags {
			return nil, false, fmt.Errorf("more than %d entity tags", mostTags)
		}
		if rest == "" {
			return list, false, nil
		}
		var comma bool
		if rest, comma = strings.CutPrefix(rest, ","); !comma {
			return nil, false, fmt.Errorf("%q: between two entity tags there is a comma", header)
		}
		rest = strings.TrimSpace(rest)
	}
}

// unchanged reports whether the client already has what etag names (If-None-Match, weak comparison). A header that cannot be
// read is no reason to fail a read.
func unchanged(r *http.Request, etag string) bool {
	header := r.Header.Get("If-None-Match")
	if header == "" {
		return false
	}
	list, wild, err := parseTags(header)
	if err != nil {
		return false
	}
	for _, t := range list {
		wild = wild || t.opaque == strings.TrimPrefix(etag, "W/")
	}
	return wild
}

// versionsOf returns the versions that If-Match names in this epoch, without those of weak tags, which match nothing (strong
// comparison), and of tags that are not ours.
func versionsOf(list []tag, epoch string) []int64 {
	var out []int64
	for _, t := range list {
		number, of, _ := strings.Cut(strings.Trim(t.opaque, `"`), "-")
		n, err := strconv.ParseInt(number, 10, 64)
		if err == nil && n > 0 && !t.weak && of == shortEpoch(epoch) {
			out = append(out, n)
		}
	}
	return out
}

// ifMatch returns the versions of which the client accepts to replace one. An empty list with no error matches nothing.
func (c *call) ifMatch() ([]int64, error) {
	header := strings.Join(c.Request().Header.Values("If-Match"), ", ")
	if header == "" {
		return nil, &Problem{Status: http.StatusPreconditionRequired, Code: "precondition-required", Parameter: "If-Match",
			Detail: "name in If-Match the ETag of the state that you have seen, so that nobody's edit is lost"}
	}
	list, wild, err := parseTags(header)
	if wild {
		return nil, badParameter("If-Match", "* is not taken: name the ETag of the state that you have seen")
	}
	if err != nil {
		return nil, badParameter("If-Match", err.Error())
	}
	return versionsOf(list, c.w.Position().Epoch), nil
}

// stale is the answer to an edit of a state that is not the present one.
func stale(epoch string, current int64, detail string) *Problem {
	return &Problem{Status: http.StatusPreconditionFailed, Code: string(layers.StaleVersion), Parameter: "If-Match",
		Detail: cmp.Or(detail, "the feature has changed since the state that If-Match names; read it again"),
		More:   map[string]any{"current_etag": versionTag(epoch, current)}}
}
