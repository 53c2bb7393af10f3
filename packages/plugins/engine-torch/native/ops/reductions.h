// Operations that reduce or normalise along axes, and the matrix product.
#pragma once
#include "../call.h"
#include "gemm.h"

namespace rarl::reductions {

inline void sum(Call& call) {
  const auto axes = call.list();
  call.out(axes.empty() ? call.in(0).clone() : at::sum(call.in(0), axes, true, call.specs[0].dtype));
}

inline void mean(Call& call) {
  const auto axes = call.list();
  const auto x = call.in(0).to(at::kFloat);
  call.out(axes.empty() ? x.clone() : at::mean(x, axes, true));
}

inline void max(Call& call) {
  const auto axes = call.list();
  call.out(axes.empty() ? call.in(0).clone() : at::amax(call.in(0), axes, true));
}

inline void min(Call& call) {
  const auto axes = call.list();
  call.out(axes.empty() ? call.in(0).clone() : at::amin(call.in(0), axes, true));
}

template <typename Reduce>
void one_by_one(Call& call, Reduce reduce) {
  auto x = call.in(0);
  for (const auto axis : call.list()) x = reduce(x, axis);
  call.out(x);
}

inline void prod(Call& call) {
  one_by_one(call, [](const at::Tensor& x, int64_t axis) { return at::prod(x, axis, true); });
}
inline void all(Call& call) {
  one_by_one(call, [](const at::Tensor& x, int64_t axis) { return at::all(x, axis, true); });
}
inline void any(Call& call) {
  one_by_one(call, [](const at::Tensor& x, int64_t axis) { return at::any(x, axis, true); });
}

inline void arg_max(Call& call) { call.out(at::argmax(call.in(0), call.integer())); }
inline void arg_min(Call& call) { call.out(at::argmin(call.in(0), call.integer())); }
inline void softmax(Call& call) { call.out(at::softmax(call.in(0), call.integer())); }
inline void log_softmax(Call& call) { call.out(at::log_softmax(call.in(0), call.integer())); }

template <typename Accumulate>
void cumulative(Call& call, double neutral, Accumulate accumulate) {
  const auto axis = call.integer();
  const bool exclusive = call.flag();
  const bool reverse = call.flag();
  auto x = reverse ? call.in(0).flip({axis}) : call.in(0);
  if (exclusive && x.size(axis) > 0) {
    const auto first = at::full_like(x.narrow(axis, 0, 1), neutral);
    x = at::cat({first, x.narrow(axis, 0, x.size(axis) - 1)}, axis);
  }
  x = accumulate(x, axis);
  call.out(reverse ? x.flip({axis}) : x);
}

inline void cumsum(Call& call) {
  cumulative(call, 0, [](const at::Tensor& x, int64_t axis) { return at::cumsum(x, axis); });
}
inline void cumprod(Call& call) {
  cumulative(call, 1, [](const at::Tensor& x, int64_t axis) { return at::cumprod(x, axis); });
}

inline void top_k(Call& call) {
  const auto k = call.integer();
  const auto [values, indices] = at::topk(call.in(0), k, -1, true, call.flag());
  call.out(values);
  call.out(indices);
}

inline void mat_mul(Call& call) {
  const bool transpose_a = call.flag();
  const bool transpose_b = call.flag();
  const auto a = transpose_a ? call.in(0).transpose(-2, -1) : call.in(0);
  const auto b = transpose_b ? call.in(1).transpose(-2, -1) : call.in(1);
  call.out(gemm::matmul(a, b));
}

inline const std::vector<NamedOperation> table{
    {"Sum", sum}, {"Mean", mean}, {"Max", max}, {"Min", min}, {"Prod", prod}, {"All", all}, {"Any", any},
    {"ArgMax", arg_max}, {"ArgMin", arg_min}, {"Softmax", softmax}, {"LogSoftmax", log_softmax},
    {"Cumsum", cumsum}, {"Cumprod", cumprod}, {"TopK", top_k}, {"BatchMatMul", mat_mul},
};

}  // namespace rarl::reductions
