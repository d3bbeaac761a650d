package transport

import (
	"net"

	"golang.org/x/sys/unix"
)

// setWakeful says how many bytes have to lie in the kernel before a read that
// waits is woken (SO_RCVLOWAT).
func setWakeful(c net.Conn, bytes int) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVLOWAT, bytes)
	})
}
