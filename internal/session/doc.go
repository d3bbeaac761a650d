// Package session is what both ends of a connection do: the handshake, flow
// control, newest wins, cameras and their driver, reconnecting, statistics.
//
// Peer is a connection after its handshake. Renderer is a renderer's side with
// any number of viewers. Receiver is a viewer's end of one connection; Link is
// what the viewer needs of it, so that other protocols can give one too. Redial
// keeps a dialed connection up.
package session
