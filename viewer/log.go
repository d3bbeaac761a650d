package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"remoteviewer/viewer/model"
)

// words writes each record as one line in words, as people read it.
type words struct{ w io.Writer }

func (words) Enabled(context.Context, slog.Level) bool { return true }
func (h words) WithAttrs([]slog.Attr) slog.Handler     { return h }
func (h words) WithGroup(string) slog.Handler          { return h }

func (h words) Handle(_ context.Context, r slog.Record) error {
	_, err := fmt.Fprintln(h.w, "rvviewer: "+model.Printable(r.Message))
	return err
}
