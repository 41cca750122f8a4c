package cql2

// truth is what a condition is for a feature: the three values of the standard, in the order in which AND is the lesser and OR the
// greater of two.
type truth int8

const (
	no      truth = -1
	unknown truth = 0 // NULL in the standard
	yes     truth = 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth { return -t }
