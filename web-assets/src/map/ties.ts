// The WebGL program for edges: one thin quad each, dashed where confidence is low, all in one draw call.
import { EdgeProgram } from "sigma/rendering";
import type { ProgramInfo } from "sigma/rendering";
import type { EdgeDisplayData, NodeDisplayData, RenderParams } from "sigma/types";
import { packed } from "./shapes";

const VERTEX = `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_start;
attribute vec2 a_end;
attribute float a_width;
attribute float a_dashed;
attribute float a_along;
attribute float a_side;
uniform mat3 u_matrix;
uniform vec2 u_size;
varying vec4 v_color;
varying float v_along;
varying float v_dashed;
varying float v_side;
varying float v_width;
const float bias = 255.0 / 254.0;
void main() {
  vec2 from = (u_matrix * vec3(a_start, 1)).xy * u_size * 0.5;
  vec2 to = (u_matrix * vec3(a_end, 1)).xy * u_size * 0.5;
  float far = max(length(to - from), 0.001);
  vec2 way = (to - from) / far;
  float reach = a_width * 0.5 + 1.0;
  vec2 at = mix(from, to, a_along) + vec2(-way.y, way.x) * a_side * reach;
  gl_Position = vec4(at / (u_size * 0.5), 0, 1);
  v_along = a_along * far;
  v_side = a_side * reach;
  v_width = a_width;
  v_dashed = a_dashed;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= bias;
}`;

const FRAGMENT = `
precision mediump float;
varying vec4 v_color;
varying float v_along;
varying float v_dashed;
varying float v_side;
varying float v_width;
void main(void) {
  #ifdef PICKING_MODE
  gl_FragColor = v_color;
  #else
  float cover = clamp(v_width * 0.5 + 0.5 - abs(v_side), 0.0, 1.0);
  if (v_dashed > 0.5 && mod(v_along, 7.0) > 3.5) cover = 0.0;
  gl_FragColor = v_color * cover;
  #endif
}`;

const UNIFORMS = ["u_matrix", "u_size"] as const;
type Uniform = (typeof UNIFORMS)[number];

export class TieProgram extends EdgeProgram<Uniform> {
  getDefinition() {
    const { UNSIGNED_BYTE, FLOAT, TRIANGLES } = WebGLRenderingContext;
    const float = (name: string, size: number) => ({ name, size, type: FLOAT as 5126 });
    const colour = (name: string) => ({ name, size: 4, type: UNSIGNED_BYTE as 5121, normalized: true });
    return {
      VERTICES: 6,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES as 4,
      UNIFORMS: [...UNIFORMS],
      ATTRIBUTES: [float("a_start", 2), float("a_end", 2), float("a_width", 1), float("a_dashed", 1), colour("a_color"), colour("a_id")],
      CONSTANT_ATTRIBUTES: [float("a_along", 1), float("a_side", 1)],
      CONSTANT_DATA: [[0, 1], [0, -1], [1, 1], [1, 1], [0, -1], [1, -1]],
    };
  }

  processVisibleItem(index: number, start: number, from: NodeDisplayData, to: NodeDisplayData, data: EdgeDisplayData & { dashed?: boolean }): void {
    const array = this.array;
    array[start++] = from.x;
    array[start++] = from.y;
    array[start++] = to.x;
    array[start++] = to.y;
    array[start++] = data.size;
    array[start++] = data.dashed ? 1 : 0;
    array[start++] = packed(data.color);
    array[start++] = index;
  }

  setUniforms({ matrix, width, height }: RenderParams, { gl, uniformLocations }: ProgramInfo<Uniform>): void {
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
    gl.uniform2f(uniformLocations.u_size, width, height);
  }
}
