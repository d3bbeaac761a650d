package listen_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// No file for the token is no reason to end a run.
func TestATokenThatCantBeKeptIsGoodForThisRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(listen.TokenEnv, "")
	for name, env := range map[string][2]string{ // XDG_STATE_HOME and HOME
		"a file in the way":        {file, ""},
		"a home that is no folder": {"", file},
		"no home":                  {"", ""},
	} {
		t.Setenv("XDG_STATE_HOME", env[0])
		t.Setenv("HOME", env[1])
		d := open(t, listen.Options{Address: everywhere()})
		d.told(t, session.StatusListening, "can't be kept")
		token := d.Address().Token
		if err := listen.CheckToken(token); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := d.dial(t, "", false); !errors.Is(err, session.ErrRefused) {
			t.Errorf("%s: without a token: %v", name, err)
		}
		if err := d.dial(t, token, false); err != nil {
			t.Errorf("%s: with the token: %v", name, err)
		}
		if again := open(t, listen.Options{Address: everywhere()}).Address().Token; again == token {
			t.Errorf("%s: two runs have one token", name)
		}
	}
}

// take binds a port, or finds that it is bound.
func take(t *testing.T, port int) {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
}

func TestAllPortsTakenGivesAFreeOne(t *testing.T) {
	const first, tried = 21346, 100 // below what the kernel hands out
	for port := first; port < first+tried; port++ {
		take(t, port)
	}
	take(t, 65535)
	for _, port := range []int{first, 65535} {
		a := transport.Address{Scheme: "rv", Host: "127.0.0.1", Port: port}
		d := open(t, listen.Options{Address: a})
		if p := d.Address().Port; p == 0 || p == 65535 || p >= first && p < first+tried {
			t.Fatalf("%s and what follows is taken, and it listens at %s", a, d.Address())
		}
		if err := d.dial(t, "", false); err != nil {
			t.Fatal(err)
		}
		if _, err := listen.Open(listen.Options{Address: a, Strict: true}); !errors.Is(err, listen.ErrListen) {
			t.Fatalf("strict gave %v", err)
		}
	}
}
