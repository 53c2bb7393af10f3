// Attention of packed groups on CPUs: whole rows of scores for some queries of one key head at a time, in a core's
// cache. The keys of a prefix are packed once for all its branches.
#pragma once
#include <atomic>
#include <vector>

#include "group_layout.h"
#include "rows.h"
#include "tile_products.h"

namespace rarl::attention::host {

using tiles::padded;

/** Scores of a block of queries: 128 KB. */
constexpr int64_t block_scores = 1 << 15;

/** Runs f(task) for all tasks, on whichever thread is free; f must not depend on the thread. */
template <typename F>
void for_tasks(int64_t count, const F& f) {
  std::atomic<int64_t> next{0};
  at::parallel_for(0, std::min<int64_t>(count, at::get_num_threads()), 1, [&](int64_t, int64_t) {
    for (int64_t task; (task = next++) < count;) f(task);
  });
}

/** q or dy [rows, heads, d] and k, v, dk or dv [rows, kv, d], contiguous. */
struct Shape {
  int64_t kv, copies, d, width;
  Shape(const at::Tensor& q, const at::Tensor& k)
      : kv(k.size(1)), copies(q.size(1) / k.size(1)), d(q.size(2)), width(padded(q.size(2))) {}
  const float* key(const float* k, int64_t row, int64_t head) const { return k + (row * kv + head) * d; }
  float* key(float* k, int64_t row, int64_t head) const { return k + (row * kv + head) * d; }
  int64_t key_stride() const { return kv * d; }
  int64_t query(int64_t row, int64_t head) const { return (row * kv + head) * copies * d; }
};

/** Keys and values of n rows and one head, as the products want them. */
struct Packed {
  int64_t n = 0;
  std::vector<float> turned_k, v, k, turned_v;

