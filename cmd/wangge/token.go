package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"wangge/layers"
)

// tokenCmd is "wangge token".
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token and print its secret, once."`
	List   tokenListCmd   `cmd:"" help:"List the tokens, without their secrets."`
	Revoke tokenRevokeCmd `cmd:"" help:"Make a token useless."`
}

// Help is the long help.
func (tokenCmd) Help() string {
	return `Whoever edits does so with a token: in the header Authorization: Bearer SECRET, or by signing in to the web application with it. ` +
		`A store keeps only the digest of a secret, so that it can be shown once and never again.

Roles: viewer and auditor read; dispatcher may stream batches of lookups; surveyor keeps poles; unit-agent answers for a unit; planner edits kerbs and ` +
		`drafts borders; reviewer and publisher put in force what others drafted; admin looks after tokens.

Examples:

    wangge token create --name "duty desk" --role dispatcher
    wangge token create --name "山阳 survey" --role surveyor --town 310116113 --expires 90d
    wangge token revoke t_0f3c…`
}

type tokenCreateCmd struct {
	atStore
	Name    string `help:"Who or what uses it; shown in the history of edits." required:"" placeholder:"NAME"`
	Role    string `help:"viewer, dispatcher, surveyor, unit-agent, planner, reviewer, publisher, auditor or admin." required:"" placeholder:"ROLE"`
	Unit    string `help:"The unit that it acts for." placeholder:"ID"`
	Town    string `help:"The town that it is limited to." placeholder:"CODE"`
	Expires string `help:"When it ends: a day, a time with offset, or a span such as 90d or 12h. Never if it is not given." placeholder:"WHEN"`
	JSON    bool   `name:"json" help:"As JSON."`
}

// Run makes the token.
func (c *tokenCreateCmd) Run(ctx context.Context, h *host) error {
	role, err := layers.ParseRole(c.Role)
	if err != nil {
		return usage("--role %s: want one of %v", c.Role, layers.Roles())
	}
	now := layers.InstantOf(h.now())
	expires, err := parseExpiry(c.Expires, h.now())
	if err != nil {
		return err
	}
	if expires != 0 && expires <= now {
		return usage("--expires %s is in the past", c.Expires)
	}
	if strings.TrimSpace(c.Name) == "" || len(c.Name) > 100 {
		return usage("--name has 1 to 100 bytes")
	}
	return withStore(ctx, h, c.Store, layers.StoreOptions{}, func(store layers.Store) error {
		t := layers.Token{Name: strings.TrimSpace(c.Name), Role: role, Unit: c.Unit, Town: c.Town, Expires: expires}
		t, secret, err := newToken(ctx, store, h.now(), t)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(h.out, struct {
				tokenLine
				Secret string `json:"secret"`
			}{lineOf(t, now), secret})
		}
		fmt.Fprintln(h.out, secret)
		fmt.Fprintf(h.err, "token %s for %s (%s); the secret above is not shown again\n", t.ID, t.Name, t.Role)
		return nil
	})
}

// newToken gives a token its id and secret and saves it.
func newToken(ctx context.Context, store layers.Store, now time.Time, t layers.Token) (layers.Token, string, error) {
	secret, hash := layers.NewSecret()
	t.ID, t.Hash, t.Created = "t_"+strings.ToLower(rand.Text()[:16]), hash, layers.InstantOf(now)
	_, err := store.SaveToken(ctx, actor(), now, t)
	return t, secret, err
}

// parseExpiry reads a day, a time, or a span from now.
func parseExpiry(s string, now time.Time) (layers.Instant, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n <= 36500 {
			return layers.InstantOf(now.AddDate(0, 0, n)), nil
		}
	}
	if span, err := time.ParseDuration(s); err == nil && span > 0 {
		return layers.InstantOf(now.Add(span)), nil
	}
	at, err := parseWhen("expires", s)
	if err != nil {
		return 0, usage("--expires %s: want a day such as 2026-12-31, a time with offset, or a span such as 90d or 12h", s)
	}
	return at, nil
}

type tokenListCmd struct {
	atStore
	All  bool `help:"Also those that have expired or were revoked."`
	JSON bool `name:"json" help:"As JSON."`
}

// tokenLine is a token without its hash.
type tokenLine struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Role    layers.Role    `json:"role"`
	Unit    string         `json:"unit,omitempty"`
	Town    string         `json:"town,omitempty"`
	Created layers.Instant `json:"created"`
	Expires layers.Instant `json:"expires,omitzero"`
	Revoked layers.Instant `json:"revoked,omitzero"`
	Valid   bool           `json:"valid"`
}

func lineOf(t layers.Token, now layers.Instant) tokenLine {
	return tokenLine{t.ID, t.Name, t.Role, t.Unit, t.Town, t.Created, t.Expires, t.Revoked, t.ValidAt(now)}
}

// Run lists the tokens, the oldest first.
func (c *tokenListCmd) Run(ctx context.Context, h *host) error {
	return withStore(ctx, h, c.Store, layers.StoreOptions{ReadOnly: true}, func(store layers.Store) error {
		base, err := readBase(ctx, store)
		if err != nil {
			return err
		}
		lines := []tokenLine{}
		for _, t := range base.Tokens {
			if l := lineOf(t, layers.InstantOf(h.now())); c.All || l.Valid {
				lines = append(lines, l)
			}
		}
		slices.SortStableFunc(lines, func(a, b tokenLine) int { return int(a.Created - b.Created) })
		if c.JSON {
			return writeJSON(h.out, lines)
		}
		table := tabwriter.NewWriter(h.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tNAME\tROLE\tUNIT\tTOWN\tCREATED\tEXPIRES\tREVOKED")
		for _, l := range lines {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Name, l.Role, l.Unit, l.Town, l.Created, l.Expires, l.Revoked)
		}
		return table.Flush()
	})
}

type tokenRevokeCmd struct {
	atStore
	ID string `arg:"" help:"The token's id, or its name if only one valid token has it."`
}

// Run revokes the token.
func (c *tokenRevokeCmd) Run(ctx context.Context, h *host) error {
	return withStore(ctx, h, c.Store, layers.StoreOptions{}, func(store layers.Store) error {
		base, err := readBase(ctx, store)
		if err != nil {
			return err
		}
		now := layers.InstantOf(h.now())
		var found []layers.Token
		for _, t := range base.Tokens {
			if t.ID == c.ID || t.Name == c.ID && t.ValidAt(now) {
				found = append(found, t)
			}
		}
		switch {
		case len(found) == 0:
			return &failure{what: fmt.Sprintf("there is no valid token %q", c.ID), kept: "every token", todo: "wangge token list --all"}
		case len(found) > 1:
			return &failure{what: fmt.Sprintf("%d tokens have the name %q", len(found), c.ID), kept: "every token", todo: "the id instead: wangge token list"}
		case found[0].Revoked != 0:
			fmt.Fprintf(h.err, "token %s was revoked already\n", found[0].ID)
			return nil
		}
		t := found[0]
		t.Revoked = now
		if _, err := store.SaveToken(ctx, actor(), h.now(), t); err != nil {
			return err
		}
		fmt.Fprintf(h.err, "token %s (%s) is revoked; servers follow within seconds\n", t.ID, t.Name)
		return nil
	})
}

// withStore opens a store for one use.
func withStore(ctx context.Context, h *host, flag string, o layers.StoreOptions, use func(layers.Store) error) error {
	at, err := parsePlace(flag)
	if err != nil {
		return err
	}
	store, err := at.open(ctx, o)
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	return use(store)
}
