package web_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wangge/geo"
	"wangge/layers/mvt"
)

var (
	tileCount = flag.Int("tiles", 40, "how many tiles of the demo district the map library's worker reads, zooms 8 to 17")
	tileDir   = flag.String("tile-dir", "", "folder of tiles named z-x-y.mvt that the map library's worker reads too")
)

// asked is a tile that the worker is to read: where it is served, and how many features each layer has to have at least.
type asked struct {
	Tiles  string         `json:"tiles"`
	Z      uint8          `json:"z"`
	X      uint32         `json:"x"`
	Y      uint32         `json:"y"`
	Least  map[string]int `json:"least"`
	Centre [2]float64     `json:"centre"`
}

func askFor(tiles string, t geo.Tile, least map[string]int) asked {
	c := t.Bound(0).Center()
	return asked{Tiles: tiles, Z: t.Z, X: t.X, Y: t.Y, Least: least, Centre: [2]float64{c[0], c[1]}}
}

// readTiles is the script with which a page reads tiles one after the other through the map library's worker: a map of 64 pixels looks at the
// middle of each, with a style that draws every layer in every way. It collects errors, and layers that have too few features.
const readTiles = `((list,layers)=>{window.tilesRead=null;const out={read:0,features:0,wrong:[]};(async()=>{
	const div=document.body.appendChild(document.createElement("div"));div.style.cssText="position:fixed;left:0;top:0;width:64px;height:64px";
	const styleOf=tiles=>({version:8,sources:{t:{type:"vector",tiles:[tiles],minzoom:0,maxzoom:22}},layers:layers.flatMap(l=>[
		{id:l+" fill",source:"t","source-layer":l,type:"fill",filter:["==",["geometry-type"],"Polygon"]},
		{id:l+" line",source:"t","source-layer":l,type:"line"},
		{id:l+" disc",source:"t","source-layer":l,type:"circle"},
		...(l.endsWith("_label")?[{id:l+" text",source:"t","source-layer":l,type:"symbol",layout:{"text-field":["get","name"],"text-font":["sans-serif"]}}]:[])])});
	const Plain=document.querySelector(".map").map.constructor;let tiles="",now="";
	const map=new Plain({container:div,style:{version:8,sources:{},layers:[]},fadeDuration:0,maxTileCacheSize:0,attributionControl:false,interactive:false});
	map.on("error",e=>out.wrong.push(now+": "+(e.error?.message??e)));
	await map.once("load");
	for(const a of list){
		now=a.tiles.replace("{z}",a.z).replace("{x}",a.x).replace("{y}",a.y);
		map.jumpTo({center:a.centre,zoom:a.z+0.01});
		if(a.tiles!==tiles)map.setStyle(styleOf(tiles=a.tiles),{diff:false});
		await map.once("idle");
		if(!map.isSourceLoaded("t"))out.wrong.push(now+": not read");
		for(const l of layers){const n=map.querySourceFeatures("t",{sourceLayer:l}).length;out.features+=n;
			if(n<(a.least[l]??0))out.wrong.push(now+": layer "+l+" has "+n+" features, want "+a.least[l]+" or more")}
		out.read++}
	map.remove();div.remove();window.tilesRead=out})().catch(e=>{out.wrong.push("the page: "+e);window.tilesRead=out});return 1})`

// readIn reads tiles in a page and returns how many features there were, and what was wrong.
func readIn(t *testing.T, p *page, list []asked, layers []string) (features int, wrong []string) {
	t.Helper()
	var out struct {
		Read, Features int
		Wrong          []string
	}
	// A part at a time, so that a hang is found early.
	for part := range slices.Chunk(list, 50) {
		a, _ := json.Marshal(part) // texts and finite numbers
		b, _ := json.Marshal(layers)
		p.eval(readTiles + "(" + string(a) + "," + string(b) + ")")
		p.until("read tiles", "window.tilesRead")
		p.value("window.tilesRead", &out)
		if out.Read != len(part) {
			t.Errorf("%d of %d tiles were read", out.Read, len(part))
		}
		features += out.Features
		wrong = append(wrong, out.Wrong...)
	}
	return features, wrong
}

// vectorLayers are the layers of the service's TileJSON: their names, and between which zooms each has all its features.
func vectorLayers(t *testing.T, base string) (names []string, from, to map[string]int) {
	t.Helper()
	var doc struct {
		Layers []struct {
			ID               string
			MinZoom, MaxZoom int
		} `json:"vector_layers"`
	}
	fetch(t, base+"/tiles/"+strings.Join(tileNames, ",")+".json", &doc)
	from, to = map[string]int{}, map[string]int{}
	for _, l := range doc.Layers {
		names = append(names, l.ID)
		from[l.ID], to[l.ID] = l.MinZoom, 22
		switch l.ID {
		case "roads", "overlays":
			from[l.ID] = 13 // below it some classes and kinds are left out
		case "hexagons":
			to[l.ID] = l.MaxZoom
		}
	}
	return names, from, to
}

var tileNames = []string{"districts", "towns", "grids", "communities", "overlays", "segments", "zones", "spaces", "poles", "roads", "hexagons"} // never changed

