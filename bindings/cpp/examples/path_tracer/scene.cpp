#include "scene.hpp"

#include <limits>

namespace pt {

namespace {

constexpr float near_zero = 1e-4F;
constexpr Vec3 lamp_half{0.34F, 0, 0.28F};
constexpr Vec3 lamp_radiance{19.0F, 16.2F, 12.4F};

// Behind the open front: a dim evening.
Vec3 sky(Vec3 direction) {
  const float up = 0.5F - 0.5F * direction.y;
  return Vec3{0.030F, 0.034F, 0.042F} * (1 - up) + Vec3{0.075F, 0.100F, 0.150F} * up;
}

Vec3 floor_color(Vec3 p) {
  const int tiles = static_cast<int>(std::floor(p.x * 4)) + static_cast<int>(std::floor(p.z * 4));
  return tiles % 2 == 0 ? Vec3{0.76F, 0.74F, 0.70F} : Vec3{0.42F, 0.41F, 0.40F};
}

// The walls have one side each: from outside one looks through them, so a ray
// meets the wall where it leaves the box. `axis` gets 0, 1, 2 for x, y, z; the
// result is 0 when it doesn't meet one.
float leave_box(Vec3 o, Vec3 d, int &axis) {
  const Vec3 inverse{1 / d.x, 1 / d.y, 1 / d.z};
  const Vec3 side{std::copysign(1.0F, d.x), std::copysign(1.0F, d.y), std::copysign(1.0F, d.z)};
  const Vec3 in = (-side - o) * inverse, out = (side - o) * inverse;
  const float far[3] = {out.x, out.y, out.z};
  axis = far[0] < far[1] ? 0 : 1;
  axis = far[2] < far[axis] ? 2 : axis;
  const bool enters = largest(in) < far[axis];
  const bool open = axis == 2 && d.z < 0;
  return enters && !open && far[axis] > near_zero ? far[axis] : 0;
}

void wall(Surface &hit, Vec3 d, int axis) {
  const Vec3 p = hit.point;
  hit.material = Material::diffuse;
  hit.color = {0.73F, 0.72F, 0.70F};
  if (axis == 0) {
    hit.id = d.x < 0 ? 1 : 2;
    hit.normal = {-std::copysign(1.0F, d.x), 0, 0};
    hit.color = d.x < 0 ? Vec3{0.66F, 0.08F, 0.07F} : Vec3{0.14F, 0.46F, 0.13F};
  } else if (axis == 1) {
    hit.id = d.y < 0 ? 3 : 4;
    hit.normal = {0, -std::copysign(1.0F, d.y), 0};
    if (d.y > 0)
      hit.color = floor_color(p);
    else if (std::fabs(p.x) < lamp_half.x && std::fabs(p.z) < lamp_half.z) {
      hit.id = 5;
      hit.material = Material::lamp;
      hit.color = lamp_radiance;
    }
  } else {
    hit.id = 6;
    hit.normal = {0, 0, -1};
  }
}

// The nearer place in front of the origin where a ray meets a sphere, or 0.
float meet(const Sphere &s, Vec3 o, Vec3 d) {
  const Vec3 to = s.center - o;
  const float along = dot(to, d);
  // From the foot of the perpendicular: exact also when the sphere is far away.
  const Vec3 foot = to - d * along;
  const float square = s.radius * s.radius - dot(foot, foot);
  if (square < 0)
    return 0;
  const float half = std::sqrt(square);
  if (along - half > near_zero)
    return along - half;
  return along + half > near_zero ? along + half : 0;
}

} // namespace

Surface Scene::intersect(Vec3 origin, Vec3 direction) const {
  int axis = 0;
  const float box = leave_box(origin, direction, axis);
  float best = box > 0 ? box : std::numeric_limits<float>::max();
  const Sphere *sphere = nullptr;
  for (const Sphere &s : spheres)
    if (const float t = meet(s, origin, direction); t > 0 && t < best) {
      best = t;
      sphere = &s;
    }

  Surface hit;
  if (sphere == nullptr && box <= 0) {
    hit.color = sky(direction);
    return hit;
  }
  hit.distance = best;
  hit.point = origin + direction * best;
  if (sphere == nullptr) {
    wall(hit, direction, axis);
    return hit;
  }
  hit.id = 7 + static_cast<std::uint32_t>(sphere - spheres.data());
  hit.material = sphere->material;
  hit.color = sphere->color;
  hit.normal = (hit.point - sphere->center) * (1 / sphere->radius);
  hit.inside = dot(hit.normal, direction) > 0;
  if (hit.inside)
    hit.normal = -hit.normal;
  return hit;
}

bool Scene::blocked(Vec3 from, Vec3 direction, float distance) const {
  for (const Sphere &s : spheres)
    if (const float t = meet(s, from, direction); t > 0 && t < distance)
      return true;
  return false;
}

LampPoint Scene::lamp(Sample2 s) const {
  return {{(2 * s.u - 1) * lamp_half.x, -1, (2 * s.v - 1) * lamp_half.z},
          {0, 1, 0},
          4 * lamp_half.x * lamp_half.z,
          lamp_radiance};
}

} // namespace pt
