package session

// Out is how many slices of the pool somebody holds.
func (p *Pool) Out() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out
}

// Memory is where a renderer's lists lie.
func (r *Renderer) Memory() *Pool { return &r.pool }

// Break takes the streams away, so that the next ack meets a defect, and gives
// what puts them back.
func (r *Renderer) Break() (mend func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	streams := r.streams
	r.streams = map[string]*stream{}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.streams = streams
	}
}
