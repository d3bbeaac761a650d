#version 410 core
// Draws one image: where it stands, how it is filtered, what its values mean.
// What is the same for a whole picture is a constant, put in front of this
// text: drivers that run on the CPU would work out every side of every branch.
//
//   SAMPLER   sampler2D, or usampler2D for u32
//   SHOW      what the values are taken for
//   MAP       the colour map
//   ALPHA     0 none, 1 straight, 2 premultiplied
//   EXPOSED   1: gain is not 1
//   REDUCED   1: more than one texel falls on a pixel, 2: more than one sample is taken
//
// Places are in framebuffer pixels from the top left; texels are at +0.5.
CONSTANTS

uniform SAMPLER image;
uniform vec2 screen;     // size of the framebuffer
uniform vec4 place;      // x, y, width, height of the whole image on it
uniform ivec2 size;      // of the image in texels
uniform float scale;     // from stored values to shown ones (1 is white)
uniform float alphaScale;
uniform float gain;      // 2^exposure
uniform ivec2 taps;       // samples a pixel where it is reduced
uniform vec2 range;      // values at the two ends of the colour map
uniform ivec4 role;      // which component is red, green, blue, alpha (-1: none)
uniform int solo;        // the one component to show, or -1
uniform vec3 background;
uniform float checker;   // side of a square under transparent images
uniform float dim;       // 0: as it is, 1: gone

out vec4 color;

const int SRGB = 0, LINEAR = 1, NORMAL = 2, DEPTH = 3, DATA = 4;
const int GREY = 0, VIRIDIS = 1, TURBO = 2, INFERNO = 3;
const vec3 NOT_A_NUMBER = vec3(1.0, 0.0, 1.0), NOTHING = vec3(0.11, 0.11, 0.12);

vec3 toLinear(vec3 v) {
	vec3 a = abs(v);
	return sign(v) * mix(a / 12.92, pow((a + 0.055) / 1.055, vec3(2.4)), step(0.04045, a));
}

vec3 toDisplay(vec3 v) {
	vec3 a = abs(v);
	return sign(v) * mix(a * 12.92, 1.055 * pow(a, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, a));
}

// Polynomials fitted to matplotlib's and Google's tables by least squares.
vec3 viridis(float t) {
	vec3 c = vec3(-3.9091, 4.7147, 29.0958);
	c = c * t + vec3(1.5868, -13.8337, -72.5217);
	c = c * t + vec3(7.9659, 14.0694, 63.2551);
	c = c * t + vec3(-4.3382, -5.5919, -21.8354);
	c = c * t + vec3(-0.8047, 0.1304, 0.4184);
	c = c * t + vec3(0.2246, 1.4123, 1.4015);
	return c * t + vec3(0.2674, 0.0049, 0.3296);
}

vec3 turbo(float t) {
	vec3 c = vec3(-289.1307, -26.5561, -187.2493);
	c = c * t + vec3(974.2627, 69.6804, 752.5350);
	c = c * t + vec3(-1228.0801, -55.9550, -1170.9166);
	c = c * t + vec3(690.2933, 13.8164, 868.9126);
	c = c * t + vec3(-152.4645, -3.7723, -292.0208);
	c = c * t + vec3(3.8668, -0.1151, 22.8814);
	c = c * t + vec3(1.5415, 2.8459, 5.6355);
	return c * t + vec3(0.1889, 0.0719, 0.2335);
}

vec3 inferno(float t) {
	vec3 c = vec3(27.8404, -11.5707, -21.3005);
	c = c * t + vec3(-78.8511, 30.9454, 62.2643);
	c = c * t + vec3(84.9694, -32.0253, -61.2743);
	c = c * t + vec3(-45.4486, 16.9910, 27.7936);
	c = c * t + vec3(12.4404, -3.9205, -9.9606);
	c = c * t + vec3(0.0359, 0.5778, 3.1128);
	return c * t + vec3(0.0015, 0.0005, 0.0117);
}

