// One WebGL program for all shapes, so that thousands of nodes are one draw call.
// Shape: host square, domain circle, wallet diamond, persona hexagon, actor double ring, report small bar.
import { NodeProgram } from "sigma/rendering";
import type { NodeDisplayData, RenderParams } from "sigma/types";
import type { ProgramInfo } from "sigma/rendering";

export const SHAPES = ["domain", "host", "wallet", "persona", "actor", "file", "url", "account", "report"];

const VERTEX = `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_position;
attribute float a_size;
attribute float a_shape;
attribute float a_angle;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec4 v_color;
varying vec2 v_from;
varying float v_radius;
varying float v_shape;
const float bias = 255.0 / 254.0;
void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 4.0;
  vec2 from = size * vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + from, 1)).xy, 0, 1);
  v_from = from;
  v_radius = size / 2.0;
  v_shape = a_shape;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= bias;
}`;

const FRAGMENT = `
precision highp float;
varying vec4 v_color;
varying vec2 v_from;
varying float v_radius;
varying float v_shape;
uniform float u_correctionRatio;
const vec4 nothing = vec4(0.0);
float hexagon(vec2 p, float r) {
  p = abs(p);
  return max(p.x * 0.866 + p.y * 0.5, p.y) - r;
}
float distance_to(vec2 p, float r) {
  float round_ = length(p);
  if (v_shape < 0.5) return round_ - r * 0.82;                                  // domain
  if (v_shape < 1.5) return max(abs(p.x), abs(p.y)) - r * 0.72;                 // host
  if (v_shape < 2.5) return (abs(p.x) + abs(p.y)) * 0.72 - r * 0.72;            // wallet
  if (v_shape < 3.5) return hexagon(p, r * 0.8);                                // persona
  if (v_shape < 4.5) return min(round_ - r * 0.62, abs(round_ - r * 0.88) - r * 0.07); // actor
  if (v_shape < 5.5) return max(abs(p.x) * 1.3, abs(p.y)) - r * 0.76;           // file
  if (v_shape < 6.5) return abs(round_ - r * 0.62) - r * 0.2;                   // url
  if (v_shape < 7.5) return max(abs(p.x), abs(p.y) * 1.6) - r * 0.82;           // account
  return max(abs(p.x) * 0.9, abs(p.y) * 2.4) - r * 0.72;                        // report
}
void main(void) {
  float border = u_correctionRatio * 2.0;
  float d = distance_to(v_from, v_radius) + border * 0.5;
  #ifdef PICKING_MODE
  if (length(v_from) > v_radius) gl_FragColor = nothing;
  else gl_FragColor = v_color;
  #else
  gl_FragColor = mix(v_color, nothing, clamp(d / border, 0.0, 1.0));
  #endif
}`;

const UNIFORMS = ["u_sizeRatio", "u_correctionRatio", "u_matrix"] as const;
type Uniform = (typeof UNIFORMS)[number];

export class ShapeProgram extends NodeProgram<Uniform> {
  getDefinition() {
    const { UNSIGNED_BYTE, FLOAT, TRIANGLES } = WebGLRenderingContext;
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES as 4,
      UNIFORMS: [...UNIFORMS],
      ATTRIBUTES: [
        { name: "a_position", size: 2, type: FLOAT as 5126 },
        { name: "a_size", size: 1, type: FLOAT as 5126 },
        { name: "a_shape", size: 1, type: FLOAT as 5126 },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE as 5121, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE as 5121, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: "a_angle", size: 1, type: FLOAT as 5126 }],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    };
  }

  processVisibleItem(index: number, start: number, data: NodeDisplayData & { shape?: number }): void {
    const array = this.array;
    array[start++] = data.x;
    array[start++] = data.y;
    array[start++] = data.size;
    array[start++] = data.shape ?? 0;
    array[start++] = packed(data.color);
    array[start++] = index;
  }

  setUniforms({ sizeRatio, correctionRatio, matrix }: RenderParams, { gl, uniformLocations }: ProgramInfo<Uniform>): void {
    gl.uniform1f(uniformLocations.u_correctionRatio, correctionRatio);
    gl.uniform1f(uniformLocations.u_sizeRatio, sizeRatio);
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
  }
}

const cache = new Map<string, number>();
const bytes = new Uint8Array(4);
const asFloat = new Float32Array(bytes.buffer);

/** An opaque colour `#rrggbb` as one float, the way the attribute buffer wants it (alpha stays below 255). */
export function packed(colour: string): number {
  const known = cache.get(colour);
  if (known !== undefined) return known;
  const hex = colour.slice(1).padEnd(8, "f");
  for (let i = 0; i < 4; i++) bytes[i] = parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  bytes[3] = Math.min(254, bytes[3]!);
  cache.set(colour, asFloat[0]!);
  return asFloat[0]!;
}
