package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"gopkg.in/yaml.v3"

	"rampa/api"
)

const base = "http://127.0.0.1:8080/api"

var methods = []string{"get", "put", "post", "delete", "patch", "head", "options", "trace"}

func TestTheFileIsValidOpenAPI31(t *testing.T) {
	t.Parallel()
	v, version := newValidator(t)
	if !strings.HasPrefix(version, "3.1") {
		t.Errorf("openapi: %s, want 3.1.x", version)
	}
	if ok, problems := v.ValidateDocument(); !ok {
		for _, p := range problems {
			t.Errorf("%s: %s", p.Message, p.Reason)
		}
	}
}

func TestKinOpenAPILoadsTheFile(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Paths.Len(); got != len(section(t, root(t), "paths")) {
		t.Errorf("kin-openapi sees %d paths", got)
	}
}

func TestEveryOperationSaysWhereItComesFromAndWhatItDoes(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, op := range operations(t) {
		origin, _ := op.node["x-rampa-origin"].(string)
		if origin != "documented" && origin != "chosen" {
			t.Errorf("%s: x-rampa-origin is %q", op, origin)
		}
		for _, key := range []string{"operationId", "summary", "description"} {
			if s, _ := op.node[key].(string); s == "" {
				t.Errorf("%s: no %s", op, key)
			}
		}
		id, _ := op.node["operationId"].(string)
		if other, twice := seen[id]; twice {
			t.Errorf("%s and %s share the operationId %s", op, other, id)
		}
		seen[id] = op.String()
		if params, ok := op.node["parameters"].([]any); ok {
			for _, p := range params {
				wantOrigin(t, op.String()+" parameter", resolve(t, p))
			}
		}
	}
}

func TestEveryFieldSaysWhereItComesFrom(t *testing.T) {
	t.Parallel()
	components := section(t, root(t), "components")
	for name, schema := range section(t, components, "schemas") {
		walkProperties(t, name, schema.(map[string]any))
	}
	for _, kind := range []string{"headers", "parameters", "securitySchemes"} {
		for name, node := range section(t, components, kind) {
			wantOrigin(t, name, node.(map[string]any))
		}
	}
}

// walkProperties looks at every property below schema; the enum that narrows ErrorResponse in an allOf is none of its own.
func walkProperties(t *testing.T, at string, schema map[string]any) {
	t.Helper()
	properties, _ := schema["properties"].(map[string]any)
	for name, p := range properties {
		property := p.(map[string]any)
		wantOrigin(t, at+"."+name, property)
		walkProperties(t, at+"."+name, property)
	}
}

func wantOrigin(t *testing.T, at string, node map[string]any) {
	t.Helper()
	if o := node["x-rampa-origin"]; o != "documented" && o != "chosen" {
		t.Errorf("%s: x-rampa-origin is %v", at, o)
	}
}

func TestEveryPostTakesTheThreeKindsOfBodyWithTheSameFields(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		body, ok := op.node["requestBody"]
		if !ok {
			continue
		}
		content := section(t, body.(map[string]any), "content")
		if got, want := slices.Sorted(maps.Keys(content)), []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}; !cmp.Equal(got, want) {
			t.Errorf("%s: %s", op, cmp.Diff(want, got))
			continue
		}
		first := section(t, content, "application/json")["schema"]
		for kind, media := range content {
			if diff := cmp.Diff(first, media.(map[string]any)["schema"]); diff != "" {
				t.Errorf("%s: %s has another schema: %s", op, kind, diff)
			}
		}
	}
}

func TestEveryExampleFitsItsOwnSchema(t *testing.T) {
	t.Parallel()
	v, _ := newValidator(t)
	var requests, answers int
	for _, op := range operations(t) {
		if body, ok := op.node["requestBody"].(map[string]any); ok {
			for name, value := range examplesOf(t, body) {
				requests++
				if ok, problems := v.ValidateHttpRequestSync(op.request(value)); !ok {
					t.Errorf("%s: request example %s: %v", op, name, problems)
				}
			}
		}
		for status, r := range section(t, op.node, "responses") {
			for name, value := range examplesOf(t, resolve(t, r)) {
				answers++
				if ok, problems := v.ValidateHttpResponse(op.request(nil), op.answer(status, value)); !ok {
					t.Errorf("%s: %s example %s: %v", op, status, name, problems)
				}
			}
		}
	}
	if requests < 5 || answers < 60 {
		t.Errorf("only %d requests and %d answers were looked at", requests, answers)
	}
}

func TestAnExampleOfAnotherOperationDoesNotFit(t *testing.T) {
	t.Parallel()
	v, _ := newValidator(t)
	for _, op := range operations(t) {
		if op.node["operationId"] != "registerCompany" {
			continue
		}
		for _, wrong := range []any{
			map[string]any{"status": "ok", "data": map[string]any{"id": 1}},
			map[string]any{"status": "error", "error": "user_not_found"},
			map[string]any{"status": "error", "error": "user_already_exists", "message": "x"},
		} {
			if ok, _ := v.ValidateHttpResponse(op.request(nil), op.answer("200", wrong)); ok {
				t.Errorf("%s accepts %v", op, wrong)
			}
		}
	}
}

