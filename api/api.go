// Package api holds the partner API's description: an OpenAPI 3.1 file, the source of the reference at /docs and the
// measure of the routes in tests. It must not know the code that answers.
package api

import _ "embed"

// OpenAPI is openapi.yaml as it is served at /api/openapi.yaml.
//
//go:embed openapi.yaml
var OpenAPI []byte
