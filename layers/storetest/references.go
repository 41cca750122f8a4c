package storetest

import (
	"slices"

	"wangge/layers"
)

func referenceCases() []Case {
	return []Case{
		{Name: "references/to what is not there", body: missing},
		{Name: "references/inside one transaction", body: insideOne},
		{Name: "references/of what is deleted", body: referenced},
		{Name: "references/empty ones ask for nothing", body: emptyReferences},
	}
}

// referring returns feature 0 of the reference's layer, changed so that it refers to id.
func referring(r layers.Reference, n int, id string) layers.Feature {
	f := Fresh(r.Layer, n)
	if r.JSONPath != "" {
		return with(f, map[string]any{r.Column: []map[string]any{
			{"unit": "x_0", "share": 0.25, "basis": "plate"}, {r.Member(): id, "share": 0.25, "basis": "plate"}}})
	}
	return with(f, map[string]any{r.Column: id})
}

func pointerOf(r layers.Reference) string {
	if r.JSONPath != "" {
		return "/" + r.Column + "/1/" + r.Member()
	}
	return "/" + r.Column
}

func missing(p *probe) {
	p.sample()
	was, base := p.load()
	for _, r := range layers.References() {
		f := referring(r, 20, "nowhere")
		_, err := p.try(create(f))
		p.invalid(err, keyOf(f), pointerOf(r))
		f = referring(r, 0, "nowhere")
		_, err = p.try(create(Fresh(layers.Editions, 20)), replace(f, 1))
		p.invalid(err, keyOf(f), pointerOf(r))
		p.untouched("a missing "+r.Column+" of "+string(r.Layer), was, base.Position)
	}
}

func insideOne(p *probe) {
	var edits []layers.Edit
	for _, f := range Sample() {
		edits = append(edits, create(f))
	}
	slices.Reverse(edits) // what is referred to comes after what refers to it
	p.apply(edits...)
	for i, r := range layers.References() {
		to := Fresh(r.To, 40+i)
		f := referring(r, 0, to.Head().ID)
		version := p.row(keyOf(f)).Head().Version
		_, err := p.try(replace(f, version), create(to))
		p.must(err, "a reference from "+string(r.Layer)+" to what the same transaction creates")
		// and away from it again, in the transaction that deletes it
		_, err = p.try(remove(to, 1, valid+day), replace(Fresh(r.Layer, 0), version+1))
		p.must(err, "deleting what the same transaction stops referring to")
		again := create(to)
		again.Revive = true
		edits := []layers.Edit{again}
		_, err = p.try(append(edits, replace(referring(r, 0, to.Head().ID), version+2))...)
		p.must(err, "refer to it again")
		_, err = p.try(remove(to, p.row(keyOf(to)).Head().Version, valid+day), replace(Fresh(r.Layer, 0), version+3))
		p.must(err, "clean up")
	}
}

func referenced(p *probe) {
	p.sample()
	for i, r := range layers.References() {
		to := Fresh(r.To, 40+i)
		f := referring(r, 60+i, to.Head().ID)
		p.apply(create(to), create(f))
		was, base := p.load()
		_, err := p.try(remove(to, 1, valid+day))
		p.conflict(err, layers.Referenced, keyOf(to), 1)
		p.untouched("deleting what "+string(r.Layer)+"."+r.Column+" refers to", was, base.Position)
		p.apply(remove(to, 1, valid+day), remove(f, 1, valid+day))
	}
}

func emptyReferences(p *probe) {
	p.apply(
		create(with(Fresh(layers.Towns, 0), map[string]any{"district": ""})),
		create(with(Fresh(layers.Grids, 0), map[string]any{"town": "", "edition": "", "office": ""})),
		create(with(Fresh(layers.Units, 0), map[string]any{"town": "310116199", "grid": "310116199Z01"})), // hints
		create(with(Fresh(layers.Poles, 0), map[string]any{"ownership": nil})),
	)
}
