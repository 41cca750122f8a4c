package main

import (
	"fmt"
	"strconv"

	"wangge/layers"
)

// matter is a category of reports. Item is its number in the whistle list, 0 for none; the other codes are those of other lists.
type matter struct {
	code, name, nameEn string
	item               int
	algorithm, hotline string
}

// matters is the tree, a node before those below it. The words are the field's; which of them are on the whistle list, under which number,
// and what cameras and the hotline call them, is invented, but for the abandoned pole, 17.
var matters = []matter{
	{code: "part", name: "部件", nameEn: "Parts of the city"},
	{code: "part.pole", name: "线杆", nameEn: "Poles"},
	{code: "part.pole.abandoned", name: "废弃线杆", nameEn: "Abandoned pole", item: 17, hotline: "市政-线杆-废弃"},
	{code: "part.pole.leaning", name: "线杆倾斜", nameEn: "Leaning pole", item: 18, hotline: "市政-线杆-倾斜"},
	{code: "part.pole.wires", name: "架空线低垂", nameEn: "Wires hanging low", item: 19},
	{code: "part.pole.unlabelled", name: "线杆无标识", nameEn: "Pole without a label"},
	{code: "part.lamp", name: "路灯", nameEn: "Street lamps"},
	{code: "part.lamp.out", name: "路灯不亮", nameEn: "Lamp out", item: 20, hotline: "市政-路灯"},
	{code: "part.manhole", name: "井盖", nameEn: "Manholes"},
	{code: "part.manhole.missing", name: "井盖缺失", nameEn: "Manhole cover missing", item: 21, algorithm: "manhole_missing"},
	{code: "part.manhole.damaged", name: "井盖破损", nameEn: "Manhole cover damaged", item: 22},
	{code: "part.road", name: "道路设施", nameEn: "Road works"},
	{code: "part.road.pothole", name: "路面坑洞", nameEn: "Pothole", item: 23, hotline: "交通-路面"},
	{code: "part.road.guardrail", name: "护栏损坏", nameEn: "Guardrail damaged", item: 24},
	{code: "part.road.sign", name: "标志牌损坏", nameEn: "Road sign damaged", item: 25},
	{code: "part.road.signal", name: "信号灯故障", nameEn: "Traffic light fault", item: 26},
	{code: "part.tree", name: "行道树", nameEn: "Street trees"},
	{code: "part.tree.fallen", name: "树木倒伏", nameEn: "Fallen tree", item: 27},
	{code: "part.tree.dead", name: "枯死树", nameEn: "Dead tree", item: 28},
	{code: "part.bin", name: "废物箱", nameEn: "Litter bins"},
	{code: "part.bin.full", name: "废物箱满溢", nameEn: "Litter bin full"},
	{code: "event", name: "事件", nameEn: "Events"},
	{code: "event.waste", name: "垃圾", nameEn: "Waste"},
	{code: "event.waste.corner", name: "卫生死角", nameEn: "Dirty corner", item: 1},
	{code: "event.waste.construction", name: "建筑垃圾偷倒", nameEn: "Building rubble dumped", item: 2, algorithm: "rubble"},
	{code: "event.waste.bulky", name: "大件垃圾堆放", nameEn: "Bulky waste", item: 3, algorithm: "bulky_waste"},
	{code: "event.waste.overflow", name: "垃圾满溢", nameEn: "Waste overflowing", item: 4, algorithm: "waste_overflow"},
	{code: "event.street", name: "街面秩序", nameEn: "Order in the street"},
	{code: "event.street.goods", name: "跨门营业", nameEn: "Goods outside the shop line", item: 5, algorithm: "goods_outside"},
	{code: "event.street.vendor", name: "流动设摊", nameEn: "Street vendor", item: 6, algorithm: "vendor"},
	{code: "event.street.occupied", name: "占道", nameEn: "Road occupied", item: 7, algorithm: "occupying_road"},
	{code: "event.street.advert", name: "违规广告", nameEn: "Unlawful advertisement", item: 8, algorithm: "advert"},
	{code: "event.street.bikes", name: "非机动车乱停", nameEn: "Bicycles in a heap", item: 9, algorithm: "bikes"},
	{code: "event.street.washing", name: "乱晾晒", nameEn: "Washing hung in the street"},
	{code: "event.parking", name: "停车", nameEn: "Parking"},
	{code: "event.parking.illegal", name: "违法停车", nameEn: "Illegal parking", item: 10, algorithm: "illegal_parking", hotline: "交警-违停"},
	{code: "event.parking.abandoned", name: "僵尸车", nameEn: "Abandoned car", item: 11},
	{code: "event.water", name: "水", nameEn: "Water"},
	{code: "event.water.standing", name: "道路积水", nameEn: "Standing water", item: 12, algorithm: "standing_water"},
	{code: "event.water.sewage", name: "污水外溢", nameEn: "Sewage overflowing", item: 13},
	{code: "event.water.river", name: "河道漂浮物", nameEn: "Floating waste in a river", item: 14, algorithm: "floating_waste"},
	{code: "event.truck", name: "渣土车", nameEn: "Muck truck", item: 15, algorithm: "muck_truck"},
	{code: "event.crowd", name: "人员聚集", nameEn: "Crowd", item: 16, algorithm: "crowd"},
	{code: "event.smoke", name: "露天焚烧", nameEn: "Open burning", item: 29, algorithm: "smoke"},
	{code: "event.dust", name: "扬尘", nameEn: "Dust", item: 30, algorithm: "bare_soil"},
	{code: "event.noise", name: "噪声", nameEn: "Noise", item: 31, hotline: "环保-噪声"},
	{code: "event.animals", name: "犬只管理", nameEn: "Dogs", item: 32},
	{code: "safety", name: "安全", nameEn: "Safety"},
	{code: "safety.fire", name: "消防", nameEn: "Fire safety"},
	{code: "safety.fire.exit", name: "堵塞消防通道", nameEn: "Fire exit blocked", item: 33},
	{code: "safety.fire.charging", name: "飞线充电", nameEn: "Charging by a loose cable", item: 34},
	{code: "safety.gas", name: "燃气隐患", nameEn: "Gas hazard", item: 35},
	{code: "safety.production", name: "安全生产隐患", nameEn: "Hazard at work", item: 36},
	{code: "safety.chemicals", name: "危险化学品", nameEn: "Dangerous goods", item: 37},
	{code: "safety.flood", name: "防汛防台", nameEn: "Flood and typhoon", item: 38},
	{code: "estate", name: "住宅小区", nameEn: "Housing estates"},
	{code: "estate.lift", name: "电梯故障", nameEn: "Lift fault", item: 39},
	{code: "estate.leak", name: "房屋渗漏", nameEn: "Leak", item: 40},
	{code: "estate.steps", name: "危险台阶", nameEn: "Dangerous steps", item: 41},
	{code: "estate.fee", name: "物业费纠纷", nameEn: "Dispute about fees", item: 42},
	{code: "estate.rent", name: "群租", nameEn: "Crowded letting", item: 43},
	{code: "estate.building", name: "违法搭建", nameEn: "Unlawful building", item: 44},
	{code: "selfbuild", name: "农民建房", nameEn: "Farm houses"},
	{code: "selfbuild.deposit", name: "建房保证金退还", nameEn: "Refund of a deposit", item: 45},
	{code: "selfbuild.unlawful", name: "违规建房", nameEn: "House built against the rules", item: 46},
	{code: "market", name: "市场", nameEn: "Markets"},
	{code: "market.food", name: "食品安全", nameEn: "Food safety", item: 47},
	{code: "market.licence", name: "无证经营", nameEn: "Trade without a licence", item: 48},
	{code: "market.price", name: "价格投诉", nameEn: "Complaint about a price", item: 49},
	{code: "industry", name: "产业园区", nameEn: "Industry"},
	{code: "industry.smell", name: "企业异味", nameEn: "Smell from a plant", item: 50},
	{code: "industry.sewage", name: "企业排污", nameEn: "Sewage from a plant", item: 51},
	{code: "dispute", name: "矛盾纠纷", nameEn: "Disputes"},
	{code: "dispute.neighbour", name: "邻里纠纷", nameEn: "Between neighbours", item: 52},
	{code: "dispute.wages", name: "欠薪", nameEn: "Wages unpaid", item: 53},
	{code: "dispute.family", name: "家庭纠纷", nameEn: "In a family"},
	{code: "watch", name: "视频识别", nameEn: "Seen by cameras"},
	{code: "watch.check", name: "待核实的识别", nameEn: "To be checked by a person"},
}

// categories are the tree as features.
func categories() (out []layers.Feature) {
	for _, m := range matters {
		k := &layers.Category{Meta: meta(m.code), Code: m.code, Name: m.name, NameEn: m.nameEn, Parent: layers.ParentOfCategory(m.code)}
		add := func(scheme, code string) {
			if code != "" {
				k.Codes = append(k.Codes, layers.ExternalCode{Scheme: scheme, Code: code})
			}
		}
		if m.item > 0 {
			add(layers.WhistleScheme, strconv.Itoa(m.item))
		}
		add(layers.AlgorithmScheme, m.algorithm)
		add(layers.HotlineScheme, m.hotline)
		out = append(out, k)
	}
	return out
}

// whistleItem returns the category of an item of the whistle list.
func whistleItem(item int) (matter, error) {
	for _, m := range matters {
		if m.item == item {
			return m, nil
		}
	}
	return matter{}, fmt.Errorf("the whistle list has no item %d", item)
}
