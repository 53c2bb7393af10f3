import { rmsNorm, rotary, swiGlu } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import type { Linear } from "./linear.js";
import type { Parameter } from "./parameter.js";

/** Attention over rotated queries `[rows, heads, headDim]`, keys and values `[rows, kvHeads, headDim]`. */
export type Attend = (queries: Tensor3D, keys: Tensor3D, values: Tensor3D) => Tensor3D;

/** Rotation angles of each row, `[rows, headDim]`. */
export interface RotaryTables {
  readonly cos: Tensor2D;
  readonly sin: Tensor2D;
}

export interface DecoderDimensions {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly epsilon: number;
}

/** The modules of one decoder layer, under their upstream names. */
export interface DecoderLayerModules {
  readonly input_layernorm: Parameter;
  readonly q_proj: Linear;
  readonly k_proj: Linear;
  readonly v_proj: Linear;
  readonly o_proj: Linear;
  readonly post_attention_layernorm: Parameter;
  readonly gate_proj: Linear;
  readonly up_proj: Linear;
  readonly down_proj: Linear;
}

/** One pre-norm decoder layer (`Qwen2VLDecoderLayer`). */
export class DecoderLayer {
  constructor(
    private readonly modules: DecoderLayerModules,
    private readonly dimensions: DecoderDimensions,
  ) {}

  /** `x` `[rows, hidden]` to the same shape. */
  forward(x: Tensor2D, rotaryTables: RotaryTables, attend: Attend): Tensor2D {
    return tf.tidy(() => {
      const { modules, dimensions } = this;
      const { heads, kvHeads, headDim, epsilon } = dimensions;
      const rows = x.shape[0];
      const normed = rmsNorm(x, modules.input_layernorm.tensor as Tensor1D, epsilon);
      const split = (projection: Linear, count: number): Tensor3D =>
        tf.reshape(projection.forward(normed), [rows, count, headDim]);
      const queries = rotary(split(modules.q_proj, heads), rotaryTables.cos, rotaryTables.sin);
      const keys = rotary(split(modules.k_proj, kvHeads), rotaryTables.cos, rotaryTables.sin);
      const values = split(modules.v_proj, kvHeads);
      const attended: Tensor2D = tf.reshape(attend(queries, keys, values), [rows, heads * headDim]);
      const residual: Tensor2D = tf.add(x, modules.o_proj.forward(attended));
      const normedAgain = rmsNorm(residual, modules.post_attention_layernorm.tensor as Tensor1D, epsilon);
      const activated = swiGlu(modules.gate_proj.forward(normedAgain), modules.up_proj.forward(normedAgain));
      return tf.add(residual, modules.down_proj.forward(activated));
    });
  }

  linears(): readonly Linear[] {
    const { q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj } = this.modules;
    return [q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj];
  }

  /** Variables that `forward` reads, for activation recomputation. */
  variables(): readonly tf.Variable[] {
    const { input_layernorm, post_attention_layernorm } = this.modules;
    return [
      ...input_layernorm.variables(),
      ...post_attention_layernorm.variables(),
      ...this.linears().flatMap((layer) => layer.variables()),
    ];
  }
}
