// Each convention's numbers against testdata/cameras.txt, which Python and Go
// read too (as cameras.json), and the ways back.
#include "check.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <vector>

namespace {

using Numbers = std::vector<double>;
using Values = std::map<std::string, Numbers>;

struct Table {
  std::map<std::string, Values> cameras;
  std::map<std::string, std::string> projections;
};

Table read_table(const char *path) {
  Table table;
  std::ifstream file(path);
  std::string line, name, key, word;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    if (line.rfind("#", 0) == 0 || !(words >> name >> key))
      continue;
    if (key == "projection") {
      words >> table.projections[name];
      continue;
    }
    while (words >> word)
      table.cameras[name][key].push_back(std::stod(word));
  }
  return table;
}

template <std::size_t N> std::array<double, N> as(const Numbers &from) {
  std::array<double, N> to{};
  CHECK(from.size() == N);
  for (std::size_t i = 0; i < N && i < from.size(); i++)
    to[i] = from[i];
  return to;
}

template <class Found> void near(const std::string &what, const Found &found, const Numbers &wanted, double tolerance) {
  CHECK(found.size() == wanted.size() && !wanted.empty());
  for (std::size_t i = 0; i < found.size() && i < wanted.size(); i++)
    if (!CHECK_NEAR(static_cast<double>(found[i]), wanted[i], tolerance))
      std::fprintf(stderr, "  of %s[%zu]\n", what.c_str(), i);
}

rv::Camera camera_of(Values &v, bool ortho) {
  rv::Camera camera = rv::from_opencv(as<16>(v["c2w"]), as<9>(v["K"]), static_cast<std::uint32_t>(v["width"][0]),
                                      static_cast<std::uint32_t>(v["height"][0]));
  camera.raw().z_near = v["near"][0];
  camera.raw().z_far = v["far"][0];
  if (ortho)
    camera.raw().projection = RV_ORTHOGRAPHIC;
  camera.raw().ortho_height = v["ortho_height"][0];
  return camera;
}

// What came back from a convention gives the same pose and lens.
void same(const std::string &what, const rv::Camera &found, const rv::Camera &wanted, double tolerance) {
  CHECK(found.width() == wanted.width() && found.height() == wanted.height());
  CHECK(found.projection() == wanted.projection());
  const rv::Matrix4 pose = wanted.c2w();
  near(what + " c2w", found.c2w(), Numbers(pose.begin(), pose.end()), tolerance);
  rv::Matrix3 k = wanted.K();
  near(what + " K", found.K(), Numbers(k.begin(), k.end()), 1000 * tolerance);
}

void test_opengl(const rv::Camera &camera, Values &v) {
  near("w2c", camera.w2c(), v["w2c"], 1e-12);
  near("c2w_gl", rv::c2w_gl(camera), v["c2w_gl"], 1e-12);
  near("w2c_gl", rv::w2c_gl(camera), v["w2c_gl"], 1e-12);
  near("mvp_gl", camera.mvp_gl(), v["mvp_gl"], 1e-5);
  near("mvp", rv::nvdiffrast(camera).mvp, v["mvp_gl"], 1e-5);
  CHECK(rv::nvdiffrast(camera).height == camera.height());
}

void test_renderers(const rv::Camera &camera, Values &v) {
  const rv::Gsplat gsplat = rv::gsplat(camera);
  near("viewmat", gsplat.viewmat, v["w2c"], 1e-5);
  near("Ks", gsplat.K, v["gsplat_k"], 1e-3);
  const rv::Pytorch3d p3d = rv::pytorch3d(camera);
  near("R", p3d.R, v["pytorch3d_r"], 1e-6);
  near("T", p3d.T, v["pytorch3d_t"], 1e-5);
  near("focal_length", p3d.focal_length, v["pytorch3d_focal"], 1e-6);
  near("principal_point", p3d.principal_point, v["pytorch3d_point"], 1e-6);
  const rv::LuxCore lux = rv::luxcore(camera);
  near("orig", lux.orig, v["luxcore_orig"], 1e-12);
  near("target", lux.target, v["luxcore_target"], 1e-12);
  near("up", lux.up, v["luxcore_up"], 1e-12);
  near("screenwindow", lux.screenwindow, v["luxcore_screenwindow"], 1e-12);
}

void test_perspective(const rv::Camera &camera, Values &v) {
  const rv::Colmap colmap = rv::colmap(camera);
  near("qvec", colmap.qvec, v["colmap_qvec"], 1e-12);
  near("tvec", colmap.tvec, v["colmap_tvec"], 1e-12);
  const rv::Splatting gs = rv::gs(camera);
  near("world_view", gs.world_view_transform, v["gs_world_view"], 1e-5);
  near("full_proj", gs.full_proj_transform, v["gs_full_proj"], 1e-5);
  near("center", gs.camera_center, v["gs_center"], 1e-6);
  near("fov", std::array<double, 2>{gs.fov_x, gs.fov_y}, v["gs_fov"], 1e-12);
  near("fieldofview", std::array<double, 1>{rv::luxcore(camera).fieldofview}, v["luxcore_fieldofview"], 1e-10);
}

