package layers

import "unique"

// intern returns a string equal to s that is shared with every equal one, because most texts of a large layer (states, uses,
// owners, road names) are the same few. Long texts are rarely equal and stay as they are.
func intern(s string) string {
	if len(s) > 48 {
		return s
	}
	return unique.Make(s).Value()
}
