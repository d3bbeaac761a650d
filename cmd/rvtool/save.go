package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"remoteviewer/internal/imagefile"
	"remoteviewer/internal/session"
)

// longestPart is what a stream and a name may each add to a file's name, bytes.
// With all the rest that stays below the 255 that file systems take.
const longestPart = 100

// save writes a list's images to files named by sequence number, stream and name,
// and by the renderer where it isn't the first.
func save(dir string, source int, l *session.List) error {
	names := fileNames(source, l)
	for i := range l.Images {
		if l.Images[i].Pix == nil {
			continue
		}
		if err := imagefile.Write(filepath.Join(dir, names[i]), l.Images[i].Image); err != nil {
			return err
		}
	}
	return nil
}

// fileNames are the files of a list's images, each another one also where a file
// system takes A for a.
func fileNames(source int, l *session.List) []string {
	start := fmt.Sprintf("%06d-", l.Seq)
	if source > 1 {
		start = fmt.Sprintf("r%d-", source) + start
	}
	if l.Stream != "" {
		start += fileName(l.Stream) + "-"
	}
	names := make([]string, len(l.Images))
	used := map[string]bool{}
	for i := range l.Images {
		base, ext := start+fileName(l.Images[i].Name), imagefile.DefaultExt(l.Images[i].Image)
		name := base
		for n := i; used[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s~%d", base, n)
		}
		used[strings.ToLower(name)] = true
		names[i] = name + ext
	}
	return names
}

// fileName keeps of a peer's name what is harmless in a file's.
func fileName(name string) string {
	clean := strings.Map(func(c rune) rune {
		if session.Printable(string(c)) != string(c) || strings.ContainsRune(`/\:*?"<>|`, c) {
			return '_'
		}
		return c
	}, name)
	clean = cut(strings.TrimLeft(clean, "."), longestPart)
	if clean == "" {
		return "_"
	}
	return clean
}

// cut keeps at most n bytes, in whole characters.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
