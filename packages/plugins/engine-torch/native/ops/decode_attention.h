// Attention of one new row of each sequence while decoding. A sequence sees the keys of its prompt, which exist once
// for all its sequences, and its own, which are written here. Keys lie transposed, so that scores are computed for many
// positions at a time without sums across a vector, and the queries of all sequences of a prompt meet them together.
#pragma once
#include <vector>

#include "../call.h"
#include "rows.h"
#include "tile_products.h"

namespace rarl::decoding {

/** Floats of a prompt's keys [length, kv, d] when packed: panels for each key head. */
inline int64_t packed_values(int64_t length, int64_t kv, int64_t d) { return kv * tiles::panel_values(length, d); }

/** One prompt: its rows among the prompts' rows, and where its packed keys begin. */
struct Prompt {
  int64_t start, length, packed;
};

inline std::vector<Prompt> prompts_of(const std::vector<int64_t>& lengths, int64_t kv, int64_t d) {
  std::vector<Prompt> prompts;
  int64_t start = 0, packed = 0;
  for (const auto length : lengths) {
    prompts.push_back({start, length, packed});
    start += length;
    packed += packed_values(length, kv, d);
  }
  return prompts;
}

/** Rows of the same prompt that follow each other. */
struct Run {
  int64_t from, rows, prompt;
};

struct Request {
  at::Tensor q, k, v, prompt_keys, prompt_values, own_keys, own_values;
  int64_t rows, kv, d, copies, capacity, step;
  float scale;
  std::vector<Prompt> prompts;
  /** Of each row: its prompt, and its place among the own caches. */
  std::vector<std::pair<int64_t, int64_t>> sequences;

  explicit Request(Call& call)
      : q(call.in(0).contiguous()), k(call.in(1).contiguous()), v(call.in(2).contiguous()), prompt_keys(call.in(3)),
        prompt_values(call.in(4)), own_keys(call.in(5)), own_values(call.in(6)), rows(q.size(0)), kv(k.size(1)), d(q.size(2)),
        copies(q.size(1) / kv), capacity(own_keys.size(3)), scale(static_cast<float>(call.number())), prompts(prompts_of(call.list(), kv, d)) {
    step = call.in(7).to(at::kCPU, at::kLong).item<int64_t>();
    TORCH_CHECK(step >= 0 && step < capacity, "position ", step, " is outside the cache of ", capacity);
    TORCH_CHECK(prompts.empty() || prompts.back().start + prompts.back().length <= prompt_values.size(0), "prompts are longer than their values");
    const auto places = call.in(8).to(at::kCPU, at::kInt).contiguous();
    const int32_t* at = places.data_ptr<int32_t>();
    for (int64_t row = 0; row < rows; row++, at += 2) {
      TORCH_CHECK(at[0] >= 0 && static_cast<size_t>(at[0]) < prompts.size() && at[1] >= 0 && at[1] < own_keys.size(0),
                  "row ", row, " is outside the caches");
      sequences.emplace_back(at[0], at[1]);
    }
  }

