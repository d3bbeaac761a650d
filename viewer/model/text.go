package model

import "remoteviewer/internal/session"

// Printable escapes what a terminal would take for more than text.
func Printable(text string) string { return session.Printable(text) }
