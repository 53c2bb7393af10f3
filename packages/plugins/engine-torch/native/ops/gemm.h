// Matrix products in float32. On CPUs oneDNN's kernels are used in two cases. Debian's libtorch multiplies with
// whatever BLAS the system has, by default the reference one in plain loops, and oneDNN is a library beside it. And MKL,
// which the wheels carry, keeps its best code for Intel's processors: oneDNN is 1.5 to 2.3 times as fast on an AMD EPYC.
// The choice depends on the libraries, the processor and the sizes alone, so that results repeat.
#pragma once
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <cstring>
#include <optional>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

/** oneDNN's own, row-major; there where oneDNN is a shared library that libtorch needs. */
extern "C" int dnnl_sgemm(char turn_a, char turn_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
                          const float* b, int64_t ldb, float beta, float* c, int64_t ldc) __attribute__((weak));

namespace rarl::gemm {

/** A matrix as BLAS takes it: turned or not, with the distance of its rows or columns. */
struct Operand {
  at::Tensor kept;
  char turn;
  int64_t stride;
  explicit Operand(const at::Tensor& x) : kept(x), turn('N'), stride(std::max<int64_t>(1, x.stride(0))) {
    const int64_t rows = x.size(0), columns = x.size(1);
    if ((x.stride(1) == 1 || columns == 1) && (x.stride(0) >= columns || rows == 1)) {
      if (rows == 1) stride = std::max<int64_t>(1, columns);
    } else if ((x.stride(0) == 1 || rows == 1) && (x.stride(1) >= rows || columns == 1)) {
      turn = 'T';
      stride = std::max<int64_t>(1, columns == 1 ? rows : x.stride(1));
    } else {
      kept = x.contiguous();
      stride = std::max<int64_t>(1, columns);
    }
  }
};

inline bool has_sgemm(const at::Tensor& x) { return dnnl_sgemm != nullptr && x.is_cpu() && x.scalar_type() == at::kFloat; }

/** y = a · b + beta y, y [m, n] with rows of neighbouring values. */
inline void by_sgemm(const at::Tensor& y, const at::Tensor& a, const at::Tensor& b, float beta) {
  if (y.numel() == 0) return;
  const Operand left(a), right(b);
  const int status = dnnl_sgemm(left.turn, right.turn, y.size(0), y.size(1), a.size(1), 1.0f, left.kept.data_ptr<float>(), left.stride,
                                right.kept.data_ptr<float>(), right.stride, beta, y.data_ptr<float>(), std::max<int64_t>(y.stride(0), y.size(1)));
  TORCH_CHECK(status == 0, "oneDNN's product failed with status ", status);
}

inline bool is_intel() {
#if defined(__x86_64__)
  unsigned int eax, ebx, ecx, edx;
  if (!__get_cpuid(0, &eax, &ebx, &ecx, &edx)) return false;
  char vendor[12];
  std::memcpy(vendor, &ebx, 4);
  std::memcpy(vendor + 4, &edx, 4);
  std::memcpy(vendor + 8, &ecx, 4);
  return std::memcmp(vendor, "GenuineIntel", 12) == 0;
#else
  return false;
#endif
}

/** libtorch's `x wᵀ` through oneDNN, if it has one. Called through its registry: the C++ signature varies by version. */
inline const c10::OperatorHandle* onednn_linear() {
  static const std::optional<c10::OperatorHandle> found = []() -> std::optional<c10::OperatorHandle> {
    if (!at::globalContext().hasMKLDNN() || is_intel()) return {};
    const auto handle = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
    if (!handle.has_value() || !handle->hasKernelForDispatchKey(c10::DispatchKey::CPU)) return {};
    return *handle;
  }();
  return found ? &*found : nullptr;
}

inline bool serves(const at::Tensor& x) { return x.is_cpu() && x.scalar_type() == at::kFloat && onednn_linear() != nullptr; }

/** Multiply-adds below which the call itself, some 10 µs, costs more than it gains. */
constexpr int64_t worthwhile = 1 << 20;

/** oneDNN has fast code for matrices without gaps, in either order; for others it falls to a plain loop. */
inline at::Tensor dense(const at::Tensor& x) { return x.is_contiguous() || x.t().is_contiguous() ? x : x.contiguous(); }

inline at::Tensor by_onednn(const at::Tensor& x, const at::Tensor& w) {
  static const c10::impl::GenericList no_scalars(c10::OptionalType::create(c10::NumberType::get()));
  std::vector<c10::IValue> stack{dense(x), dense(w), c10::IValue(), "none", no_scalars, ""};
  onednn_linear()->callBoxed(&stack);
  return stack.back().toTensor();
}

/** Whether a product into rows of y is better made here than by libtorch. */
inline bool worth_onednn(const at::Tensor& a, const at::Tensor& b) {
  return serves(a) && a.size(0) * a.size(1) * b.size(1) >= worthwhile;
}

/** a [m, k] · b [k, n], either of them any view. */
inline at::Tensor mm(const at::Tensor& a, const at::Tensor& b) {
  if (has_sgemm(a) && a.size(1) > 0) {
    auto y = at::empty({a.size(0), b.size(1)}, a.options());
    by_sgemm(y, a, b, 0);
    return y;
  }
  if (worth_onednn(a, b)) return by_onednn(a, b.t());
  return at::mm(a, b);
}

/** y = a · b, y any view with rows of neighbouring values. */
inline void mm_into(at::Tensor& y, const at::Tensor& a, const at::Tensor& b) {
  if (has_sgemm(a) && a.size(1) > 0) by_sgemm(y, a, b, 0);
  else if (worth_onednn(a, b)) y.copy_(by_onednn(a, b.t()));
  else at::mm_out(y, a, b);
}

/** y += a · b */
inline void add_mm(at::Tensor& y, const at::Tensor& a, const at::Tensor& b) {
  if (has_sgemm(a) && a.size(1) > 0) by_sgemm(y, a, b, 1);
  else if (worth_onednn(a, b)) y.add_(by_onednn(a, b.t()));
  else y.addmm_(a, b);
}

/** a [..., m, k] · b [..., k, n] */
inline at::Tensor matmul(const at::Tensor& a, const at::Tensor& b) {
  if (a.dim() == 2 && b.dim() == 2) return gemm::mm(a, b);
  if (!has_sgemm(a) || a.dim() != 3 || b.dim() != 3 || a.size(0) != b.size(0) || a.size(2) == 0) return at::matmul(a, b);
  auto y = at::empty({a.size(0), a.size(1), b.size(2)}, a.options());
  for (int64_t i = 0; i < a.size(0); i++) by_sgemm(y[i], a[i], b[i], 0);
  return y;
}

}  // namespace rarl::gemm
