package model

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"remoteviewer/internal/pixel"
)

const (
	recentAddresses = 10
	rememberedLooks = 256
)

// Look is how a window of some name is shown, where the user changed it. Empty
// fields mean as the renderer says.
type Look struct {
	Color pixel.Color `json:"color,omitempty"`
	Map   string      `json:"map,omitempty"`
}

// prefs are kept between runs, in one JSON file.
type prefs struct {
	mu     sync.Mutex
	path   string
	Recent []string        `json:"recent"`
	Looks  map[string]Look `json:"looks"`
	Order  []string        `json:"order"` // of Looks, the one set last at the end
}

// loadPrefs reads the file; one that is missing or broken is started anew.
func loadPrefs(dir string) *prefs {
	p := &prefs{Looks: map[string]Look{}}
	if dir == "" {
		return p
	}
	p.path = filepath.Join(dir, "viewer.json")
	text, err := os.ReadFile(p.path)
	if err != nil || json.Unmarshal(text, p) != nil || p.Looks == nil {
		return &prefs{path: p.path, Looks: map[string]Look{}}
	}
	return p
}

// save writes the file whole or not at all. Trouble is no reason to disturb
// anyone: the settings then hold for this run.
func (p *prefs) save() {
	if p.path == "" {
		return
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil || os.MkdirAll(filepath.Dir(p.path), 0o700) != nil {
		return
	}
	next := p.path + ".new"
	if os.WriteFile(next, append(text, '\n'), 0o600) == nil {
		_ = os.Rename(next, p.path)
	}
}

func (p *prefs) remember(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := []string{address}
	for _, a := range p.Recent {
		if a != address && len(all) < recentAddresses {
			all = append(all, a)
		}
	}
	if !slices.Equal(all, p.Recent) {
		p.Recent = all
		p.save()
	}
}

// Recent returns the addresses that were dialed last, the newest first.
func (m *Model) Recent() []string {
	m.prefs.mu.Lock()
	defer m.prefs.mu.Unlock()
	return slices.Clone(m.prefs.Recent)
}

// Look returns how windows of a name are shown.
func (m *Model) Look(name string) Look {
	m.prefs.mu.Lock()
	defer m.prefs.mu.Unlock()
	return m.prefs.Looks[name]
}

// SetLook remembers how windows of a name are shown.
func (m *Model) SetLook(name string, look Look) {
	p := m.prefs
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Order = slices.DeleteFunc(p.Order, func(n string) bool { return n == name })
	delete(p.Looks, name)
	if look != (Look{}) {
		p.Looks[name] = look
		p.Order = append(p.Order, name)
	}
	for len(p.Order) > rememberedLooks {
		delete(p.Looks, p.Order[0])
		p.Order = p.Order[1:]
	}
	p.save()
}
