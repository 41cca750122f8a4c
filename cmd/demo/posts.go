package main

import (
	"fmt"

	"wangge/layers"
)

// deputies is how many grids have a deputy chief beside the chief: 37 chiefs and 17 deputies are the 54 who were sent to the grids.
const deputies = 17

// posts are the offices of the grids, the communities, the blocks and parks, and those of one estate. None is of a person.
func (d *district) posts(units []layers.Feature) (out []layers.Feature) {
	add := func(id string, p layers.Post) {
		p.Meta, p.Code = meta("po_"+id), "P-"+id
		out = append(out, &p)
	}
	for i, g := range d.grids {
		t, n := towns[g.town], int(g.code[len(g.code)-1]-'0')
		name := fmt.Sprintf("%s第%s综合网格", t.name, numeral(n))
		nameEn := fmt.Sprintf("%s Grid %d", t.nameEn, n)
		add("chief-"+g.code, layers.Post{Name: name + "网格长", NameEn: nameEn + ", chief", Kind: layers.Chief, Unit: gridOffice(g.code), Grid: g.code})
		if i < deputies {
			add("deputy-"+g.code, layers.Post{Name: name + "副网格长", NameEn: nameEn + ", deputy", Kind: layers.Deputy, Unit: gridOffice(g.code), Grid: g.code})
		}
		add("dispatcher-"+g.code, layers.Post{Name: name + "调度员", NameEn: nameEn + ", dispatcher", Kind: layers.DispatchPost, Unit: gridOffice(g.code), Grid: g.code})
	}
	for _, f := range units {
		u := f.(*layers.Unit)
		switch u.Kind {
		case "village":
			code := u.ID[len("u_"):]
			add("secretary-"+code, layers.Post{Name: u.Name + "负责岗", NameEn: u.NameEn + ", secretary", Kind: layers.CommunitySecretary, Unit: u.ID, Community: code})
		case "block", "park":
			overlay := "o_" + u.Kind + "-" + u.ID[len(u.ID)-2:]
			add("area-"+u.ID[len("u_"):], layers.Post{Name: u.Name + "负责岗", NameEn: u.NameEn + ", secretary", Kind: layers.AreaSecretary, Unit: u.ID, Overlay: overlay})
		}
	}
	add("manager-wanshengjindi", layers.Post{Name: "万盛金邸物业负责岗", NameEn: "Wansheng Jindi, property manager", Kind: layers.PropertyManager, Unit: unitProperty, Grid: "310116113Z02"})
	add("owners-wanshengjindi", layers.Post{Name: "万盛金邸业委会负责岗", NameEn: "Wansheng Jindi, owners' committee", Kind: layers.OwnersCommittee, Unit: unitProperty, Grid: "310116113Z02"})
	return out
}

// contacts say on which seat of the operation platform each unit is reached: no numbers and no addresses, because all would be somebody's.
func contacts(units []layers.Feature) (out []layers.Feature) {
	for _, f := range units {
		u := f.(*layers.Unit)
		id := u.ID[len("u_"):]
		out = append(out, &layers.Contact{Meta: meta("k_" + id), Code: "K-" + id, Name: u.Name + "值班席", Unit: u.ID, Kind: "platform", Value: "城运平台席位 " + id})
	}
	return out
}

// agreements are the borders along which two grids have agreed who leads, one of each kind. They are invented.
func agreements() (out []layers.Feature) {
	for _, a := range []layers.Agreement{
		{GridA: "310116101Z01", GridB: "310116101Z03", Lead: layers.LeadFixed, First: "310116101Z03"},
		{GridA: "310116113Z01", GridB: "310116113Z02", Lead: layers.LeadMonth, First: "310116113Z02"},
		{GridA: "310116001Z01", GridB: "310116113Z02", Lead: layers.LeadCase, First: "310116001Z01"},
		{GridA: "310116104Z03", GridB: "310116104Z05", Lead: layers.LeadMonth, First: "310116104Z05"},
		{GridA: "310116103Z01", GridB: "310116113Z02", Lead: layers.LeadFixed, First: "310116113Z02"},
	} {
		one := a
		id := one.GridA + "-" + one.GridB
		one.Meta, one.Code, one.Name, one.From = meta("ag_"+id), "A-"+id, "毗邻网格联治协议（虚构）"+id, ruleFrom
		out = append(out, &one)
	}
	return out
}
