// Matrix products in float32. On CPUs oneDNN's kernels are used where libtorch carries them and MKL would not run its
// own best code, which it keeps for Intel's processors: 2 to 2.3 times as fast on an AMD EPYC (see bench/engines).
// The choice depends on the processor and the sizes alone, so that results repeat.
#pragma once
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <cstring>
#include <optional>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace rarl::gemm {

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

/** a [m, k] · b [k, n], either of them any view. */
inline at::Tensor mm(const at::Tensor& a, const at::Tensor& b) {
  if (serves(a) && a.size(0) * a.size(1) * b.size(1) >= worthwhile) return by_onednn(a, b.t());
  return at::mm(a, b);
}

/** y += a · b */
inline void add_mm(at::Tensor& y, const at::Tensor& a, const at::Tensor& b) {
  if (serves(a) && a.size(0) * a.size(1) * b.size(1) >= worthwhile) y.add_(by_onednn(a, b.t()));
  else y.addmm_(a, b);
}

/** a [batch, m, k] · b [batch, k, n]. Few large products go one by one. */
inline at::Tensor bmm(const at::Tensor& a, const at::Tensor& b) {
  if (!serves(a) || a.size(1) * a.size(2) * b.size(2) < worthwhile) return at::bmm(a, b);
  auto y = at::empty({a.size(0), a.size(1), b.size(2)}, a.options());
  for (int64_t i = 0; i < a.size(0); i++) y[i].copy_(by_onednn(a[i], b[i].t()));
  return y;
}

}  // namespace rarl::gemm
