package cds

import "wangge/layers"

// userClasses are the well-known words of the specification for classes of users. Those without one keep ours, as it allows.
var userClasses = map[string]string{"disabled": "handicap-accessible", "emergency": "emergency_use"}

// UserClass returns the word of the specification for a class of users.
func UserClass(name string) string {
	if word := userClasses[name]; word != "" {
		return word
	}
	return name
}

// rulesOf returns the rules of a window, the strongest first, each for a policy of its own. The classes of one rule are joined by "and";
// so "any of" is a rule for each class, "none of" is the contrary for each class before them, and the contrary for everybody else comes
// last. Closed has no contrary: it holds for all.
func rulesOf(w *layers.ModeWindow) (out []Rule) {
	words := activities[w.Mode]
	granted := Rule{Activity: words[0], Rate: rateOf(w.Rate)}
	if w.MaxStayMin > 0 {
		granted.MaxStay, granted.MaxStayUnit = w.MaxStayMin, "minute"
	}
	u := w.Users
	if u == nil || words[1] == "" || len(u.Any)+len(u.All)+len(u.None) == 0 {
		return []Rule{granted}
	}
	for _, class := range u.None {
		out = append(out, Rule{Activity: words[1], UserClasses: []string{UserClass(class)}})
	}
	var all []string
	for _, class := range u.All {
		all = append(all, UserClass(class))
	}
	for _, class := range u.Any {
		one := granted
		one.UserClasses = append([]string{UserClass(class)}, all...)
		out = append(out, one)
	}
	if len(u.Any) == 0 {
		granted.UserClasses = all
		out = append(out, granted)
	}
	if len(u.Any)+len(u.All) > 0 {
		out = append(out, Rule{Activity: words[1]})
	}
	return out
}

// rateOf says what a stay costs. The specification has no price of a stay: as no window lasts longer than a day, it is that of a day
// that begins with the stay.
func rateOf(r *layers.Rate) []Rate {
	if r == nil {
		return nil
	}
	switch r.Per {
	case "day":
		return []Rate{{r.Fen, "day", "calendar"}}
	case "stay":
		return []Rate{{r.Fen, "day", "rolling"}}
	}
	return []Rate{{r.Fen, "hour", "rolling"}}
}
