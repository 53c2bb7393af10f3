// What a step cannot do without: floating-point operations and bytes by phase. The formulas stand in README.md.

/** One decoder layer's and the head's weights that meet every row. */
function weightsOf(shape) {
  const { hidden_size: hidden, intermediate_size: inner } = shape;
  const keyWidth = (hidden / shape.num_attention_heads) * shape.num_key_value_heads;
  return {
    layer: 2 * hidden * hidden + 2 * hidden * keyWidth + 3 * hidden * inner,
    qkv: hidden * hidden + 2 * hidden * keyWidth,
    head: hidden * shape.vocab_size,
    keyWidth,
  };
}

function visionFlops({ vision_config: tower, hidden_size: hidden }, [width, height]) {
  const { embed_dim: dim, depth, patch_size: patch, spatial_merge_size: merge, mlp_ratio: ratio } = tower;
  const patches = (width / patch) * (height / patch);
  const window = dim * merge ** 2;
  const features = tower.in_chans * tower.temporal_patch_size * patch ** 2;
  const linears = features * dim + depth * dim * dim * (4 + 2 * ratio);
  return (
    2 * patches * linears +
    4 * patches ** 2 * dim * depth +
    2 * (patches / merge ** 2) * (window ** 2 + window * hidden)
  );
}

/**
 * Operations (one multiply-add is two) and bytes of each phase. `bytesPerWeight` is how the engine keeps frozen
 * weights; keys and values are f32.
 */
export function stepWork({ shape, imageSize, prompt, completions, maxNewTokens, beta, bytesPerWeight }) {
  const { num_hidden_layers: layers, hidden_size: hidden } = shape;
  const { layer, qkv, head, keyWidth } = weightsOf(shape);
  const tokens = completions * maxNewTokens;
  // The last token of a completion predicts nothing and has no row.
  const own = completions * (maxNewTokens - 1);
  const rows = prompt + own;
  /** Query-key pairs: each row sees what is before it and itself. */
  const promptPairs = (prompt * (prompt + 1)) / 2;
  const ownPairs = own * prompt + (completions * (maxNewTokens - 1) * maxNewTokens) / 2;
  const attention = (pairs) => 4 * layers * hidden * pairs;
  const linears = (count) => 2 * layers * layer * count;
  const logits = 2 * head * tokens;
  const forward = linears(rows) + attention(promptPairs + ownPairs) + logits;
  const weightBytes = layers * layer * bytesPerWeight;
  const headBytes = head * bytesPerWeight;
  const pass = weightBytes + headBytes;
  const cached = (positions) => 2 * 4 * layers * keyWidth * positions;
  const decodeSteps = maxNewTokens - 1;
  // Step t reads the prompt's keys and values once for the group, and each row's own t positions.
  const cacheBytes =
    decodeSteps * cached(prompt) + completions * cached((decodeSteps * (decodeSteps + 1)) / 2);
  const phases = {
    vision: { flops: visionFlops(shape, imageSize), bytes: 0 },
    prefill: { flops: linears(prompt) + attention(promptPairs) + 2 * head, bytes: pass },
    decode: {
      flops: linears(own) + attention(ownPairs) + 2 * head * own,
      bytes: decodeSteps * pass + cacheBytes,
    },
    reference: beta === 0 ? { flops: 0, bytes: 0 } : { flops: forward, bytes: pass },
    policy_forward: { flops: forward, bytes: pass },
    backward: {
      // Input gradients only; none below the first layer's adapted projections; attention has four products for two.
      flops: linears(rows) - 2 * qkv * rows + 2 * attention(promptPairs + ownPairs) + logits,
      bytes: pass,
    },
  };
  return phases;
}

/** Seconds by phase and in all at the machine's measured rates. */
export function floorOf(phases, { flopsPerSecond, bytesPerSecond }) {
  const seconds = Object.fromEntries(
    Object.entries(phases).map(([name, { flops, bytes }]) => [
      name,
      flops / flopsPerSecond + bytes / bytesPerSecond,
    ]),
  );
  const sum = (key) => Object.values(phases).reduce((total, phase) => total + phase[key], 0);
  return {
    flops: sum("flops"),
    bytes: sum("bytes"),
    phases: seconds,
    seconds: Object.values(seconds).reduce((total, value) => total + value, 0),
  };
}
