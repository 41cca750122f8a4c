package storetest

import (
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"wangge/layers"
)

func idempotencyCases() []Case {
	return []Case{
		{Name: "idempotency/the first answer again", body: replay},
		{Name: "idempotency/another body", body: anotherBody},
		{Name: "idempotency/keys belong to a token", body: keyOfToken},
		{Name: "idempotency/one key at the same time", body: keyRace},
		{Name: "idempotency/a failed transaction leaves no key", body: failedKey},
		{Name: "idempotency/a key is known for a day", body: keptForADay},
		{Name: "idempotency/known after a restart", needs: canReopen, body: keyAfterRestart},
	}
}

func canReopen(s *Subject) bool { return s.Reopen != nil }

// keyed returns a transaction with an idempotency key for a body.
func (p *probe) keyed(key, body string, edits ...layers.Edit) layers.Tx {
	tx := p.tx(edits...)
	tx.Key, tx.Body = key, sha256.Sum256([]byte(body))
	return tx
}

// replayed ends the case unless the transaction is answered with first again.
func (p *probe) replayed(tx layers.Tx, first layers.Receipt) {
	again, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply again")
	first.Replayed = true
	p.same("receipt", again, first)
}

func replay(p *probe) {
	p.sample()
	tx := p.keyed("k", "body", create(Fresh(layers.Roads, 5)), replace(named(layers.Poles, 0, "n", valid), 1))
	first, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	was, base := p.load()
	p.replayed(tx, first)
	p.apply(create(Fresh(layers.Roads, 6)))
	p.apply(remove(Fresh(layers.Roads, 6), 1, valid+day))
	tx.At = p.tick()
	tx.Guards = []layers.Guard{{Layer: layers.Roads, Revision: 0}} // a replay is not checked again
	p.replayed(tx, first)
	now, _ := p.load()
	p.same("rows after the replays", now, was)
	p.same("revision after the replays", p.head().Revision, base.Position.Revision+2)
}

func anotherBody(p *probe) {
	first, err := p.Store.Apply(p.ctx, p.keyed("k", "body", create(Fresh(layers.Roads, 5))))
	p.must(err, "apply")
	was, base := p.load()
	if _, err := p.Store.Apply(p.ctx, p.keyed("k", "other", create(Fresh(layers.Roads, 6)))); !errors.Is(err, layers.ErrKeyReused) {
		p.fatalf("got %v, want ErrKeyReused", err)
	}
	p.untouched("a reused key", was, base.Position)
	p.replayed(p.keyed("k", "body", create(Fresh(layers.Roads, 5))), first)
}

func keyOfToken(p *probe) {
	_, err := p.Store.Apply(p.ctx, p.keyed("k", "body", create(Fresh(layers.Roads, 5))))
	p.must(err, "apply")
	tx := p.keyed("k", "other", create(Fresh(layers.Roads, 6)))
	tx.Actor.Token = "t_2"
	r, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply with the same key of another token")
	p.same("replayed", r.Replayed, false)
}

func keyRace(p *probe) {
	const clients = 8
	tx := p.keyed("k", "body", create(Fresh(layers.Roads, 5)))
	receipts, errs := make([]layers.Receipt, clients), make([]error, clients)
	var wait sync.WaitGroup
	for c := range clients {
		wait.Go(func() { receipts[c], errs[c] = p.Store.Apply(p.ctx, tx) })
	}
	wait.Wait()
	first := 0
	for c := range clients {
		p.must(errs[c], "apply")
		if !receipts[c].Replayed {
			first++
		}
		p.same("position", receipts[c].Position.Revision, int64(1))
	}
	p.same("clients who got the first answer", first, 1)
	p.same("revision", p.head().Revision, int64(1))
}

func failedKey(p *probe) {
	p.sample()
	tx := p.keyed("k", "body", create(Fresh(layers.Roads, 0)))
	_, err := p.Store.Apply(p.ctx, tx)
	p.conflict(err, layers.Exists, layers.Key{Layer: layers.Roads, ID: "x_0"}, 1)
	r, err := p.Store.Apply(p.ctx, p.keyed("k", "mended", create(Fresh(layers.Roads, 5))))
	p.must(err, "apply with the key of a failed transaction")
	p.same("replayed", r.Replayed, false)
}

func keptForADay(p *probe) {
	tx := p.keyed("k", "body", create(Fresh(layers.Roads, 5)))
	first, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	p.clock = p.clock.Add(24*time.Hour - 5*time.Minute)
	_, err = p.Store.Apply(p.ctx, p.keyed("k2", "body", create(Fresh(layers.Roads, 6))))
	p.must(err, "apply a day later")
	p.replayed(tx, first)
}

func keyAfterRestart(p *probe) {
	tx := p.keyed("k", "body", create(Fresh(layers.Roads, 5)))
	first, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	p.must(p.Reopen(layers.StoreOptions{}), "reopen")
	p.replayed(tx, first)
}
