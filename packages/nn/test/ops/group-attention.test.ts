import { tensor3d, tidy, type Tensor3D } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { groupAttention, type GroupLayout } from "../../src/ops/index.js";
import { attentionPlan } from "../../src/ops/group-attention-plan.js";
import { maxDifference, useWasm } from "../support/wasm.js";
import { expectReference, numbers, softmax } from "./reference.js";

interface Shape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly d: number;
}

/** For every row the rows it sees, by the definition. */
function visibleRows(layout: GroupLayout, causal: boolean): number[][] {
  const visible: number[][] = [];
  const span = (from: number, length: number) => Array.from({ length }, (_, i) => from + i);
  for (const { prefix, branches } of layout.groups) {
    const start = visible.length;
    for (let i = 0; i < prefix; i++) visible.push(span(start, causal ? i + 1 : prefix));
    for (const length of branches) {
      const own = visible.length;
      for (let i = 0; i < length; i++)
        visible.push([...span(start, prefix), ...span(own, causal ? i + 1 : length)]);
    }
  }
  return visible;
}

function reference(layout: GroupLayout, { heads, kvHeads, d }: Shape, causal: boolean, scale: number) {
  const visible = visibleRows(layout, causal);
  return (q: number[], k: number[], v: number[]): number[] =>
    visible.flatMap((keys, row) =>
      Array.from({ length: heads }, (_, head) => {
        const kv = Math.floor(head / (heads / kvHeads));
        const at = (x: number[], r: number, i: number) => x[(r * kvHeads + kv) * d + i]!;
        const query = q.slice((row * heads + head) * d, (row * heads + head + 1) * d);
        const p = softmax(keys.map((key) => scale * query.reduce((s, x, i) => s + x * at(k, key, i), 0)));
        return Array.from({ length: d }, (_, i) => keys.reduce((s, key, j) => s + p[j]! * at(v, key, i), 0));
      }).flat(),
    );
}

function rowCount(layout: GroupLayout): number {
  return visibleRows(layout, true).length;
}

const layouts: Record<string, GroupLayout> = {
  "one row": { groups: [{ prefix: 1, branches: [] }] },
  "a prefix alone": { groups: [{ prefix: 5, branches: [] }] },
  "branches of equal length": { groups: [{ prefix: 3, branches: [2, 2, 2] }] },
  "branches of unequal length": { groups: [{ prefix: 4, branches: [1, 3, 2] }] },
  "several groups in one bucket": {
    groups: [
      { prefix: 3, branches: [2, 1] },
      { prefix: 4, branches: [2, 2] },
      { prefix: 3, branches: [1, 2] },
    ],
  },
  "groups too different for one bucket, one without branches": {
    groups: [
      { prefix: 1, branches: [1] },
      { prefix: 7, branches: [3, 2] },
      { prefix: 2, branches: [] },
    ],
  },
};

describe("groupAttention", () => {
  before(useWasm);

  for (const [name, layout] of Object.entries(layouts)) {
    for (const causal of [true, false]) {
      it(`equals attention row by row for ${name}${causal ? "" : ", not causal"}`, () => {
        const shape = { heads: 4, kvHeads: 2, d: 2 };
        const rows = rowCount(layout);
        expectReference({
          shapes: [
            [rows, 4, 2],
            [rows, 2, 2],
            [rows, 2, 2],
          ],
          op: (q: Tensor3D, k: Tensor3D, v: Tensor3D) => groupAttention(q, k, v, layout, { causal }),
          reference: reference(layout, shape, causal, 2 ** -0.5),
        });
      });
    }
  }

  it("applies a given scale and one kv head for all", () => {
    const layout = { groups: [{ prefix: 3, branches: [2] }] };
    expectReference({
      shapes: [
        [5, 3, 2],
        [5, 1, 2],
        [5, 1, 2],
      ],
      op: (q: Tensor3D, k: Tensor3D, v: Tensor3D) => groupAttention(q, k, v, layout, { scale: 2 }),
      reference: reference(layout, { heads: 3, kvHeads: 1, d: 2 }, true, 2),
    });
  });

  it("differentiates the values alone", () => {
    const layout = { groups: [{ prefix: 3, branches: [2, 1] }] };
    expectReference({
      shapes: [
        [6, 2, 2],
        [6, 2, 2],
        [6, 2, 2],
      ],
      op: (q: Tensor3D, k: Tensor3D, v: Tensor3D) => groupAttention(q, k, v, layout),
      reference: reference(layout, { heads: 2, kvHeads: 2, d: 2 }, true, 2 ** -0.5),
      gradients: [2],
    });
  });

  it("computes in several chunks what fits not in one", () => {
    // Two heads of 600 prefix rows and 3 branches of up to 120: more scores than one chunk on wasm.
    const layout = { groups: [{ prefix: 600, branches: [120, 20, 60] }] };
    const shape = { heads: 4, kvHeads: 2, d: 4 };
    const rows = rowCount(layout);
    const values = [numbers(rows * 16, 1), numbers(rows * 8, 2), numbers(rows * 8, 3)] as const;
    const [q, k, v] = [
      tensor3d(values[0], [rows, 4, 4]),
      tensor3d(values[1], [rows, 2, 4]),
      tensor3d(values[2], [rows, 2, 4]),
    ] as const;
    const y = tidy(() => groupAttention(q, k, v, layout));
    expect(maxDifference(y, reference(layout, shape, true, 0.5)(...values))).to.be.below(2e-5);
    for (const one of [q, k, v, y]) one.dispose();
  });

  it("batches groups of like size together and keeps unlike ones apart", () => {
    const like = Array.from({ length: 64 }, (_, i) => ({
      prefix: 30 + (i % 5),
      branches: [8, 9, 7 + (i % 3)],
    }));
    expect(attentionPlan({ groups: like })).to.have.length(1);
    const unlike = [...like, { prefix: 600, branches: [200] }];
    const plan = attentionPlan({ groups: unlike });
    expect(plan.map((bucket) => bucket.groups.length)).to.deep.equal([1, 64]);
  });

  it("refuses layouts that do not fit", () => {
    const q = tensor3d(numbers(8, 1), [4, 1, 2]);
    for (const [group, message] of [
      [{ prefix: 3, branches: [] }, /3 rows, the tensors 4/],
      [{ prefix: 0, branches: [4] }, /at least 1 row/],
      [{ prefix: 4, branches: [0] }, /at least 1 row/],
    ] as const) {
      expect(() => groupAttention(q, q, q, { groups: [group] })).to.throw(message);
    }
    q.dispose();
  });
});
