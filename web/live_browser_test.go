package web_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"wangge/geo"
)

// another opens a further window of the same browser, of a size, at a path of the service that base names.
func (p *page) another(t *testing.T, base, path string, width, height int64, scripts ...string) *page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	t.Cleanup(cancel)
	q := &page{T: t, ctx: ctx, base: base}
	if err := chromedp.Listen(ctx, q.note); err != nil {
		t.Fatalf("no second window: %v", err)
	}
	q.do(chromedp.EmulateViewport(width, height))
	for _, script := range append(scripts, tellErrors) {
		q.do(addScript(script))
	}
	q.do(chromedp.Navigate(base + path))
	q.idle()
	return q
}

// value runs JavaScript and reads its value.
func (p *page) value(script string, into any) {
	p.Helper()
	if err := json.Unmarshal([]byte(p.eval(script)), into); err != nil {
		p.Fatalf("%s: %v", script, err)
	}
}

// aPole is a pole as the service lists it.
type aPole struct {
	ID       string
	Geometry struct{ Coordinates [2]float64 }
}

// lonelyPole is the first pole that is the only one in its place.
func lonelyPole(t *testing.T, base string) aPole {
	t.Helper()
	var list struct{ Items []aPole }
	fetch(t, base+"/v1/poles?limit=300", &list)
	for i, p := range list.Items {
		lonely := true
		for k, q := range list.Items {
			a, b := p.Geometry.Coordinates, q.Geometry.Coordinates
			lonely = lonely && (i == k || math.Hypot(a[0]-b[0], a[1]-b[1]) > 1e-4)
		}
		if lonely {
			return p
		}
	}
	t.Fatal("every pole has a neighbour")
	return aPole{}
}

// movePole is the script with which a window moves a pole; it keeps when the answer was there, and its status.
const movePole = `(()=>{window.moved=null;const h={Authorization:"Bearer "+%[2]q};fetch("/v1/poles/%[1]s").then(async was=>{
	const body=await was.json();body.geometry={type:"Point",coordinates:[%[3]v,%[4]v]};for(const m of ["id","revision","recorded_at","valid_from","valid_to"])delete body[m];
	const r=await fetch("/v1/poles/%[1]s",{method:"PUT",headers:{...h,"If-Match":was.headers.get("ETag"),"Content-Type":"application/json"},body:JSON.stringify(body)});
	window.moved={at:Date.now(),status:r.status,text:await r.text(),visible:r.headers.get("Wangge-Visible")??""}});return 1})()`

// watchPole is the script with which a window looks at each frame: where the pole is shown, which layers are, and what is drawn at
// the old and the new place. A name that the pole takes the room of is no flicker: of each layer as much has to be there in every frame as
// there is before and afterwards.
const watchPole = `(()=>{const map=document.querySelector(".map").map,[id,from,to]=[%q,%s,%s];
	const w=window.watched={frames:0,both:0,neither:0,missing:[],blank:0,event:0,tiles:[],seen:0,done:false};
	const gl=map.getCanvas().getContext("webgl2");
	const drawn=at=>{const p=map.project(at),r=devicePixelRatio,b=new Uint8Array(4);gl.readPixels(Math.round(p.x*r),gl.drawingBufferHeight-Math.round(p.y*r),1,1,gl.RGBA,gl.UNSIGNED_BYTE,b);return b.join()};
	const layers=()=>{const n={};for(const f of map.queryRenderedFeatures())n[f.layer.id]=(n[f.layer.id]??0)+1;return n};
	const before=layers(),least={};let ground=null,icon=null;
	const near=(f,at)=>Math.hypot(f.geometry.coordinates[0]-at[0],f.geometry.coordinates[1]-at[1])<2e-5;
	map.on("render",()=>{if(w.done)return;const [o,n]=[drawn(from),drawn(to)];if(icon===null){icon=o;ground=n}else if(o!==icon&&n===ground)w.blank++});
	map.on("sourcedata",e=>{if(e.sourceId==="kerb"&&e.tile)w.tiles.push(Date.now())});
	map.triggerRepaint();
	const frame=()=>{if(w.done)return;w.frames++;const poles=map.queryRenderedFeatures({layers:["pole"]}).filter(f=>f.properties.id===id);
		const [o,n]=[poles.some(f=>near(f,from)),poles.some(f=>near(f,to))];
		if(!o&&!n)w.neither++;if(o&&n)w.both++;
		const now=layers();for(const l in before)least[l]=Math.min(least[l]??before[l],now[l]??0);
		if(n&&!o&&!w.seen){w.seen=Date.now();w.last=20}
		if(w.seen&&--w.last===0){for(const l in before){const kept=Math.min(before[l],now[l]??0);if(least[l]<kept)w.missing.push(l+" "+least[l]+" of "+kept)}w.done=true}else requestAnimationFrame(frame)};
	requestAnimationFrame(frame);return 1})()`

