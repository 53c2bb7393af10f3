// Softmax over the scores of attention blocks, of libtorch's operations.
#pragma once
#include <ATen/ATen.h>

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
  scores = at::softmax(hide(at::mul(scores, scale), visible), -1);
}

/** One softmax over the keys of the prefix, all seen, and of a row's own branch. */
inline void softmax_two(at::Tensor& shared, at::Tensor& own, const Visible& visible, float scale) {
  const auto joined = at::softmax(at::cat({at::mul(shared, scale), hide(at::mul(own, scale), visible)}, -1), -1);
  shared.copy_(joined.narrow(-1, 0, shared.size(2)));
  own.copy_(joined.narrow(-1, shared.size(2), own.size(2)));
}

/** dp becomes scale p (dp - Σ p dp). */
inline void softmax_backward(const at::Tensor& p, at::Tensor& dp, float scale) {
  dp = at::sub(dp, at::mul(p, dp).sum(-1, true)).mul_(p).mul_(scale);
}

/** The same over both parts. `shared` and its gradient may be some rows of larger ones. */
inline void softmax_two_backward(const at::Tensor& shared, const at::Tensor& own, at::Tensor& d_shared, at::Tensor& d_own, float scale) {
  const auto sum = at::add(at::mul(shared, d_shared).sum(-1, true), at::mul(own, d_own).sum(-1, true));
  d_shared.sub_(sum).mul_(shared).mul_(scale);
  d_own.sub_(sum).mul_(own).mul_(scale);
}

}  // namespace rarl::attention
