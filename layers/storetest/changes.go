package storetest

import (
	"wangge/layers"
)

func changeCases() []Case {
	return []Case{
		{Name: "changes/who did what when", body: changeFields},
		{Name: "changes/no gaps and no cuts", body: changePages},
	}
}

func changeFields(p *probe) {
	f := Fresh(layers.Editions, 0)
	tx := p.tx(create(f))
	tx.Kind, tx.Note, tx.RequestID = "import", "第一版", "req-9"
	a, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	tx = p.tx(replace(named(layers.Editions, 0, "B", valid), 1))
	b, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	tx = p.tx(remove(f, 2, valid+day))
	tx.Actor = layers.Actor{Name: "cli"}
	c, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply")
	got, err := p.Store.Changes(p.ctx, 0, 10)
	p.must(err, "changes")
	for i := range got {
		got[i].Seq = 0 // its first value is the store's business
	}
	one := layers.Change{Layer: layers.Editions, ID: "x_0", Actor: "planner one", Role: layers.Planner, Unit: "x_0", Kind: "edit", Note: "contract", RequestID: "r-1"}
	created, replaced, deleted := one, one, one
	created.Revision, created.RecordedAt, created.Op, created.Version = 1, a.RecordedAt, layers.Create, 1
	created.Kind, created.Note, created.RequestID = "import", "第一版", "req-9"
	replaced.Revision, replaced.RecordedAt, replaced.Op, replaced.Version = 2, b.RecordedAt, layers.Replace, 2
	deleted.Revision, deleted.RecordedAt, deleted.Op, deleted.Version = 3, c.RecordedAt, layers.Delete, 2
	deleted.Actor, deleted.Role, deleted.Unit = "cli", "", ""
	p.same("changes", got, []layers.Change{created, replaced, deleted})
}

func changePages(p *probe) {
	total := 0
	for n, size := range []int{1, 4, 2, 3, 1} {
		var edits []layers.Edit
		for i := range size {
			edits = append(edits, create(Fresh(layers.Roads, 10*n+i)))
		}
		p.apply(edits...)
		total += size
	}
	for limit := 1; limit <= total+1; limit++ {
		since, seen := int64(0), 0
		for range total + 1 {
			page, err := p.Store.Changes(p.ctx, since, limit)
			p.must(err, "changes")
			if len(page) == 0 {
				break
			}
			if len(page) > limit {
				p.fatalf("limit %d: got %d lines", limit, len(page))
			}
			for i, c := range page {
				if i > 0 && (c.Revision < page[i-1].Revision || c.Revision == page[i-1].Revision && c.Seq <= page[i-1].Seq) || c.Revision <= since {
					p.fatalf("limit %d: %+v is out of order", limit, c)
				}
				if i > 0 && c.Revision > page[i-1].Revision+1 || i == 0 && c.Revision != since+1 {
					p.fatalf("limit %d: a gap before revision %d", limit, c.Revision)
				}
			}
			since = page[len(page)-1].Revision
			seen += len(page)
		}
		p.same("the last revision", since, int64(5))
		if limit >= 4 && seen != total {
			p.fatalf("limit %d: %d lines, want %d: a revision was cut in two", limit, seen, total)
		}
	}
}
