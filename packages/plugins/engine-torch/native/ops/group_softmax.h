// Softmax over the scores of attention blocks, in place.
#pragma once
#include <ATen/ATen.h>

#include "rows.h"

namespace rarl::attention {

/**
 * How much the rows of a block see. Rows of a block are packed rows times query heads of one kv head: row r of scores
 * [kv, rows · copies, keys] is packed row r / copies of the block.
 */
struct Visible {
  int64_t copies;
  /** Keys that the first packed row sees; each further one sees `step` more. */
  int64_t first;
  int64_t step;
  int64_t keys(int64_t row) const { return first + row / copies * step; }
};

/** Scores where a key may be seen, -inf elsewhere. */
inline at::Tensor hide(const at::Tensor& scores, const Visible& visible) {
  if (visible.step == 0) return scores;
  const auto options = scores.options().dtype(at::kLong);
  const auto limit = at::arange(scores.size(1), options).div(visible.copies, "floor").mul(visible.step).add(visible.first);
  const auto hidden = at::ge(at::arange(scores.size(2), options).unsqueeze(0), limit.unsqueeze(1));
  return scores.masked_fill(hidden, -INFINITY);
}

/** Softmax of scale · scores over visible keys. */
inline void softmax_rows(at::Tensor& scores, const Visible& visible, float scale) {
  if (!on_rows(scores)) {
    scores = at::softmax(hide(at::mul(scores, scale), visible), -1);
    return;
  }
  const int64_t rows = scores.size(1), keys = scores.size(2);
  float* values = scores.data_ptr<float>();
  for_rows(scores.size(0) * rows, keys, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      float* x = values + row * keys;
      const int64_t seen = std::min(visible.keys(row % rows), keys);
      const float sum = rows::exponentials(x, scale, rows::largest(x, seen), x, seen);
      rows::multiply(x, 1.0f / sum, seen);
      std::fill(x + seen, x + keys, 0.0f);
    }
  });
}

/** One softmax over the keys of the prefix, all seen, and of a row's own branch. */
inline void softmax_two(at::Tensor& shared, at::Tensor& own, const Visible& visible, float scale) {
  if (!on_rows(shared)) {
    const auto joined = at::softmax(at::cat({at::mul(shared, scale), hide(at::mul(own, scale), visible)}, -1), -1);
    shared.copy_(joined.narrow(-1, 0, shared.size(2)));
    own.copy_(joined.narrow(-1, shared.size(2), own.size(2)));
    return;
  }
  const int64_t rows = shared.size(1), prefix = shared.size(2), keys = own.size(2);
  // The block may be some rows of a larger one.
  const int64_t stride = shared.stride(0);
  float *a = shared.data_ptr<float>(), *b = own.data_ptr<float>();
  for_rows(shared.size(0) * rows, prefix + keys, [&](int64_t from, int64_t to) {
    for (int64_t index = from; index < to; index++) {
      const int64_t row = index % rows;
      float* x = a + index / rows * stride + row * prefix;
      float* y = b + index * keys;
      const int64_t seen = std::min(visible.keys(row), keys);
      const float most = std::max(rows::largest(x, prefix), rows::largest(y, seen));
      const float sum = rows::exponentials(x, scale, most, x, prefix) + rows::exponentials(y, scale, most, y, seen);
      rows::multiply(x, 1.0f / sum, prefix);
      rows::multiply(y, 1.0f / sum, seen);
      std::fill(y + seen, y + keys, 0.0f);
    }
  });
}

/** dp becomes scale p (dp - Σ p dp). */
inline void softmax_backward(const at::Tensor& p, at::Tensor& dp, float scale) {
  if (!on_rows(p)) {
    dp = at::sub(dp, at::mul(p, dp).sum(-1, true)).mul_(p).mul_(scale);
    return;
  }
  const int64_t keys = p.size(2);
  const float* ps = p.data_ptr<float>();
  float* dps = dp.data_ptr<float>();
  for_rows(p.size(0) * p.size(1), keys, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      const float* x = ps + row * keys;
      float* dx = dps + row * keys;
      rows::softmax_gradient(x, dx, rows::dot(x, dx, keys), scale, keys);
    }
  });
}

/** The same over both parts. `shared` and its gradient may be some rows of larger ones. */
inline void softmax_two_backward(const at::Tensor& shared, const at::Tensor& own, at::Tensor& d_shared, at::Tensor& d_own, float scale) {
  if (!on_rows(shared)) {
    const auto sum = at::add(at::mul(shared, d_shared).sum(-1, true), at::mul(own, d_own).sum(-1, true));
    d_shared.sub_(sum).mul_(shared).mul_(scale);
    d_own.sub_(sum).mul_(own).mul_(scale);
    return;
  }
  const int64_t rows = shared.size(1), prefix = shared.size(2), keys = own.size(2), stride = shared.stride(0);
  const float *a = shared.data_ptr<float>(), *b = own.data_ptr<float>();
  float *da = d_shared.data_ptr<float>(), *db = d_own.data_ptr<float>();
  for_rows(shared.size(0) * rows, prefix + keys, [&](int64_t from, int64_t to) {
    for (int64_t index = from; index < to; index++) {
      const int64_t at = index / rows * stride + index % rows * prefix;
      const float sum = rows::dot(a + at, da + at, prefix) + rows::dot(b + index * keys, db + index * keys, keys);
      rows::softmax_gradient(a + at, da + at, sum, scale, prefix);
      rows::softmax_gradient(b + index * keys, db + index * keys, sum, scale, keys);
    }
  });
}

}  // namespace rarl::attention
