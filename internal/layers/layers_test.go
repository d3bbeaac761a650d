// Package layers holds the table of who may import whom against the sources.
package layers

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module = "remoteviewer/"
	tags   = "codec.notfastpath,codec.notmono"
)

// session and what it stands on.
var base = []string{
	"internal/wire", "internal/pixel", "internal/camera", "internal/transport",
	"internal/codec", "internal/session",
}

// rules has one entry a package (or a folder of packages, as "a/*"): what of
// ours it may import. "a/*" also allows every package below a. The first entry
// that fits counts.
var rules = []struct {
	pattern string
	allowed []string
}{
	{"internal/wire", nil},
	{"internal/pixel", nil},
	{"internal/camera", nil},
	{"internal/transport", nil},
	{"internal/cuda/*", []string{"internal/pixel", "internal/cuda/*"}},
	{"internal/codec", []string{"internal/pixel"}},
	{"internal/imagefile", []string{"internal/pixel"}},
	{"internal/camerafile", []string{"internal/camera"}},
	{"internal/session", base},
	{"internal/record", base},
	{"internal/compat/*", base},
	{"internal/listen", with("internal/compat/*")},
	{"internal/farm", with("internal/listen", "internal/imagefile")},
	{"internal/layers", nil},
	{"viewer/model", with("internal/listen", "internal/record", "internal/imagefile", "internal/camerafile", "internal/compat/*")},
	{"capi", with("internal/listen", "internal/compat/*", "internal/cuda")},
	{"viewer/gl", []string{"internal/pixel"}},
	{"viewer/ui", []string{"viewer/model", "viewer/gl"}},
	{"viewer", []string{"viewer/*"}},
	{"cmd/rvtool/*", with("internal/*", "cmd/rvtool/*")},
}

// pure packages touch neither the network nor the file system.
var pure = []string{"internal/wire", "internal/pixel", "internal/camera"}

// foreign lists modules that only some programs may link.
var foreign = []struct {
	modules  []string
	programs []string // the packages that may not link them
}{
	{[]string{"github.com/go-gl", "github.com/AllenDang"}, []string{"capi", "cmd/rvtool", "viewer/model"}},
	{[]string{"github.com/nats-io"}, []string{"capi", "viewer"}},
	{[]string{"github.com/AllenDang"}, []string{"viewer/gl"}},
}

func with(more ...string) []string { return append(slices.Clone(base), more...) }

type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// packages lists ours as go sees them with the environment given, by the path
// below the module.
func packages(t *testing.T, env ...string) map[string]listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-tags", tags, "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	found := make(map[string]listed)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list printed something else than JSON: %v", err)
		}
		found[strings.TrimPrefix(p.ImportPath, module)] = p
	}
	if len(found) < len(base) {
		t.Fatalf("go list gave %d packages: too few to be this module", len(found))
	}
	return found
}

func fits(pattern, name string) bool {
	if folder, ok := strings.CutSuffix(pattern, "/*"); ok {
		return name == folder || strings.HasPrefix(name, folder+"/")
	}
	return pattern == name
}

func allowed(name string) (list []string, known bool) {
	for _, rule := range rules {
		if fits(rule.pattern, name) {
			return rule.allowed, true
		}
	}
	return nil, false
}

// complaints says what in p breaks the table.
func complaints(name string, p listed) []string {
	list, known := allowed(name)
	if !known {
		return []string{name + " has no row in the table of who may import whom"}
	}
	var all []string
	for _, imported := range p.Imports {
		ours, is := strings.CutPrefix(imported, module)
		if is && !slices.ContainsFunc(list, func(pattern string) bool { return fits(pattern, ours) }) {
			all = append(all, name+" imports "+ours+"; it may import "+strings.Join(list, ", "))
		}
		if slices.Contains(pure, name) && (imported == "net" || imported == "os" || imported == "sync") {
			all = append(all, name+" is pure and imports "+imported)
		}
	}
	return all
}

func TestImportsPointDown(t *testing.T) {
	for _, env := range []string{"CGO_ENABLED=1", "CGO_ENABLED=0", "GOOS=darwin"} {
		for name, p := range packages(t, env) {
			for _, complaint := range complaints(name, p) {
				t.Errorf("%s: %s", env, complaint)
			}
		}
	}
}

func TestProgramsLinkOnlyTheirOwn(t *testing.T) {
	all := packages(t, "CGO_ENABLED=1")
	for _, rule := range foreign {
		for _, program := range rule.programs {
			for _, dep := range all[program].Deps {
				for _, m := range rule.modules {
					if strings.HasPrefix(dep, m) {
						t.Errorf("%s links %s", program, dep)
					}
				}
			}
		}
	}
}

// The table finds what it is for: each case breaks one rule.
func TestTheTableComplains(t *testing.T) {
	cases := []struct{ name, imports string }{
		{"internal/wire", module + "internal/pixel"},
		{"internal/wire", "net"},
		{"internal/session", module + "internal/listen"},
		{"internal/compat/tev", module + "internal/listen"},
		{"capi", module + "internal/imagefile"},
		{"viewer/gl", module + "internal/session"},
		{"cmd/rvtool", module + "viewer/model"},
		{"internal/unknown", "fmt"},
	}
	for _, c := range cases {
		if len(complaints(c.name, listed{Imports: []string{c.imports}})) != 1 {
			t.Errorf("%s importing %s: wanted one complaint", c.name, c.imports)
		}
	}
}
