package cql2

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseText reads the text form. An error is an *Error.
func ParseText(s string) (Expr, error) {
	switch {
	case len(s) > MaxLength:
		return nil, Place{}.errorf("the filter has more than %d bytes", MaxLength)
	case !utf8.ValidString(s):
		return nil, Place{}.errorf("the filter is not valid UTF-8")
	}
	tokens, err := scan(s)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	e, err := p.either()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != endToken {
		return nil, t.place().errorf("%s follows a filter that is complete; AND or OR goes between two conditions", t)
	}
	return e, nil
}

// parser reads tokens from the left. Each of its functions reads one rule of the grammar.
type parser struct {
	tokens []token
	depth  int
}

func (t token) place() Place { return Place{Offset: t.at} }

func (p *parser) peek() token { return p.tokens[0] }

// take returns the next token; the last one, which is the end, stays.
func (p *parser) take() token {
	t := p.tokens[0]
	if t.kind != endToken {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) takes(word string) bool {
	if !p.peek().is(word) {
		return false
	}
	p.take()
	return true
}

func (p *parser) want(word string) *Error {
	if t := p.peek(); !p.takes(word) {
		return t.place().errorf("want %s, not %s", word, t)
	}
	return nil
}

// calls reports whether the next tokens are one of the names and a parenthesis.
func (p *parser) calls(names ...string) bool {
	return len(p.tokens) > 1 && p.tokens[1].is("(") && slices.ContainsFunc(names, p.peek().is)
}

// deeper counts levels of nesting; whoever calls it without an error calls p.depth-- afterwards.
func (p *parser) deeper() *Error {
	if p.depth++; p.depth > MaxDepth {
		return p.peek().place().errorf("the filter is nested more than %d deep", MaxDepth)
	}
	return nil
}

// either reads conditions with OR between them.
func (p *parser) either() (Expr, *Error) {
	return p.chain("OR", p.both, func(at Place, args []Expr) Expr { return &Or{at, args} })
}

// both reads conditions with AND between them.
func (p *parser) both() (Expr, *Error) {
	return p.chain("AND", p.factor, func(at Place, args []Expr) Expr { return &And{at, args} })
}

func (p *parser) chain(word string, one func() (Expr, *Error), join func(Place, []Expr) Expr) (Expr, *Error) {
	at := p.peek().place()
	var args []Expr
	for {
		e, err := one()
		if err != nil {
			return nil, err
		}
		args = append(args, e)
		if !p.takes(word) {
			break
		}
	}
	if len(args) == 1 {
		return args[0], nil
	}
	return join(at, args), nil
}

func (p *parser) factor() (Expr, *Error) {
	at := p.peek().place()
	if !p.takes("NOT") {
		return p.primary()
	}
	e, err := p.primary()
	if err != nil {
		return nil, err
	}
	return &Not{at, e}, nil
}

// primary reads a condition, or a filter in parentheses.
func (p *parser) primary() (Expr, *Error) {
	t := p.peek()
	switch {
	case p.takes("("):
		if err := p.deeper(); err != nil {
			return nil, err
		}
		e, err := p.either()
		if err != nil {
			return nil, err
		}
		p.depth--
		if err := p.want(")"); err != nil {
			return nil, err
		}
		return p.maybeNull(t.place(), e)
	case p.calls("S_INTERSECTS"):
		e, err := p.intersects()
		if err != nil {
			return nil, err
		}
		return p.maybeNull(t.place(), e)
	}
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	return p.predicate(t, left)
}

// maybeNull reads IS NULL or IS NOT NULL after e, if it is there.
func (p *parser) maybeNull(at Place, e Expr) (Expr, *Error) {
	if !p.takes("IS") {
		return e, nil
	}
	not := p.takes("NOT")
	if err := p.want("NULL"); err != nil {
		return nil, err
	}
	return negated(not, at, &IsNull{at, e}), nil
}

func negated(not bool, at Place, e Expr) Expr {
	if not {
		return &Not{at, e}
	}
	return e
}

// predicate reads what is asked of left, which began at t.
func (p *parser) predicate(t token, left Expr) (Expr, *Error) {
	at := t.place()
	if p.peek().is("IS") {
		return p.maybeNull(at, left)
	}
	not := p.takes("NOT")
	switch op := p.peek(); {
	case p.takes("LIKE"):
		pattern, err := p.operand()
		return negated(not, at, &Like{at, left, pattern}), err
	case p.takes("BETWEEN"):
		low, high, err := p.bounds()
		return negated(not, at, &Between{at, left, low, high}), err
	case p.takes("IN"):
		list, err := p.list()
		return negated(not, at, &In{at, left, list}), err
	case not:
		return nil, op.place().errorf("want LIKE, BETWEEN or IN after NOT, not %s", op)
	case op.kind == symbolToken && slices.Contains([]string{"=", "<>", "<", ">", "<=", ">="}, op.text):
		p.take()
		right, err := p.operand()
		return &Comparison{at, op.text, left, right}, err
	case op.kind == symbolToken && strings.Contains("+-*/%^", op.text), op.is("DIV"):
		return nil, op.place().errorf("arithmetic is not available")
	default:
		if _, ok := left.(*Boolean); ok {
			return left, nil
		}
		return nil, op.place().errorf("want a comparison, not %s", op)
	}
}

func (p *parser) bounds() (low, high Expr, err *Error) {
	if low, err = p.operand(); err != nil {
		return nil, nil, err
	}
	if err = p.want("AND"); err != nil {
		return nil, nil, err
	}
	high, err = p.operand()
	return low, high, err
}

func (p *parser) list() ([]Expr, *Error) {
	if err := p.want("("); err != nil {
		return nil, err
	}
	var list []Expr
	for {
		e, err := p.operand()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if p.takes(",") {
			continue
		}
		return list, p.want(")")
	}
}

func (p *parser) intersects() (Expr, *Error) {
	at := p.take().place()
	p.take() // the parenthesis
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	if err := p.want(","); err != nil {
		return nil, err
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	return &Intersects{at, left, right}, p.want(")")
}

// reserved are words that are no names of properties unless they are in double quotes.
var reserved = []string{"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV"}

// operand reads a scalar, a shape, or the name of a property.
func (p *parser) operand() (Expr, *Error) {
	t := p.peek()
	at := t.place()
	switch {
	case t.kind == textToken:
		p.take()
		return &Text{at, t.text}, nil
	case t.kind == numberToken, t.is("-"), t.is("+"):
		v, err := p.number()
		return &Number{at, v}, err
	case t.kind == quotedToken:
		p.take()
		return &Property{at, t.text}, nil
	case t.kind != nameToken, slices.ContainsFunc(reserved, t.is):
		return nil, at.errorf("want a value or a name, not %s", t)
	case t.is("TRUE"), t.is("FALSE"):
		p.take()
		return &Boolean{at, t.is("TRUE")}, nil
	case p.calls("CASEI"):
		return p.caseless()
	case p.calls("DATE", "TIMESTAMP"):
		return p.instant()
	case p.calls(shapes...), p.isZ():
		return p.shape()
	case p.calls(t.text):
		return nil, at.errorf("the function %s is not available", t)
	}
	p.take()
	return &Property{at, t.text}, nil
}

// number reads a number with its sign.
func (p *parser) number() (float64, *Error) {
	t := p.take()
	at, sign := t.place(), 1.0
	if t.kind == symbolToken {
		if t.text == "-" {
			sign = -1
		}
		t = p.take()
	}
	if t.kind != numberToken {
		return 0, t.place().errorf("want a number, not %s", t)
	}
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return 0, at.errorf("the number %s is too large", t)
	}
	return sign * v, nil
}

func (p *parser) caseless() (Expr, *Error) {
	at := p.take().place()
	p.take() // the parenthesis
	if err := p.deeper(); err != nil {
		return nil, err
	}
	arg, err := p.operand()
	if err != nil {
		return nil, err
	}
	p.depth--
	return &CaseI{at, arg}, p.want(")")
}

func (p *parser) instant() (Expr, *Error) {
	word := p.take()
	p.take() // the parenthesis
	t := p.take()
	if t.kind != textToken {
		return nil, t.place().errorf("want a text such as '2025-05-20', not %s", t)
	}
	e, err := instantOf(word.place(), t.text, word.is("DATE"))
	if err != nil {
		err.Place = t.place()
		return nil, err
	}
	return e, p.want(")")
}
