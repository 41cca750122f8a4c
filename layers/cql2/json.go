package cql2

import "slices"

// ParseJSON reads the JSON form. An error is an *Error.
func ParseJSON(b []byte) (Expr, error) {
	n, err := readTree(b)
	if err != nil {
		return nil, err
	}
	e, err := condition(n, 0)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// condition reads what is true or false.
func condition(n *node, depth int) (Expr, *Error) {
	if v, ok := n.value.(bool); ok {
		return &Boolean{n.Place, v}, nil
	}
	op, args, err := operation(n)
	if err != nil {
		return nil, err
	}
	if depth >= MaxDepth {
		return nil, n.errorf("the filter is nested more than %d deep", MaxDepth)
	}
	switch op {
	case "and", "or":
		return logical(n, op, args, depth)
	case "not":
		list, err := exactly(n, args, 1, depth, condition)
		if err != nil {
			return nil, err
		}
		return &Not{n.Place, list[0]}, nil
	case "=", "<>", "<", ">", "<=", ">=":
		list, err := exactly(n, args, 2, depth, operand)
		if err != nil {
			return nil, err
		}
		return &Comparison{n.Place, op, list[0], list[1]}, nil
	case "like":
		list, err := exactly(n, args, 2, depth, operand)
		if err != nil {
			return nil, err
		}
		return &Like{n.Place, list[0], list[1]}, nil
	case "between":
		list, err := exactly(n, args, 3, depth, operand)
		if err != nil {
			return nil, err
		}
		return &Between{n.Place, list[0], list[1], list[2]}, nil
	case "in":
		return oneOf(n, args, depth)
	case "isNull":
		list, err := exactly(n, args, 1, depth, anything)
		if err != nil {
			return nil, err
		}
		return &IsNull{n.Place, list[0]}, nil
	case "s_intersects":
		list, err := exactly(n, args, 2, depth, operand)
		if err != nil {
			return nil, err
		}
		return &Intersects{n.Place, list[0], list[1]}, nil
	}
	return nil, n.below("op").errorf("the operator %q is not available", clip(op))
}

// operation takes {"op": …, "args": […]} apart.
func operation(n *node) (op string, args []*node, err *Error) {
	o, ok := n.value.(*object)
	if !ok || !o.has("op", "args") {
		return "", nil, n.errorf(`want a condition: true, false, or an object with the members "op" and "args"`)
	}
	if op, ok = o.members["op"].value.(string); !ok {
		return "", nil, o.members["op"].errorf("want a text")
	}
	if args, ok = o.members["args"].value.([]*node); !ok {
		return "", nil, o.members["args"].errorf("want an array")
	}
	return op, args, nil
}

// reader reads one argument.
type reader func(n *node, depth int) (Expr, *Error)

func exactly(n *node, args []*node, count, depth int, read reader) ([]Expr, *Error) {
	if len(args) != count {
		return nil, n.below("args").errorf("want %d arguments, not %d", count, len(args))
	}
	return each(args, depth, read)
}

func each(args []*node, depth int, read reader) ([]Expr, *Error) {
	out := make([]Expr, len(args))
	for i, arg := range args {
		e, err := read(arg, depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}

func logical(n *node, op string, args []*node, depth int) (Expr, *Error) {
	if len(args) < 2 {
		return nil, n.below("args").errorf("want two arguments or more, not %d", len(args))
	}
	list, err := each(args, depth, condition)
	switch {
	case err != nil:
		return nil, err
	case op == "and":
		return &And{n.Place, list}, nil
	}
	return &Or{n.Place, list}, nil
}

func oneOf(n *node, args []*node, depth int) (Expr, *Error) {
	if len(args) != 2 {
		return nil, n.below("args").errorf("want 2 arguments, a value and a list, not %d", len(args))
	}
	value, err := operand(args[0], depth+1)
	if err != nil {
		return nil, err
	}
	list, ok := args[1].value.([]*node)
	if !ok || len(list) == 0 {
		return nil, args[1].errorf("want an array with one value or more")
	}
	values, err := each(list, depth, operand)
	if err != nil {
		return nil, err
	}
	return &In{n.Place, value, values}, nil
}

// anything reads a scalar, a shape, a property or a condition.
func anything(n *node, depth int) (Expr, *Error) {
	if o, ok := n.value.(*object); ok && o.has("op", "args") && o.members["op"].value != "casei" {
		return condition(n, depth)
	}
	return operand(n, depth)
}

// operand reads a scalar, a shape or a property.
func operand(n *node, depth int) (Expr, *Error) {
	switch v := n.value.(type) {
	case string:
		return &Text{n.Place, v}, nil
	case float64:
		return &Number{n.Place, v}, nil
	case bool:
		return &Boolean{n.Place, v}, nil
	case *object:
		return operandObject(n, v, depth)
	}
	return nil, n.errorf("want a value: a text, a number, true, false, or an object")
}

func operandObject(n *node, o *object, depth int) (Expr, *Error) {
	word := func(name string) (string, *Error) {
		s, ok := o.members[name].value.(string)
		if !ok {
			return "", o.members[name].errorf("want a text")
		}
		return s, nil
	}
	switch {
	case o.has("property"):
		name, err := word("property")
		return &Property{n.Place, name}, err
	case o.has("date"), o.has("timestamp"):
		s, err := word(o.names[0])
		if err != nil {
			return nil, err
		}
		e, err := instantOf(o.members[o.names[0]].Place, s, o.names[0] == "date")
		if err != nil {
			return nil, err
		}
		return e, nil
	case o.has("bbox"):
		return boxNode(o.members["bbox"])
	case o.members["type"] != nil:
		return shapeNode(n, o, depth)
	case !o.has("op", "args"):
		return nil, n.errorf(`want an object with the member "property", "date", "timestamp", "bbox" or "type", or with "op" and "args"`)
	}
	op, args, err := operation(n)
	if err != nil {
		return nil, err
	}
	if op != "casei" {
		if slices.Contains([]string{"+", "-", "*", "/", "%", "div", "^"}, op) {
			return nil, n.below("op").errorf("arithmetic is not available")
		}
		return nil, n.below("op").errorf("the function %q is not available", clip(op))
	}
	if depth >= MaxDepth {
		return nil, n.errorf("the filter is nested more than %d deep", MaxDepth)
	}
	list, err := exactly(n, args, 1, depth, operand)
	if err != nil {
		return nil, err
	}
	return &CaseI{n.Place, list[0]}, nil
}
