package api

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// exposition is a page in the text format of Prometheus, version 0.0.4.
type exposition struct{ buf bytes.Buffer }

func (e *exposition) bytes() []byte { return e.buf.Bytes() }

// family begins a family of samples.
func (e *exposition) family(name, help, kind string) {
	fmt.Fprintf(&e.buf, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

// sample writes one value; labels are names and values in turn.
func (e *exposition) sample(name string, labels []string, value float64) {
	e.buf.WriteString(name)
	for i := 0; i < len(labels); i += 2 {
		e.buf.WriteByte("{,"[min(i, 1)])
		fmt.Fprintf(&e.buf, `%s="%s"`, labels[i], labelEscapes.Replace(labels[i+1]))
	}
	if len(labels) > 0 {
		e.buf.WriteByte('}')
	}
	e.buf.WriteByte(' ')
	e.buf.WriteString(strconv.FormatFloat(value, 'g', -1, 64))
	e.buf.WriteByte('\n')
}

func (e *exposition) gauge(name, help string, value float64) {
	e.family(name, help, "gauge")
	e.sample(name, nil, value)
}

func (e *exposition) counter(name, help string, value float64) {
	e.family(name, help, "counter")
	e.sample(name, nil, value)
}

// counters writes a family with two labels, in the order of their values.
func (e *exposition) counters(name, help string, labels []string, c *counters) {
	e.family(name, help, "counter")
	var keys [][2]string
	c.table.Range(func(k, _ any) bool {
		keys = append(keys, k.([2]string))
		return true
	})
	slices.SortFunc(keys, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	for _, k := range keys {
		e.sample(name, []string{labels[0], k[0], labels[1], k[1]}, float64(c.of(k[0], k[1]).value()))
	}
}

// durations writes a family of histograms with one label.
func (e *exposition) durations(name, help, label string, d *durations) {
	e.family(name, help, "histogram")
	var keys []string
	d.table.Range(func(k, _ any) bool {
		keys = append(keys, k.(string))
		return true
	})
	slices.Sort(keys)
	for _, k := range keys {
		one, total := d.of(k), int64(0)
		nanos := one.nanos.value()
		for i := range one.buckets {
			total += one.buckets[i].value()
			upper := "+Inf"
			if i < len(bounds) {
				upper = strconv.FormatFloat(bounds[i], 'g', -1, 64)
			}
			e.sample(name+"_bucket", []string{label, k, "le", upper}, float64(total))
		}
		e.sample(name+"_sum", []string{label, k}, float64(nanos)/1e9)
		e.sample(name+"_count", []string{label, k}, float64(total))
	}
}
