package model

import (
	"context"
	"errors"
	"sync"
	"time"

	"remoteviewer/internal/codec"
	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// Network joins a model to the world: listeners and dialed addresses. Set the
// exported fields, then Start.
type Network struct {
	Model     *Model
	Config    session.Config // without a token
	TokenFile string
	Insecure  bool
	AnyUser   bool

	ctx  context.Context
	stop context.CancelFunc
	pool session.Pool
	wg   sync.WaitGroup
}

// byeTime is what a renderer has for our last words.
const byeTime = 300 * time.Millisecond

// NewSessionID makes what tells this run of the viewer from all others.
func NewSessionID() string { return session.NewSessionID() }

// ViewerConfig is what a viewer says of itself: its name and session.
func ViewerConfig(name, id string) session.Config {
	return session.Config{Role: wire.RoleViewer, Name: name, Session: id, Codecs: codec.Names()}
}

// Start listens and dials. An address that can't be parsed is an error; one
// that can't be bound is shown in the control window, the rest goes on.
func (n *Network) Start(ctx context.Context, listens, dials []string) error {
	n.ctx, n.stop = context.WithCancel(ctx)
	var where, whom []transport.Address
	for _, text := range listens {
		a, err := transport.ParseAddress(text, listen.ViewerPort)
		if err != nil {
			return err
		}
		where = append(where, a)
	}
	for _, text := range dials {
		a, err := n.parse(text)
		if err != nil {
			return err
		}
		whom = append(whom, a)
	}
	n.Model.connect = n.dialText
	shown := make([]Listener, 0, len(where))
	for _, a := range where {
		shown = append(shown, n.open(a))
	}
	n.Model.SetListeners(shown)
	for i, a := range whom {
		n.dial(a, dials[i])
	}
	return nil
}

// Stop ends everything and waits for it.
func (n *Network) Stop() {
	n.Model.Close()
	if n.stop != nil {
		n.stop()
	}
	n.wg.Wait()
}

// open binds one address; what stands in the way is for the user to read.
func (n *Network) open(a transport.Address) Listener {
	m := n.Model
	l, err := listen.Open(listen.Options{
		Address: a, TokenFile: n.TokenFile, Insecure: n.Insecure, AnyUser: n.AnyUser, Strict: true,
		Config: n.Config,
		Serve:  func(ctx context.Context, peer *session.Peer) { _ = n.serve(ctx, 0, peer) },
		Report: session.Restrained(func(_ int, text string) { m.Trouble(errors.New(text)) }),
	})
	if err != nil {
		m.Log.Error("not listening: " + err.Error())
		return Listener{Address: a.String(), Error: err.Error()}
	}
	reach := l.Reachable()
	m.Log.Info("listening on " + reach.Full())
	n.wg.Go(func() { l.Run(n.ctx) })
	return Listener{Address: reach.String(), Full: reach.Full(), Token: reach.Token != ""}
}

func (n *Network) parse(text string) (transport.Address, error) {
	a, err := transport.ParseAddress(text, listen.RendererPort)
	if err == nil && a.Scheme != transport.SchemeRV {
		err = errors.New("this version dials rv:// alone; " + a.Scheme + ":// comes later")
	}
	return a, err
}

// dialText is what the control window's address field does.
func (n *Network) dialText(text string) error {
	a, err := n.parse(text)
	if err == nil {
		n.dial(a, text)
	}
	return err
}

// dial keeps one address connected until it is disconnected.
func (n *Network) dial(a transport.Address, text string) {
	ctx, cancel := context.WithCancel(n.ctx)
	id := n.Model.Dialing(text, cancel)
	cfg := n.Config
	token, fromEnv, err := listen.FindToken(a.Token, "", n.TokenFile)
	if err != nil {
		n.Model.Failed(id, err)
		return
	}
	cfg.Token, cfg.TokenOptional = token, fromEnv
	redial := &session.Redial{
		Address: a, Config: cfg,
		Serve:  func(ctx context.Context, peer *session.Peer) error { return n.serve(ctx, id, peer) },
		Report: func(_ int, text string) { n.Model.Failed(id, errors.New(text)) },
	}
	n.wg.Go(func() {
		defer cancel()
		redial.Run(ctx)
	})
}

// serve shows what one renderer sends until its connection ends.
func (n *Network) serve(ctx context.Context, id int, peer *session.Peer) error {
	r := session.NewReceiver(peer, &n.pool, n.Model.wake)
	n.Model.Attach(id, r)
	// When ctx ends the renderer still gets our bye.
	live, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stop := context.AfterFunc(ctx, func() {
		r.Close()
		time.AfterFunc(byeTime, end)
	})
	defer stop()
	return r.Run(live)
}

// Connect dials an address, now and whenever the connection is lost.
func (m *Model) Connect(address string) error {
	if m.connect == nil {
		return errors.New("there is no network")
	}
	return m.connect(address)
}
