package listen

import "net"

// sameUser can't be looked up here: every loopback peer may come in.
func sameUser(net.Conn) (bool, error) { return true, nil }
