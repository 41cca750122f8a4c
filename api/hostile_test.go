package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wangge/api"
	"wangge/layers"
)

// hostile is a body that must be refused: with 422 and one of the pointers, or with 400 or 413 where it is no JSON or too large.
type hostile struct {
	class, name, body string
	status            int
	pointers          []string
}

// mutator makes hostile bodies out of a good one.
type mutator struct {
	base string
	out  []hostile
}

// with returns the base with the value at a JSON Pointer replaced by raw text, which need not be JSON. A member that is not there is added.
func (m *mutator) with(changes ...string) string {
	var doc any
	if err := json.Unmarshal([]byte(m.base), &doc); err != nil {
		panic(err)
	}
	for i := 0; i+1 < len(changes); i += 2 {
		path := strings.Split(changes[i], "/")[1:]
		at := doc
		for _, name := range path[:len(path)-1] {
			if list, ok := at.([]any); ok {
				n, err := strconv.Atoi(name)
				if err != nil {
					panic(err)
				}
				at = list[n]
			} else {
				at = at.(map[string]any)[name]
			}
		}
		last, mark := path[len(path)-1], fmt.Sprintf("@%d@", i)
		if list, ok := at.([]any); ok {
			n, err := strconv.Atoi(last)
			if err != nil {
				panic(err)
			}
			list[n] = mark
		} else {
			at.(map[string]any)[strings.NewReplacer("~1", "/", "~0", "~").Replace(last)] = mark
		}
	}
	b, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	text := string(b)
	for i := 0; i+1 < len(changes); i += 2 {
		text = strings.Replace(text, fmt.Sprintf(`"@%d@"`, i), changes[i+1], 1)
	}
	return text
}

// bad adds a case for each value at a pointer.
func (m *mutator) bad(class, pointer string, values ...string) {
	for _, v := range values {
		m.out = append(m.out, hostile{class, fmt.Sprintf("%s = %.60s", pointer, v), m.with(pointer, v), http.StatusUnprocessableEntity, []string{pointer}})
	}
}

// at adds a case of a change whose problem is shown at another pointer.
func (m *mutator) at(class, shown string, changes ...string) {
	m.out = append(m.out, hostile{class, fmt.Sprintf("%.80s at %s", strings.Join(changes, " "), shown), m.with(changes...), http.StatusUnprocessableEntity, []string{shown}})
}

// malformed adds a case for each text that is no JSON at a pointer.
func (m *mutator) malformed(class, pointer string, values ...string) {
	for _, v := range values {
		m.out = append(m.out, hostile{class, fmt.Sprintf("%s = %.60s", pointer, v), m.with(pointer, v), http.StatusBadRequest, nil})
	}
}

func quote(list ...string) (out []string) {
	for _, s := range list {
		b, err := json.Marshal(s)
		if err != nil {
			panic(err)
		}
		out = append(out, string(b))
	}
	return out
}

