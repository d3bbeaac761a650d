package listen

import "net"

// sameUser isn't looked up here: every loopback peer may come in.
func sameUser(net.Conn) (bool, error) { return true, nil }
