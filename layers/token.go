package layers

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
)

// Role is what a token may do.
type Role string

// The roles.
const (
	Viewer     Role = "viewer"
	Dispatcher Role = "dispatcher"
	Surveyor   Role = "surveyor"
	UnitAgent  Role = "unit-agent"
	Planner    Role = "planner"
	Reviewer   Role = "reviewer"
	Publisher  Role = "publisher"
	Auditor    Role = "auditor"
	Admin      Role = "admin"
)

// Roles returns every role; the slice is the caller's.
func Roles() []Role {
	return []Role{Viewer, Dispatcher, Surveyor, UnitAgent, Planner, Reviewer, Publisher, Auditor, Admin}
}

// ParseRole returns the role of that name or an error of kind ErrInvalid.
func ParseRole(s string) (Role, error) {
	if r := Role(s); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", fmt.Errorf("role %q: %w: the roles are %v", s, ErrInvalid, Roles())
}

// Token is what a store knows of a bearer token: never the secret, only its SHA-256.
type Token struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
	Unit string `json:"unit,omitempty"`
	Town string `json:"town,omitempty"`
	// Hash is the hexadecimal SHA-256 of the secret.
	Hash    string  `json:"hash"`
	Created Instant `json:"created"`
	Expires Instant `json:"expires,omitzero"`
	Revoked Instant `json:"revoked,omitzero"`
}

// NewSecret returns a new secret of 256 random bits, as "wg_" and base64url, and the hash under which it is kept.
func NewSecret() (secret, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand stops the process instead
	secret = "wg_" + base64.RawURLEncoding.EncodeToString(b)
	return secret, HashSecret(secret)
}

// HashSecret returns the hexadecimal SHA-256 of a secret. The secret has 256 bits, so that no slow hash is needed.
func HashSecret(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// ValidAt reports whether the token may be used at the instant.
func (t Token) ValidAt(at Instant) bool {
	return (t.Expires == 0 || at < t.Expires) && (t.Revoked == 0 || at < t.Revoked)
}