// Values that a field of a kind does not hold.
var (
	otherThanText   = []string{`5`, `true`, `[]`, `{}`, `["x"]`, `{"text":"x"}`, `1e999`, `-0.0`}
	otherThanNumber = []string{`"60"`, `true`, `[]`, `{}`, `1.5`, `1e3`, `1e999`, `5e-324`, `9223372036854775808`, `18446744073709551616`, `-9223372036854775809`, `"NaN"`, `"0x10"`, `1.0`}
	otherThanObject = []string{`5`, `"x"`, `true`, `[]`, `[{}]`}
	otherThanList   = []string{`5`, `"x"`, `true`, `{}`, `{"0":"x"}`}
	noJSON          = []string{`NaN`, `Infinity`, `-Infinity`, `0x10`, `1_0`, `01`, `+1`, `.5`, `1.`, `٣`, `'x'`, `undefined`, `None`, `"\x41"`, `"a` + "\x00" + `b"`, `"` + "\x01" + `"`, `"\ud83d"`, `"\udc00\ud800"`, `"` + "\xff\xfe" + `"`, `"unended`, `[1,]`, `{"a":1,}`, `/* */ 1`}
	badText         = quote("a\x00b", "a\u202eb", "a\u200bb", "\ufeffx", "a\u0007", "line\nbreak", "tab\tx", "\u2066x\u2069", "\ue000", "\u00ad", strings.Repeat("网", 400), strings.Repeat("x", 1025), "\u007f", "\u0085")
	badRef          = append(quote("a b", "<b>x</b>", "../x", "网格", "x/y", "'; DROP TABLE schedules; --", "%00", "-x", ".x", "_x", strings.Repeat("x", 65), "x\x00", "=1+1", "@x", "x\u202e", "{{7*7}}", "${x}"), otherThanText...)
	badDate         = append(quote("2026-13-01", "2026-02-30", "2026-02-29", "2026-2-3", "20260203", "2026-02-03T00:00:00Z", "2026-02-03T00:00:00+08:00", "0000-01-01", "1899-12-31", "10000-01-01", "tomorrow", "２０２６-01-01", "2026-01-01 ", " 2026-01-01",
		"-2026-01-01", "2026/01/01", "2026-00-10", "2026-01-00", "2026-01-32", "NaN", "٢٠٢٦-٠١-٠١", "2026-01", "2026-W01-1", "2026-01-01\x00"), otherThanText...)
	badTime = append(quote("24:00", "24:01", "7:00", "07:60", "0700", "07:00:00", "-1:00", "٠٧:٠٠", "１９:００", "noon", " 7:00", "07:00 ", "07-00", "99:99", "07:0x", "7:00pm", "07:00Z", "T07:00", "0x:07"), otherThanText...)
	badMode = append(quote("", "fly", "PARKING", "parking ", "Parking", "停车", "travel\x00", "open"), otherThanText...)
)

// badWindows adds what a window may not be, at the pointer of a good one.
func (m *mutator) badWindows(at string) {
	m.bad("type", at, `5`, `"x"`, `true`, `[]`)
	m.bad("reference", at+"/id", append(badRef, `""`, `null`)...)
	m.bad("enum", at+"/mode", append(badMode, `null`)...)
	m.bad("time", at+"/start", append(badTime, `""`, `null`)...)
	m.bad("number", at+"/duration_min", append(otherThanNumber, `0`, `-1`, `1441`, `99999`, `-2147483648`, `4294967296`, `-0`, `null`)...)
	m.bad("time", at+"/clear_by", badTime...)
	m.bad("number", at+"/grace_min", append(otherThanNumber, `-1`, `1441`, `9223372036854775807`)...)
	m.bad("number", at+"/max_stay_min", append(otherThanNumber, `-1`, `44641`, `9223372036854775807`)...)
	m.bad("enum", at+"/tail_policy", append(quote("cut", "KEEP", "keep ", "cut-midnight"), otherThanText...)...)
	m.at("cut", at+"/cut_at", at+"/tail_policy", `"cut_at"`)
	m.at("cut", at+"/cut_at", at+"/cut_at", `"02:00"`)
	m.at("cut", at+"/cut_at", at+"/tail_policy", `"cut_at"`, at+"/cut_at", `"00:00"`)
	for _, v := range badTime {
		m.at("time", at+"/cut_at", at+"/tail_policy", `"cut_at"`, at+"/cut_at", v)
	}
	m.at("clear", at+"/clear_by", at+"/clear_by", `"07:01"`)
	m.at("clear", at+"/clear_by", at+"/clear_by", `"19:00"`)
	m.badDays(at)
	m.bad("object", at+"/rate", otherThanObject...)
	m.bad("number", at+"/rate/fen", append(otherThanNumber, `0`, `-1`, `10000001`)...)
	m.bad("enum", at+"/rate/per", append(quote("", "minute", "HOUR", "hour "), otherThanText...)...)
	m.bad("unknown", at+"/rate/currency", `"CNY"`, `null`)
	m.bad("object", at+"/user_classes", otherThanObject...)
	for _, name := range []string{"any_of", "all_of", "none_of"} {
		m.bad("list", at+"/user_classes/"+name, otherThanList...)
		m.at("enum", at+"/user_classes/"+name+"/0", at+"/user_classes/"+name, `["cat"]`)
		m.at("enum", at+"/user_classes/"+name+"/0", at+"/user_classes/"+name, `[""]`)
		m.at("type", at+"/user_classes/"+name+"/1", at+"/user_classes/"+name, `["taxi",5]`)
		m.at("twice", at+"/user_classes/"+name+"/1", at+"/user_classes/"+name, `["taxi","taxi"]`)
	}
	m.bad("unknown", at+"/user_classes/only", `[]`)
	m.bad("unknown", at+"/priority", `1`, `"high"`, `null`)
	m.bad("unknown", at+"/Start", `"20:00"`)
	m.bad("unknown", at+"/end", `"07:00"`)
	m.bad("unknown", at+"/__proto__", `{}`)
	m.bad("unknown", at+"/a~1b~0c", `1`)
}

