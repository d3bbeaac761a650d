// Nothing here calls C: cgo takes the C file beside this one in.

package ui

import "C"
