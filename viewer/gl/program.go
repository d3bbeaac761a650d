package gl

import (
	_ "embed"
	"fmt"
	"strings"

	ogl "github.com/go-gl/gl/v4.1-core/gl"
)

//go:embed image.vert
var vertexSource string

//go:embed image.frag
var fragmentSource string

// program is the image shader, compiled for one variant.
type program struct {
	id       uint32
	uniforms map[string]int32
}

// variant is what the shader has as constants.
type variant struct {
	integer, exposed       bool
	show, alpha, reduction int32
	colorMap               Map
}

func (v variant) constants() string {
	sampler := "sampler2D"
	if v.integer {
		sampler = "usampler2D"
	}
	return fmt.Sprintf("#define SAMPLER %s\n#define SHOW %d\n#define MAP %d\n#define ALPHA %d\n"+
		"#define EXPOSED %d\n#define REDUCED %d\n",
		sampler, v.show, v.colorMap, v.alpha, flag(v.exposed), v.reduction)
}

// program returns the shader for a variant, compiled at first use.
func (r *Renderer) program(v variant) (*program, error) {
	if p := r.programs[v]; p != nil {
		return p, nil
	}
	p, err := newProgram(v)
	if err == nil {
		r.programs[v] = p
	}
	return p, err
}

func newProgram(v variant) (*program, error) {
	vert, err := compile(ogl.VERTEX_SHADER, vertexSource)
	if err != nil {
		return nil, err
	}
	defer ogl.DeleteShader(vert)
	frag, err := compile(ogl.FRAGMENT_SHADER, strings.Replace(fragmentSource, "CONSTANTS\n", v.constants(), 1))
	if err != nil {
		return nil, err
	}
	defer ogl.DeleteShader(frag)
	p := &program{id: ogl.CreateProgram(), uniforms: map[string]int32{}}
	ogl.AttachShader(p.id, vert)
	ogl.AttachShader(p.id, frag)
	ogl.LinkProgram(p.id)
	var ok int32
	if ogl.GetProgramiv(p.id, ogl.LINK_STATUS, &ok); ok == ogl.FALSE {
		return nil, fmt.Errorf("the image shader does not link: %s", programLog(p.id))
	}
	return p, nil
}

// at is the place of a uniform; GL ignores -1, the place of an unused one.
func (p *program) at(name string) int32 {
	loc, ok := p.uniforms[name]
	if !ok {
		loc = ogl.GetUniformLocation(p.id, ogl.Str(name+"\x00"))
		p.uniforms[name] = loc
	}
	return loc
}

func compile(kind uint32, source string) (uint32, error) {
	id := ogl.CreateShader(kind)
	text, free := ogl.Strs(source + "\x00")
	ogl.ShaderSource(id, 1, text, nil)
	free()
	ogl.CompileShader(id)
	var ok int32
	if ogl.GetShaderiv(id, ogl.COMPILE_STATUS, &ok); ok == ogl.FALSE {
		return 0, fmt.Errorf("the image shader does not compile: %s", shaderLog(id))
	}
	return id, nil
}

func shaderLog(id uint32) string {
	var n int32
	ogl.GetShaderiv(id, ogl.INFO_LOG_LENGTH, &n)
	text := strings.Repeat("\x00", int(n)+1)
	ogl.GetShaderInfoLog(id, n, nil, ogl.Str(text))
	return strings.TrimRight(text, "\x00\n")
}

func programLog(id uint32) string {
	var n int32
	ogl.GetProgramiv(id, ogl.INFO_LOG_LENGTH, &n)
	text := strings.Repeat("\x00", int(n)+1)
	ogl.GetProgramInfoLog(id, n, nil, ogl.Str(text))
	return strings.TrimRight(text, "\x00\n")
}
