package session

// Out is how many slices of the pool somebody holds.
func (p *Pool) Out() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out
}

// Memory is where a renderer's lists lie.
func (r *Renderer) Memory() *Pool { return &r.pool }