vec3 falseColour(float value) {
	if (isnan(value)) return NOTHING;
	if (SHOW == DEPTH && (isinf(value) || value <= 0.0)) return NOTHING;
	vec2 ends = range;
	if (SHOW == DEPTH) { // as many colours from 1 to 2 as from 10 to 20
		value = log(value);
		ends = log(max(range, 1e-30));
	}
	float span = ends.y - ends.x;
	float t = span == 0.0 ? 0.5 : clamp((value - ends.x) / span, 0.0, 1.0);
	if (MAP == VIRIDIS) return clamp(viridis(t), 0.0, 1.0);
	if (MAP == TURBO) return clamp(turbo(t), 0.0, 1.0);
	if (MAP == INFERNO) return clamp(inferno(t), 0.0, 1.0);
	return vec3(t);
}

// What one texel looks like: colour times alpha, and alpha. Display values,
// but for LINEAR.
vec4 shade(vec4 texel) {
	if (SHOW >= DEPTH) return vec4(falseColour(texel[solo < 0 ? role.x : solo] * scale), 1.0);
	float a = 1.0;
	if (ALPHA != 0 && solo < 0) a = clamp(texel[role.w] * alphaScale, 0.0, 1.0);
	vec3 c = solo >= 0 ? vec3(texel[solo]) : vec3(texel[role.x], texel[role.y], texel[role.z]);
	c *= scale;
	if (any(isnan(c)) || isnan(a)) return vec4(NOT_A_NUMBER, 1.0);
	if (SHOW == NORMAL) c = 0.5 + 0.5 * c;
	if (SHOW == LINEAR && EXPOSED == 1) c *= gain;
	if (SHOW == SRGB && EXPOSED == 1) c = toDisplay(toLinear(c) * gain);
	return vec4(ALPHA == 1 ? c * a : c, a);
}

// Averages the texels under one pixel, in linear light where they are colours.
vec4 reduced(vec2 at, vec2 texels) {
	if (SHOW == DATA) return shade(vec4(texelFetch(image, min(ivec2(at), size - 1), 0)));
	if (REDUCED == 1) return shade(vec4(textureLod(image, at / vec2(size), 0.0)));
	vec4 sum = vec4(0.0);
	for (int y = 0; y < taps.y; y++) {
		for (int x = 0; x < taps.x; x++) {
			vec2 offset = (vec2(x, y) + 0.5) / vec2(taps) - 0.5;
			vec4 c = shade(vec4(textureLod(image, (at + offset * texels) / vec2(size), 0.0)));
			if (SHOW == SRGB) c.rgb = clamp(c.rgb * abs(c.rgb), 0.0, 1.0); // near enough to light for a mean
			sum += c;
		}
	}
	sum /= float(taps.x * taps.y);
	if (SHOW == SRGB) sum.rgb = sqrt(sum.rgb);
	return sum;
}

void main() {
	vec2 pixel = vec2(gl_FragCoord.x, screen.y - gl_FragCoord.y);
	vec2 texels = vec2(size) / place.zw; // under one pixel
	vec2 at = (pixel - place.xy) * texels;
	if (any(lessThan(at, vec2(0.0))) || any(greaterThanEqual(at, vec2(size)))) {
		color = vec4(background, 1.0);
		return;
	}
	vec4 c;
	if (REDUCED > 0) {
		c = reduced(at, texels);
	} else {
		c = shade(vec4(texelFetch(image, min(ivec2(at), size - 1), 0)));
	}
	if (ALPHA == 0) {
		if (SHOW == LINEAR) c.rgb = toDisplay(c.rgb);
		color = vec4(mix(clamp(c.rgb, 0.0, 1.0), background, dim), 1.0);
		return;
	}
	vec2 square = floor((pixel - place.xy) / checker);
	vec3 under = vec3(mod(square.x + square.y, 2.0) < 0.5 ? 0.36 : 0.44);
	vec3 shown;
	if (SHOW == LINEAR) {
		shown = toDisplay(c.rgb + toLinear(under) * (1.0 - c.a));
	} else {
		shown = c.rgb + under * (1.0 - c.a);
	}
	color = vec4(mix(clamp(shown, 0.0, 1.0), background, dim), 1.0);
}
