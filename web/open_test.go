package web_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// spoken is the language of the browser; a page may have another.
const spoken = "zh-CN"

// browser is the one browser of the package's tests: to start one takes longer than to open a page. Each page that is opened has a profile
// of its own, so that no test finds what another has stored or fetched.
var browser = sync.OnceValues(startBrowser)

func startBrowser() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("disable-gpu", false),
		chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.Flag("ignore-gpu-blocklist", true),
		// Pages live for seconds: to optimize what they run, and to draw their text through the software's graphics card, costs more than it saves.
		chromedp.Flag("js-flags", "--no-turbofan --no-maglev"), chromedp.Flag("disable-gpu-rasterization", true),
		// The first two are the driver's; the others are pages of the browser itself, which it would load beside each window.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,PreloadTopChromeWebUI,WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup"),
		chromedp.Flag("lang", spoken), chromedp.Flag("accept-lang", spoken))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	together.atEnd(func() {
		stop()
		end()
	})
	return ctx, chromedp.Do(ctx, chromedp.EmulateViewport(300, 200)) // no timeout: the first call bounds the browser's life
}

// open goes to a path of the service in a new window of a size and language, with a profile of its own; the scripts run first in each document.
// Without Chromium the test is skipped, or fails where everything is required.
func open(t *testing.T, base, path string, width, height int, lang string, scripts ...string) *page {
	t.Helper()
	b, err := browser()
	if err != nil {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser: %v", err)
	}
	ctx, cancel := chromedp.NewContext(b, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &page{T: t, ctx: ctx, base: base}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatalf("no window: %v", err)
	}
	if lang != spoken {
		p.do(speak(lang))
	}
	p.do(chromedp.EmulateViewport(int64(width), int64(height)))
	scripts = append(scripts, tellErrors)
	if *shots == "" {
		scripts = append(scripts, coarse)
	}
	for _, script := range scripts {
		p.do(addScript(script))
	}
	p.do(chromedp.Navigate(base + path))
	p.idle()
	return p
}

// openAs opens a path as open does, in a browser that has kept a token.
func openAs(t *testing.T, base, token, path string, width, height int, lang string, scripts ...string) *page {
	t.Helper()
	keep := fmt.Sprintf(`if(location.protocol==="http:")localStorage.getItem("wangge.token")??localStorage.setItem("wangge.token",%q)`, token)
	p := open(t, base, path, width, height, lang, append(scripts, keep)...)
	p.signed()
	return p
}

// coarse has the map of a page drawn with a quarter of the pixels, which is what drawing costs without a graphics card. Sizes, tiles, names and
// what lies where on the map are as with all of them; what is read from single pixels is read in windows of another.
const coarse = `Object.defineProperty(window,"devicePixelRatio",{configurable:true,get:()=>0.5})`

// speak gives a page a language other than the browser's.
func speak(lang string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		agent, err := chromedp.Run(ctx, chromedp.Evaluate[string]("navigator.userAgent"))
		if err != nil {
			return fmt.Errorf("the browser's name: %w", err)
		}
		if _, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: lang}); err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: lang})
		return err
	})
}

// addScript runs JavaScript first in every document that is opened from now on.
func addScript(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}
