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
// that one, unchecked: a dialer then uses it only where it is asked for.
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
	if fromEnv {
		return token, true, nil // whoever needs it checks it
	}
	return token, false, CheckToken(token)
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
// kept in a file that only the user can read. Where it can't be kept, kept is
// false and the token is good for this run: no reason to end one.
func keptToken() (token string, kept bool) {
	file, err := tokenFile()
	if err != nil {
		return session.NewToken(), false
	}
	if token, err := readToken(file); err == nil && CheckToken(token) == nil && os.Chmod(file, 0o600) == nil {
		return token, true
	}
	token = session.NewToken()
	if err := writeToken(file, token); err != nil {
		return token, false
	}
	// Another program may have been first: what is in the file counts.
	if there, err := readToken(file); err == nil && CheckToken(there) == nil {
		return there, true
	}
	return token, false
}

func tokenFile() (string, error) {
	dir := os.Getenv("XDG_STATE_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "remoteviewer", "token"), nil
}

// writeToken puts a whole file in place, unless a good one has come meanwhile.
func writeToken(file, token string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".token-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(token + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if there, err := readToken(file); err == nil && CheckToken(there) == nil {
		return nil
	}
	return os.Rename(f.Name(), file)
}
