// Matrix products with weights as they are stored. A reduced weight is expanded some rows at a time, so that the
// float32 copy stays in a core's cache and never exists as a whole.
#pragma once
#include "../call.h"
#include "gemm.h"
#include "rows.h"
#include "small_rows.h"
#include "tile_products.h"

namespace rarl::products {

/** Float32 values of an expanded piece: 4 MB. */
constexpr int64_t piece_values = 1 << 20;

/** Calls f(from, piece) for pieces [n, in] of the rows of a stored weight [out, in], in float32. */
template <typename F>
void expand_pieces(const Stored& weight, const F& f) {
  const int64_t outputs = weight.values.size(0), inputs = weight.values.size(1);
  const int64_t step = std::min(outputs, std::max<int64_t>(16, piece_values / std::max<int64_t>(1, inputs)));
  auto scratch = at::empty({step, inputs}, weight.values.options().dtype(at::kFloat));
  for (int64_t from = 0; from < outputs; from += step) {
    const int64_t n = std::min(step, outputs - from);
    auto piece = scratch.narrow(0, 0, n);
    piece.copy_(weight.values.narrow(0, from, n));
    if (weight.scale.defined()) piece.mul_(weight.scale.narrow(0, from, n));
    f(from, piece);
  }
}

inline Stored turned(const Stored& weight) {
  return {weight.values.t(), weight.scale.defined() ? weight.scale.t() : weight.scale};
}

/** A GPU computes with bfloat16 and sums in float32. */
inline at::Tensor on_device(const at::Tensor& x, const Stored& weight) {
  if (weight.values.scalar_type() == at::kBFloat16) return at::mm(x.to(at::kBFloat16), weight.values).to(at::kFloat);
  return at::mm(x, expanded(weight.values, weight.scale));
}

/** x [rows, in] times a weight [in, out]. */
inline at::Tensor multiply(const at::Tensor& x, const Stored& weight) {
  const at::Tensor& w = weight.values;
  const auto row_major = w.t();
  if (!portable_kernels && small_rows::serves(x, row_major)) {
    return small_rows::product(x, row_major, weight.scale.defined() ? weight.scale.t() : weight.scale);
  }
  if (!is_reduced(w)) return portable_kernels ? at::mm(x, w) : gemm::mm(x, w);
  if (!x.is_cpu()) return on_device(x, weight);
  auto y = at::empty({x.size(0), w.size(1)}, x.options());
  if (row_major.is_contiguous()) {
    expand_pieces(turned(weight), [&](int64_t from, const at::Tensor& piece) {
      auto part = y.narrow(1, from, piece.size(0));
      gemm::mm_into(part, x, piece.t());
    });
  } else {
    y.zero_();
    expand_pieces(weight, [&](int64_t from, const at::Tensor& piece) { gemm::add_mm(y, x.narrow(1, from, piece.size(0)), piece); });
  }
  return y;
}

/** y [rows, out] += scale (x a) b of a low rank; few rows without the cost of calls to libtorch. */
inline void add_low_rank(at::Tensor& y, const at::Tensor& x, const at::Tensor& a, const at::Tensor& b, double scale) {
  const int64_t count = x.size(0), inputs = x.size(1), rank = a.size(1), outputs = b.size(1);
  const bool fits = on_rows(x) && count <= small_rows::most && rank % tiles::column_unit == 0 && outputs % tiles::column_unit == 0 &&
                    x.is_contiguous() && a.is_contiguous() && b.is_contiguous() && y.is_contiguous();
  if (!fits) return gemm::add_mm(y, gemm::mm(x, a).mul_(scale), b);
  auto lowered = at::empty({count, rank}, x.options());
  float* t = lowered.data_ptr<float>();
  tiles::multiply({x.data_ptr<float>(), inputs, false, a.data_ptr<float>(), rank, t, rank, count, rank, inputs, false});
  rows::multiply(t, static_cast<float>(scale), count * rank);
  const float* bs = b.data_ptr<float>();
  float* ys = y.data_ptr<float>();
  constexpr int64_t piece = 64;
  at::parallel_for(0, (outputs + piece - 1) / piece, 1 + (1 << 18) / (piece * count * rank + 1), [&](int64_t from, int64_t to) {
    from *= piece;
    tiles::multiply({t, rank, false, bs + from, outputs, ys + from, outputs, count, std::min(to * piece, outputs) - from, rank, true});
  });
}

}  // namespace rarl::products
