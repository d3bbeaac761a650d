package main

import (
	"io"
	"strings"

	"remoteviewer/internal/session"
)

// lineWriter makes each line printable on its way.
type lineWriter struct{ w io.Writer }

func (l lineWriter) Write(p []byte) (int, error) {
	text, end := strings.CutSuffix(string(p), "\n")
	if text = session.Printable(text); end {
		text += "\n"
	}
	if _, err := io.WriteString(l.w, text); err != nil {
		return 0, err
	}
	return len(p), nil
}
