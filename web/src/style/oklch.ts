/**
 * Colour in OKLCH (lightness 0..1, chroma 0..0.4, hue in degrees) as #rrggbb, because MapLibre reads sRGB only. Colours outside
 * sRGB are clipped channel by channel. Conversion after Björn Ottosson, "A perceptual color space for image processing" (2020).
 */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return (
    "#" +
    hex(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    hex(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    hex(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  );
}

function hex(linear: number): string {
  const c = Math.min(1, Math.max(0, linear));
  const srgb = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
  return Math.round(srgb * 255).toString(16).padStart(2, "0");
}