// badDays adds what a rule of days may not be.
func (m *mutator) badDays(at string) {
	for name, values := range map[string][]string{
		"day_types": quote("", "weekday", "WORKDAY", "holiday:", "holiday: ", "workday ", "restdays", "holiday:\u202e国庆节", "holiday:\x00", "day\u200btype", strings.Repeat("holiday:x", 200)),
		"weekdays":  append(quote("", "monday", "Mon", "8", "0", "周一", "mon "), `0`, `1`, `7`, `8`, `-1`, `null`),
		"nth":       {`0`, `6`, `-6`, `1.5`, `"1"`, `1e9`, `9223372036854775808`, `null`},
		"months":    {`0`, `13`, `-1`, `"1"`, `1.5`, `"jan"`, `1e999`, `null`},
	} {
		m.bad("list", at+"/"+name, otherThanList...)
		for _, v := range values {
			m.at("item", at+"/"+name+"/0", at+"/"+name, "["+v+"]")
		}
		m.at("many", at+"/"+name, at+"/"+name, "["+strings.TrimSuffix(strings.Repeat("1,", 65), ",")+"]")
	}
	m.out = slices.DeleteFunc(m.out, func(h hostile) bool {
		return h.class == "many" && !strings.Contains(h.name, "nth") && !strings.Contains(h.name, "months")
	}) // of texts the first is of another type
	m.at("twice", at+"/day_types/1", at+"/day_types", `["workday","workday"]`)
	m.at("twice", at+"/weekdays/2", at+"/weekdays", `["mon","tue","mon"]`)
	m.at("twice", at+"/nth/1", at+"/nth", `[1,1]`)
	m.at("twice", at+"/months/1", at+"/months", `[12,12]`)
	m.bad("date", at+"/first_day", badDate...)
	m.bad("date", at+"/until_day", badDate...)
	m.at("order", at+"/until_day", at+"/first_day", `"2026-11-02"`, at+"/until_day", `"2026-11-02"`)
	m.at("order", at+"/until_day", at+"/first_day", `"2026-11-02"`, at+"/until_day", `"2026-11-01"`)
	m.bad("type", at+"/makeup_apart", `5`, `"true"`, `[]`, `{}`)
}

