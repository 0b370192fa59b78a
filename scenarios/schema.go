package scenarios

import (
	"bytes"
	"encoding/json"

	"gopkg.in/yaml.v3"
)

// tables are all tables of keys, in the order of documentation.
var tables = []*table{
	scenarioKeys, serviceKeys, queueKeys, stateKeys, handlerKeys, joinKeys, emissionKeys, refusalKeys, idempotentKeys,
	publishingKeys, twoWritesKeys, outboxKeys, callKeys, retryKeys, breakerKeys, deliveryKeys, confirmKeys, orderingKeys,
	pollKeys, settleKeys, crashKeys, deadLetterKeys, replayKeys, orchestrationKeys, coordinatorKeys, directKeys,
	workloadKeys, phaseKeys, keyKeys, faultKeys, invariantKeys, monitorKeys, alertKeys, runKeys,
}

// SchemaFile is what the schema is called beside scenarios.
const SchemaFile = "edasim.schema.json"

// Schema is the JSON Schema (draft-07, which every YAML language server reads)
// of scenario files, for editors. It knows the keys and what each value looks
// like; what a name refers to, and whether the whole makes sense, only the
// loader knows. A number in quotes, which the loader takes, it finds wrong.
func Schema() ([]byte, error) {
	definitions := schema{}
	for _, t := range tables[1:] {
		definitions[t.name] = t.schema()
	}
	s := scenarioKeys.schema()
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["title"] = "edasim scenario"
	s["definitions"] = definitions
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(s)
	return out.Bytes(), err
}

// schema is a mapping with the keys of a table and no others.
func (t *table) schema() schema {
	properties := schema{}
	for i := range t.keys {
		properties[t.keys[i].name] = t.keys[i].schema()
	}
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if t.at == "" {
		s["patternProperties"] = schema{"^x-": schema{"description": "Anything: for anchors, and for your own tools."}}
	}
	if t.required != nil {
		s["required"] = t.required
	}
	var all []any
	switch {
	case t == faultKeys: // that there is only one the dependencies say, at the other
		all = append(all, schema{"anyOf": requireEach(t.one, "a fault says of what kind it is: write, for example,  drop: 1%")})
	case t.one != nil:
		all = append(all, schema{"oneOf": requireEach(t.one, "")})
	}
	if t.some != nil {
		all = append(all, schema{"anyOf": requireEach(t.some, "")})
	}
	if all != nil {
		s["allOf"] = all
	}
	if rules := t.dependencies(); len(rules) > 0 {
		s["dependencies"] = rules
	}
	return s
}

// dependencies are what a key needs, and what has no place beside it.
func (t *table) dependencies() schema {
	rules := schema{}
	for _, n := range t.needs {
		rules[n.key] = schema{"anyOf": requireEach(n.others, "")}
	}
	if t != faultKeys {
		return rules
	}
	for i := range faultKinds {
		kind := &faultKinds[i]
		barred := schema{}
		for _, k := range commonFaultKeys {
			if kind.bars(k.name) {
				barred[k.name] = false
			}
		}
		for _, other := range faultKindNames() {
			if other != kind.name {
				barred[other] = false
			}
		}
		rule, _ := rules[kind.name].(schema)
		if rule == nil {
			rule = schema{}
			rules[kind.name] = rule
		}
		rule["properties"] = barred
	}
	return rules
}

// requireEach has one schema for each key, which demands it; missing is what an
// editor says where it is not there, or empty.
func requireEach(keys []string, missing string) []any {
	var out []any
	for _, k := range keys {
		s := schema{"required": []string{k}}
		if missing != "" {
			s["errorMessage"] = missing
		}
		out = append(out, s)
	}
	return out
}

// schema is a key's value, with what an editor shows of it.
func (k *key) schema() schema {
	s := k.shape.schema()
	s["description"] = k.meaning
	if left, value := k.leftOut(); left != "" {
		s["description"] = k.meaning + " Default: " + left + "."
		if value {
			s["default"] = asJSON(left)
		}
	}
	s["examples"] = []any{asJSON(k.example)}
	return s
}

// asJSON is a value as YAML reads it.
func asJSON(text string) any {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return text
	}
	return v
}
