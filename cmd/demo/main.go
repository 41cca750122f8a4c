// Command demo draws the demonstration district: it writes one GeoJSON file for each layer and a manifest into a folder, data by
// default. It has no input and no chance in it: the same version writes the same bytes on every machine.
//
// The drawing (drawing.go, quarters.go, roadplan.go) is cut into cells by a mesh (mesh.go), towns, grids and communities grow on
// the cells (grow.go, district.go), so that neighbours share their borders to the last digit; roads are cut where they meet
// (noding.go). Decisions are in DECISIONS.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(out)
	folder := flags.String("out", "data", "the `folder` to write into; it must exist")
	flags.Usage = func() {
		fmt.Fprint(out, "Usage: go run ./cmd/demo [-out FOLDER]\n\nWrites the demonstration district: one GeoJSON file for each layer, and manifest.json.\n"+
			"All of it is invented but for what the manifest lists as facts.\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	}
	files, err := generate()
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(*folder, f.name), f.content, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(out, "%-22s %6d features %9d bytes\n", f.name, f.features, len(f.content))
	}
	return nil
}
