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

// program is the image shader, compiled for one kind of texture.
type program struct {
	id       uint32
	uniforms map[string]int32
}

// newProgram compiles the shader for sampler2D or usampler2D.
func newProgram(sampler string) (*program, error) {
	vert, err := compile(ogl.VERTEX_SHADER, vertexSource)
	if err != nil {
		return nil, err
	}
	defer ogl.DeleteShader(vert)
	frag, err := compile(ogl.FRAGMENT_SHADER, strings.ReplaceAll(fragmentSource, "SAMPLER", sampler))
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
