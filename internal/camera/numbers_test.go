package camera

import (
	"encoding/json"
	"os"
	"testing"
)

// cameraNumbers are those of testdata/cameras.json, which Python and C++ are
// held against too; scripts/gen_camera_numbers.py derives them by themselves.
type cameraNumbers struct {
	Projection    string     `json:"projection"`
	Width         int        `json:"width"`
	Height        int        `json:"height"`
	Near          float64    `json:"near"`
	Far           float64    `json:"far"`
	OrthoHeight   float64    `json:"ortho_height"`
	K             []float64  `json:"K"`
	C2W           []float64  `json:"c2w"`
	W2C           []float64  `json:"w2c"`
	C2WGL         []float64  `json:"c2w_gl"`
	W2CGL         []float64  `json:"w2c_gl"`
	MVPGL         []float64  `json:"mvp_gl"`
	PyTorch3DR    []float64  `json:"pytorch3d_r"`
	PyTorch3DT    []float64  `json:"pytorch3d_t"`
	LuxCoreOrig   []float64  `json:"luxcore_orig"`
	LuxCoreTarget []float64  `json:"luxcore_target"`
	LuxCoreUp     []float64  `json:"luxcore_up"`
	Mitsuba       []float64  `json:"mitsuba_to_world"`
	SplatFov      [2]float64 `json:"gs_fov"`
	SplatView     []float64  `json:"gs_world_view"`
	SplatFull     []float64  `json:"gs_full_proj"`
	SplatCenter   []float64  `json:"gs_center"`
}

func (n cameraNumbers) camera() Camera {
	c := Default()
	copy(c.C2W[:], n.C2W)
	copy(c.K[:], n.K)
	c.Width, c.Height, c.Near, c.Far = n.Width, n.Height, n.Near, n.Far
	if n.Projection == "orthographic" {
		c.Projection, c.OrthoHeight = Orthographic, n.OrthoHeight
	}
	return c
}

func TestNumbersOfEveryConvention(t *testing.T) {
	data, err := os.ReadFile("../../testdata/cameras.json")
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]cameraNumbers
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	if len(table) != 4 {
		t.Fatalf("found %d cameras, wanted 4", len(table))
	}
	for name, n := range table {
		t.Run(name, func(t *testing.T) { checkNumbers(t, n) })
	}
}

func checkNumbers(t *testing.T, n cameraNumbers) {
	c := n.camera()
	if err := c.Valid(); err != nil {
		t.Fatal(err)
	}
	w2c, c2wGL, w2cGL, mvp := c.W2C(), c.C2WGL(), c.W2CGL(), c.MVPGL()
	same(t, "w2c", w2c[:], n.W2C)
	same(t, "c2w_gl", c2wGL[:], n.C2WGL)
	same(t, "w2c_gl", w2cGL[:], n.W2CGL)
	same(t, "mvp_gl", mvp[:], n.MVPGL)
	r, tr := c.PyTorch3D()
	same(t, "pytorch3d R", r[:], n.PyTorch3DR)
	same(t, "pytorch3d T", tr[:], n.PyTorch3DT)
	orig, target, up := c.LuxCore()
	same(t, "luxcore orig", orig[:], n.LuxCoreOrig)
	same(t, "luxcore target", target[:], n.LuxCoreTarget)
	same(t, "luxcore up", up[:], n.LuxCoreUp)
	if c.Projection == Orthographic {
		return // Mitsuba's is scaled, gaussian-splatting has none.
	}
	toWorld, s := c.Mitsuba(), c.Splatting()
	same(t, "mitsuba to_world", toWorld[:], n.Mitsuba)
	same(t, "gs fov", []float64{s.FovX, s.FovY}, n.SplatFov[:])
	same(t, "gs world_view_transform", s.WorldViewTransform[:], n.SplatView)
	same(t, "gs full_proj_transform", s.FullProjTransform[:], n.SplatFull)
	same(t, "gs camera_center", s.CameraCenter[:], n.SplatCenter)
}

// same compares all numbers, of which there have to be as many.
func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d numbers, want %d", what, len(got), len(want))
	}
	nearAll(t, what, got, want, 1e-12)
}
