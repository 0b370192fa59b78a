package scenarios

import "slices"

// shape is what a value looks like: in words for people, and as the
// alternatives of a JSON Schema for editors. The words that may stand there are
// those that the loader knows.
type shape struct {
	said    []string // each alternative, in words
	words   []string
	schemas []schema // besides the words
}

// schema is a part of a JSON Schema.
type schema = map[string]any

// form is the shape in words.
func (s shape) form() string { return listed(s.said) }

// or has the alternatives of both.
func (s shape) or(others ...shape) shape {
	out := shape{slices.Clone(s.said), slices.Clone(s.words), slices.Clone(s.schemas)}
	for _, o := range others {
		out.said = append(out.said, o.said...)
		out.words = append(out.words, o.words...)
		out.schemas = append(out.schemas, o.schemas...)
	}
	return out
}

// wordsOf is a choice of words; true and false among them are YAML's own.
func wordsOf(of ...string) shape { return shape{said: of, words: of} }

func shapeOf(said string, s schema) shape { return shape{said: []string{said}, schemas: []schema{s}} }

// aTable is a mapping with the keys of a table.
func aTable(t *table) shape {
	return shapeOf("a mapping", schema{"$ref": "#/definitions/" + t.name})
}

// namesTo is a mapping whose keys are names that the author chooses.
func namesTo(said string, value shape) shape {
	s := textsTo(said, value)
	s.schemas[0]["propertyNames"] = schema{"pattern": namePattern.String()}
	return s
}

// textsTo is a mapping whose keys may be any text.
func textsTo(said string, value shape) shape {
	return shapeOf(said, schema{"type": "object", "additionalProperties": value.schema()})
}

// listOf is a list of values.
func listOf(said string, item shape) shape {
	return shapeOf(said, schema{"type": "array", "items": item.schema(), "minItems": 1})
}

// anyList is a list of values that may be empty.
func anyList(said string, item shape) shape {
	s := listOf(said, item)
	delete(s.schemas[0], "minItems")
	return s
}

// oneOrMore is a value or a list of such.
func oneOrMore(said, many string, item shape) shape {
	one := item
	one.said = []string{said}
	return one.or(listOf(many, item))
}

// textLike is a text of a pattern; what is said if it does not match is what the
// shape looks like.
func textLike(said, pattern string) shape {
	return shapeOf(said, schema{"type": "string", "pattern": pattern, "patternErrorMessage": "write " + said})
}

func countFrom(least int) shape {
	return shapeOf("a whole number", schema{"type": "integer", "minimum": least})
}

const decimal = `[0-9.]+`

// spans is a duration of units, the longest first.
func spans() string {
	pattern := ""
	for _, unit := range []string{"d", "h", "m", "s", "ms", "[uµμ]s", "ns"} {
		pattern += "(" + decimal + unit + ")?"
	}
	return pattern
}

// timed is a duration, or what else the pattern has; 0 needs no unit.
func timed(said, pattern string) shape {
	return shapeOf(said, schema{
		"type": []string{"string", "integer"}, "minLength": 1, "minimum": 0, "maximum": 0,
		"pattern": pattern, "patternErrorMessage": "write " + said,
	})
}

var (
	aDuration = timed("a duration such as 5ms", "^"+spans()+"$")
	aDist     = timed("a duration or a distribution such as exp(5ms)",
		"^("+spans()+`|(exp|uniform|lognormal|weibull|pareto|normal|mix|empirical) *\((.|\n)+\))$`)
	aRate        = textLike("a rate such as 50/s", `^`+decimal+`([eE][+-]?[0-9]+)?/(s|min|h|d)$`)
	aFactor      = textLike("a factor such as 10x", `^[0-9.]+x$`)
	aProbability = shapeOf("a probability such as 0.5%", schema{
		"type": []string{"string", "number"}, "minimum": 0, "maximum": 1,
		"pattern":             `^(100(\.0*)?|0*[0-9]?[0-9]?(\.[0-9]*)?)%$`,
		"patternErrorMessage": "write a probability such as 0.5% or 0.005",
	})

	aName            = textLike("a name", namePattern.String())
	anEvent          = textLike("an event", namePattern.String())
	someEvents       = oneOrMore("an event", "a list of events", anEvent)
	aHandler         = textLike("a handler such as payment.charge", `^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?$`)
	anyText          = shapeOf("any text", schema{"type": []string{"string", "number", "boolean"}})
	anExpr           = shapeOf("an expression", schema{"type": []string{"string", "boolean"}})
	someVersions     = oneOrMore("a schema version", "a list of schema versions", aVersion)
	aVersion         = shapeOf("a schema version", schema{"type": "integer", "minimum": 1, "maximum": highestVersion})
	countOrUnlimited = countFrom(1).or(wordsOf("unlimited"))
	yesOrNo          = wordsOf("true", "false")
	noneWord         = wordsOf("none")
)

// schema is the shape as a part of a JSON Schema.
func (s shape) schema() schema {
	var choice []any
	for _, w := range s.words {
		switch w {
		case "true", "false":
			choice = append(choice, w == "true")
		default:
			choice = append(choice, w)
		}
	}
	forms := slices.Clone(s.schemas)
	if choice != nil {
		forms = append(forms, schema{"enum": choice})
	}
	if len(forms) == 1 {
		out := schema{}
		for k, v := range forms[0] { // a copy: the order does not matter
			out[k] = v
		}
		return out
	}
	return schema{"anyOf": forms}
}