// hostileContent makes hostile content of a schedule.
func hostileContent() []hostile {
	night := `{"id":"night","mode":"parking","start":"20:00","duration_min":660,"rate":{"fen":500,"per":"hour"},"user_classes":{"any_of":["taxi"]}}`
	m := &mutator{base: scheduleBody("until", `"2027-10-12"`, "windows", "["+night+`,{"id":"noon","mode":"loading","start":"12:00","duration_min":60}]`, "exceptions",
		`[{"id":"x","first_day":"2026-11-01","until_day":"2026-11-08","effect":"replace","reason":"节庆","windows":[`+night+`]},{"id":"y","first_day":"2026-12-01","effect":"close","reason":"施工"}]`)}
	m.bad("reference", "/zone", append(badRef, `""`, `null`, `"z_none"`, `"Z_HAIHUI"`)...)
	m.bad("text", "/name", slices.Concat(badText, otherThanText, []string{`""`, `null`})...)
	m.bad("date", "/from", append(badDate, `""`, `null`)...)
	m.bad("date", "/until", badDate...)
	m.at("order", "/until", "/until", `"2026-10-12"`)
	m.at("order", "/until", "/until", `"2026-10-11"`)
	m.bad("list", "/windows", otherThanList...)
	m.badWindows("/windows/0")
	m.badWindows("/exceptions/0/windows/0")
	m.at("twice", "/windows/1/id", "/windows/1/id", `"night"`)
	m.bad("list", "/exceptions", otherThanList...)
	m.bad("type", "/exceptions/0", `5`, `"x"`, `[]`)
	m.bad("reference", "/exceptions/0/id", append(badRef, `""`, `null`, `"y"`)...)
	m.out[len(m.out)-1].pointers = []string{"/exceptions/1/id"} // the second of the two is the one too many
	m.badDays("/exceptions/0")
	m.bad("enum", "/exceptions/0/effect", append(quote("", "open", "CLOSE"), otherThanText...)...)
	m.at("effect", "/exceptions/0/windows", "/exceptions/0/effect", `"close"`)
	m.at("effect", "/exceptions/0/windows", "/exceptions/0/windows", `[]`)
	m.at("effect", "/exceptions/1/windows", "/exceptions/1/effect", `"extend"`)
	m.at("effect", "/exceptions/0/bound", "/exceptions/0/bound", `true`)
	m.at("days", "/exceptions/1/first_day", "/exceptions/1/first_day", `""`)
	m.bad("text", "/exceptions/0/reason", slices.Concat(badText, otherThanText, []string{`""`, `null`})...)
	m.bad("text", "/exceptions/0/document", append(badText, otherThanText...)...)
	m.bad("text", "/exceptions/0/event", append(badText, otherThanText...)...)
	m.bad("unknown", "/exceptions/0/priority", `1`)
	m.bad("list", "/documents", otherThanList...)
	for _, v := range append(badText, otherThanText...) {
		m.at("text", "/documents/0", "/documents", "["+v+"]")
	}
	m.bad("text", "/text", append(badText, otherThanText...)...)
	m.bad("reference", "/based_on", append(quote("none-1", "haihui-99", "\x00"), otherThanText...)...)
	// What is the service's to say, and names of members in other forms.
	for _, name := range []string{"id", "state", "number", "code", "series", "author", "calendar", "digest", "sign_offs", "comments", "version", "revision", "valid_from", "valid_to", "demo", "geometry", "Zone", "zone ", "ZONE", "constructor",
		"__proto__", "prototype", "$where", "", "a~1b~0c", "\u202e", "z\u043ene", "from ", "windоws"} {
		pointer := "/" + name
		m.at("unknown", pointer, pointer, `"published"`)
		m.at("unknown", pointer, pointer, `null`)
	}
	m.manyThings(night)
	for _, at := range []string{"/name", "/zone", "/windows/0/duration_min", "/exceptions/0/windows/0/rate/fen", "/documents"} {
		m.malformed("no JSON", at, noJSON...)
	}
	m.formless()
	return m.pairs(1600)
}

