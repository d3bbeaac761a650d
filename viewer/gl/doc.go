// Package gl draws images. It knows plain images and a View that says where
// and how to draw one; it knows no connection, no window and no user.
//
// Everything here runs on the one thread that has the GL context. Textures,
// buffers and programs are shared between the contexts of one share group,
// vertex arrays are not: each window has its own Surface.
package gl
