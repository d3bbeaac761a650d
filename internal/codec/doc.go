// Package codec turns packed pixels into a payload and back. A payload is made
// by a filter, which rearranges bytes so that they compress better, and then a
// codec. Both are told beside the payload; nothing in it names them.
//
// In what follows an image is W pixels wide and H high, with C channels of E
// bytes each. P = C*E is the bytes of a pixel, in is the packed image: rows top
// first, no padding, channels interleaved, elements little-endian, W*H*P bytes.
// All byte arithmetic is modulo 256.
//
// # Filters
//
// Each gives W*H*P bytes again.
//
// none: out = in.
//
// left, for every type: within a row, each byte minus the byte at the same
// place of the pixel to the left. With i counting the bytes of one row from 0
// to W*P-1:
//
//	out[i] = in[i]             for i <  P
//	out[i] = in[i] - in[i-P]   for i >= P
//
// Rows stand alone. Elements of more than one byte are not added up as numbers:
// their bytes are taken one by one and nothing carries. Back again, from left
// to right, in[i] = out[i] + in[i-P].
//
// green-planar-left, for u8 whose channels are R, G, B or R, G, B, A in this
// order: the image becomes C planes of W*H bytes (row by row, top first), one
// after the other:
//
//	G, R - G, B - G, and A where there is one
//
// and then left is applied to each plane as to an image of one channel (P = 1).
//
// shuffle, for u16, u32, f16 and f32: with the N = W*H*C elements of the whole
// image in order, first byte 0 (the lowest) of every element, then byte 1 of
// every element, and so on:
//
//	out[k*N + i] = in[i*E + k]   for 0 <= k < E, 0 <= i < N
//
// # Codecs
//
// raw: the image itself, W*H*P bytes. Filter none.
//
// lz4: one block in the LZ4 block format (no frame, no length in front; of the
// kind that LZ4_decompress_safe takes) of the filtered image. At most
// 2113929216 (0x7E000000) bytes of pixels.
//
// zstd: one Zstandard frame (RFC 8878) of the filtered image, with no
// dictionary, nothing before or after it, and either the single-segment flag or
// a window of at most 8 MiB. Checksum and content size are optional.
//
// jpeg: only for srgb u8 of channels Y, Y A, R G B or R G B A in this order.
// Filter none. Without A the payload is one JPEG file: baseline (SOF0), 8 bits,
// one component (Y) or three in YCbCr (RGB), all in one scan, of exactly W x H,
// ending with its EOI marker. With A it is
//
//	u32 little-endian  length of the JPEG
//	JPEG               of the Y or R G B channels, as above
//	zstd               the A plane (W*H bytes) after left with P = 1, as under zstd
//
// so that alpha is exact.
package codec
