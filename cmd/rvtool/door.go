package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// door is where peers come from: an address that is listened at or dialed.
type door struct {
	listenAt  string
	token     string
	tokenFile string
	insecure  bool
	anyUser   bool
	log       *slog.Logger
}

func (d *door) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&d.tokenFile, "token-file", "", "the first line of `FILE` is the token to ask for, or to prove; else RV_TOKEN")
	f.BoolVar(&d.insecure, "insecure", false, "listen beyond this machine without a token: anyone may send images")
	f.BoolVar(&d.anyUser, "any-user", false, "let other users of this machine in without a token")
}

// server serves one peer until its connection ends, and says why.
type server func(context.Context, *session.Peer) error

// run listens, or dials when an address is given, and serves every peer.
func (d *door) run(ctx context.Context, dial string, cfg session.Config, serve server) error {
	d.log = session.NewLogger(os.Stderr)
	report := func(_ int, text string) { d.log.Info(text) }
	if dial != "" {
		return d.dial(ctx, dial, cfg, serve, report)
	}
	a, err := transport.ParseAddress(d.listenAt, listen.ViewerPort)
	if err != nil {
		return err
	}
	l, err := listen.Open(listen.Options{
		Address: a, TokenFile: d.tokenFile, Insecure: d.insecure, AnyUser: d.anyUser,
		Strict: true, Config: cfg, Report: session.Restrained(report),
		Serve: func(ctx context.Context, p *session.Peer) { _ = serve(ctx, p) },
	})
	if err != nil {
		return err
	}
	d.log.Info(fmt.Sprintf("listening at %s", l.Reachable().Full()))
	l.Run(ctx)
	return nil
}

func (d *door) dial(ctx context.Context, address string, cfg session.Config, serve server, report func(int, string)) error {
	a, err := dialAddress(address, listen.RendererPort)
	if err != nil {
		return err
	}
	token, fromEnv, err := listen.FindToken(a.Token, d.token, d.tokenFile)
	if err != nil {
		return err
	}
	cfg.Token, cfg.TokenOptional = token, fromEnv
	r := session.Redial{Address: a, Config: cfg, Report: report, Serve: serve}
	r.Run(ctx)
	return nil
}

// byeTime is what a peer has for our last words when the tool is ended.
const byeTime = 300 * time.Millisecond

// runLink serves a link until it ends, or ctx does: then it says bye first.
func runLink(ctx context.Context, link *session.Receiver) {
	live, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stop := context.AfterFunc(ctx, func() {
		link.Close()
		time.AfterFunc(byeTime, end)
	})
	defer stop()
	_ = link.Run(live)
}

// dialAddress reads an address that can be dialed.
func dialAddress(text string, port int) (transport.Address, error) {
	a, err := transport.ParseAddress(text, port)
	if err != nil {
		return a, err
	}
	if a.Scheme != transport.SchemeRV {
		return a, fmt.Errorf("%w: %s:// is not in this version; wanted rv://", transport.ErrAddress, a.Scheme)
	}
	if a.Path == "" && (a.Port == 0 || a.Host == "") {
		return a, fmt.Errorf("%w %q: a host and a port are needed", transport.ErrAddress, text)
	}
	return a, nil
}

// nameOf is program@host.
func nameOf(program string) string {
	host, err := os.Hostname()
	if err != nil {
		return program
	}
	return program + "@" + host
}
