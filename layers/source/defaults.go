package source

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"wangge/layers"
)

// defaultValue is what a column gets in a new feature when neither the file nor the mapping says anything; nil is nothing. code is
// the feature's code. Where a code is built by a standard, its parts are taken from it.
func defaultValue(l layers.Layer, column, code string, space layers.CodeSpace) any {
	local := space != layers.CodesFree
	switch {
	case l == layers.Towns && column == "district" && local && len(code) == 9:
		return code[:6]
	case (l == layers.Grids || l == layers.Communities) && column == "town" && local && len(code) > 9:
		return code[:9]
	case l == layers.Communities && column == "kind":
		if len(code) == 12 && code[9] < '2' { // 001-199 residential, 200-399 village (GB/T 10114)
			return "residential"
		}
		return "village"
	case l == layers.Poles:
		return map[string]any{"main_use": "unknown", "condition": "unknown", "live": "unknown", "state": "surveyed", "claim_state": "none"}[column]
	case l == layers.Roads && column == "class":
		return "unclassified"
	case l == layers.Categories && column == "parent":
		return layers.ParentOfCategory(code)
	case l == layers.Zones:
		return map[string]any{"kind": "kerb", "default_mode": string(layers.Travel)}[column]
	case l == layers.Segments && column == "side":
		return "both"
	case l == layers.Spaces && column == "orientation":
		return "parallel"
	}
	return nil
}

// maxID is the longest id.
const maxID = 64

// idForm reports whether s may be an id as it is.
func idForm(s string) bool {
	if s == "" || len(s) > maxID || strings.IndexByte("_.-", s[0]) >= 0 {
		return false
	}
	return strings.IndexFunc(s, notInID) < 0
}

func notInID(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '_' && r != '-' && r != '.'
}

// asID returns the id nearest to s: blanks become '_', everything else that an id cannot hold is left out, and when anything was
// left out the first digits of the SHA-256 of s follow, so that two texts hardly ever meet and the same one always gives the same.
func asID(s string) string {
	s = strings.TrimSpace(s)
	out := strings.Join(strings.Fields(s), "_")
	if idForm(out) {
		return out
	}
	kept := strings.TrimLeft(strings.Map(func(r rune) rune {
		if notInID(r) {
			return -1
		}
		return r
	}, out), "_.-")
	sum := sha256.Sum256([]byte(s))
	digits := hex.EncodeToString(sum[:4])
	kept = strings.TrimRight(kept[:min(len(kept), maxID-1-len(digits))], "_.-")
	if kept == "" {
		return "x" + digits
	}
	return kept + "-" + digits
}