// demoTiles picks tiles of the demo district around its poles, zones and towns, and asks the lists of the service what is in each.
func demoTiles(t *testing.T, base string, n int) ([]asked, []string) {
	t.Helper()
	names, from, to := vectorLayers(t, base)
	var poles struct{ Items []aPole }
	fetch(t, base+"/v1/poles?limit=1000", &poles)
	r := rand.New(rand.NewPCG(4, 17))
	seen := map[geo.Tile]bool{}
	var out []asked
	for i := 0; len(out) < n && i < 20*n; i++ {
		p := poles.Items[r.IntN(len(poles.Items))].Geometry.Coordinates
		if i%10 == 3 {
			p = [2]float64{121.0 + r.Float64()*0.45, 30.69 + r.Float64()*0.25}
		} else if i%10 == 7 {
			p = [2]float64{121.33232, 30.7527} // the kerb of 海汇街, whose spaces have numbers
		}
		tile := geo.TileAt(p, uint8(8+i%10))
		if seen[tile] {
			continue
		}
		seen[tile] = true
		out = append(out, askFor(base+"/tiles/"+strings.Join(tileNames, ",")+"/{z}/{x}/{y}.mvt", tile, leastOf(t, base, tile, names, from, to)))
	}
	return out, names
}

// leastOf asks the service's lists in which layers something lies in a tile, a unit of the tile within its sides.
func leastOf(t *testing.T, base string, tile geo.Tile, names []string, from, to map[string]int) map[string]int {
	t.Helper()
	b := tile.Bound(-1.0 / 4096)
	least := map[string]int{}
	for _, name := range names {
		list := name
		if name == "hexagons" {
			list = "poles"
		}
		if strings.HasSuffix(name, "_label") || int(tile.Z) < from[name] || int(tile.Z) > to[name] {
			continue
		}
		var page struct{ NumberMatched int }
		fetch(t, fmt.Sprintf("%s/collections/%s/items?f=json&limit=1&bbox=%.7f,%.7f,%.7f,%.7f", base, list, b.Min[0], b.Min[1], b.Max[0], b.Max[1]), &page)
		least[name] = min(page.NumberMatched, 1)
	}
	return least
}

// folderTiles reads the tiles of a folder and counts with our own decoder what is in them.
func folderTiles(t *testing.T, dir, base string) (list []asked, names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*-*-*.mvt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tiles in %s: %v", dir, err)
	}
	for _, file := range files {
		var z, x, y string
		parts := strings.Split(strings.TrimSuffix(filepath.Base(file), ".mvt"), "-")
		if len(parts) != 3 {
			t.Fatalf("%s is not named z-x-y.mvt", file)
		}
		z, x, y = parts[0], parts[1], parts[2]
		tile, err := geo.ParseTile(z, x, y)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := mvt.Decode(body)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		least := map[string]int{}
		for _, l := range decoded {
			least[l.Name] = min(len(l.Features), 1)
			if !slices.Contains(names, l.Name) {
				names = append(names, l.Name)
			}
		}
		list = append(list, askFor(base+"/folder/{z}/{x}/{y}.mvt", tile, least))
	}
	return list, names
}

// brokenTile is a tile with a layer "poles" whose one feature has a geometry command that there is not.
var brokenTile = []byte("\x1a\x13\x78\x02\x0a\x05poles\x12\x05\x18\x01\x22\x01\x0d\x28\x80\x20") // never changed

// alike is the service with other tiles beside its own, under one origin, which is all that its pages may ask.
func alike(t *testing.T, s *service) string {
	t.Helper()
	mux := http.NewServeMux()
	tile := func(body func(r *http.Request) ([]byte, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			b, err := body(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
			_, _ = w.Write(b)
		}
	}
	mux.HandleFunc("/broken/{z}/{x}/{y}", tile(func(*http.Request) ([]byte, error) { return brokenTile, nil }))
	mux.HandleFunc("/empty/{z}/{x}/{y}", tile(func(*http.Request) ([]byte, error) { return nil, nil }))
	mux.HandleFunc("/folder/{z}/{x}/{y}", tile(func(r *http.Request) ([]byte, error) {
		f, err := os.OpenInRoot(*tileDir, r.PathValue("z")+"-"+r.PathValue("x")+"-"+r.PathValue("y"))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(f)
	}))
	mux.Handle("/", s.server.Handler())
	listener := httptest.NewServer(mux)
	t.Cleanup(func() {
		listener.CloseClientConnections()
		listener.Close()
	})
	return listener.URL
}

// readByWorker lets the map library's own worker read tiles, each with every layer, and finds planted faults.
func readByWorker(t *testing.T, s *service, a *page) {
	base := alike(t, s)
	p := a.another(t, base, "/#lang=zh&theme=light&on=towns&v=9/121.2/30.8", 400, 300)
	list, names := demoTiles(t, base, *tileCount)
	features, wrong := readIn(t, p, list, names)
	for _, w := range wrong {
		t.Error(w)
	}
	t.Logf("%d tiles, %d features in %d layers", len(list), features, len(names))
	if features < len(list) {
		t.Errorf("%d tiles have %d features", len(list), features)
	}
	if *tileDir != "" {
		list, names := folderTiles(t, *tileDir, base)
		features, wrong := readIn(t, p, list, names)
		for _, w := range wrong {
			t.Error(w)
		}
		t.Logf("%d tiles of the folder, %d features in %d layers", len(list), features, len(names))
	}
	p.onlyOurs()

	tile := geo.TileAt([2]float64{121.33, 30.75}, 14)
	for fault, want := range map[string]string{"broken": "unknown command", "empty": "layer poles has 0 features"} {
		_, wrong := readIn(t, p, []asked{askFor(base+"/"+fault+"/{z}/{x}/{y}.mvt", tile, map[string]int{"poles": 1})}, names)
		if !strings.Contains(strings.Join(wrong, "\n"), want) {
			t.Errorf("a tile that is %s is reported as %q, want %q", fault, wrong, want)
		}
	}
}