// noteEvents is the script that keeps when the page last heard of an edit.
const noteEvents = `(()=>{const Plain=window.EventSource;window.EventSource=class extends Plain{constructor(...a){super(...a);this.addEventListener("revision",()=>window.heard=Date.now())}}})()`

// watched is what watchPole has seen; times are milliseconds.
type watched struct {
	Frames, Both, Neither, Blank int
	Missing                      []string
	Tiles                        []int64
	Seen                         int64
	Done                         bool
}

// movedIn moves a pole in one window and looks at it in the other, which shows it at its new place within a second and in no
// frame at neither place. A hang fails; how long it took is printed.
func movedIn(t *testing.T, a, b *page, token string, pole aPole, from, to [2]float64, what string) {
	t.Helper()
	place := func(at [2]float64) string { return fmt.Sprintf("[%v,%v]", at[0], at[1]) }
	b.eval(fmt.Sprintf(watchPole, pole.ID, place(from), place(to)))
	b.until("a first frame", "window.watched.frames > 2")
	a.eval(fmt.Sprintf(movePole, pole.ID, token, to[0], to[1]))
	a.until("an answer to the edit", "window.moved")
	var answer struct {
		At      int64
		Status  int
		Text    string
		Visible string
	}
	a.value("window.moved", &answer)
	if answer.Status != http.StatusOK || answer.Visible != "" {
		t.Fatalf("the edit was answered %d %s %s", answer.Status, answer.Visible, answer.Text)
	}
	var w watched
	for deadline := time.Now().Add(20 * time.Second); !w.Done && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		b.value("window.watched", &w)
	}
	if !w.Done {
		b.shot("not-moved")
		t.Fatalf("%s: the pole is not shown at its new place after 20 s: %+v", what, w)
	}
	if w.Neither > 0 || len(w.Missing) > 0 || w.Blank > 0 {
		t.Errorf("%s flickers: %d frames have the pole nowhere, layers missing %v, %d frames drawn without it", what, w.Neither, w.Missing, w.Blank)
	}
	var heard int64
	b.value("window.heard", &heard)
	var tile int64
	for _, at := range w.Tiles {
		if at <= w.Seen {
			tile = at
		}
	}
	t.Logf("%s: shown %d ms after the answer (event %+d ms, last tile read after %d ms more, drawn after %d ms more); %d frames, %d with both", what, w.Seen-answer.At,
		heard-answer.At, tile-heard, w.Seen-tile, w.Frames, w.Both)
}

// beyondTile is a place in the next tile of a zoom, beyond the nearer side.
func beyondTile(p [2]float64, z uint8) [2]float64 {
	box := geo.TileAt(p, z).Bound(0)
	if p[0]-box.Min[0] < box.Max[0]-p[0] {
		return [2]float64{box.Min[0] - 3e-4, p[1]}
	}
	return [2]float64{box.Max[0] + 3e-4, p[1]}
}

// followed moves a pole in one window and sees it move in another, without a reload and without flicker.
func followed(t *testing.T, s *service, a *page) {
	pole := lonelyPole(t, s.url)
	start := pole.Geometry.Coordinates
	b := a.another(t, s.url, fmt.Sprintf("/#lang=zh&theme=light&v=16/%v/%v", start[0], start[1]), 800, 500, noteEvents)
	b.until("events", "performance.getEntriesByType('resource').length > 0")
	b.eval(`(()=>{window.stay=1;return 1})()`)
	near := [2]float64{start[0] + 4e-4, start[1] + 2e-4}
	movedIn(t, a, b, s.token, pole, start, near, "in view")
	across := beyondTile(start, 16)
	movedIn(t, a, b, s.token, pole, near, across, "to another tile")
	movedIn(t, a, b, s.token, pole, across, start, "and back")

	// A tile that is kept for later is not shown as it was.
	b.eval(fmt.Sprintf(`(()=>{document.querySelector(".map").map.jumpTo({center:[%v,%v]});return 1})()`, start[0]+0.05, start[1]))
	b.idle()
	a.eval(fmt.Sprintf(movePole, pole.ID, s.token, near[0], near[1]))
	a.until("an answer to the edit", "window.moved")
	b.until("the event", "window.heard >= window.watched.seen")
	time.Sleep(300 * time.Millisecond)
	b.eval(fmt.Sprintf(`(()=>{document.querySelector(".map").map.jumpTo({center:[%v,%v]});return 1})()`, start[0], start[1]))
	b.idle()
	var shown [][2]float64
	b.value(fmt.Sprintf(`document.querySelector(".map").map.queryRenderedFeatures({layers:["pole"]}).filter(f=>f.properties.id===%q).map(f=>f.geometry.coordinates)`, pole.ID), &shown)
	if len(shown) != 1 || math.Hypot(shown[0][0]-near[0], shown[0][1]-near[1]) > 2e-5 {
		t.Errorf("a tile that was out of view shows the pole at %v, want %v", shown, near)
	}
	if b.eval("window.stay") != "1" {
		t.Error("the page was loaded again")
	}
	b.onlyOurs()
}
