// Package transport carries bytes: TCP, Unix sockets and an in-memory pipe. It
// knows addresses and sockets, and nothing of what travels.
package transport

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrAddress is an address that can't be parsed.
var ErrAddress = errors.New("address")

// The schemes of addresses.
const (
	SchemeRV      = "rv"      // RV1, the default
	SchemeGS      = "gs"      // gaussian-splatting's network_gui
	SchemeTev     = "tev"     // tev's IPC
	SchemeClassic = "classic" // RemoteViewer's original
	SchemeAqsis   = "aqsis"   // piqsl's XML
)

var schemes = []string{SchemeRV, SchemeGS, SchemeTev, SchemeClassic, SchemeAqsis}

// Address is where to dial or to listen.
type Address struct {
	Scheme string
	Token  string // "" without one
	Host   string // TCP; an IPv6 host without its brackets
	Port   int    // TCP; 0 is any free one, to listen on
	Path   string // a Unix socket; Host is "" then
}

// ParseAddress reads "[SCHEME://][TOKEN@]host:port" or "unix:/path". Without a
// port it takes defaultPort, which 0 forbids.
func ParseAddress(text string, defaultPort int) (Address, error) {
	a := Address{Scheme: SchemeRV}
	if !utf8.ValidString(text) {
		return a, bad(text, "it is not UTF-8")
	}
	rest := strings.TrimSpace(text)
	if scheme, after, ok := strings.Cut(rest, "://"); ok {
		a.Scheme = strings.ToLower(scheme)
		if !known(a.Scheme) {
			return a, bad(text, fmt.Sprintf("the scheme %q is not one of %s", scheme, strings.Join(schemes, ", ")))
		}
		rest = after
	}
	if token, after, ok := strings.Cut(rest, "@"); ok {
		plain, err := url.PathUnescape(token)
		if err != nil || plain == "" {
			return a, bad(text, "the token before the @ can't be read")
		}
		a.Token, rest = plain, after
	}
	if path, ok := strings.CutPrefix(rest, "unix:"); ok {
		if path == "" || len(path) > 100 {
			return a, bad(text, "a Unix socket's path has 1 to 100 bytes")
		}
		a.Path = path
		return a, nil
	}
	return a, a.parseHostPort(text, strings.TrimSuffix(rest, "/"), defaultPort)
}

func (a *Address) parseHostPort(text, rest string, defaultPort int) error {
	host, port, err := net.SplitHostPort(rest)
	if err != nil {
		if defaultPort == 0 || rest == "" || strings.ContainsAny(rest, "/ ") || strings.Count(rest, ":") == 1 {
			return bad(text, "a port is missing")
		}
		if strings.HasPrefix(rest, "[") != strings.HasSuffix(rest, "]") {
			return bad(text, "a bracket is missing")
		}
		host, port = strings.Trim(rest, "[]"), strconv.Itoa(defaultPort)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return bad(text, fmt.Sprintf("the port %q is not a number from 0 to 65535", port))
	}
	if strings.ContainsAny(host, "/@ \t") {
		return bad(text, fmt.Sprintf("the host %q can't be one", host))
	}
	if strings.Contains(host, ":") && net.ParseIP(strings.Split(host, "%")[0]) == nil {
		return bad(text, fmt.Sprintf("the host %q is not an IPv6 address", host))
	}
	a.Host, a.Port = host, int(n)
	return nil
}

func bad(text, why string) error {
	return fmt.Errorf("%w %q: %s; write host:port, rv://TOKEN@host:port or unix:/path", ErrAddress, text, why)
}

func known(scheme string) bool {
	for _, s := range schemes {
		if s == scheme {
			return true
		}
	}
	return false
}

// Network and Target are what package net takes.
func (a Address) Network() string {
	if a.Path != "" {
		return "unix"
	}
	return "tcp"
}

// Target is the host and port, or the path.
func (a Address) Target() string {
	if a.Path != "" {
		return a.Path
	}
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}

// String writes the address without its token, fit for logs and titles.
func (a Address) String() string {
	text := a.Target()
	if a.Path != "" {
		text = "unix:" + text
	}
	if a.Scheme != SchemeRV && a.Scheme != "" {
		return a.Scheme + "://" + text
	}
	return text
}

// Full writes the address with its token, as another machine may dial it.
func (a Address) Full() string {
	text := a.Target()
	if a.Path != "" {
		text = "unix:" + text
	}
	if a.Token == "" {
		return a.String()
	}
	scheme := a.Scheme
	if scheme == "" {
		scheme = SchemeRV
	}
	return scheme + "://" + strings.ReplaceAll(url.PathEscape(a.Token), "@", "%40") + "@" + text
}

// Loopback says whether only this machine reaches a listener there. A host name
// other than localhost is not looked up and counts as beyond.
func (a Address) Loopback() bool {
	if a.Path != "" || strings.EqualFold(a.Host, "localhost") {
		return true
	}
	ip := net.ParseIP(a.Host)
	return ip != nil && ip.IsLoopback()
}
