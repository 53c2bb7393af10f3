// Products, linear layers with and without LoRA, embeddings.
#pragma once
#include "../call.h"

namespace rarl::linear {

inline at::Tensor turned(const at::Tensor& x, bool transpose) { return transpose ? x.transpose(-2, -1) : x; }

inline void mat_mul(Call& call) {
  const bool transpose_a = call.flag();
  const auto a = turned(call.in(0), transpose_a);
  call.out(at::matmul(a, turned(call.in(1), call.flag())));
}

inline at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return bias.defined() ? at::addmm(bias, x, weight) : at::mm(x, weight);
}

/** x, weight, bias or none. */
inline void plain(Call& call) { call.out(affine(call.in(0), call.in(1), call.in(2))); }

/** x W + bias + scale (x A) B, from x, weight, a, b, bias or none. */
inline void lora(Call& call) {
  const double scale = call.number();
  auto y = affine(call.in(0), call.in(1), call.in(4));
  call.out(y.addmm_(at::mm(call.in(0), call.in(2)), call.in(3), 1, scale));
}

/** dX = dY Wᵀ + s dY Bᵀ Aᵀ, from dy, weight, a, b. */
inline void lora_backward_input(Call& call) {
  const double scale = call.number();
  const bool is_transposed = call.flag();
  auto dx = at::mm(call.in(0), turned(call.in(1), !is_transposed));
  call.out(dx.addmm_(at::mm(call.in(0), call.in(3).t()), call.in(2).t(), 1, scale));
}

/** dA = s Xᵀ (dY Bᵀ) and dB = s (X A)ᵀ dY, from dy, x, a, b. */
inline void lora_backward_adapter(Call& call) {
  const double scale = call.number();
  const auto &dy = call.in(0), &x = call.in(1);
  call.out(at::mm(x.t(), at::mm(dy, call.in(3).t()).mul_(scale)));
  call.out(at::mm(at::mm(x, call.in(2)).mul_(scale).t(), dy));
}

inline void embedding(Call& call) { call.out(call.in(1).index_select(0, call.in(0))); }

inline void embedding_backward(Call& call) {
  auto sums = at::zeros(call.shape(), call.options());
  call.out(sums.index_add_(0, call.in(0), call.in(1)));
}

inline const std::vector<NamedOperation> table{
    {"RarlMatMul", mat_mul}, {"RarlLinear", plain}, {"RarlTrainableLinear", plain}, {"RarlLoraLinear", lora},
    {"RarlLoraLinearBackwardInput", lora_backward_input}, {"RarlLoraLinearBackwardAdapter", lora_backward_adapter},
    {"RarlEmbedding", embedding}, {"RarlEmbeddingBackward", embedding_backward},
};

}  // namespace rarl::linear
