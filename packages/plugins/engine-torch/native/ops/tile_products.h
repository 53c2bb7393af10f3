// Products of blocks that lie in a core's caches, for attention and LoRA: no allocation, no threads, any row strides.
#pragma once
#include <cstdint>

#include "vectors.h"

namespace rarl::tiles {

using vectors::load;
using vectors::store;
using vectors::Vector;

/** Columns come in multiples of this on every processor. */
constexpr int64_t column_unit = 8;
inline int64_t padded(int64_t columns) { return (columns + column_unit - 1) / column_unit * column_unit; }

/** c [m, n] = a [m, k] · b [k, n], or added to c; n is a multiple of column_unit. */
struct Product {
  /** a(i, l) is at i · a_row + l, or with `a_turned` at l · a_row + i. */
  const float* a;
  int64_t a_row;
  bool a_turned;
  const float* b;
  int64_t b_row;
  float* c;
  int64_t c_row;
  int64_t m, n, k;
  bool add;
};

template <int lanes, int rows, int width, bool turned>
RARL_INLINE void tile(const Product& p, int64_t i, int64_t j) {
  typename Vector<lanes>::F sums[rows][width];
  float* c = p.c + i * p.c_row + j;
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
    for (int w = 0; w < width; w++) {
      if (p.add) sums[r][w] = load<lanes>(c + r * p.c_row + w * lanes);
      else sums[r][w] = typename Vector<lanes>::F{};
    }
  const float* a = p.a + (turned ? i : i * p.a_row);
  const float* b = p.b + j;
  const int64_t row = turned ? 1 : p.a_row, next = turned ? p.a_row : 1;
  for (int64_t l = 0; l < p.k; l++, a += next, b += p.b_row) {
    typename Vector<lanes>::F bs[width];
#pragma GCC unroll 8
    for (int w = 0; w < width; w++) bs[w] = load<lanes>(b + w * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
      for (int w = 0; w < width; w++) sums[r][w] += a[r * row] * bs[w];
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
    for (int w = 0; w < width; w++) store<lanes>(c + r * p.c_row + w * lanes, sums[r][w]);
}

/** The last rows, fewer than a tile has. */
template <int lanes, int rows, int width, bool turned>
RARL_INLINE void rest(const Product& p, int64_t i, int64_t j) {
  if constexpr (rows > 0) {
    if (p.m - i == rows) tile<lanes, rows, width, turned>(p, i, j);
    else rest<lanes, rows - 1, width, turned>(p, i, j);
  }
}

template <int lanes, int rows, int width, bool turned>
RARL_INLINE void strip(const Product& p, int64_t j) {
  int64_t i = 0;
  for (; i + rows <= p.m; i += rows) tile<lanes, rows, width, turned>(p, i, j);
  rest<lanes, rows - 1, width, turned>(p, i, j);
}

/** Strips of columns whose tiles fill the processor's registers. */
template <int lanes, bool turned>
RARL_INLINE void strips(const Product& p) {
  if constexpr (lanes == 16) {
    int64_t j = 0;
    while (p.n - j >= lanes) {
      const int64_t left = (p.n - j) / lanes;
      if (left == 5) { strip<lanes, 5, 5, turned>(p, j); j += 5 * lanes; }
      else if (left >= 4) { strip<lanes, 6, 4, turned>(p, j); j += 4 * lanes; }
      else if (left == 3) { strip<lanes, 8, 3, turned>(p, j); j += 3 * lanes; }
      else if (left == 2) { strip<lanes, 8, 2, turned>(p, j); j += 2 * lanes; }
      else { strip<lanes, 8, 1, turned>(p, j); j += lanes; }
    }
    if (j < p.n) strip<8, 8, 1, turned>(p, j);
  } else if constexpr (lanes == 8) {
    int64_t j = 0;
    for (; j + 2 * lanes <= p.n; j += 2 * lanes) strip<lanes, 6, 2, turned>(p, j);
    if (j < p.n) strip<lanes, 8, 1, turned>(p, j);
  } else {
    for (int64_t j = 0; j < p.n; j += 2 * lanes) strip<lanes, 4, 2, turned>(p, j);
  }
}

template <int lanes>
RARL_INLINE void run(const Product& p) {
  if (p.a_turned) strips<lanes, true>(p);
  else strips<lanes, false>(p);
}

inline void portable(const Product& p) { run<4>(p); }
RARL_AVX2 inline void avx2(const Product& p) { run<8>(p); }
RARL_AVX512 inline void avx512(const Product& p) { run<16>(p); }

inline void multiply(const Product& p) {
  static const auto chosen = vectors::has_avx512() ? avx512 : vectors::has_avx2() ? avx2 : portable;
  if (p.m > 0 && p.n > 0) chosen(p);
}

/** Columns of a panel of transposed rows. */
constexpr int64_t panel = 64;
inline int64_t panel_values(int64_t rows, int64_t d) { return (rows + panel - 1) / panel * panel * d; }

/** Rows [n, d], `stride` apart, transposed into panels [d, panel], zeros after the last row. */
inline void pack_turned(const float* x, int64_t stride, int64_t n, int64_t d, float* to) {
  for (int64_t from = 0; from < n; from += panel, to += panel * d) {
    const int64_t count = n - from < panel ? n - from : panel;
    for (int64_t j = 0; j < panel; j++) {
      const float* row = x + (from + j) * stride;
      for (int64_t l = 0; l < d; l++) to[l * panel + j] = j < count ? row[l] : 0.0f;
    }
  }
}

/** Rows [n, d], `stride` apart, with zeros to padded(n) rows of padded(d) values. */
inline void pack(const float* x, int64_t stride, int64_t n, int64_t d, float* to) {
  const int64_t rows = padded(n), width = padded(d);
  for (int64_t i = 0; i < rows; i++, to += width)
    for (int64_t l = 0; l < width; l++) to[l] = i < n && l < d ? x[i * stride + l] : 0.0f;
}

/** c [m, padded(n)] = a [m, d] · (the n rows packed by pack_turned)ᵀ */
inline void by_panels(const float* a, int64_t a_row, int64_t m, const float* panels, int64_t n, int64_t d, float* c, int64_t c_row) {
  for (int64_t from = 0; from < n; from += panel, panels += panel * d) {
    const int64_t columns = padded(n - from < panel ? n - from : panel);
    multiply({a, a_row, false, panels, panel, c + from, c_row, m, columns, d, false});
  }
}

}  // namespace rarl::tiles
