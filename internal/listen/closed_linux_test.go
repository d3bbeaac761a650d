package listen

import (
	"net/netip"
	"strings"
	"testing"
)

// The kernel shows a socket that its program has closed as root's, with inode 0:
// it tells nothing about who came.
func TestClosedSocketsTellNoOwner(t *testing.T) {
	local, remote := netip.MustParseAddrPort("127.0.0.1:50001"), netip.MustParseAddrPort("127.0.0.1:12345")
	open := row("127.0.0.1:50001", "127.0.0.1:12345", 1001)
	closed := strings.Replace(row("127.0.0.1:50001", "127.0.0.1:12345", 0), " 12345 1 ", " 0 1 ", 1)
	short := strings.Join(strings.Fields(open)[:9], " ") + "\n"
	for _, c := range []struct {
		table string
		uid   int
		found bool
	}{
		{tableHead + open, 1001, true},
		{tableHead + closed, 0, false},
		{tableHead + closed + open, 1001, true},
		{tableHead + short, 0, false},
	} {
		uid, found, err := findSocket(strings.NewReader(c.table), local, remote)
		if err != nil || uid != c.uid || found != c.found {
			t.Errorf("%d, %v, %v, wanted %d, %v in\n%s", uid, found, err, c.uid, c.found, c.table)
		}
	}
}
