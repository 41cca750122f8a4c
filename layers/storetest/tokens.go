package storetest

import (
	"wangge/layers"
)

func tokenCases() []Case {
	return []Case{
		{Name: "tokens/saved, replaced, in every base", body: tokens},
	}
}

func token(id, secret string) layers.Token {
	return layers.Token{ID: id, Name: "令牌 " + id, Role: layers.Planner, Hash: layers.HashSecret(secret), Created: valid}
}

func tokens(p *probe) {
	p.sample()
	from := p.head()
	a := token("t_a", "one")
	a.Unit, a.Town, a.Expires = "x_0", "310116101", valid+day
	pos, err := p.Store.SaveToken(p.ctx, planner(), p.tick(), a)
	p.must(err, "save a token")
	p.same("position", pos, layers.Position{Epoch: from.Epoch, Revision: from.Revision + 1})
	b := token("t_b", "two")
	_, err = p.Store.SaveToken(p.ctx, planner(), p.tick(), b)
	p.must(err, "save another token")
	a.Revoked = valid + 2*day
	pos, err = p.Store.SaveToken(p.ctx, planner(), p.tick(), a)
	p.must(err, "replace a token")
	_, base := p.load()
	p.same("tokens of a load", base.Tokens, []layers.Token{a, b})
	p.same("position of a load", base.Position, pos)
	d := p.since(from)
	p.same("tokens of a delta", d.Tokens, []layers.Token{a, b})
	p.same("position of a delta", d.Position, pos)
	p.same("keys of a delta", len(d.Keys), 0)
	p.same("recorded at", d.RecordedAt, layers.InstantOf(p.clock))
	if _, err := p.Store.SaveToken(p.ctx, planner(), p.tick(), token("t_c", "two")); err == nil {
		p.fatalf("two tokens with one secret")
	}
}
