package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"remoteviewer/internal/imagefile"
	"remoteviewer/internal/listen"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

func showCommand() *cobra.Command {
	var to, tokenFile string
	cmd := &cobra.Command{
		Use:   "show FILE...",
		Short: "Show image files in a viewer that is open",
		Long: "Shows PNG, JPEG, NPY, EXR, PFM and HDR files, each in a window of its own, in the viewer at --to, and ends when\n" +
			"they are shown. Start rvviewer there first; without --to that is this machine.\n\n" +
			"ADDR is host:port, rv://TOKEN@host:port or unix:/path; the port is 12345 where it is left out.",
		Example: "  rvtool show before.png after.png\n  rvtool show depth.npy --to rv://TOKEN@laptop:12345",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			return show(files, to, tokenFile)
		},
	}
	cmd.Flags().StringVar(&to, "to", envOr("RV_ADDRESS", fmt.Sprintf("127.0.0.1:%d", listen.ViewerPort)), "show in the viewer at `ADDR`; RV_ADDRESS sets the default")
	cmd.Flags().StringVar(&tokenFile, "token-file", "", "the first line of `FILE` is the token that the viewer asks for; else RV_TOKEN")
	return cmd
}

func envOr(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

func show(files []string, to, tokenFile string) error {
	a, err := dialAddress(to, listen.ViewerPort)
	if err != nil {
		return err
	}
	token, fromEnv, err := listen.FindToken(a.Token, "", tokenFile)
	if err != nil {
		return err
	}
	images, err := readFiles(files)
	if err != nil {
		return err
	}
	r := session.NewRenderer(session.RendererOptions{Name: nameOf("rvtool show"), Dialing: true})
	cfg := r.Config()
	cfg.Token, cfg.TokenOptional = token, fromEnv
	var why trouble
	r.Go(func(ctx context.Context) {
		(&session.Redial{Address: a, Config: cfg, Serve: r.Serve, Report: why.hear}).Run(ctx)
	})
	if err := r.Send(images, session.SendOptions{Mode: session.Last}); err != nil {
		_ = r.Close(0)
		return err
	}
	if err := r.Close(-1); err != nil {
		if errors.Is(err, session.ErrTimeout) {
			return why.notShown(a, r.Stats())
		}
		return err
	}
	fmt.Printf("shown at %s: %d images\n", a, len(images))
	return nil
}

// trouble is the newest word on why no viewer can be had.
type trouble struct {
	mu   sync.Mutex
	code int
	text string
}

func (t *trouble) hear(code int, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.code, t.text = code, text
}

// notShown says why the images weren't shown, and what to do.
func (t *trouble) notShown(a transport.Address, s session.Statistics) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.code == session.StatusRefused, t.code == session.StatusProtocol, t.code == session.StatusUnresolved:
		return fmt.Errorf("not shown: %s", strings.TrimSuffix(t.text, "; trying again"))
	case s.Joined > 0:
		return fmt.Errorf("the viewer at %s took the images and didn't show them in time: is it set to read this connection? try again", a)
	}
	return fmt.Errorf("no viewer at %s showed the images: start `rvviewer` there, then try again", a)
}

// readFiles reads images named by their files: by the base name where that is
// enough to tell them apart.
func readFiles(files []string) ([]session.Given, error) {
	count := map[string]int{}
	for _, f := range files {
		count[filepath.Base(f)]++
	}
	var images []session.Given
	for i, f := range files {
		img, err := imagefile.Read(f)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(f)
		if count[name] > 1 {
			name = fmt.Sprintf("%d %s", i+1, name)
		}
		if len(name) > 128 {
			name = fmt.Sprintf("%d %s", i+1, tail(name, 100))
		}
		images = append(images, session.Given{Name: name, Format: img.Format, Source: pixel.Source{Data: img.Pix}})
	}
	return images, nil
}

// tail keeps at most the last n bytes, in whole characters.
func tail(text string, n int) string {
	at := max(0, len(text)-n)
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	return text[at:]
}
