// Frozen weights kept in fewer bits than the float32 they stand for.
#pragma once
#include <ATen/ATen.h>

namespace rarl {

/** How the values of a weight are held in memory. */
enum class Storage : int { f32 = 0, bf16 = 1, int8 = 2 };

/** A weight as it lies in memory: `values`, times `scale` where it is int8 (broadcast over the other axis). */
struct Stored {
  at::Tensor values;
  at::Tensor scale;
};

/** Whether a tensor that stands for float32 holds something smaller. */
inline bool is_reduced(const at::Tensor& x) {
  return x.defined() && (x.scalar_type() == at::kBFloat16 || x.scalar_type() == at::kChar);
}

/** The float32 values. */
inline at::Tensor expanded(const at::Tensor& values, const at::Tensor& scale) {
  if (!is_reduced(values)) return values;
  const auto floats = values.to(at::kFloat);
  return scale.defined() ? at::mul(floats, scale) : floats;
}

/** One scale a row: the largest magnitude becomes 127. Rows of zeros have scale 1. */
inline Stored quantised(const at::Tensor& rows) {
  const auto largest = at::amax(at::abs(rows), {-1}, true);
  const auto scale = at::where(at::gt(largest, 0), at::div(largest, 127), at::ones_like(largest));
  return {at::round(at::div(rows, scale)).clamp_(-127, 127).to(at::kChar), scale};
}

/** Puts values of a file's dtype into the storage asked for. Vectors stay float32: they are small and added as they are. */
inline Stored stored_as(const at::Tensor& values, Storage storage) {
  if (values.dim() < 2 || storage == Storage::f32) return {values.to(at::kFloat), {}};
  if (storage == Storage::bf16) return {values.to(at::kBFloat16), {}};
  const auto floats = values.to(at::kFloat);
  auto [quantities, scale] = quantised(floats.reshape({floats.size(0), -1}));
  std::vector<int64_t> scale_shape(static_cast<size_t>(floats.dim()), 1);
  scale_shape[0] = floats.size(0);
  return {quantities.view(floats.sizes()), scale.view(scale_shape)};
}

}  // namespace rarl
