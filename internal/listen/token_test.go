package listen_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

func TestFindToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	empty := filepath.Join(t.TempDir(), "empty")
	if err := errors.Join(os.WriteFile(file, []byte(" of-the-file-of-the-file-1 \nmore\n"), 0o600), os.WriteFile(empty, []byte("\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	const address, option, env = "of-the-address-of-the-address", "of-the-option-of-the-option", "of-the-environment-of-it"
	for _, c := range []struct {
		address, option, file, env string
		want                       string
		fromEnv                    bool
		wrong                      string
	}{
		{"", "", "", "", "", false, ""},
		{address, option, file, env, address, false, ""},
		{"", option, file, env, option, false, ""},
		{"", "", file, env, "of-the-file-of-the-file-1", false, ""},
		{"", "", "", env, env, true, ""},
		{"short", "", "", "", "", false, "of 5 characters, wanted at least 22"},
		{"", "", "", "short", "short", true, ""}, // it may never be asked for
		{"", "with a blank in the middle of it", "", "", "", false, "visible ASCII"},
		{"", "with-an-é-in-the-middle-of-it", "", "", "", false, "visible ASCII"},
		{"", "", file + ".none", "", "", false, "rvtool token >"},
		{"", "", empty, "", "", false, "first line is empty"},
	} {
		t.Setenv(listen.TokenEnv, c.env)
		token, fromEnv, err := listen.FindToken(c.address, c.option, c.file)
		if c.wrong != "" {
			if !errors.Is(err, listen.ErrToken) || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%+v: %v", c, err)
			}
			continue
		}
		if err != nil || token != c.want || fromEnv != c.fromEnv {
			t.Errorf("%+v: %q, %v, %v", c, token, fromEnv, err)
		}
	}
	if err := listen.CheckToken(session.NewToken()); err != nil {
		t.Fatal(err)
	}
}

func everywhere() transport.Address { return transport.Address{Scheme: "rv", Host: "0.0.0.0"} }

func TestTokenIsMadeAndKeptBeyondLoopback(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv(listen.TokenEnv, "")
	d := open(t, listen.Options{Address: everywhere()})
	token := d.Address().Token
	if len(token) < 32 || !strings.Contains(d.Address().Full(), token) {
		t.Fatalf("listens at %s", d.Address().Full())
	}
	file := filepath.Join(state, "remoteviewer", "token")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v, wanted mode 0600", info, err)
	}
	if folder, err := os.Stat(filepath.Dir(file)); err != nil || folder.Mode().Perm() != 0o700 {
		t.Fatalf("%v, %v, wanted mode 0700", folder, err)
	}
	if err := d.dial(t, "", false); !errors.Is(err, session.ErrRefused) {
		t.Fatalf("without a token: %v", err)
	}
	if err := d.dial(t, token, false); err != nil {
		t.Fatal(err)
	}
	if again := open(t, listen.Options{Address: everywhere()}); again.Address().Token != token {
		t.Fatalf("the second listener's token is another")
	}
	if given := open(t, listen.Options{Address: everywhere(), Token: secret}); given.Address().Token != secret {
		t.Fatalf("the token given is not used")
	}
	if err := os.WriteFile(file, []byte("short\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	fresh := open(t, listen.Options{Address: everywhere()}).Address().Token
	info, err = os.Stat(file)
	if fresh == token || len(fresh) < 32 || err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("a file that is no token gave %q, mode %v, %v", fresh, info.Mode(), err)
	}
}

func TestNoTokenWhereNoneIsNeeded(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv(listen.TokenEnv, "")
	for name, o := range map[string]listen.Options{
		"loopback":    {},
		"insecure":    {Address: everywhere(), Insecure: true},
		"Unix socket": {Address: transport.Address{Scheme: "rv", Path: filepath.Join(t.TempDir(), "rv.sock")}},
	} {
		d := open(t, o)
		if d.Address().Token != "" {
			t.Errorf("%s: %s", name, d.Address().Full())
		}
		if err := d.dial(t, "", false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Setenv(listen.TokenEnv, secret)
	d := open(t, listen.Options{})
	if err := d.dial(t, "", false); !errors.Is(err, session.ErrRefused) {
		t.Errorf("the environment's token is not asked for: %v", err)
	}
}
