package storetest

import (
	"fmt"
	"time"

	"wangge/layers"
)

func bulkCases() []Case {
	return []Case{
		{Name: "bulk/5,000 rows in one transaction", body: bulk},
	}
}

func bulk(p *probe) {
	const rows = 5000
	p.sample()
	edits := make([]layers.Edit, rows)
	for n := range edits {
		edits[n] = create(Fresh(layers.Poles, 1000+n))
	}
	tx := p.tx(edits...)
	tx.Kind = "import"
	began := time.Now()
	r, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	if took := time.Since(began); took > 30*time.Second {
		p.fatalf("%d rows took %v", rows, took)
	}
	p.same("results", len(r.Results), rows)
	p.same("revision", r.Position.Revision, int64(2))
	for n, result := range r.Results {
		p.same(fmt.Sprintf("result %d", n), result, layers.Result{Key: keyOf(edits[n].Feature), Op: layers.Create, Version: 1})
	}
	s, _ := p.load()
	p.same("rows", len(s), len(Sample())+rows)
	changes, err := p.Store.Changes(p.ctx, 1, 2*rows)
	p.must(err, "changes")
	p.same("lines of audit", len(changes), rows)
	for n, c := range changes {
		if c.ID != r.Results[n].ID {
			p.fatalf("line %d of the audit is %s, edit %d was of %s", n, c.ID, n, r.Results[n].ID)
		}
	}
	for n := range edits { // and all of them again, renamed
		edits[n] = replace(named(layers.Poles, 1000+n, "renamed", valid), 1)
	}
	p.apply(edits...)
	known, err := p.Store.History(p.ctx, layers.Asked{Layer: layers.Poles, At: valid, KnownRevision: 2})
	p.must(err, "history")
	p.same("rows as known before", len(known), rows+3)
	d := p.since(layers.Position{Epoch: r.Position.Epoch, Revision: 2})
	p.same("keys of the delta", len(d.Keys), rows)
}
