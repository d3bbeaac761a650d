package listen

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"remoteviewer/internal/session"
)

// ErrToken is a token that is too short, or a file that can't be used.
var ErrToken = errors.New("token")

// TokenEnv is the environment variable that a token may stand in.
const TokenEnv = "RV_TOKEN"

// FindToken gives the token of the address, of the option or of the file,
// whichever is there first, else the environment's. fromEnv says that it is
// that one: a dialer then uses it only where it is asked for.
func FindToken(address, option, file string) (token string, fromEnv bool, err error) {
	switch {
	case address != "":
		token = address
	case option != "":
		token = option
	case file != "":
		if token, err = readToken(file); err != nil {
			return "", false, err
		}
	default:
		token, fromEnv = os.Getenv(TokenEnv), true
	}
	if token == "" {
		return "", false, nil
	}
	return token, fromEnv, CheckToken(token)
}

// CheckToken wants at least 128 bits, in characters that a shell and an address take.
func CheckToken(token string) error {
	if len(token) < session.MinTokenBytes {
		return fmt.Errorf("%w of %d characters, wanted at least %d: `rvtool token` makes one", ErrToken, len(token), session.MinTokenBytes)
	}
	for _, c := range token {
		if c <= ' ' || c > '~' {
			return fmt.Errorf("%w with the character %q, wanted visible ASCII: `rvtool token` makes one", ErrToken, c)
		}
	}
	return nil
}

func readToken(file string) (string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%w file: %w; `rvtool token > FILE` makes one", ErrToken, err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	line = strings.TrimSpace(line)
	if line == "" {
		return "", fmt.Errorf("%w file %s: its first line is empty", ErrToken, file)
	}
	return line, nil
}

// keptToken is this user's token for listeners beyond loopback: made once, and
// kept in a file that only the user can read.
func keptToken() (string, error) {
	dir := os.Getenv("XDG_STATE_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return session.NewToken(), nil //nolint:nilerr // no home: a token that is good for this run
		}
		dir = filepath.Join(home, ".local", "state")
	}
	dir = filepath.Join(dir, "remoteviewer")
	file := filepath.Join(dir, "token")
	if token, err := readToken(file); err == nil && CheckToken(token) == nil {
		return token, nil
	}
	token := session.NewToken()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	return token, os.Chmod(file, 0o600)
}
