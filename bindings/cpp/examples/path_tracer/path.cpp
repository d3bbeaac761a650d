#include "path.hpp"

#include <limits>

namespace pt {

namespace {

constexpr int longest = 12;   // surfaces on a path
constexpr int certain = 3;    // of these always followed
constexpr float glass_index = 1.5F;

// Light straight from the lamp, on a diffuse surface.
Vec3 direct(const Scene &scene, const Surface &hit, Random &random) {
  const LampPoint lamp = scene.lamp(random.pair());
  const Vec3 to = lamp.point - hit.point;
  const float square = dot(to, to), distance = std::sqrt(square);
  const Vec3 d = to * (1 / distance);
  const float at_hit = dot(hit.normal, d), at_lamp = -dot(lamp.normal, d);
  if (at_hit <= 0 || at_lamp <= 0 || scene.blocked(hit.point, d, distance))
    return {};
  return hit.color * lamp.radiance * (at_hit * at_lamp * lamp.area / (square * pi));
}

// The share of light that glass reflects, by Schlick's approximation.
float reflectance(float cosine) {
  const float r = (1 - glass_index) / (1 + glass_index);
  const float base = r * r, x = 1 - cosine;
  return base + (1 - base) * x * x * x * x * x;
}

Vec3 through_glass(const Surface &hit, Vec3 d, float chance) {
  const float ratio = hit.inside ? glass_index : 1 / glass_index;
  const float in = -dot(d, hit.normal);
  const float square = 1 - ratio * ratio * (1 - in * in);
  if (square <= 0)
    return reflect(d, hit.normal);
  const float out = std::sqrt(square);
  if (chance < reflectance(hit.inside ? out : in))
    return reflect(d, hit.normal);
  return unit(d * ratio + hit.normal * (ratio * in - out));
}

Vec3 clamped(Vec3 light, float brightest) {
  const float most = largest(light);
  return most > brightest ? light * (brightest / most) : light;
}

} // namespace

Vec3 radiance(const Scene &scene, Surface hit, Vec3 direction, float brightest, Random &random) {
  Vec3 sum, weight{1, 1, 1};
  bool lamp_counts = true; // not after direct(), which has counted it already
  for (int bounce = 0; bounce < longest; bounce++) {
    const float most = bounce > 0 ? brightest : std::numeric_limits<float>::max();
    if (hit.material == Material::sky || hit.material == Material::lamp) {
      if (hit.material == Material::sky || lamp_counts)
        sum += clamped(weight * hit.color, most);
      break;
    }
    if (hit.material == Material::diffuse) {
      sum += clamped(weight * direct(scene, hit, random), most);
      direction = cosine_direction(hit.normal, random.pair());
      lamp_counts = false;
    } else {
      direction = hit.material == Material::mirror ? reflect(direction, hit.normal)
                                                   : through_glass(hit, direction, random.next());
      lamp_counts = true;
    }
    weight = weight * hit.color;
    if (bounce >= certain) {
      const float survives = std::min(0.95F, largest(weight));
      if (random.next() >= survives)
        break;
      weight = weight * (1 / survives);
    }
    hit = scene.intersect(hit.point, direction);
  }
  return sum;
}

} // namespace pt
