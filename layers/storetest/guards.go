package storetest

import (
	"wangge/layers"
)

func guardCases() []Case {
	return []Case{
		{Name: "guards/a layer that moved", body: guards},
		{Name: "guards/the epoch's first revision", body: guardFromStart},
	}
}

func guards(p *probe) {
	p.sample()
	checked := p.head().Revision
	p.apply(replace(named(layers.Poles, 0, "moved", valid), 1))
	was, base := p.load()
	tx := p.tx(replace(named(layers.Grids, 0, "guarded", valid), 1))
	tx.Guards = []layers.Guard{{Layer: layers.Grids, Revision: checked}, {Layer: layers.Poles, Revision: checked}}
	_, err := p.Store.Apply(p.ctx, tx)
	p.conflict(err, layers.GuardMoved, layers.Key{Layer: layers.Poles}, 0)
	p.untouched("a guard that moved", was, base.Position)

	tx.Guards[1].Revision = base.Position.Revision
	_, err = p.Store.Apply(p.ctx, tx)
	p.must(err, "apply under guards that hold")
	tx = p.tx(replace(named(layers.Grids, 1, "guarded", valid), 1))
	tx.Guards = []layers.Guard{{Layer: layers.Grids, Revision: checked}}
	_, err = p.Store.Apply(p.ctx, tx)
	p.conflict(err, layers.GuardMoved, layers.Key{Layer: layers.Grids}, 0)
}

func guardFromStart(p *probe) {
	tx := p.tx(create(Fresh(layers.Editions, 0)))
	tx.Guards = []layers.Guard{{Layer: layers.Grids, Revision: 0}}
	_, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply on an empty layer")
	tx = p.tx(create(Fresh(layers.Editions, 1)))
	tx.Guards = []layers.Guard{{Layer: layers.Editions, Revision: 0}}
	_, err = p.Store.Apply(p.ctx, tx)
	p.conflict(err, layers.GuardMoved, layers.Key{Layer: layers.Editions}, 0)
}
