package listen

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

const tableHead = "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

// row is a line of /proc/net/tcp or tcp6, in this machine's byte order.
func row(local, remote string, uid int) string {
	return fmt.Sprintf("   0: %s %s 01 00000000:00000000 00:00000000 00000000 %5d        0 12345 1 0000000000000000 20 4 30 10 -1\n",
		procAddress(local), procAddress(remote), uid)
}

func procAddress(text string) string {
	a := netip.MustParseAddrPort(text)
	raw := a.Addr().AsSlice()
	for i := 0; i < len(raw); i += 4 {
		binary.BigEndian.PutUint32(raw[i:], binary.NativeEndian.Uint32(raw[i:]))
	}
	return fmt.Sprintf("%s:%04X", strings.ToUpper(hex.EncodeToString(raw)), a.Port())
}

func TestProcAddresses(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		for text, want := range map[string]string{
			"0100007F:3039":                         "127.0.0.1:12345",
			"00000000000000000000000001000000:0016": "[::1]:22",
			"0000000000000000FFFF00000100007F:3039": "127.0.0.1:12345",
			"B80D01200000000067452301EFCDAB89:FFFF": "[2001:db8::123:4567:89ab:cdef]:65535",
		} {
			if got, err := parseSocket(text); err != nil || got.String() != want {
				t.Errorf("%s: %v, %v, wanted %s", text, got, err, want)
			}
		}
	}
	for _, text := range []string{"", "0100007F", "0100007F:", "zz00007F:3039", "01007F:3039", "0100007F:30390", "0100007F0100007F:1"} {
		if got, err := parseSocket(text); err == nil {
			t.Errorf("%q gave %v", text, got)
		}
	}
}

func TestFindSocket(t *testing.T) {
	table := tableHead +
		row("127.0.0.1:12345", "127.0.0.1:50001", 1000) + // our own end, the other way round
		row("127.0.0.1:50001", "127.0.0.1:12345", 1001) +
		row("127.0.0.1:50002", "127.0.0.1:12346", 1002) +
		row("0.0.0.0:12345", "0.0.0.0:0", 1003) +
		row("[::ffff:127.0.0.1]:50003", "[::ffff:127.0.0.1]:12345", 1004) +
		row("[::1]:50004", "[::1]:12345", 1005) +
		"garbage\n 1: x y z 0 0 0 0 0\n" +
		row("127.0.0.1:50005", "127.0.0.1:12345", 0)
	for _, c := range []struct {
		local, remote string
		uid           int
		found         bool
	}{
		{"127.0.0.1:50001", "127.0.0.1:12345", 1001, true},
		{"127.0.0.1:50002", "127.0.0.1:12345", 0, false}, // to another port
		{"127.0.0.1:50003", "127.0.0.1:12345", 1004, true},
		{"[::ffff:127.0.0.1]:50001", "[::ffff:127.0.0.1]:12345", 1001, true},
		{"[::1]:50004", "[::1]:12345", 1005, true},
		{"127.0.0.1:50005", "127.0.0.1:12345", 0, true},
		{"127.0.0.1:60000", "127.0.0.1:12345", 0, false},
	} {
		uid, found, err := findSocket(strings.NewReader(table), netip.MustParseAddrPort(c.local), netip.MustParseAddrPort(c.remote))
		if err != nil || uid != c.uid || found != c.found {
			t.Errorf("%s to %s: %d, %v, %v, wanted %d, %v", c.local, c.remote, uid, found, err, c.uid, c.found)
		}
	}
	bad := strings.Replace(row("127.0.0.1:1", "127.0.0.1:2", 77), " 77 ", " xx ", 1)
	if _, found, err := findSocket(strings.NewReader(bad), netip.MustParseAddrPort("127.0.0.1:1"), netip.MustParseAddrPort("127.0.0.1:2")); found || err == nil {
		t.Errorf("a row whose user can't be read: %v, %v", found, err)
	}
}
