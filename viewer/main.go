// Rvviewer shows the images that renderers send, each in a window of its own,
// and sends the camera back.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
	"remoteviewer/viewer/ui"
)

// Exit codes.
const (
	exitFailure   = 1 // wrong usage, or trouble while running
	exitNoDisplay = 2 // there can be no window here
)

// version is set by the build.
var version = "dev"

// The window system and OpenGL want the thread that the program began on.
func init() { runtime.LockOSThread() }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	f, code := parseFlags(args)
	if f == nil {
		return code
	}
	if err := ui.Check(); err != nil {
		return fail(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := show(ctx, f); err != nil {
		return fail(err)
	}
	return 0
}

// show runs the viewer until its control window is closed.
func show(ctx context.Context, f *flags) error {
	waker := &ui.Waker{}
	id := model.NewSessionID()
	m := model.New(configDir(), id, waker.Wake)
	m.Log = slog.New(words{os.Stderr})
	if f.cameras != "" {
		if err := m.OpenCameras(f.cameras); err != nil {
			return fmt.Errorf("--cameras %w", err)
		}
	}
	network := &model.Network{
		Model: m, Config: model.ViewerConfig(name(), id),
		TokenFile: f.tokenFile, Insecure: f.insecure, AnyUser: f.anyUser,
	}
	defer network.Stop()
	opts := ui.Options{
		Version: version,
		Ready:   func() error { return network.Start(ctx, f.listen, f.dial) },
	}
	if f.dump != "" {
		opts.Dump = os.Stdout
		if f.dump != "-" {
			opts.DumpFile = dumpTo(f.dump)
		}
	}
	return ui.Run(ctx, m, waker, opts)
}

// fail says what went wrong and gives the exit code.
func fail(err error) int {
	switch {
	case errors.Is(err, ui.ErrNoDisplay):
		fmt.Fprintln(os.Stderr, "rvviewer: no display here (DISPLAY and WAYLAND_DISPLAY lead nowhere): "+
			"run it on your own machine, or use `rvtool recv`, which needs none")
		return exitNoDisplay
	case errors.Is(err, gl.ErrVersion):
		fmt.Fprintln(os.Stderr, "rvviewer: "+err.Error())
		return exitNoDisplay
	}
	fmt.Fprintln(os.Stderr, "rvviewer: "+err.Error())
	return exitFailure
}

// configDir is where settings are kept, "" if the user has no such place.
func configDir() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "remoteviewer")
}

func name() string {
	host, err := os.Hostname()
	if err != nil {
		return "rvviewer"
	}
	return "rvviewer@" + host
}

// dumpTo keeps pixels in a folder, a file an image.
func dumpTo(dir string) func(seq uint64, i int, pix []byte) string {
	return func(seq uint64, i int, pix []byte) string {
		path := filepath.Join(dir, fmt.Sprintf("%d-%d.raw", seq, i))
		if os.MkdirAll(dir, 0o755) != nil || os.WriteFile(path, pix, 0o644) != nil {
			return ""
		}
		return path
	}
}
