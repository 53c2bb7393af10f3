// Arithmetic on rows of floats on CPUs, compiled for several instruction sets and chosen when the addon is loaded.
#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// By feature: a clone for an `arch=` of one maker is not taken on another maker's processor that could run it.
#define RARL_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define RARL_CLONES
#endif

namespace rarl {

/** Leaves the row functions out on CPUs too, so that the way other devices go can be tested there. */
inline std::atomic<bool> portable_kernels{false};

/** Whether the row functions below serve; otherwise libtorch's own operations do, on any device. */
inline bool on_rows(const at::Tensor& x) {
  return !portable_kernels && x.is_cpu() && x.scalar_type() == at::kFloat;
}

/** Runs f(from, to) over rows in parallel, few rows together when they are long. */
template <typename F>
void for_rows(int64_t rows, int64_t width, const F& f) {
  at::parallel_for(0, rows, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, width)), f);
}

namespace rows {

/** e^x to 2 units in the last place for x in [-87, 88], which it is limited to (Cephes' expf). */
inline float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  // Adding 1.5·2²³ rounds to a whole number.
  const float n = (x * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

inline float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

RARL_CLONES inline float dot(const float* a, const float* b, int64_t n) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

RARL_CLONES inline float dot3(const float* a, const float* b, const float* c, int64_t n) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i] * c[i];
  return sum;
}

/** y = factor x w */
RARL_CLONES inline void scaled_product(const float* x, const float* w, float factor, float* y, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) y[i] = factor * x[i] * w[i];
}

/** y = factor (g w - projection x) */
RARL_CLONES inline void rms_gradient(const float* x, const float* w, const float* g, float factor, float projection, float* y, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) y[i] = factor * (g[i] * w[i] - projection * x[i]);
}

RARL_CLONES inline void swi_glu(const float* gate, const float* up, float* y, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) y[i] = gate[i] * sigmoid(gate[i]) * up[i];
}

RARL_CLONES inline void swi_glu_gradient(const float* gate, const float* up, const float* dy, float* dgate, float* dup, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) {
    const float s = sigmoid(gate[i]);
    const float silu = gate[i] * s;
    dgate[i] = dy[i] * up[i] * (s + silu - silu * s);
    dup[i] = dy[i] * silu;
  }
}

/** x cos + [-x₂, x₁] sin of one head; `turn` 1 forwards. The gradient's sines belong to the other half. */
RARL_CLONES inline void rotate(const float* x, const float* cos, const float* sin, float* y, int64_t half, bool backward) {
  if (!backward) {
#pragma omp simd
    for (int64_t i = 0; i < half; i++) {
      y[i] = x[i] * cos[i] - x[i + half] * sin[i];
      y[i + half] = x[i + half] * cos[i + half] + x[i] * sin[i + half];
    }
  } else {
#pragma omp simd
    for (int64_t i = 0; i < half; i++) {
      y[i] = x[i] * cos[i] + x[i + half] * sin[i + half];
      y[i + half] = x[i + half] * cos[i + half] - x[i] * sin[i];
    }
  }
}

RARL_CLONES inline float largest(const float* x, int64_t n) {
  float most = -INFINITY;
#pragma omp simd reduction(max : most)
  for (int64_t i = 0; i < n; i++) most = x[i] > most ? x[i] : most;
  return most;
}

/** y = e^(scale (x - most)); returns their sum. */
RARL_CLONES inline float exponentials(const float* x, float scale, float most, float* y, int64_t n) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; i++) {
    y[i] = exponential(scale * (x[i] - most));
    sum += y[i];
  }
  return sum;
}

RARL_CLONES inline void multiply(float* x, float factor, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) x[i] *= factor;
}

/** Exponentials of one softmax over two parts, in place; returns 1 / sum. */
inline float exponentials_of_two(float* x, int64_t first, float* y, int64_t second) {
  const float most = std::max(largest(x, first), largest(y, second));
  return 1.0f / (exponentials(x, 1.0f, most, x, first) + exponentials(y, 1.0f, most, y, second));
}

RARL_CLONES inline void add(float* x, const float* y, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) x[i] += y[i];
}

/** dp becomes scale p (dp - sum). */
RARL_CLONES inline void softmax_gradient(const float* p, float* dp, float sum, float scale, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) dp[i] = scale * p[i] * (dp[i] - sum);
}

struct Exponentials {
  float sum;
  /** Σ e^(x - most) x */
  float weighted;
};

RARL_CLONES inline Exponentials entropy_sums(const float* x, float scale, float most, int64_t n) {
  float sum = 0;
  float weighted = 0;
#pragma omp simd reduction(+ : sum, weighted)
  for (int64_t i = 0; i < n; i++) {
    const float e = exponential(scale * (x[i] - most));
    sum += e;
    weighted += e * x[i];
  }
  return {sum, weighted};
}

/** The same; x becomes its exponentials. */
RARL_CLONES inline Exponentials entropy_exponentials(float* x, float scale, float most, int64_t n) {
  float sum = 0;
  float weighted = 0;
#pragma omp simd reduction(+ : sum, weighted)
  for (int64_t i = 0; i < n; i++) {
    const float e = exponential(scale * (x[i] - most));
    sum += e;
    weighted += e * x[i];
    x[i] = e;
  }
  return {sum, weighted};
}

/** Numbers of an AdamW step, in single precision. */
struct AdamW {
  float beta1, beta2, epsilon, decay, step_size, root_correction;
};

RARL_CLONES inline void adamw(const float* w, const float* g, const float* m, const float* v, float* w2, float* m2, float* v2, int64_t n, AdamW s) {
  const float one_minus_beta1 = 1.0f - s.beta1;
  const float one_minus_beta2 = 1.0f - s.beta2;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) {
    m2[i] = m[i] * s.beta1 + g[i] * one_minus_beta1;
    v2[i] = v[i] * s.beta2 + g[i] * g[i] * one_minus_beta2;
    w2[i] = w[i] * s.decay - s.step_size * (m2[i] / (std::sqrt(v2[i]) / s.root_correction + s.epsilon));
  }
}

}  // namespace rows
}  // namespace rarl
