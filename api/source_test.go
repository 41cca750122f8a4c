package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// codesInSource reads the code of every Problem that the package writes down.
func codesInSource(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	must(t, err)
	var out []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if name, ok := literal.Type.(*ast.Ident); !ok || name.Name != "Problem" {
				return true
			}
			for _, element := range literal.Elts {
				kv, ok := element.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				key, isName := kv.Key.(*ast.Ident)
				value, isText := kv.Value.(*ast.BasicLit)
				if isName && isText && key.Name == "Code" {
					code, err := strconv.Unquote(value.Value)
					must(t, err)
					out = append(out, code)
				}
			}
			return true
		})
	}
	if len(out) < 20 {
		t.Fatalf("only %d codes were found: the source was not read", len(out))
	}
	return out
}
