package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/layers"
)

// Limits of a search.
const (
	mostQuery = 100 // characters
	mostWords = 6
	usualHits = 20
	mostHits  = 100
)

func (s *Server) searchOperations() []operation {
	one, most := 1, mostQuery
	return []operation{{
		Method: http.MethodGet, Path: "/v1/search", ID: "search", Tag: "lookup",
		Summary: "Find things by name or code",
		Text: "Names in Chinese or English, other names in use, codes, and the codes and plates of poles and spaces from their beginning. What is equal comes first, then what begins with the text, " +
			"then what has it somewhere; several words must all be there. Two road names, with a blank, `&`, `与`, `和` or `路口`, give their crossing.",
		Params: []param{
			{Name: "q", In: "query", Required: true, Schema: &huma.Schema{Type: "string", MinLength: &one, MaxLength: &most}, Example: "龙皓路 海汇街", Text: "What to look for."},
			{Name: "limit", In: "query", Schema: wholeSchema(1, mostHits), Text: fmt.Sprintf("The most that is wanted; %d if it is not given.", usualHits)},
			atParam(),
		},
		Answers: []answer{{Status: http.StatusOK, Text: "What was found, the best first", Content: &content{Type: findings{}}}},
		Handle:  search,
	}}
}

// findings is the answer of a search.
type findings struct {
	Items []Found `json:"items"`
}

// Found is one thing that a search found.
type Found struct {
	// Kind is grid, town, community, district, block, park, building, police_area, kept_clear, neighbour, unit, segment, zone, space, pole,
	// road or crossing.
	Kind string `json:"kind"`
	// Layer and ID name the feature; for a road its first part, for a crossing the first part of the first road.
	Layer  layers.Layer `json:"layer"`
	ID     string       `json:"id"`
	Code   string       `json:"code,omitempty"`
	Name   string       `json:"name"`
	NameEn string       `json:"name_en,omitempty"`
	// Point is where to look, BBox what to show: west, south, east, north. A unit has neither.
	Point *orb.Point  `json:"point,omitempty"`
	BBox  *[4]float64 `json:"bbox,omitempty"`
	// Detail says more in a few words, such as the town.
	Detail string `json:"detail,omitempty"`
}

func search(c *call) error {
	text, err := c.searchText()
	if err != nil {
		return err
	}
	limit, err := c.whole("limit", usualHits, 1, mostHits)
	if err != nil {
		return err
	}
	at, err := c.at()
	if err != nil {
		return err
	}
	addVary(c.Response().Header(), "Accept-Language")
	q := newNameQuery(text, at, int(limit), languageOf(c.Request()))
	return c.json(http.StatusOK, findings{Items: c.w.names.search(c.w.Snapshot, q)})
}

// searchText reads q.
func (c *call) searchText() (string, error) {
	if !c.query.Has("q") {
		return "", badParameter("q", "say in q what to look for")
	}
	q := c.query.Get("q")
	if !utf8.ValidString(q) {
		return "", badParameter("q", "q is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(q); n > mostQuery {
		return "", badParameter("q", fmt.Sprintf("q has %d characters; %d are the most", n, mostQuery))
	}
	if fold(q) == "" {
		return "", badParameter("q", "q is empty")
	}
	return q, nil
}

// fold brings a text into the form in which texts are compared: small letters, letters and digits of full width as usual ones,
// single blanks, and without characters that cannot be seen.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		switch {
		case unicode.IsSpace(r):
			blank = b.Len() > 0
			continue
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// nameQuery is a search.
type nameQuery struct {
	text  string   // folded
	words []string // text at its blanks
	// raw is the text as it was written.
	raw   string
	at    layers.Instant
	limit int
	lang  string
}

func newNameQuery(raw string, at layers.Instant, limit int, lang string) nameQuery {
	q := nameQuery{text: fold(raw), raw: raw, at: at, limit: limit, lang: lang}
	q.words = strings.Fields(q.text)
	q.words = q.words[:min(len(q.words), mostWords)]
	return q
}

// How well a text fits, the best first.
const (
	fitsExactly = iota
	fitsStart
	fitsInside
	fitsWords
	fitsNot
)

// fit tells how well one of the texts of an entry fits.
func (q *nameQuery) fit(texts []string) int {
	best := fitsNot
	for _, t := range texts {
		switch {
		case t == q.text:
			return fitsExactly
		case best > fitsStart && strings.HasPrefix(t, q.text):
			best = fitsStart
		case best > fitsInside && strings.Contains(t, q.text):
			best = fitsInside
		}
	}
	if best == fitsNot && len(q.words) > 1 && q.hasWords(texts) {
		return fitsWords
	}
	return best
}

func (q *nameQuery) hasWords(texts []string) bool {
	for _, word := range q.words {
		if !slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, word) }) {
			return false
		}
	}
	return true
}
