package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestArithmeticIsPortable reads the source of this package for what could give other bytes on another machine: a product that the
// compiler may fuse with a sum, a function of package math that is not exact everywhere, and a loop over a map.
func TestArithmeticIsPortable(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range unportable(t, name, string(text)) {
			t.Error(bad)
		}
	}
}

func TestUnportableArithmeticIsFound(t *testing.T) {
	for source, want := range map[string]int{
		"x := a*b + c":                       1,
		"x := a*b":                           1, // the spec lets a later sum fuse with it
		"x := float64(a*b) + c":              0,
		"x := c - (a*b)":                     1,
		"x += a*b":                           1,
		"x *= a; x += b":                     1,
		"return a * b":                       1,
		"x := f(a*b)":                        1,
		"x := a*b/c":                         0,
		"x := float64(a*b*c)":                0,
		"x := math.Sin(a)":                   1,
		"x := math.Sqrt(a)":                  0,
		"if a*b > c*d { return }":            0,
		"const k = 2 * 3":                    0,
		"m := map[int]int{}; for range m {}": 1,
		"var m map[int]int; for k := range m { _ = k }": 1,
	} {
		if got := unportable(t, "planted.go", "package p\nfunc f() {\n"+source+"\n}"); len(got) != want {
			t.Errorf("%s: found %q, want %d", source, got, want)
		}
	}
}

// exact are the functions of package math whose result is the same on every machine.
var exact = []string{"Sqrt", "Floor", "Ceil", "Round", "RoundToEven", "Abs", "Min", "Max", "Inf", "IsInf", "NaN", "IsNaN"}

func unportable(t *testing.T, name, text string) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	maps := mapNames(file)
	var above []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			above = above[:len(above)-1]
			return true
		}
		add := func(what string) { bad = append(bad, fmt.Sprintf("%s: %s", set.Position(n.Pos()), what)) }
		switch v := n.(type) {
		case *ast.BinaryExpr:
			if v.Op == token.MUL && !constant(v) && !rounded(above) {
				add("a product without a conversion around it")
			}
		case *ast.AssignStmt:
			if v.Tok == token.MUL_ASSIGN {
				add("*= cannot be rounded")
			}
		case *ast.SelectorExpr:
			if x, ok := v.X.(*ast.Ident); ok && x.Name == "math" && !slices.Contains(exact, v.Sel.Name) {
				add("math." + v.Sel.Name)
			}
		case *ast.RangeStmt:
			if x, ok := v.X.(*ast.Ident); ok && maps[x.Name] {
				add("a loop over the map " + x.Name)
			}
		}
		above = append(above, n)
		return true
	})
	return bad
}

// rounded reports whether the innermost node around a product, parentheses aside, keeps it from a sum.
func rounded(above []ast.Node) bool {
	for i := len(above) - 1; i >= 0; i-- {
		switch v := above[i].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.CallExpr:
			x, ok := v.Fun.(*ast.Ident)
			return ok && (x.Name == "float64" || x.Name == "int")
		case *ast.BinaryExpr:
			switch v.Op {
			case token.MUL:
				return true // the outer product is looked at by itself
			case token.QUO, token.LSS, token.GTR, token.LEQ, token.GEQ, token.EQL, token.NEQ:
				return true
			}
		case *ast.GenDecl, *ast.ValueSpec:
			continue
		}
		return false
	}
	return false
}

// constant reports whether an expression is made of numbers and constants in capitals or of this package's constants only.
func constant(e ast.Expr) bool {
	switch v := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.ParenExpr:
		return constant(v.X)
	case *ast.UnaryExpr:
		return constant(v.X)
	case *ast.BinaryExpr:
		return constant(v.X) && constant(v.Y)
	case *ast.Ident:
		return slices.Contains([]string{"strip", "pairAway"}, v.Name)
	}
	return false
}

// mapNames are the names that a file declares as maps.
func mapNames(file *ast.File) map[string]bool {
	out := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch v := n.(type) {
		case *ast.AssignStmt:
			for i, r := range v.Rhs {
				if c, ok := r.(*ast.CompositeLit); ok && i < len(v.Lhs) {
					if _, isMap := c.Type.(*ast.MapType); isMap {
						if x, ok := v.Lhs[i].(*ast.Ident); ok {
							out[x.Name] = true
						}
					}
				}
			}
		case *ast.ValueSpec:
			if _, isMap := v.Type.(*ast.MapType); isMap {
				for _, x := range v.Names {
					out[x.Name] = true
				}
			}
		case *ast.Field:
			if _, isMap := v.Type.(*ast.MapType); isMap {
				for _, x := range v.Names {
					out[x.Name] = true
				}
			}
		}
		return true
	})
	return out
}