// manyThings adds lists that are too long.
func (m *mutator) manyThings(window string) {
	list := func(n int, item func(i int) string) string {
		out := make([]string, n)
		for i := range out {
			out[i] = item(i)
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	small := func(i int) string {
		return fmt.Sprintf(`{"id":"w%d","mode":"parking","start":"20:00","duration_min":1}`, i)
	}
	m.at("many", "/windows", "/windows", list(65, small))
	m.at("many", "/windows", "/windows", list(800, small))
	m.at("many", "/exceptions", "/exceptions", list(129, func(i int) string {
		return fmt.Sprintf(`{"id":"x%d","first_day":"2026-11-01","effect":"close","reason":"r"}`, i)
	}))
	m.at("many", "/exceptions", "/exceptions", list(10, func(i int) string {
		return fmt.Sprintf(`{"id":"x%d","first_day":"2026-11-01","effect":"replace","reason":"r","windows":%s}`, i, list(20, small))
	}))
	m.at("many", "/exceptions/0/windows", "/exceptions/0/windows", list(65, small))
	m.at("many", "/documents", "/documents", list(65, func(i int) string { return strconv.Quote(strconv.Itoa(i)) }))
	m.at("many", "/windows/0", "/windows", list(20_000, func(int) string { return "1" }))
	m.at("many", "/documents/0", "/documents", list(20_000, func(int) string { return "{}" }))
	m.at("many", "/windows/0/id", "/windows", list(9_000, func(int) string { return "null" }))
	m.out[len(m.out)-1].pointers = []string{"/windows"}
	same := []string{window, window, window}
	m.at("twice", "/windows/1/id", "/windows", "["+strings.Join(same, ",")+"]")
}

// formless adds bodies whose form is wrong as a whole.
func (m *mutator) formless() {
	add := func(name, body string, status int) {
		m.out = append(m.out, hostile{"form", name, body, status, nil})
	}
	for i, body := range []string{" ", "[]", "5", `"x"`, "null", "true", "{", "}", "{}{}", m.base + m.base, m.base + ",", m.base + "\x00", "\xef\xbb\xbf" + m.base, "{\x00\"\x00a\x00\"\x00", m.base[:len(m.base)/2], m.base[1:], "[" + m.base + "]",
		strings.Replace(m.base, `"zone"`, `"zone":"z_haihui","zone"`, 1), strings.Replace(m.base, `"mode"`, `"mode":"parking","mode"`, 1), strings.Replace(m.base, `"fen"`, `"fen":1,"fen"`, 1), strings.ReplaceAll(m.base, `"`, `'`), "zone=z_haihui",
		"<schedule/>", "---\nzone: z", strings.Replace(m.base, `"windows":`, `"\u0077indows":[],"windows":`, 1),
		m.with("/windows", strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)), m.with("/windows", strings.Repeat(`{"a":`, 5_000)+"1"+strings.Repeat("}", 5_000)), m.with("/name", strings.Repeat("[", 9)+strings.Repeat("]", 9)),
	} {
		add(fmt.Sprint("form ", i), body, http.StatusBadRequest)
	}
	for _, n := range []int{65 << 10, 1 << 20} {
		add(fmt.Sprint(n, " bytes"), m.with("/name", `"`+strings.Repeat("x", n)+`"`), http.StatusRequestEntityTooLarge)
	}
	add("many blanks", m.base[:1]+strings.Repeat(" ", 70_000)+m.base[1:], http.StatusRequestEntityTooLarge)
	add("many members", m.base[:1]+strings.Repeat(`"a":1,`, 12_000)+m.base[1:], http.StatusRequestEntityTooLarge)
}

// pairs adds cases of two faults at random until there are so many; the seed is fixed, so that a failure can be looked at again.
func (m *mutator) pairs(n int) []hostile {
	random := rand.New(rand.NewPCG(5, 42))
	var values []hostile // single values at a pointer that all others may stand beside
	for _, h := range m.out {
		if h.status == http.StatusUnprocessableEntity && len(h.pointers) == 1 && strings.Count(h.pointers[0], "/") == 1 && h.class != "unknown" && strings.HasPrefix(h.name, h.pointers[0]+" = ") && len(h.name) < 60 {
			values = append(values, h)
		}
	}
	raw := func(h hostile) string { return strings.TrimPrefix(h.name, h.pointers[0]+" = ") }
	for len(m.out) < n {
		a, b := values[random.IntN(len(values))], values[random.IntN(len(values))]
		if a.pointers[0] != b.pointers[0] {
			m.out = append(m.out, hostile{"two", a.name + " and " + b.name, m.with(a.pointers[0], raw(a), b.pointers[0], raw(b)), http.StatusUnprocessableEntity, []string{a.pointers[0], b.pointers[0]}})
		}
	}
	return m.out
}

// refused says what is wrong with the answer to a hostile body, "" if it was refused as it must be. Pointers have the prefix.
func (h hostile) refused(r reply, prefix string) string {
	var p struct {
		Code, Pointer string
		Errors        []layers.Issue
	}
	if err := json.Unmarshal(r.bytes, &p); err != nil || r.Header.Get("Content-Type") != "application/problem+json" {
		return fmt.Sprintf("%d and no problem: %.200s", r.StatusCode, r.bytes)
	}
	if r.StatusCode != h.status {
		return fmt.Sprintf("%d, want %d: %.300s", r.StatusCode, h.status, r.bytes)
	}
	if h.status != http.StatusUnprocessableEntity {
		return ""
	}
	for _, e := range p.Errors {
		for _, pointer := range h.pointers {
			if e.Pointer == prefix+pointer && p.Pointer != "" && e.Detail != "" {
				return ""
			}
		}
	}
	return fmt.Sprintf("the pointers are %v, want %v: %.300s", p.Errors, h.pointers, r.bytes)
}

// onslaught sends each body to a path in each way, and returns what was not refused as it must be, by class.
func onslaught(s *server, list []hostile, asks map[string]func(body string) ask, prefix map[string]string) (failures map[string][]string) {
	failures = map[string][]string{}
	for _, h := range list {
		for name, to := range asks {
			one := h
			if prefix[name] != "" {
				one.body = strings.Replace(`{"schedule":@,"from":"2026-10-12","until":"2026-10-26"}`, "@", h.body, 1)
				if h.class == "form" {
					continue // inside another body its form is another
				}
				if h.status == http.StatusRequestEntityTooLarge || len(one.body) > 64<<10 {
					one.status = http.StatusRequestEntityTooLarge
				}
			}
			r := s.send(to(one.body))
			if text := one.refused(r, prefix[name]); text != "" {
				failures[h.class] = append(failures[h.class], name+" "+h.name+": "+text)
			}
		}
	}
	return failures
}

func contentAsks(s *server) (asks map[string]func(string) ask, prefix map[string]string) {
	path, tag := s.draft()
	keys := 0
	return map[string]func(string) ask{
		"POST": func(body string) ask {
			keys++
			return ask{Method: "POST", Path: "/v1/schedules", Role: layers.Planner, Body: body, Header: []string{"Idempotency-Key", fmt.Sprint("hostile-", keys)}}
		},
		"PUT": func(body string) ask {
			return ask{Method: "PUT", Path: path, Role: layers.Planner, Body: body, Header: []string{"If-Match", tag}}
		},
		"preview": func(body string) ask {
			return ask{Method: "POST", Path: "/v1/schedules:preview", Role: layers.Planner, Body: body}
		},
	}, map[string]string{"preview": "/schedule"}
}

// A thousand and more hostile schedules are each refused with the field that is wrong, and leave nothing behind.
func TestHostileSchedules(t *testing.T) {
	s, _ := scheduleServer(t)
	list := hostileContent()
	classes, bodies := map[string]int{}, map[string]bool{}
	for _, h := range list {
		classes[h.class]++
		bodies[h.body] = true
	}
	if len(bodies) < 1000 || len(classes) < 15 {
		t.Fatalf("%d different bodies of %d classes", len(bodies), len(classes))
	}
	asks, prefix := contentAsks(s)
	was, err := s.store.Head(context.Background())
	must(t, err)
	digest := s.World().Digest()
	for class, failed := range onslaught(s, list, asks, prefix) {
		t.Errorf("%s: %d were not refused as they must be, such as\n%s", class, len(failed), strings.Join(failed[:min(3, len(failed))], "\n"))
	}
	now, err := s.store.Head(context.Background())
	must(t, err)
	if now != was || s.World().Digest() != digest {
		t.Errorf("the store is at %v after bodies that were all refused, was at %v", now, was)
	}
	t.Logf("%d bodies, %d of them different, in %d classes, each sent in three ways", len(list), len(bodies), len(classes))
}

// The test above finds a service that lets one class pass: it is shown the good content in place of each body of that class.
func TestHostileSchedulesFindADefect(t *testing.T) {
	s, _ := scheduleServer(t)
	list := hostileContent()
	for _, class := range []string{"text", "time", "cut", "twice", "many"} {
		asks, prefix := contentAsks(s)
		was := s.World().Digest()
		some := slices.Clone(list[:5])
		for _, h := range list {
			if h.class == class && len(some) < 10 {
				h.body = scheduleBody()
				some = append(some, h)
			}
		}
		failures := onslaught(s, some, asks, prefix)
		if len(failures[class]) != 15 || s.World().Digest() == was {
			t.Errorf("%s passes, and nobody notices: %v", class, failures)
		}
		if delete(failures, class); len(failures) > 0 {
			t.Errorf("with %s passing: %v", class, failures)
		}
	}
}

// Texts that are odd and right come back as they were sent.
func TestOddTexts(t *testing.T) {
	s, _ := scheduleServer(t)
	for _, text := range []string{"<script>alert(1)</script>", "=cmd|' /C calc'!A0", "@SUM(1)", "'; DROP TABLE schedules; --", "𠮷野家門前", "e\u0301 é", "％ｓ %s %d {{x}} ${y}", "a\u2028b", "__proto__", "null", "0", `\" quotes \"`, "海汇街——“潮汐”泊位（试行）"} {
		quoted := `"` + strings.ReplaceAll(text, `\"`, `\"`) + `"`
		var want string
		if err := json.Unmarshal([]byte(quoted), &want); err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		made := s.post(layers.Planner, "schedules", scheduleBody("name", quoted, "documents", "["+quoted+"]", "text", quoted)).status(http.StatusCreated)
		var f struct {
			Name      string
			Documents []string
			Comments  []layers.Comment
		}
		s.get(made.Header.Get("Location")).json(&f)
		if f.Name != want || f.Documents[0] != want || f.Comments[0].Text != want {
			t.Errorf("%q came back as %+v", want, f)
		}
		s.get(made.Header.Get("Location") + ":texts").status(http.StatusOK)
	}
}

// Hostile orders and reports too.
func TestHostileOrders(t *testing.T) {
	s, _ := scheduleServer(t)
	m := &mutator{base: orderBody("overrides", `"haihui"`, "document", `"1"`)}
	badInstant := append(quote("2026-09-14", "2026-09-14T21:00:00", "2026-09-14 21:00:00+08:00", "2026-09-14T24:00:00+08:00", "2026-09-14T21:00:00+25:00", "2026-13-14T21:00:00Z", "0000-09-14T21:00:00Z", "now", "1789-07-14T00:00:00Z", "12026-09-14T21:00:00Z", "", "21:00", "\x00"), otherThanText...)
	m.bad("time", "/starts", append(badInstant, `null`, `"2026-09-12T00:00:00Z"`)...)
	m.bad("time", "/ends", append(badInstant, `null`, `"2026-09-14T21:00:00+08:00"`, `"2026-09-14T20:00:00+08:00"`)...)
	m.at("order", "/ends", "/starts", `"2026-09-13T21:00:00+08:00"`, "/ends", `"2026-09-13T22:00:00+08:00"`)
	m.bad("enum", "/band", append(quote("", "exception", "EMERGENCY", "regular"), otherThanText...)...)
	m.bad("enum", "/mode", append(badMode, `null`)...)
	m.bad("text", "/name", slices.Concat(badText, otherThanText, []string{`""`, `null`})...)
	m.bad("text", "/reason", slices.Concat(badText, otherThanText, []string{`""`, `null`})...)
	m.bad("text", "/document", append(badText, otherThanText...)...)
	m.bad("text", "/overrides", append(badText, otherThanText...)...)
	m.bad("list", "/zones", append(otherThanList, `[]`, `null`)...)
	for _, v := range append(badRef, `""`, `null`, `"z_none"`) {
		m.at("item", "/zones/0", "/zones", "["+v+"]")
	}
	m.at("twice", "/zones/1", "/zones", `["z_haihui","z_haihui"]`)
	m.at("many", "/zones", "/zones", "["+strings.TrimSuffix(strings.Repeat(`"z_haihui",`, 1001), ",")+"]")
	for _, name := range []string{"id", "code", "author", "version", "state", "priority", "Zones", "__proto__", ""} {
		m.at("unknown", "/"+name, "/"+name, `"x"`)
	}
	m.malformed("no JSON", "/name", noJSON...)
	m.malformed("no JSON", "/zones", noJSON...)
	path := s.post(layers.Publisher, "orders", orderBody()).status(http.StatusCreated).Header.Get("Location")
	tag := s.get(path).Header.Get("ETag")
	was, digest := s.World().Position(), s.World().Digest()
	keys := 0
	failures := onslaught(s, m.out, map[string]func(string) ask{
		"POST": func(body string) ask {
			keys++
			return ask{Method: "POST", Path: "/v1/orders", Role: layers.Publisher, Body: body, Header: []string{"Idempotency-Key", fmt.Sprint("order-", keys)}}
		},
		"PUT": func(body string) ask {
			return ask{Method: "PUT", Path: path, Role: layers.Publisher, Body: body, Header: []string{"If-Match", tag}}
		},
	}, nil)
	m.base, m.out = `{"zone":"z_haihui","day":"2026-09-13","kind":"lane_cleared","happened":"2026-09-14T06:58:00+08:00","rule":"haihui-1/night","name":"x"}`, nil
	m.bad("reference", "/zone", append(badRef, `""`, `null`, `"z_none"`)...)
	m.bad("date", "/day", append(badDate, `""`, `null`, `"2026-09-12"`, `"2026-09-16"`)...)
	m.bad("enum", "/kind", append(quote("", "cones", "CONES_OUT"), otherThanText...)...)
	m.bad("time", "/happened", append(badInstant, `null`, `"2026-09-14T10:01:00+08:00"`)...)
	m.bad("text", "/rule", append(badText, otherThanText...)...)
	m.bad("text", "/name", append(badText, otherThanText...)...)
	m.at("unknown", "/author", "/author", `"me"`)
	m.malformed("no JSON", "/rule", noJSON...)
	reports := onslaught(s, m.out, map[string]func(string) ask{
		"report": func(body string) ask {
			keys++
			return ask{Method: "POST", Path: "/v1/activations", Role: layers.Dispatcher, Body: body, Header: []string{"Idempotency-Key", fmt.Sprint("report-", keys)}}
		},
	}, nil)
	for _, all := range []map[string][]string{failures, reports} {
		for class, failed := range all {
			t.Errorf("%s: %d were not refused as they must be, such as\n%s", class, len(failed), strings.Join(failed[:min(3, len(failed))], "\n"))
		}
	}
	if s.World().Position() != was || s.World().Digest() != digest {
		t.Errorf("the store is at %v after bodies that were all refused, was at %v", s.World().Position(), was)
	}
}

// Steps with bodies that are none leave a revision where it is.
func TestHostileSteps(t *testing.T) {
	s, _ := scheduleServer(t)
	path, tag := s.draft()
	m := &mutator{base: `{"text":"x"}`}
	m.bad("text", "/text", append(badText, otherThanText...)...)
	m.bad("enum", "/role", append(quote("king", "POLICE", "police\x00"), otherThanText...)...)
	for _, name := range []string{"state", "Text", "force", ""} {
		m.at("unknown", "/"+name, "/"+name, `"x"`)
	}
	m.malformed("no JSON", "/text", noJSON...)
	m.formless()
	digest, keys := s.World().Digest(), 0
	for class, failed := range onslaught(s, slices.DeleteFunc(m.out, func(h hostile) bool { return strings.Contains(h.body, `"windows"`) || h.body == m.base }), map[string]func(string) ask{
		"submit": func(body string) ask {
			keys++
			return ask{Method: "POST", Path: path + ":submit", Role: layers.Planner, Body: body, Header: []string{"If-Match", tag, "Idempotency-Key", fmt.Sprint("step-", keys)}}
		},
	}, nil) {
		t.Errorf("%s: %d were not refused as they must be, such as\n%s", class, len(failed), strings.Join(failed[:min(3, len(failed))], "\n"))
	}
	if s.World().Digest() != digest {
		t.Error("the revision has changed")
	}
}

// Whatever a body is, it is refused with pointers into it, or it is content that can be judged.
func FuzzScheduleContent(f *testing.F) {
	for i, h := range hostileContent() {
		if i%40 == 0 && len(h.body) < 4<<10 {
			f.Add([]byte(h.body))
		}
	}
	f.Add([]byte(scheduleBody()))
	z := &layers.Zone{Meta: layers.Meta{ID: zoneID}, Code: "Z", DefaultMode: layers.Travel}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 64<<10 {
			return
		}
		s, err := api.ReadContent(body)
		var bad *layers.Invalid
		switch {
		case errors.As(err, &bad):
			for _, issue := range bad.Issues {
				if issue.Pointer != "" && issue.Pointer[0] != '/' || issue.Code == "" || issue.Detail == "" {
					t.Errorf("%q: %+v", body, issue)
				}
			}
		case err == nil:
			found := layers.FindConflicts(z, layers.CalendarOf(nil), s, nil, nil)
			if len(found) > 0 && found[0].Code == layers.NotValid {
				t.Errorf("%q was taken, and cannot be read: %s", body, found[0].Detail)
			}
			layers.NewTimetable(z, layers.CalendarOf(nil), []*layers.Schedule{s}, nil).At(1)
		}
	})
}
