package main

import "math/rand/v2"

// parkPlan is an industrial park of the drawing.
type parkPlan struct {
	name, nameEn string
	centre       [2]float64
	ahead        vec
	length, wide float64
}

var parkPlans = []parkPlan{
	{"滨海化工产业园", "Binhai Chemical Park", [2]float64{121.4310, 30.7640}, coastwise, 2300, 1500},
	{"漕泾新材料产业园", "Caojing New Materials Park", [2]float64{121.4080, 30.8060}, eastSouth, 1300, 700},
	{"石化创意产业园", "Shihua Creative Park", [2]float64{121.3570, 30.7090}, coastwise, 700, 420},
	{"金山卫产业园", "Jinshanwei Industrial Park", [2]float64{121.2860, 30.6990}, east, 1500, 1000},
	{"山阳湾区科创园", "Shanyang Bay Science Park", [2]float64{121.3780, 30.7400}, coastwise, 1000, 600},
	{"张堰产业园", "Zhangyan Industrial Park", [2]float64{121.3100, 30.8190}, eastNorth, 1200, 700},
	{"亭林产业园", "Tinglin Industrial Park", [2]float64{121.3400, 30.8740}, eastSouth, 1400, 800},
	{"金山工业区东园", "Jinshan Industrial Zone, East Park", [2]float64{121.2650, 30.8570}, eastSouth, 1300, 900},
	{"金山工业区西园", "Jinshan Industrial Zone, West Park", [2]float64{121.2270, 30.8530}, eastSouth, 1100, 800},
	{"朱泾产业园", "Zhujing Industrial Park", [2]float64{121.1400, 30.8790}, eastNorth, 1200, 700},
	{"枫泾产业园", "Fengjing Industrial Park", [2]float64{121.0480, 30.8780}, eastSouth, 1400, 900},
	{"吕巷农产品加工园", "Lüxiang Food Park", [2]float64{121.1650, 30.8270}, east, 800, 600},
}

// parkRing is the fence of a park: a rectangle with some corners cut and a bent side.
func parkRing(p parkPlan, r *rand.Rand) []vec {
	f := frame{at(p.centre[0], p.centre[1]), p.ahead}
	l, w := p.length/2, p.wide/2
	cut := func() float64 { return 60 + float64(120*r.Float64()) }
	a, b, c := cut(), cut(), cut()
	bend := spread(r, 40)
	return []vec{f.place(-l, -w+a), f.place(-l+a, -w), f.place(0, -w+bend), f.place(l, -w), f.place(l+bend, 0), f.place(l, w-b), f.place(l-b, w),
		f.place(-l+c, w), f.place(-l, w-c)}
}
