package listen

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// sameUser says whether the other end of a loopback TCP connection belongs to
// the user of this process. A socket that is not in the kernel's tables counts
// as somebody else's.
func sameUser(c net.Conn) (bool, error) {
	if u, ok := c.(*net.UnixConn); ok {
		uid, err := unixOwner(u)
		return uid == os.Getuid(), err
	}
	peer, ok1 := c.RemoteAddr().(*net.TCPAddr)
	own, ok2 := c.LocalAddr().(*net.TCPAddr)
	if !ok1 || !ok2 {
		return false, fmt.Errorf("a connection of type %T", c)
	}
	for try := 0; ; try++ {
		uid, found, err := socketOwner(peer.AddrPort(), own.AddrPort())
		if err != nil {
			return false, err
		}
		if found {
			return uid == os.Getuid(), nil
		}
		if try == 2 {
			return false, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// unixOwner asks the kernel who connected.
func unixOwner(c *net.UnixConn) (int, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return -1, err
	}
	var cred *unix.Ucred
	var credErr error
	if err := raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return -1, err
	}
	if credErr != nil {
		return -1, credErr
	}
	return int(cred.Uid), nil
}

// socketOwner looks up the user of the socket whose local end is local.
func socketOwner(local, remote netip.AddrPort) (uid int, found bool, err error) {
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			if os.IsNotExist(err) {
				continue
			}
			return 0, false, err
		}
		uid, found, err = findSocket(f, local, remote)
		_ = f.Close()
		if found || err != nil {
			return uid, found, err
		}
	}
	return 0, false, nil
}

// findSocket reads a table: "sl local_address rem_address st tx:rx tr:when retrnsmt uid ...".
func findSocket(r io.Reader, local, remote netip.AddrPort) (uid int, found bool, err error) {
	local, remote = unmapped(local), unmapped(remote)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		// A socket that its program has closed has inode 0 and tells no owner.
		if len(f) < 10 || f[1] == "local_address" || f[9] == "0" {
			continue
		}
		l, err1 := parseSocket(f[1])
		m, err2 := parseSocket(f[2])
		if err1 != nil || err2 != nil || l != local || m != remote {
			continue
		}
		uid, err = strconv.Atoi(f[7])
		return uid, err == nil, err
	}
	return 0, false, lines.Err()
}

func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}

// parseSocket reads "0100007F:3039": the address in 32-bit words of the
// machine's byte order, the port in hex.
func parseSocket(text string) (netip.AddrPort, error) {
	host, port, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	n, err2 := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || err2 != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, fmt.Errorf("no socket address: %q", text)
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	addr, ok := netip.AddrFromSlice(raw)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("no socket address: %q", text)
	}
	return unmapped(netip.AddrPortFrom(addr, uint16(n))), nil
}
