package listen_test

import (
	"context"
	"fmt"
	"io"
	"net"
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

const nobody = 65534

// runAs runs the test program's dialer as another user.
func runAs(t *testing.T, file string, uid uint32, address transport.Address) string {
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

// The mode of a Unix socket's file is not all that keeps others out.
func TestOtherUsersOfAUnixSocket(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can run a program as another user")
	}
	t.Setenv(listen.TokenEnv, "")
	file := program(t)
	at := func(name string) transport.Address {
		return transport.Address{Scheme: "rv", Path: filepath.Join(filepath.Dir(file), name)}
	}
	for name, c := range map[string]struct {
		options listen.Options
		token   string
		word    string
	}{
		"plain":   {listen.Options{}, "", "its own user alone"},
		"anyone":  {listen.Options{AnyUser: true}, "", "<nil>"},
		"guarded": {listen.Options{Token: secret}, secret, "<nil>"},
		"wrong":   {listen.Options{Token: secret}, strings.Repeat("x", 32), "not this listener's token"},
	} {
		c.options.Address = at(name)
		d := open(t, c.options)
		a := d.Address()
		a.Token = c.token
		if err := os.Chmod(a.Path, 0o666); err != nil {
			t.Fatal(err)
		}
		if said := runAs(t, file, nobody, a); !strings.Contains(said, c.word) {
			t.Errorf("%s: another user: %s, wanted %s", name, said, c.word)
		}
		a.Token = c.options.Token
		if said := runAs(t, file, 0, a); said != "<nil>" {
			t.Errorf("%s: the same user: %s", name, said)
		}
	}
}

// Another user's program connects, says what it wants to, and has ended before
// it is looked up.
func TestOtherUsersWhoHaveLeft(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can run a program as another user")
	}
	t.Setenv(listen.TokenEnv, "")
	served, refused := make(chan string, 1), make(chan string, 1)
	l, err := listen.Open(listen.Options{
		Address: loopback(), Config: config(wire.RoleViewer),
		Serve:  func(_ context.Context, p *session.Peer) { served <- p.Hello.Name },
		Report: func(_ int, text string) { refused <- text },
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/bash", "-c", fmt.Sprintf(`exec 3<>/dev/tcp/127.0.0.1/%d && cat >&3`, l.Address().Port))
	cmd.Stdin = strings.NewReader(frame(goodHello) + frame(`{"type":"ping","id":1}`))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	time.Sleep(100 * time.Millisecond) // the kernel forgets whose it was
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	select {
	case name := <-served:
		t.Fatalf("another user's %q was let in", name)
	case text := <-refused:
		if !strings.Contains(text, "another user") {
			t.Fatal(text)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("neither served nor refused")
	}
	// Our own user is let in as before.
	conn, err := net.Dial("tcp", l.Address().Target())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, frame(goodHello))
	select {
	case <-served:
	case text := <-refused:
		t.Fatal(text)
	}
}