func TestEveryErrorCodeIsDescribedAndUsed(t *testing.T) {
	t.Parallel()
	schemas := section(t, section(t, root(t), "components"), "schemas")
	errorCode := section(t, schemas, "ErrorCode")
	described := section(t, errorCode, "x-rampa-codes")
	listed := texts(errorCode["enum"])
	if got, want := slices.Sorted(maps.Keys(described)), slices.Sorted(slices.Values(listed)); !cmp.Equal(got, want) {
		t.Errorf("described codes differ from the listed ones: %s", cmp.Diff(want, got))
	}
	for code, node := range described {
		entry := node.(map[string]any)
		if o := entry["origin"]; o != "documented" && o != "chosen" || entry["description"] == "" {
			t.Errorf("%s: origin %v, description %v", code, o, entry["description"])
		}
	}
	used := map[string]bool{}
	for name, s := range schemas {
		parts, _ := s.(map[string]any)["allOf"].([]any)
		for _, part := range parts {
			properties, _ := part.(map[string]any)["properties"].(map[string]any)
			if narrowed, ok := properties["error"].(map[string]any); ok {
				for _, code := range texts(narrowed["enum"]) {
					used[code] = true
					if !slices.Contains(listed, code) {
						t.Errorf("%s: %s is not an ErrorCode", name, code)
					}
				}
			}
		}
	}
	for _, code := range listed {
		if !used[code] {
			t.Errorf("no operation answers %s", code)
		}
	}
}

func TestEveryErrorThatAnOperationMayAnswerHasAnExample(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		for status, r := range section(t, op.node, "responses") {
			response := resolve(t, r)
			shown := map[string]bool{}
			for _, value := range examplesOf(t, response) {
				if m, ok := value.(map[string]any); ok && m["status"] == "error" {
					shown[m["error"].(string)] = true
				}
			}
			for _, code := range codesOf(t, response) {
				if !shown[code] {
					t.Errorf("%s: %s may answer %s and does not show it", op, status, code)
				}
				delete(shown, code)
			}
			for code := range shown {
				t.Errorf("%s: %s shows %s, which its schema does not list", op, status, code)
			}
		}
	}
}

// operation is one method of one path.
type operation struct {
	path, method string
	node         map[string]any
}

func (o operation) String() string { return strings.ToUpper(o.method) + " " + o.path }

func (o operation) request(body any) *http.Request {
	path := strings.ReplaceAll(o.path, "{user_id}", "1234")
	if o.node["operationId"] == "checkKyc" {
		path += "?user_id=1234"
	}
	var r io.Reader
	if body != nil {
		text, _ := json.Marshal(body)
		r = bytes.NewReader(text)
	}
	req := httptest.NewRequest(strings.ToUpper(o.method), base+path, r)
	req.Header.Set("auth", "qm1Zb0m8kJ3vYh2sXcT7u5Rr0aWlNf9dPoEiGtKy4Uw")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func (o operation) answer(status string, value any) *http.Response {
	var code int
	fmt.Sscan(status, &code)
	text, _ := json.Marshal(value)
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"r1"}, "Allow": {"POST"}}
	return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(bytes.NewReader(text))}
}

func newValidator(t *testing.T) (v validator.Validator, version string) {
	t.Helper()
	doc, err := libopenapi.NewDocument(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	v, problems := validator.NewValidator(doc)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return v, doc.GetVersion()
}

func root(t *testing.T) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal(api.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func section(t *testing.T, node map[string]any, key string) map[string]any {
	t.Helper()
	m, ok := node[key].(map[string]any)
	if !ok {
		t.Fatalf("no %s", key)
	}
	return m
}

// resolve follows a $ref within the file.
func resolve(t *testing.T, node any) map[string]any {
	t.Helper()
	m := node.(map[string]any)
	ref, ok := m["$ref"].(string)
	if !ok {
		return m
	}
	at := root(t)
	for key := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		at = section(t, at, key)
	}
	return at
}

func operations(t *testing.T) []operation {
	t.Helper()
	var all []operation
	paths := section(t, root(t), "paths")
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for method, node := range paths[path].(map[string]any) {
			if slices.Contains(methods, method) {
				all = append(all, operation{path, method, node.(map[string]any)})
			}
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d operations", len(all))
	}
	return all
}

// examplesOf gives the JSON examples of a request body or a response.
func examplesOf(t *testing.T, node map[string]any) map[string]any {
	t.Helper()
	values := map[string]any{}
	content, _ := node["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	examples, _ := media["examples"].(map[string]any)
	for name, e := range examples {
		values[name] = resolve(t, e)["value"]
	}
	return values
}

// codesOf gives the error codes that a response's schema lists.
func codesOf(t *testing.T, response map[string]any) []string {
	t.Helper()
	content, _ := response["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	schema, _ := media["schema"].(map[string]any)
	if schema == nil {
		return nil
	}
	schema = resolve(t, schema)
	all := []any{schema}
	if choices, ok := schema["oneOf"].([]any); ok {
		all = choices
	}
	var codes []string
	for _, choice := range all {
		parts, _ := resolve(t, choice)["allOf"].([]any)
		for _, part := range parts {
			properties, _ := part.(map[string]any)["properties"].(map[string]any)
			if narrowed, ok := properties["error"].(map[string]any); ok {
				codes = append(codes, texts(narrowed["enum"])...)
			}
		}
	}
	return codes
}

func texts(list any) []string {
	items, _ := list.([]any)
	out := make([]string, 0, len(items))
	for _, i := range items {
		out = append(out, i.(string))
	}
	return out
}
