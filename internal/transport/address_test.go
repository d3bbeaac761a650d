package transport_test

import (
	"errors"
	"strings"
	"testing"

	"remoteviewer/internal/transport"
)

func TestAddresses(t *testing.T) {
	const long = "/a234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
	for _, c := range []struct {
		text string
		port int // the default
		want transport.Address
		full string
	}{
		{"laptop:12345", 0, transport.Address{Scheme: "rv", Host: "laptop", Port: 12345}, "laptop:12345"},
		{" laptop:12345\n", 0, transport.Address{Scheme: "rv", Host: "laptop", Port: 12345}, "laptop:12345"},
		{"rv://laptop:1/", 0, transport.Address{Scheme: "rv", Host: "laptop", Port: 1}, "laptop:1"},
		{"RV://laptop:1", 0, transport.Address{Scheme: "rv", Host: "laptop", Port: 1}, "laptop:1"},
		{"laptop", 12345, transport.Address{Scheme: "rv", Host: "laptop", Port: 12345}, "laptop:12345"},
		{"::1", 7, transport.Address{Scheme: "rv", Host: "::1", Port: 7}, "[::1]:7"},
		{"[::1]", 7, transport.Address{Scheme: "rv", Host: "::1", Port: 7}, "[::1]:7"},
		{"[::1]:8", 7, transport.Address{Scheme: "rv", Host: "::1", Port: 8}, "[::1]:8"},
		{"[fe80::1%eth0]:8", 0, transport.Address{Scheme: "rv", Host: "fe80::1%eth0", Port: 8}, "[fe80::1%eth0]:8"},
		{":8", 0, transport.Address{Scheme: "rv", Port: 8}, ":8"},
		{"0.0.0.0:0", 0, transport.Address{Scheme: "rv", Host: "0.0.0.0"}, "0.0.0.0:0"},
		{"rv://abc@gpu7:9", 0, transport.Address{Scheme: "rv", Token: "abc", Host: "gpu7", Port: 9}, "rv://abc@gpu7:9"},
		{"abc@gpu7:9", 0, transport.Address{Scheme: "rv", Token: "abc", Host: "gpu7", Port: 9}, "rv://abc@gpu7:9"},
		{"rv://a%2Fb%40c@gpu7:9", 0, transport.Address{Scheme: "rv", Token: "a/b@c", Host: "gpu7", Port: 9}, "rv://a%2Fb%40c@gpu7:9"},
		{"unix:/run/x.sock", 0, transport.Address{Scheme: "rv", Path: "/run/x.sock"}, "unix:/run/x.sock"},
		{"rv://t@unix:/x", 0, transport.Address{Scheme: "rv", Token: "t", Path: "/x"}, "rv://t@unix:/x"},
		{"gs://127.0.0.1", 6009, transport.Address{Scheme: "gs", Host: "127.0.0.1", Port: 6009}, "gs://127.0.0.1:6009"},
		{"unix:" + long[:100], 0, transport.Address{Scheme: "rv", Path: long[:100]}, "unix:" + long[:100]},
	} {
		a, err := transport.ParseAddress(c.text, c.port)
		if err != nil || a != c.want {
			t.Errorf("%q: %+v, %v, wanted %+v", c.text, a, err, c.want)
			continue
		}
		if again, err := transport.ParseAddress(a.Full(), 0); err != nil || again != a || a.Full() != c.full {
			t.Errorf("%q is written as %q, wanted %q, and read as %+v, %v", c.text, a.Full(), c.full, again, err)
		}
		if a.Token != "" && strings.Contains(a.String(), a.Token) {
			t.Errorf("%q shows its token: %s", c.text, a)
		}
	}
}

func TestBadAddresses(t *testing.T) {
	for _, c := range []struct {
		text string
		port int
		word string
	}{
		{"", 0, "port is missing"},
		{"", 5, "port is missing"},
		{"laptop", 0, "port is missing"},
		{"laptop:", 0, `port "" is not a number`},
		{"laptop:x", 0, `port "x" is not a number`},
		{"laptop:65536", 0, "from 0 to 65535"},
		{"laptop:-1", 0, "not a number"},
		{"http://laptop:80", 0, `scheme "http" is not one of`},
		{"://laptop:80", 0, `scheme ""`},
		{"@laptop:80", 0, "token"},
		{"rv://%zz@laptop:80", 0, "token"},
		{"lap top:80", 0, "host"},
		{"a/b:80", 0, "host"},
		{"a/b", 80, "port is missing"},
		{"1:2:3", 0, "port is missing"},
		{"[zz::1]:80", 0, "not an IPv6 address"},
		{"unix:", 0, "path"},
		{"unix:" + strings.Repeat("x", 101), 0, "path"},
	} {
		a, err := transport.ParseAddress(c.text, c.port)
		if !errors.Is(err, transport.ErrAddress) || !strings.Contains(err.Error(), c.word) || !strings.Contains(err.Error(), "write host:port") {
			t.Errorf("%q: %+v, %v, wanted an error with %q that says what to write", c.text, a, err, c.word)
		}
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "::1": true, "localhost": true, "LocalHost": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "10.0.0.1": false, "laptop": false, "localhost.example.org": false,
	} {
		if got := (transport.Address{Host: host}).Loopback(); got != want {
			t.Errorf("%q: %v, wanted %v", host, got, want)
		}
	}
	if !(transport.Address{Path: "/x"}).Loopback() {
		t.Error("a Unix socket is not this machine's")
	}
}
