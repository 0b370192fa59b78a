package scenarios

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(SchemaFile, document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(SchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// satisfies tells what the schema has against a file.
func satisfies(s *jsonschema.Schema, src []byte) error {
	var v any
	if err := yaml.Unmarshal(src, &v); err != nil {
		return err
	}
	return s.Validate(jsonValue(v))
}

// jsonValue is a value of YAML as JSON has it.
func jsonValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = jsonValue(v[k])
		}
	case map[any]any:
		out := map[string]any{}
		for k := range v {
			out[fmt.Sprint(k)] = jsonValue(v[k])
		}
		return out
	case []any:
		for i := range v {
			v[i] = jsonValue(v[i])
		}
	case int:
		return float64(v)
	case nil, bool, string, float64:
	default: // a date, say
		return fmt.Sprint(v)
	}
	return v
}

func TestSchemaTakesWhatTheLoaderTakes(t *testing.T) {
	s := compiledSchema(t)
	n := 0
	for _, glob := range []string{"testdata/good/*.yaml", "library/*.yaml", "truths/*.yaml"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatal(glob, err)
		}
		for _, path := range files {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Load(src, path, LoadOptions{ReadFile: beside(path)}); err != nil {
				continue // not a scenario, or told of by another test
			}
			if err := satisfies(s, src); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			n++
		}
	}
	if n < 30 {
		t.Errorf("only %d files", n)
	}
}

// wrongInMeaning are the files in testdata/bad that have the right keys and
// values of the right look: what is wrong with them only the loader can know.
// So it is with what a YAML library makes something else of before a schema sees
// it: a date, a tag, a number with an underscore.
var wrongInMeaning = []string{
	"assignment", "calls", "compensates_itself", "cycle", "date", "deep", "direct", "distribution", "expect", "expr_name",
	"expr_syntax", "expr_type", "long", "no_outcome", "octal", "off", "one_of", "state_elsewhere", "state_in_expect",
	"tag", "two_documents", "underscore", "variants", "word",
}

func TestSchemaRefusesWhatTheLoaderRefuses(t *testing.T) {
	s := compiledSchema(t)
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		meaning := slices.Contains(wrongInMeaning, name)
		switch err := satisfies(s, src); {
		case err == nil && !meaning:
			t.Errorf("%s: the schema takes it", name)
		case err != nil && meaning:
			t.Errorf("%s: the schema refuses it, so it is not wrong in meaning only: %v", name, err)
		}
	}
}
