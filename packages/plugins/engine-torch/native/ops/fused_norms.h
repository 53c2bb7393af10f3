// RMS norm and layer norm.
#pragma once
#include "../call.h"
#include "rows.h"

namespace rarl::norms {

/** 1 / root mean square of each row, [rows, 1]. */
inline at::Tensor inverse_rms(const at::Tensor& x, double epsilon) {
  return at::rsqrt(at::mean(at::square(x), {-1}, true).add_(epsilon));
}

inline void rms_norm(Call& call) {
  const double epsilon = call.number();
  const auto x = call.in(0).contiguous();
  const auto weight = call.in(1).contiguous();
  if (!on_rows(x)) return call.out(at::mul(at::mul(x, inverse_rms(x, epsilon)), weight));
  auto y = at::empty_like(x);
  const int64_t width = x.size(-1);
  const float *xs = x.data_ptr<float>(), *w = weight.data_ptr<float>();
  float* ys = y.data_ptr<float>();
  for_rows(x.size(0), width, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      const float* in = xs + row * width;
      const float factor = 1.0f / std::sqrt(rows::dot(in, in, width) / width + static_cast<float>(epsilon));
      rows::scaled_product(in, w, factor, ys + row * width, width);
    }
  });
  call.out(y);
}

/** dX: r g w - x r³ mean(g w x). */
inline void rms_norm_backward(Call& call) {
  const double epsilon = call.number();
  const auto x = call.in(0).contiguous();
  const auto weight = call.in(1).contiguous();
  const auto dy = call.in(2).contiguous();
  if (!on_rows(x)) {
    const auto r = inverse_rms(x, epsilon);
    const auto g = at::mul(dy, weight);
    const auto projection = at::mean(at::mul(g, x), {-1}, true).mul_(at::square(r));
    return call.out(at::sub(g, at::mul(x, projection)).mul_(r));
  }
  auto dx = at::empty_like(x);
  const int64_t width = x.size(-1);
  const float *xs = x.data_ptr<float>(), *w = weight.data_ptr<float>(), *gs = dy.data_ptr<float>();
  float* out = dx.data_ptr<float>();
  for_rows(x.size(0), width, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      const float *in = xs + row * width, *g = gs + row * width;
      const float factor = 1.0f / std::sqrt(rows::dot(in, in, width) / width + static_cast<float>(epsilon));
      const float projection = rows::dot3(in, w, g, width) / width * factor * factor;
      rows::rms_gradient(in, w, g, factor, projection, out + row * width, width);
    }
  });
  call.out(dx);
}

inline void rms_norm_backward_weight(Call& call) {
  const double epsilon = call.number();
  const auto& x = call.in(0);
  call.out(at::mul(at::mul(x, inverse_rms(x, epsilon)), call.in(1)).sum(0));
}

inline void layer_norm(Call& call) {
  const auto& x = call.in(0);
  call.out(at::layer_norm(x, {x.size(-1)}, call.in(1), call.in(2), call.number()));
}

/** Rows with mean 0 and variance 1, and what divided them. */
inline std::pair<at::Tensor, at::Tensor> normalised(const at::Tensor& x, double epsilon) {
  auto centred = at::sub(x, at::mean(x, {-1}, true));
  const auto factor = inverse_rms(centred, epsilon);
  return {centred.mul_(factor), factor};
}

inline void layer_norm_backward(Call& call) {
  const auto [normal, factor] = normalised(call.in(0), call.number());
  const auto g = at::mul(call.in(2), call.in(1));
  const auto projection = at::mul(normal, at::mean(at::mul(g, normal), {-1}, true));
  call.out(at::sub(g, at::mean(g, {-1}, true)).sub_(projection).mul_(factor));
}

inline void layer_norm_backward_weight(Call& call) {
  const auto [normal, factor] = normalised(call.in(0), call.number());
  call.out(at::mul(call.in(1), normal).sum(0));
}

inline const std::vector<NamedOperation> table{
    {"RarlRmsNorm", rms_norm}, {"RarlRmsNormBackward", rms_norm_backward},
    {"RarlRmsNormBackwardWeight", rms_norm_backward_weight},
    {"RarlLayerNorm", layer_norm}, {"RarlLayerNormBackward", layer_norm_backward},
    {"RarlLayerNormBackwardWeight", layer_norm_backward_weight},
};

}  // namespace rarl::norms
