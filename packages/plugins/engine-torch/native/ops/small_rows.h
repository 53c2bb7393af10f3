// Products of a few rows with a weight of [out, in], which read the weight once, in the format it is stored in, and
// expand it in registers. Decoding spends its time here, and memory bandwidth is the limit.
#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstdint>

#include "vectors.h"

namespace rarl::small_rows {

using vectors::load;
using vectors::scalar;
using vectors::sum;
using vectors::Vector;

/** One tile: `rows` rows of x against `outs` rows of w, both of n values; y is [rows, ldy]. */
template <int lanes, int rows, int outs, typename T>
RARL_INLINE void tile(const float* x, int64_t ldx, const T* w, int64_t ldw, int64_t n, const float* scale, float* y, int64_t ldy) {
  typename Vector<lanes>::F sums[rows][outs];
  for (int r = 0; r < rows; r++)
    for (int o = 0; o < outs; o++) sums[r][o] = typename Vector<lanes>::F{};
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    typename Vector<lanes>::F ws[outs];
    for (int o = 0; o < outs; o++) {
      // The rows of the next tile, to the second-level cache: the processor itself does not look past a page.
      __builtin_prefetch(w + (o + outs) * ldw + i, 0, 2);
      ws[o] = load<lanes>(w + o * ldw + i);
    }
    for (int r = 0; r < rows; r++) {
      const auto xs = load<lanes>(x + r * ldx + i);
      for (int o = 0; o < outs; o++) sums[r][o] += xs * ws[o];
    }
  }
  // Unrolled, so that the sums stay in registers.
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int o = 0; o < outs; o++) {
      float total = sum<lanes>(sums[r][o]);
      for (int64_t j = i; j < n; j++) total += x[r * ldx + j] * scalar(w + o * ldw + j);
      y[r * ldy + o] = scale ? total * scale[o] : total;
    }
  }
}

/** All rows against `outs` rows of w, in tiles whose sums fill the processor's registers. */
template <int lanes, int outs, typename T>
RARL_INLINE void tiles(const float* x, int64_t rows, const T* w, int64_t n, const float* scale, float* y, int64_t ldy) {
  int64_t r = 0;
  if constexpr (lanes == 16) {
    for (; r + 8 <= rows; r += 8) tile<lanes, 8, outs>(x + r * n, n, w, n, n, scale, y + r * ldy, ldy);
  }
  for (; r + 4 <= rows; r += 4) tile<lanes, 4, outs>(x + r * n, n, w, n, n, scale, y + r * ldy, ldy);
  switch (rows - r) {
    case 3: return tile<lanes, 3, outs>(x + r * n, n, w, n, n, scale, y + r * ldy, ldy);
    case 2: return tile<lanes, 2, outs>(x + r * n, n, w, n, n, scale, y + r * ldy, ldy);
    case 1: return tile<lanes, 1, outs>(x + r * n, n, w, n, n, scale, y + r * ldy, ldy);
    default: return;
  }
}

/** Outputs [from, to) of x [rows, n] against w [outputs, n]. */
template <int lanes, int outs, typename T>
RARL_INLINE void range(const float* x, int64_t rows, const T* w, int64_t n, const float* scale, float* y, int64_t ldy, int64_t from, int64_t to) {
  int64_t o = from;
  for (; o + outs <= to; o += outs) tiles<lanes, outs>(x, rows, w + o * n, n, scale ? scale + o : nullptr, y + o, ldy);
  for (; o < to; o++) tiles<lanes, 1>(x, rows, w + o * n, n, scale ? scale + o : nullptr, y + o, ldy);
}

template <typename T>
using Range = void (*)(const float*, int64_t, const T*, int64_t, const float*, float*, int64_t, int64_t, int64_t);

template <typename T>
void portable(const float* x, int64_t rows, const T* w, int64_t n, const float* scale, float* y, int64_t ldy, int64_t from, int64_t to) {
  range<4, 2>(x, rows, w, n, scale, y, ldy, from, to);
}

template <typename T>
RARL_AVX2 void avx2(const float* x, int64_t rows, const T* w, int64_t n, const float* scale, float* y, int64_t ldy, int64_t from, int64_t to) {
  range<8, 2>(x, rows, w, n, scale, y, ldy, from, to);
}
template <typename T>
RARL_AVX512 void avx512(const float* x, int64_t rows, const T* w, int64_t n, const float* scale, float* y, int64_t ldy, int64_t from, int64_t to) {
  range<16, 3>(x, rows, w, n, scale, y, ldy, from, to);
}
template <typename T>
Range<T> best() { return vectors::has_avx512() ? avx512<T> : vectors::has_avx2() ? avx2<T> : portable<T>; }

template <typename T>
void run(const at::Tensor& x, const T* weight, const at::Tensor& scale, at::Tensor& y) {
  static const Range<T> chosen = best<T>();
  const int64_t rows = x.size(0), n = x.size(1), outputs = y.size(1);
  const float* xs = x.data_ptr<float>();
  const float* scales = scale.defined() ? scale.data_ptr<float>() : nullptr;
  float* ys = y.data_ptr<float>();
  // Pieces of whole tiles; a thread takes a neighbouring run of the weight.
  constexpr int64_t piece = 16;
  at::parallel_for(0, (outputs + piece - 1) / piece, 1, [&](int64_t from, int64_t to) {
    chosen(xs, rows, weight, n, scales, ys, outputs, from * piece, std::min(to * piece, outputs));
  });
}

/** Rows up to which these products beat a matrix product of the expanded weight. */
constexpr int64_t most = 24;

/** Whether x [rows, in] times a weight [out, in], laid out row by row, is done here. */
inline bool serves(const at::Tensor& x, const at::Tensor& weight) {
  return x.is_cpu() && weight.is_contiguous() && x.size(0) > 0 && x.size(0) <= most;
}

/** y = x wᵀ, with w [out, in] in float32, bfloat16 or int8 with one scale an output. */
inline at::Tensor product(const at::Tensor& rows, const at::Tensor& weight, const at::Tensor& scale) {
  const auto x = rows.contiguous();
  auto y = at::empty({x.size(0), weight.size(0)}, x.options());
  switch (weight.scalar_type()) {
    case at::kBFloat16: run(x, reinterpret_cast<const uint16_t*>(weight.data_ptr()), scale, y); break;
    case at::kChar: run(x, weight.data_ptr<int8_t>(), scale.contiguous(), y); break;
    default: run(x, weight.data_ptr<float>(), scale, y);
  }
  return y;
}

}  // namespace rarl::small_rows
