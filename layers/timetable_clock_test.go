package layers_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"wangge/layers"
)

// digestOnly asks the test binary for a digest of answers and nothing else.
const digestOnly = "WANGGE_TEST_DIGEST"

// TestAnyClockOfTheProcess: 100,000 answers are the same, byte for byte, in processes whose local time is another one, unset, or cannot be
// found, because there is no zone data.
func TestAnyClockOfTheProcess(t *testing.T) {
	if os.Getenv(digestOnly) != "" {
		fmt.Printf("digest %x of %s\n", digestOfAnswers(), time.Now().Location())
		return
	}
	want := fmt.Sprintf("digest %x", digestOfAnswers())
	for _, env := range [][]string{nil, {"TZ="}, {"TZ=UTC"}, {"TZ=America/New_York"}, {"TZ=Asia/Shanghai"}, {"TZ=Nowhere/Never", "ZONEINFO=/nowhere"}} {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAnyClockOfTheProcess$")
		c.Env = append(env, digestOnly+"=1")
		out, err := c.CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %v\n%swant %s", env, err, out, want)
		}
	}
}

func digestOfAnswers() []byte {
	r := rand.New(rand.NewPCG(9, 9))
	h := sha256.New()
	c := layers.CalendarOf(notices())
	for range 100 {
		s := someSchedule(r, 1, "2025-01-01", "")
		tt := layers.NewTimetable(haihui(), c, []*layers.Schedule{s}, nil)
		for k := range 1000 {
			at := clockAt("2025-01-01 00:00") + layers.Instant(r.Int64N(4*366*86_400_000))
			e := layers.Evaluation{Use: tt.At(at)}
			if k == 0 { // the next change is dear
				e = tt.Evaluate(at)
			}
			fmt.Fprintln(h, at, e.Mode, e.Rule, e.NextChange, e.Provisional, e.Calendar)
		}
	}
	return h.Sum(nil)
}