void test_mitsuba(const rv::Camera &camera, Values &v) {
  if (camera.projection() == RV_PERSPECTIVE && v.count("mitsuba_fov") == 0) {
    try {
      static_cast<void>(rv::mitsuba(camera));
      CHECK(!"pixels that aren't square are refused");
    } catch (const rv::Error &e) {
      CHECK(e.code() == RV_ERR_INVALID);
    }
    return;
  }
  const rv::Mitsuba found = rv::mitsuba(camera);
  near("to_world", found.to_world, v["mitsuba_to_world"], 1e-12);
  if (v.count("mitsuba_fov") != 0) {
    near("fov", std::array<double, 1>{found.fov}, v["mitsuba_fov"], 1e-12);
    near("offset", std::array<double, 2>{found.principal_point_offset_x, found.principal_point_offset_y},
         v["mitsuba_offset"], 1e-12);
    same("mitsuba", rv::from_mitsuba(found), camera, 1e-9);
    return;
  }
  // The same picture from a camera that is moved sideways.
  const rv::Camera moved = rv::from_mitsuba(found);
  const rv::Ray a = moved.ray(10, 20), b = camera.ray(10, 20);
  for (std::size_t i = 0; i < 3; i++)
    CHECK_NEAR(a.origin[i], b.origin[i], 1e-9);
}

void test_back(const rv::Camera &camera, Values &v) {
  const std::uint32_t w = camera.width(), h = camera.height();
  if (camera.projection() != RV_PERSPECTIVE) {
    rv::Camera flat = camera;
    flat.raw().k[0] = flat.raw().k[4] = h / camera.raw().ortho_height;
    same("gsplat", rv::from_gsplat(rv::gsplat(camera)), flat, 1e-6);
    same("luxcore", rv::from_luxcore(rv::luxcore(camera), w, h), flat, 1e-9);
    return;
  }
  same("opengl", rv::from_opengl(rv::c2w_gl(camera), camera.K(), w, h), camera, 1e-12);
  same("w2c", rv::from_w2c(as<16>(v["w2c"]), camera.K(), w, h), camera, 1e-12);
  same("colmap", rv::from_colmap(rv::colmap(camera), w, h), camera, 1e-9);
  same("gsplat", rv::from_gsplat(rv::gsplat(camera)), camera, 1e-6);
  same("pytorch3d", rv::from_pytorch3d(rv::pytorch3d(camera)), camera, 1e-6);
  same("luxcore", rv::from_luxcore(rv::luxcore(camera), w, h), camera, 1e-9);
  rv::Camera central = camera;
  central.raw().k[2] = w / 2.0;
  central.raw().k[5] = h / 2.0;
  const rv::Splatting gs = rv::gs(central);
  same("gs", rv::from_gs(gs.world_view_transform, gs.fov_x, gs.fov_y, w, h), central, 1e-6);
  const auto exact = as<16>(v["gs_world_view"]);
  same("gs", rv::from_gs(exact, gs.fov_x, gs.fov_y, w, h), central, 1e-9);
  rv::LuxCore plain = rv::luxcore(central);
  if (central.K()[0] == central.K()[4]) {
    plain.screenwindow = {};
    same("luxcore", rv::from_luxcore(plain, w, h), central, 1e-9);
  }
}

template <class F> bool refuses(F convert) {
  try {
    static_cast<void>(convert());
    return false;
  } catch (const rv::Error &e) {
    return e.code() == RV_ERR_INVALID && std::string(e.what()).find("has perspective") != std::string::npos;
  }
}

void test_refused() {
  rv::Camera panorama = rv::Camera::look_at({0, 0, 0}, {0, 0, 1}).sized(400, 200);
  panorama.raw().projection = RV_EQUIRECT;
  CHECK(refuses([&] { return rv::gs(panorama); }));
  CHECK(refuses([&] { return rv::colmap(panorama); }));
  CHECK(refuses([&] { return rv::gsplat(panorama); }));
  CHECK(refuses([&] { return rv::nvdiffrast(panorama); }));
  CHECK(refuses([&] { return rv::pytorch3d(panorama); }));
  CHECK(refuses([&] { return rv::mitsuba(panorama); }));
  panorama.raw().projection = RV_ORTHOGRAPHIC;
  panorama.raw().ortho_height = 2;
  CHECK(refuses([&] { return rv::gs(panorama); }));
  CHECK(refuses([&] { return rv::colmap(panorama); }));
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: conventions_test CAMERAS.TXT\n");
    return 2;
  }
  Table table = read_table(argv[1]);
  CHECK(table.cameras.size() == 4);
  for (auto &[name, values] : table.cameras) {
    const bool ortho = table.projections[name] == "orthographic";
    const rv::Camera camera = camera_of(values, ortho);
    std::fprintf(stderr, "%s\n", name.c_str());
    test_opengl(camera, values);
    test_renderers(camera, values);
    test_mitsuba(camera, values);
    test_back(camera, values);
    if (!ortho)
      test_perspective(camera, values);
  }
  test_refused();
  return checked();
}