  /** Short enough that there is work for every thread; the results do not depend on it. */
  std::vector<Run> runs() const {
    const int64_t run_rows = std::min<int64_t>(8, std::max<int64_t>(1, rows * kv / at::get_num_threads()));
    std::vector<Run> all;
    for (int64_t row = 0; row < rows; row++) {
      if (all.empty() || all.back().prompt != sequences[row].first || all.back().rows == run_rows) all.push_back({row, 0, sequences[row].first});
      all.back().rows++;
    }
    return all;
  }
};

/** Of libtorch's operations, for any device. */
inline at::Tensor composed(const Request& r) {
  auto out = at::empty_like(r.q);
  for (int64_t row = 0; row < r.rows; row++) {
    const auto [index, own] = r.sequences[row];
    const Prompt& prompt = r.prompts[index];
    r.own_keys[own].select(2, r.step).copy_(r.k[row]);
    r.own_values[own].select(1, r.step).copy_(r.v[row]);
    const auto panels = r.prompt_keys.narrow(0, prompt.packed, packed_values(prompt.length, r.kv, r.d)).view({r.kv, -1, r.d, tiles::panel});
    const auto shared = panels.permute({0, 2, 1, 3}).reshape({r.kv, r.d, -1}).narrow(2, 0, prompt.length);
    const auto keys = at::cat({shared, r.own_keys[own].narrow(2, 0, r.step + 1)}, 2);
    const auto values = at::cat({r.prompt_values.narrow(0, prompt.start, prompt.length).transpose(0, 1), r.own_values[own].narrow(1, 0, r.step + 1)}, 1);
    const auto p = at::softmax(at::bmm(r.q[row].view({r.kv, r.copies, r.d}), keys).mul_(r.scale), -1);
    out[row].copy_(at::bmm(p, values).view({r.kv * r.copies, r.d}));
  }
  return out;
}

/** The queries of a run that share key head `head`. `memory` is used again run after run. */
inline void attend(const Request& r, const Run& run, int64_t head, float* out, std::vector<float>& memory) {
  const Prompt& prompt = r.prompts[run.prompt];
  const int64_t d = r.d, copies = r.copies, queries = run.rows * copies, heads = r.kv * copies, own = r.step + 1;
  const int64_t own_at = tiles::padded(prompt.length), stride = own_at + tiles::padded(own);
  memory.resize(static_cast<size_t>(queries * (2 * d + stride)));
  float *q = memory.data(), *y = q + queries * d, *scores = y + queries * d;
  const float *qs = r.q.data_ptr<float>(), *ks = r.k.data_ptr<float>(), *vs = r.v.data_ptr<float>();
  for (int64_t i = 0; i < run.rows; i++) {
    const float* from = qs + ((run.from + i) * heads + head * copies) * d;
    for (int64_t j = 0; j < copies * d; j++) q[i * copies * d + j] = from[j] * r.scale;
  }
  tiles::by_panels(q, d, queries, r.prompt_keys.data_ptr<float>() + prompt.packed + head * tiles::panel_values(prompt.length, d), prompt.length, d, scores, stride);
  const auto own_cache = [&](const at::Tensor& cache, int64_t i) {
    return cache.data_ptr<float>() + (r.sequences[run.from + i].second * r.kv + head) * r.capacity * d;
  };
  for (int64_t i = 0; i < run.rows; i++) {
    float *keys = own_cache(r.own_keys, i), *values = own_cache(r.own_values, i);
    const int64_t row = ((run.from + i) * r.kv + head) * d;
    for (int64_t l = 0; l < d; l++) keys[l * r.capacity + r.step] = ks[row + l];
    std::copy(vs + row, vs + row + d, values + r.step * d);
    tiles::multiply({q + i * copies * d, d, false, keys, r.capacity, scores + i * copies * stride + own_at, stride, copies, tiles::padded(own), d, false});
  }
  for (int64_t i = 0; i < queries; i++) {
    float* x = scores + i * stride;
    const float inverse = rows::exponentials_of_two(x, prompt.length, x + own_at, own);
    rows::multiply(x, inverse, prompt.length);
    rows::multiply(x + own_at, inverse, own);
  }
  const float* prompt_values = r.prompt_values.data_ptr<float>() + (prompt.start * r.kv + head) * d;
  tiles::multiply({scores, stride, false, prompt_values, r.kv * d, y, d, queries, d, prompt.length, false});
  for (int64_t i = 0; i < run.rows; i++) {
    tiles::multiply({scores + i * copies * stride + own_at, stride, false, own_cache(r.own_values, i), d, y + i * copies * d, d, copies, d, own, true});
    std::copy(y + i * copies * d, y + (i + 1) * copies * d, out + ((run.from + i) * heads + head * copies) * d);
  }
}

/**
 * One row of each sequence. Inputs: q [rows, heads, d]; k, v [rows, kv, d]; prompt keys as `prompt_keys` packs them;
 * prompt values [prompt rows, kv, d]; own keys [sequences, kv, d, capacity]; own values [sequences, kv, capacity, d];
 * the position that k and v take in the own caches, one int32; sequences [rows, 2] int32: prompt and own place.
 * Attributes: scale, and the lengths of the prompts. The own caches are written in place.
 */
inline void attention(Call& call) {
  const Request request(call);
  const bool fits = on_rows(request.q) && request.d % tiles::column_unit == 0 && request.capacity % tiles::column_unit == 0;
  if (!fits) return call.out(composed(request));
  auto out = at::empty_like(request.q);
  float* ys = out.data_ptr<float>();
  const auto runs = request.runs();
  at::parallel_for(0, static_cast<int64_t>(runs.size()) * request.kv, 1, [&](int64_t from, int64_t to) {
    thread_local std::vector<float> memory;
    for (int64_t task = from; task < to; task++) attend(request, runs[task / request.kv], task % request.kv, ys, memory);
  });
  call.out(out);
}

/** Keys [rows, kv, d] of prompts of the given lengths, packed for `attention`: panels for each prompt and key head. */
inline void prompt_keys(Call& call) {
  const auto& k = call.in(0);
  const int64_t kv = k.size(1), d = k.size(2);
  auto out = at::zeros({call.specs[0].shape.at(0)}, k.options());
  for (const auto& prompt : prompts_of(call.list(), kv, d)) {
    const int64_t values = packed_values(prompt.length, kv, d);
    auto panels = out.narrow(0, prompt.packed, values).view({kv, -1, d, tiles::panel});
    for (int64_t from = 0; from < prompt.length; from += tiles::panel) {
      const int64_t count = std::min(tiles::panel, prompt.length - from);
      panels.select(1, from / tiles::panel).narrow(2, 0, count).copy_(k.narrow(0, prompt.start + from, count).permute({1, 2, 0}));
    }
  }
  call.out(out);
}

inline const std::vector<NamedOperation> table{{"RarlDecodeAttention", attention}, {"RarlPromptKeys", prompt_keys}};

}  // namespace rarl::decoding