  void fill(const Shape& shape, const float* ks, const float* vs, int64_t row, int64_t head, int64_t count, bool backward) {
    n = count;
    const auto pack_one = [&](const float* x, std::vector<float>& turned, std::vector<float>* plain) {
      const float* first = shape.key(x, row, head);
      turned.resize(tiles::panel_values(n, shape.d));
      tiles::pack_turned(first, shape.key_stride(), n, shape.d, turned.data());
      if (plain == nullptr) return;
      plain->resize(padded(n) * shape.width);
      tiles::pack(first, shape.key_stride(), n, shape.d, plain->data());
    };
    pack_one(ks, turned_k, backward ? &k : nullptr);
    if (backward) return pack_one(vs, turned_v, nullptr);
    v.resize(padded(n) * shape.width);
    tiles::pack(shape.key(vs, row, head), shape.key_stride(), n, shape.d, v.data());
  }
};

/** Consecutive query rows of a group that see the same keys: of the prefix, or one whole branch. */
struct Unit {
  int64_t row, rows;
  /** Rows of the prefix before the first of `rows`, for a block of the prefix; otherwise -1. */
  int64_t prefix_at;
  bool is_branch() const { return prefix_at < 0; }
};

inline int64_t rows_of_block(const Shape& shape, int64_t keys) {
  return std::max<int64_t>(1, std::max<int64_t>(24, block_scores / std::max<int64_t>(1, padded(keys))) / shape.copies);
}

inline std::vector<Unit> units_of(const Group& group, const Shape& shape, int64_t start) {
  std::vector<Unit> units;
  const int64_t step = rows_of_block(shape, group.prefix);
  for (int64_t from = 0; from < group.prefix; from += step)
    units.push_back({start + from, std::min(step, group.prefix - from), from});
  int64_t row = start + group.prefix;
  for (const auto length : group.branches) {
    if (length > 0) units.push_back({row, length, -1});
    row += length;
  }
  return units;
}

/** Rows of a unit whose scores fit, the keys they see, and where those of their own branch begin in a row of scores. */
struct Block {
  int64_t from, rows, prefix, own, own_at, stride;
  Block(const Unit& unit, const Options& options, int64_t prefix_rows, int64_t from_row, int64_t count) : from(from_row), rows(count) {
    const int64_t last = from + rows;
    prefix = unit.is_branch() || !options.causal ? prefix_rows : unit.prefix_at + last;
    own = !unit.is_branch() ? 0 : options.causal ? last : unit.rows;
    own_at = padded(prefix);
    stride = own_at + padded(own);
  }
  /** Keys that packed row r of the block sees. */
  int64_t seen_prefix(const Unit& unit, bool causal, int64_t r) const { return unit.is_branch() || !causal ? prefix : unit.prefix_at + from + r + 1; }
  int64_t seen_own(bool causal, int64_t r) const { return causal ? std::min(own, from + r + 1) : own; }
};

/** Memory of a thread, used again block after block. */
struct Scratch {
  Packed own;
  std::vector<float> q, scores, out, dy, d_scores, own_dk, own_dv;
};
inline Scratch& scratch() {
  thread_local Scratch mine;
  return mine;
}

/** Query heads of the block's rows as [rows · copies, width], times a factor, zeros after d. */
inline void gather(const Shape& shape, const float* x, int64_t row, int64_t head, int64_t rows, float factor, std::vector<float>& to) {
  to.resize(rows * shape.copies * shape.width);
  float* y = to.data();
  for (int64_t r = 0; r < rows; r++) {
    const float* values = x + shape.query(row + r, head);
    for (int64_t c = 0; c < shape.copies; c++, y += shape.width, values += shape.d) {
      for (int64_t l = 0; l < shape.d; l++) y[l] = values[l] * factor;
      std::fill(y + shape.d, y + shape.width, 0.0f);
    }
  }
}

/** The way back of `gather`; row i is multiplied by factor(i). */
template <typename F>
void scatter(const Shape& shape, const std::vector<float>& from, int64_t row, int64_t head, int64_t rows, float* to, const F& factor) {
  const float* x = from.data();
  for (int64_t r = 0, i = 0; r < rows; r++) {
    float* values = to + shape.query(row + r, head);
    for (int64_t c = 0; c < shape.copies; c++, i++, x += shape.width, values += shape.d) {
      const float by = factor(i);
      for (int64_t l = 0; l < shape.d; l++) values[l] = x[l] * by;
    }
  }
}

/** q · kᵀ, or dy · vᵀ, of a block. */
inline void scores_of(const Shape& shape, const Block& block, const std::vector<float>& q, const std::vector<float>& prefix, const std::vector<float>& own, std::vector<float>& scores) {
  const int64_t m = block.rows * shape.copies;
  scores.resize(m * block.stride);
  tiles::by_panels(q.data(), shape.width, m, prefix.data(), block.prefix, shape.d, scores.data(), block.stride);
  if (block.own > 0) tiles::by_panels(q.data(), shape.width, m, own.data(), block.own, shape.d, scores.data() + block.own_at, block.stride);
}

/** Exponentials of what is seen, zeros elsewhere; calls done(row, 1 / sum). */
template <typename F>
void exponentials_of(const Shape& shape, const Unit& unit, const Block& block, bool causal, std::vector<float>& scores, const F& done) {
  for (int64_t i = 0; i < block.rows * shape.copies; i++) {
    float* x = scores.data() + i * block.stride;
    float* y = x + block.own_at;
    const int64_t a = block.seen_prefix(unit, causal, i / shape.copies), b = block.own > 0 ? block.seen_own(causal, i / shape.copies) : 0;
    const float inverse = rows::exponentials_of_two(x, a, y, b);
    std::fill(x + a, x + block.own_at, 0.0f);
    std::fill(y + b, x + block.stride, 0.0f);
    done(i, inverse);
  }
}

/** y [queries, width] = scores · values, over the keys of the block. */
inline void weighted(const Shape& shape, const Block& block, const std::vector<float>& scores, const std::vector<float>& prefix, const std::vector<float>& own, std::vector<float>& y) {
  const int64_t m = block.rows * shape.copies;
  y.resize(m * shape.width);
  tiles::multiply({scores.data(), block.stride, false, prefix.data(), shape.width, y.data(), shape.width, m, shape.width, block.prefix, false});
  tiles::multiply({scores.data() + block.own_at, block.stride, false, own.data(), shape.width, y.data(), shape.width, m, shape.width, block.own, true});
}

/** Calls f(block) for a unit's rows, as many at a time as fit. */
template <typename F>
void for_blocks(const Shape& shape, const Unit& unit, const Options& options, int64_t prefix, const F& f) {
  const int64_t step = rows_of_block(shape, prefix + (unit.is_branch() ? unit.rows : 0));
  for (int64_t from = 0; from < unit.rows; from += step) f(Block(unit, options, prefix, from, std::min(step, unit.rows - from)));
}

/** The prefix of one group, packed for every key head. */
inline std::vector<Packed> packed_prefix(const Shape& shape, const float* k, const float* v, int64_t start, int64_t rows, bool backward) {
  std::vector<Packed> packed(shape.kv);
  for_tasks(shape.kv, [&](int64_t head) { packed[head].fill(shape, k, v, start, head, rows, backward); });
  return packed;
}

inline at::Tensor forward(const Options& options, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const Shape shape(q, k);
  auto out = at::empty_like(q);
  const float *qs = q.data_ptr<float>(), *ks = k.data_ptr<float>(), *vs = v.data_ptr<float>();
  float* ys = out.data_ptr<float>();
  int64_t start = 0;
  for (const auto& group : options.groups) {
    const auto prefixes = packed_prefix(shape, ks, vs, start, group.prefix, false);
    const auto units = units_of(group, shape, start);
    for_tasks(static_cast<int64_t>(units.size()) * shape.kv, [&](int64_t task) {
      const Unit& unit = units[task / shape.kv];
      const int64_t head = task % shape.kv;
      const Packed& prefix = prefixes[head];
      Scratch& mine = scratch();
      if (unit.is_branch()) mine.own.fill(shape, ks, vs, unit.row, head, unit.rows, false);
      for_blocks(shape, unit, options, group.prefix, [&](const Block& block) {
        const int64_t row = unit.row + block.from;
        gather(shape, qs, row, head, block.rows, options.scale, mine.q);
        scores_of(shape, block, mine.q, prefix.turned_k, mine.own.turned_k, mine.scores);
        mine.dy.resize(block.rows * shape.copies);
        exponentials_of(shape, unit, block, options.causal, mine.scores, [&](int64_t i, float inverse) { mine.dy[i] = inverse; });
        weighted(shape, block, mine.scores, prefix.v, mine.own.v, mine.out);
        scatter(shape, mine.out, row, head, block.rows, ys, [&](int64_t i) { return mine.dy[i]; });
      });
    });
    start = units.empty() ? start : units.back().row + units.back().rows;
  }
  return out;
}

/** Gradients of the keys and values of a prefix are summed in so many parts, whatever the number of threads. */
constexpr int64_t most_parts = 8;

struct Gradients {
  at::Tensor dq, dk, dv;
};

/** The block's share of all gradients; the probabilities are computed again. */
inline void block_backward(const Shape& shape, const Unit& unit, const Block& block, const Options& options, const Packed& prefix, Scratch& mine, float* part_dk, float* part_dv) {
  const int64_t m = block.rows * shape.copies;
  scores_of(shape, block, mine.q, prefix.turned_k, mine.own.turned_k, mine.scores);
  scores_of(shape, block, mine.dy, prefix.turned_v, mine.own.turned_v, mine.d_scores);
  exponentials_of(shape, unit, block, options.causal, mine.scores, [&](int64_t i, float inverse) {
    float *p = mine.scores.data() + i * block.stride, *dp = mine.d_scores.data() + i * block.stride;
    rows::multiply(p, inverse, block.stride);
    // Beyond what is seen p is 0, and so is the gradient.
    rows::softmax_gradient(p, dp, rows::dot(p, dp, block.stride), 1.0f, block.stride);
  });
  weighted(shape, block, mine.d_scores, prefix.k, mine.own.k, mine.out);
  const auto add_turned = [&](const std::vector<float>& scores, int64_t at, int64_t keys, const std::vector<float>& x, float* sum) {
    tiles::multiply({scores.data() + at, block.stride, true, x.data(), shape.width, sum, shape.width, keys, shape.width, m, true});
  };
  add_turned(mine.d_scores, 0, block.prefix, mine.q, part_dk);
  add_turned(mine.scores, 0, block.prefix, mine.dy, part_dv);
  if (block.own == 0) return;
  add_turned(mine.d_scores, block.own_at, block.own, mine.q, mine.own_dk.data());
  add_turned(mine.scores, block.own_at, block.own, mine.dy, mine.own_dv.data());
}

inline Gradients backward(const Options& options, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& dy) {
  const Shape shape(q, k);
  Gradients gradients{at::empty_like(q), at::empty_like(k), at::empty_like(v)};
  const float *qs = q.data_ptr<float>(), *ks = k.data_ptr<float>(), *vs = v.data_ptr<float>(), *dys = dy.data_ptr<float>();
  float *dq = gradients.dq.data_ptr<float>(), *dk = gradients.dk.data_ptr<float>(), *dv = gradients.dv.data_ptr<float>();
  const auto put = [&](const float* rows, int64_t count, float* to, int64_t row, int64_t head) {
    for (int64_t i = 0; i < count; i++) std::copy(rows + i * shape.width, rows + i * shape.width + shape.d, shape.key(to, row + i, head));
  };
  int64_t start = 0;
  for (const auto& group : options.groups) {
    const auto prefixes = packed_prefix(shape, ks, vs, start, group.prefix, true);
    const auto units = units_of(group, shape, start);
    const int64_t count = static_cast<int64_t>(units.size()), parts = std::min(most_parts, count), part_values = group.prefix * shape.width;
    auto sums = at::zeros({2, shape.kv, parts, part_values}, q.options());
    float *sums_k = sums.data_ptr<float>(), *sums_v = sums_k + shape.kv * parts * part_values;
    for_tasks(parts * shape.kv, [&](int64_t task) {
      const int64_t head = task % shape.kv, part = task / shape.kv;
      Scratch& mine = scratch();
      const int64_t offset = (head * parts + part) * part_values;
      for (int64_t index = part; index < count; index += parts) {
        const Unit& unit = units[index];
        if (unit.is_branch()) {
          mine.own.fill(shape, ks, vs, unit.row, head, unit.rows, true);
          mine.own_dk.assign(unit.rows * shape.width, 0.0f);
          mine.own_dv.assign(unit.rows * shape.width, 0.0f);
        }
        for_blocks(shape, unit, options, group.prefix, [&](const Block& block) {
          const int64_t row = unit.row + block.from;
          gather(shape, qs, row, head, block.rows, options.scale, mine.q);
          gather(shape, dys, row, head, block.rows, 1.0f, mine.dy);
          block_backward(shape, unit, block, options, prefixes[head], mine, sums_k + offset, sums_v + offset);
          scatter(shape, mine.out, row, head, block.rows, dq, [&](int64_t) { return options.scale; });
        });
        if (!unit.is_branch()) continue;
        put(mine.own_dk.data(), unit.rows, dk, unit.row, head);
        put(mine.own_dv.data(), unit.rows, dv, unit.row, head);
      }
    });
    for_tasks(shape.kv, [&](int64_t head) {
      for (const auto& [values, to] : {std::pair{sums_k, dk}, std::pair{sums_v, dv}}) {
        float* total = values + head * parts * part_values;
        for (int64_t part = 1; part < parts; part++)
          for (int64_t i = 0; i < part_values; i++) total[i] += total[part * part_values + i];
        if (parts > 0) put(total, group.prefix, to, start, head);
      }
    });
    start = units.empty() ? start : units.back().row + units.back().rows;
  }
  return gradients;
}

}  // namespace rarl::attention::host
