// Products, linear layers with and without LoRA, embeddings.
#pragma once
#include "../call.h"
#include "stored_products.h"

namespace rarl::linear {

using products::multiply;

inline at::Tensor turned(const at::Tensor& x, bool transpose) { return transpose ? x.transpose(-2, -1) : x; }

/** The second factor may be a stored weight. */
inline void mat_mul(Call& call) {
  const bool transpose_a = call.flag(), transpose_b = call.flag();
  if (is_reduced(call.in(0))) call.inputs[0] = expanded(call.in(0), call.stored(0).scale);
  const auto a = turned(call.in(0), transpose_a);
  const auto b = call.stored(1);
  if (a.dim() == 2 && b.values.dim() == 2) return call.out(multiply(a, transpose_b ? products::turned(b) : b));
  call.out(gemm::matmul(a, turned(expanded(b.values, b.scale), transpose_b)));
}

inline at::Tensor affine(const at::Tensor& x, const Stored& weight, const at::Tensor& bias) {
  auto y = multiply(x, weight);
  if (!bias.defined()) return y;
  if (!on_rows(y) || y.size(0) > small_rows::most || !bias.is_contiguous()) return y.add_(bias);
  for (int64_t row = 0; row < y.size(0); row++) rows::add(y.data_ptr<float>() + row * y.size(1), bias.data_ptr<float>(), y.size(1));
  return y;
}

/** x, weight, bias or none. */
inline void plain(Call& call) { call.out(affine(call.in(0), call.stored(1), call.in(2))); }

/** x W + bias + scale (x A) B, from x, weight, a, b, bias or none. */
inline void lora(Call& call) {
  const double scale = call.number();
  auto y = affine(call.in(0), call.stored(1), call.in(4));
  products::add_low_rank(y, call.in(0), call.in(2), call.in(3), scale);
  call.out(y);
}

/** dX = dY Wᵀ + s dY Bᵀ Aᵀ, from dy, weight, a, b. */
inline void lora_backward_input(Call& call) {
  const double scale = call.number();
  const bool is_transposed = call.flag();
  const auto weight = call.stored(1);
  auto dx = multiply(call.in(0), is_transposed ? weight : products::turned(weight));
  gemm::add_mm(dx, gemm::mm(call.in(0), call.in(3).t()).mul_(scale), call.in(2).t());
  call.out(dx);
}

/** dA = s Xᵀ (dY Bᵀ) and dB = s (X A)ᵀ dY, from dy, x, a, b. */
inline void lora_backward_adapter(Call& call) {
  const double scale = call.number();
  const auto &dy = call.in(0), &x = call.in(1);
  call.out(gemm::mm(x.t(), gemm::mm(dy, call.in(3).t()).mul_(scale)));
  call.out(gemm::mm(gemm::mm(x, call.in(2)).mul_(scale).t(), dy));
}

/** Rows of a table that may be a stored weight. */
inline void embedding(Call& call) {
  const auto table = call.stored(1);
  const auto rows = table.values.index_select(0, call.in(0));
  call.out(expanded(rows, table.scale.defined() ? table.scale.index_select(0, call.in(0)) : table.scale));
}

inline void embedding_backward(Call& call) {
  auto sums = at::zeros(call.shape(), call.options());
  call.out(sums.index_add_(0, call.in(0), call.in(1)));
}

inline const std::vector<NamedOperation> table{
    {"RarlMatMul", mat_mul, true}, {"RarlLinear", plain, true}, {"RarlTrainableLinear", plain},
    {"RarlLoraLinear", lora, true}, {"RarlLoraLinearBackwardInput", lora_backward_input, true},
    {"RarlLoraLinearBackwardAdapter", lora_backward_adapter},
    {"RarlEmbedding", embedding, true}, {"RarlEmbeddingBackward", embedding_backward},
};

}  // namespace rarl::linear
