package api

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"wangge/layers"
)

// longestSecret bounds what is hashed to look up a token.
const longestSecret = 256

var errNoToken = errors.New("no bearer token")

// authorize finds out who asks, and refuses who may not use the operation: 401 without a valid token, 403 with one of another
// role. Where an operation is open to all, a token that is not valid gives no rights and no error: a dispatcher whose token has
// expired still gets an answer.
func (c *call) authorize() error {
	t, err := c.s.bearer(c.Request())
	c.tokenError = err
	if err == nil {
		c.token = t
		c.actor = layers.Actor{Name: t.Name, Role: t.Role, Unit: t.Unit, Token: t.ID}
	}
	if c.op.Roles == nil {
		return nil
	}
	if c.s.world.Load() == nil {
		return notReady()
	}
	if err != nil {
		return c.unauthenticated()
	}
	if !slices.Contains(c.op.Roles, t.Role) {
		return forbidden(c.op.Roles, fmt.Sprintf("a token of the role %s may not do this", t.Role))
	}
	return nil
}

// bearer returns the token of a request. Each secret costs one SHA-256 and one look into a map by that hash, whether it is known
// or not, so that the time says nothing about the secrets that exist.
func (s *Server) bearer(r *http.Request) (layers.Token, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return layers.Token{}, errNoToken
	}
	scheme, secret, _ := strings.Cut(headers[0], " ")
	secret = strings.TrimSpace(secret)
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || secret == "" || len(secret) > longestSecret {
		return layers.Token{}, errors.New("the header Authorization must be: Bearer TOKEN")
	}
	hash := layers.HashSecret(secret)
	w := s.world.Load()
	if w == nil {
		return layers.Token{}, errors.New("tokens are not known yet")
	}
	t, known := w.Token(hash)
	same := subtle.ConstantTimeCompare([]byte(t.Hash), []byte(hash)) == 1
	if !known || !same || !t.ValidAt(layers.InstantOf(s.now())) {
		return layers.Token{}, errors.New("the token is not known, has expired or was revoked")
	}
	return t, nil
}

func (c *call) unauthenticated() error {
	challenge := `Bearer realm="wangge"`
	detail := "this needs a token: Authorization: Bearer TOKEN"
	if !errors.Is(c.tokenError, errNoToken) {
		challenge += `, error="invalid_token"`
		detail = c.tokenError.Error()
	}
	c.Response().Header().Set("WWW-Authenticate", challenge)
	return &Problem{Status: http.StatusUnauthorized, Code: "unauthenticated", Detail: detail}
}

// forbidden says which roles may do what the token may not.
func forbidden(needed []layers.Role, detail string) *Problem {
	return &Problem{Status: http.StatusForbidden, Code: "forbidden", Detail: detail, More: map[string]any{"role_needed": needed}}
}
