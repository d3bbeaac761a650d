package listen_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// dialEnv makes the test program a dialer, for a process of another user.
const dialEnv = "RV_TEST_DIAL"

func TestMain(m *testing.M) {
	if address := os.Getenv(dialEnv); address != "" {
		fmt.Println(dialAs(address))
		return
	}
	os.Exit(m.Run())
}

func dialAs(address string) error {
	a, err := transport.ParseAddress(address, 0)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := transport.Dial(ctx, a)
	if err != nil {
		return err
	}
	defer conn.Close()
	cfg := config(wire.RoleRenderer)
	cfg.Token = a.Token
	_, err = session.Client(ctx, conn, cfg)
	return err
}

// program copies the test program to where every user may run it.
func program(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	src, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	file := filepath.Join(dir, "dial")
	dst, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(dst, src); err != nil {
		t.Fatal(err)
	}
	if err := dst.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOtherUsersOfThisMachine(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can run a program as another user")
	}
	t.Setenv(listen.TokenEnv, "")
	file := program(t)
	run := func(uid uint32, address transport.Address) string {
		t.Helper()
		cmd := exec.Command(file)
		cmd.Dir = "/"
		cmd.Env = []string{dialEnv + "=" + address.Full(), "GORACE=atexit_sleep_ms=0"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	const nobody = 65534
	plain := open(t, listen.Options{})
	six := open(t, listen.Options{Address: transport.Address{Scheme: "rv", Host: "::1"}})
	both := open(t, listen.Options{Address: transport.Address{Scheme: "rv", Host: "::"}, Insecure: true}) // mapped addresses
	sixAddress := six.Address()
	for name, c := range map[string]struct {
		door    *door
		address transport.Address
	}{"IPv4": {plain, plain.Address()}, "IPv6": {six, sixAddress}, "both": {both, both.reach()}} {
		if said := run(0, c.address); said != "<nil>" {
			t.Errorf("%s: the same user: %s", name, said)
		}
		for range 3 {
			if said := run(nobody, c.address); !strings.Contains(said, "refused") || !strings.Contains(said, "its own user alone") {
				t.Errorf("%s: another user: %s", name, said)
			}
		}
		c.door.told(t, session.StatusRefused, "another user")
	}

	guarded := open(t, listen.Options{Token: secret})
	if said := run(nobody, guarded.Address()); said != "<nil>" {
		t.Errorf("another user with the token: %s", said)
	}
	wrong := guarded.Address()
	wrong.Token = strings.Repeat("x", 32)
	if said := run(nobody, wrong); !strings.Contains(said, "not this listener's token") {
		t.Errorf("another user with a wrong token: %s", said)
	}
	if said := run(nobody, open(t, listen.Options{AnyUser: true}).Address()); said != "<nil>" {
		t.Errorf("another user where any may come in: %s", said)
	}
}
