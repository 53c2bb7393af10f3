// Attention of one new row of each sequence while decoding. A sequence sees the keys of its prompt, which exist once
// for all its sequences, and its own, which are written here. Keys lie transposed, [d, positions], so that scores are
// computed for many positions at a time without sums across a vector.
#pragma once
#include <vector>

#include "../call.h"
#include "rows.h"
#include "vectors.h"

namespace rarl::decoding {

using vectors::load;
using vectors::store;
using vectors::Vector;

/** Keys [d, positions] with `key_stride` between dimensions, values [positions, d] with `value_stride` between rows. */
struct Part {
  const float* keys;
  int64_t key_stride;
  const float* values;
  int64_t value_stride;
  int64_t positions;
};

/** Scores of `heads` queries [heads, d] at the positions of one vector. */
template <int lanes, int heads>
RARL_INLINE void one_vector(const float* q, int64_t d, const float* keys, int64_t key_stride, typename Vector<lanes>::F* sums) {
  for (int h = 0; h < heads; h++) sums[h] = typename Vector<lanes>::F{};
  for (int64_t i = 0; i < d; i++) {
    const auto ks = load<lanes>(keys + i * key_stride);
    for (int h = 0; h < heads; h++) sums[h] += q[h * d + i] * ks;
  }
}

/** scores[head, position] of `heads` queries [heads, d]; `tail` is memory for d vectors. */
template <int lanes, int heads>
RARL_INLINE void scores_of(const float* q, int64_t d, const Part& part, float* scores, int64_t stride, float* tail) {
  constexpr int blocks = 4;
  int64_t at = 0;
  for (; at + blocks * lanes <= part.positions; at += blocks * lanes) {
    typename Vector<lanes>::F sums[heads][blocks] = {};
    for (int64_t i = 0; i < d; i++) {
      const float* keys = part.keys + i * part.key_stride + at;
      typename Vector<lanes>::F ks[blocks];
      for (int b = 0; b < blocks; b++) ks[b] = load<lanes>(keys + b * lanes);
      for (int h = 0; h < heads; h++)
        for (int b = 0; b < blocks; b++) sums[h][b] += q[h * d + i] * ks[b];
    }
    for (int h = 0; h < heads; h++)
      for (int b = 0; b < blocks; b++) store<lanes>(scores + h * stride + at + b * lanes, sums[h][b]);
  }
  for (; at + lanes <= part.positions; at += lanes) {
    typename Vector<lanes>::F sums[heads];
    one_vector<lanes, heads>(q, d, part.keys + at, part.key_stride, sums);
    for (int h = 0; h < heads; h++) store<lanes>(scores + h * stride + at, sums[h]);
  }
  const int64_t left = part.positions - at;
  if (left == 0) return;
  // The last positions, copied so that a whole vector may be read.
  for (int64_t i = 0; i < d; i++)
    for (int64_t j = 0; j < lanes; j++) tail[i * lanes + j] = j < left ? part.keys[i * part.key_stride + at + j] : 0.0f;
  typename Vector<lanes>::F sums[heads];
  one_vector<lanes, heads>(q, d, tail, lanes, sums);
  for (int h = 0; h < heads; h++) {
    float row[lanes];
    store<lanes>(row, sums[h]);
    std::copy(row, row + left, scores + h * stride + at);
  }
}

/** out[head, d] += Σ p[head, position] value[position] */
template <int lanes, int heads>
RARL_INLINE void add_values(const float* p, int64_t stride, const Part& part, int64_t d, float* out) {
  constexpr int blocks = 4;
  int64_t i = 0;
  for (; i + blocks * lanes <= d; i += blocks * lanes) {
    typename Vector<lanes>::F sums[heads][blocks];
    for (int h = 0; h < heads; h++)
      for (int b = 0; b < blocks; b++) sums[h][b] = load<lanes>(out + h * d + i + b * lanes);
    for (int64_t at = 0; at < part.positions; at++) {
      const float* values = part.values + at * part.value_stride + i;
      typename Vector<lanes>::F vs[blocks];
      for (int b = 0; b < blocks; b++) vs[b] = load<lanes>(values + b * lanes);
      for (int h = 0; h < heads; h++)
        for (int b = 0; b < blocks; b++) sums[h][b] += p[h * stride + at] * vs[b];
    }
    for (int h = 0; h < heads; h++)
      for (int b = 0; b < blocks; b++) store<lanes>(out + h * d + i + b * lanes, sums[h][b]);
  }
  for (; i < d; i++) {
    for (int h = 0; h < heads; h++) {
      float total = out[h * d + i];
      for (int64_t at = 0; at < part.positions; at++) total += p[h * stride + at] * part.values[at * part.value_stride + i];
      out[h * d + i] = total;
    }
  }
}

/** `heads` query heads of one sequence that share a key head. `scores` holds heads · stride values and then d vectors. */
template <int lanes, int heads>
RARL_INLINE void attend(const float* q, int64_t d, const Part* parts, float scale, float* scores, int64_t stride, float* out) {
  int64_t begin = 0;
  for (int part = 0; part < 2; part++) {
    scores_of<lanes, heads>(q, d, parts[part], scores + begin, stride, scores + heads * stride);
    begin += parts[part].positions;
  }
  for (int h = 0; h < heads; h++) {
    float* row = scores + h * stride;
    const float sum = rows::exponentials(row, scale, rows::largest(row, begin), row, begin);
    rows::multiply(row, 1.0f / sum, begin);
    std::fill(out + h * d, out + (h + 1) * d, 0.0f);
  }
  begin = 0;
  for (int part = 0; part < 2; part++) {
    add_values<lanes, heads>(scores + begin, stride, parts[part], d, out);
    begin += parts[part].positions;
  }
}

template <int lanes>
RARL_INLINE void attend_heads(const float* q, int64_t heads, int64_t d, const Part* parts, float scale, float* scores, int64_t stride, float* out) {
  for (; heads >= 4; heads -= 4, q += 4 * d, out += 4 * d) attend<lanes, 4>(q, d, parts, scale, scores, stride, out);
  switch (heads) {
    case 3: return attend<lanes, 3>(q, d, parts, scale, scores, stride, out);
    case 2: return attend<lanes, 2>(q, d, parts, scale, scores, stride, out);
    case 1: return attend<lanes, 1>(q, d, parts, scale, scores, stride, out);
    default: return;
  }
}

using Attend = void (*)(const float*, int64_t, int64_t, const Part*, float, float*, int64_t, float*);
inline void attend_portable(const float* q, int64_t heads, int64_t d, const Part* parts, float scale, float* scores, int64_t stride, float* out) {
  attend_heads<4>(q, heads, d, parts, scale, scores, stride, out);
}
RARL_AVX2 inline void attend_avx2(const float* q, int64_t heads, int64_t d, const Part* parts, float scale, float* scores, int64_t stride, float* out) {
  attend_heads<8>(q, heads, d, parts, scale, scores, stride, out);
}
RARL_AVX512 inline void attend_avx512(const float* q, int64_t heads, int64_t d, const Part* parts, float scale, float* scores, int64_t stride, float* out) {
  attend_heads<16>(q, heads, d, parts, scale, scores, stride, out);
}
inline Attend best_attend() {
  return vectors::has_avx512() ? attend_avx512 : vectors::has_avx2() ? attend_avx2 : attend_portable;
}

/** Where a row's keys are: the range of its prompt in the prompts' rows, and its place among the own caches. */
struct Sequence {
  int64_t prompt_start, prompt_length, own;
};

/**
 * One row of each sequence. Inputs: q [rows, heads, d]; k, v [rows, kv, d]; prompt keys, a block [kv, d, length] for
 * each prompt, one after the other; prompt values [prompt rows, kv, d]; own keys [sequences, kv, d, capacity]; own
 * values [sequences, kv, capacity, d]; place, one int32: the position that k and v take in the own caches; sequences
 * [rows, 3] int32. The own caches are written in place.
 */
inline void attention(Call& call) {
  const float scale = static_cast<float>(call.number());
  const auto q = call.in(0).contiguous(), k = call.in(1).contiguous(), v = call.in(2).contiguous();
  const auto &prompt_keys = call.in(3), &prompt_values = call.in(4);
  auto own_keys = call.in(5), own_values = call.in(6);
  const int64_t rows = q.size(0), kv = k.size(1), d = q.size(2), copies = q.size(1) / kv, capacity = own_keys.size(3);
  const auto place = call.in(7).to(at::kCPU, at::kLong), sequences = call.in(8).to(at::kCPU, at::kLong).contiguous();
  const int64_t step = place.item<int64_t>();
  TORCH_CHECK(step >= 0 && step < capacity, "position ", step, " is outside the cache of ", capacity);
  std::vector<Sequence> all;
  for (int64_t row = 0; row < rows; row++) {
    const int64_t* at = sequences.data_ptr<int64_t>() + 3 * row;
    all.push_back({at[0], at[1], at[2]});
    TORCH_CHECK(at[0] >= 0 && at[1] >= 0 && at[0] + at[1] <= prompt_values.size(0) && at[2] >= 0 && at[2] < own_keys.size(0),
                "row ", row, " is outside the caches");
  }
  auto out = at::empty_like(q);
  if (!on_rows(q)) {
    const auto device = q.options();
    for (int64_t row = 0; row < rows; row++) {
      const auto [start, length, own] = all[row];
      own_keys[own].select(2, step).copy_(k[row]);
      own_values[own].select(1, step).copy_(v[row]);
      const auto shared = prompt_keys.reshape({-1}).narrow(0, start * kv * d, length * kv * d).view({kv, d, length});
      const auto keys = at::cat({shared, own_keys[own].narrow(2, 0, step + 1)}, 2);
      const auto values = at::cat({prompt_values.narrow(0, start, length).transpose(0, 1), own_values[own].narrow(1, 0, step + 1)}, 1);
      const auto p = at::softmax(at::bmm(q[row].view({kv, copies, d}), keys).mul_(scale), -1);
      out[row].copy_(at::bmm(p, values).view({kv * copies, d}));
    }
    return call.out(out);
  }
  static const Attend chosen = best_attend();
  const float *qs = q.data_ptr<float>(), *ks = k.data_ptr<float>(), *vs = v.data_ptr<float>();
  const float *shared_keys = prompt_keys.data_ptr<float>(), *shared_values = prompt_values.data_ptr<float>();
  float *ok = own_keys.data_ptr<float>(), *ov = own_values.data_ptr<float>(), *ys = out.data_ptr<float>();
  at::parallel_for(0, rows * kv, 1, [&](int64_t from, int64_t to) {
    std::vector<float> scores;
    for (int64_t task = from; task < to; task++) {
      const int64_t row = task / kv, head = task % kv;
      const auto [start, length, own] = all[row];
      float* keys = ok + (own * kv + head) * d * capacity;
      float* values = ov + (own * kv + head) * capacity * d;
      for (int64_t i = 0; i < d; i++) keys[i * capacity + step] = ks[task * d + i];
      std::copy(vs + task * d, vs + (task + 1) * d, values + step * d);
      const Part parts[2] = {
          {shared_keys + (start * kv + head * length) * d, length, shared_values + (start * kv + head) * d, kv * d, length},
          {keys, capacity, values, d, step + 1}};
      const int64_t stride = length + step + 1;
      scores.resize(static_cast<size_t>(4 * stride + vectors::most_lanes * d));
      chosen(qs + task * copies * d, copies, d, parts, scale, scores.data(), stride, ys + task * copies * d);
    }
  });
  call.out(out);
}

/** Keys [rows, kv, d] of prompts of the given lengths, each prompt's as [kv, d, length], one after the other. */
inline void prompt_keys(Call& call) {
  const auto& k = call.in(0);
  auto out = at::empty({k.numel()}, k.options());
  int64_t start = 0;
  for (const auto length : call.list()) {
    const auto block = k.narrow(0, start, length).permute({1, 2, 0});
    out.narrow(0, start * k.size(1) * k.size(2), block.numel()).view(block.sizes()).copy_(block);
    start += length;
  }
  call.out(out);
}

inline const std::vector<NamedOperation> table{{"RarlDecodeAttention", attention}, {"RarlPromptKeys", prompt_keys}};

}  // namespace rarl::decoding
