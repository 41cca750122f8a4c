package layers_test

import "errors"

// asError is errors.As with its type from the target.
func asError[E error](err error, into *E) bool { return errors.As(err, into) }
