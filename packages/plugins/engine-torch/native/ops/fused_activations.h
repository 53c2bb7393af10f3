// SwiGLU, the GELUs, and rotary position embedding.
#pragma once
#include "../call.h"
#include "rows.h"

namespace rarl::activations {

inline void swi_glu(Call& call) {
  const auto gate = call.in(0).contiguous();
  const auto up = call.in(1).contiguous();
  if (!on_rows(gate)) return call.out(at::silu(gate).mul_(up));
  auto y = at::empty_like(gate);
  const float *g = gate.data_ptr<float>(), *u = up.data_ptr<float>();
  float* out = y.data_ptr<float>();
  for_rows(gate.numel(), 1, [&](int64_t from, int64_t to) { rows::swi_glu(g + from, u + from, out + from, to - from); });
  call.out(y);
}

inline void swi_glu_backward(Call& call) {
  const auto gate = call.in(0).contiguous();
  const auto up = call.in(1).contiguous();
  const auto dy = call.in(2).contiguous();
  if (!on_rows(gate)) {
    const auto s = at::sigmoid(gate);
    const auto silu = at::mul(gate, s);
    call.out(at::mul(dy, up).mul_(at::add(s, at::sub(silu, at::mul(silu, s)))));
    return call.out(at::mul(dy, silu));
  }
  auto dgate = at::empty_like(gate);
  auto dup = at::empty_like(gate);
  const float *g = gate.data_ptr<float>(), *u = up.data_ptr<float>(), *d = dy.data_ptr<float>();
  float *dg = dgate.data_ptr<float>(), *du = dup.data_ptr<float>();
  for_rows(gate.numel(), 1, [&](int64_t from, int64_t to) {
    rows::swi_glu_gradient(g + from, u + from, d + from, dg + from, du + from, to - from);
  });
  call.out(dgate);
  call.out(dup);
}

inline void gelu(Call& call) { call.out(at::gelu(call.in(0))); }
inline void gelu_backward(Call& call) { call.out(at::gelu_backward(call.in(1), call.in(0))); }

constexpr double quick_slope = 1.702;

inline void quick_gelu(Call& call) { call.out(at::mul(call.in(0), quick_slope).sigmoid_().mul_(call.in(0))); }

inline void quick_gelu_backward(Call& call) {
  const auto s = at::mul(call.in(0), quick_slope).sigmoid_();
  const auto y = at::mul(call.in(0), s).mul_(quick_slope);
  call.out(at::add(s, at::sub(y, at::mul(y, s))).mul_(call.in(1)));
}

/** [rows, heads, d] with cosines and sines [rows, d]. */
inline void turn(Call& call, bool backward) {
  const auto x = call.in(0).contiguous();
  const auto cos = call.in(1).contiguous();
  const auto sin = call.in(2).contiguous();
  const int64_t heads = x.size(1), d = x.size(2), half = d / 2;
  if (!on_rows(x)) {
    const auto swap = [&](const at::Tensor& t) {
      return at::cat({t.narrow(-1, half, half), t.narrow(-1, 0, half)}, -1);
    };
    const auto signed_sin = at::cat({at::neg(sin.narrow(-1, 0, half)), sin.narrow(-1, half, half)}, -1).unsqueeze(1);
    const auto turned = backward ? swap(at::mul(x, signed_sin)) : at::mul(swap(x), signed_sin);
    return call.out(at::mul(x, cos.unsqueeze(1)).add_(turned));
  }
  auto y = at::empty_like(x);
  const float *xs = x.data_ptr<float>(), *c = cos.data_ptr<float>(), *s = sin.data_ptr<float>();
  float* out = y.data_ptr<float>();
  for_rows(x.size(0), heads * d, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      for (int64_t head = 0; head < heads; head++) {
        const int64_t at = (row * heads + head) * d;
        rows::rotate(xs + at, c + row * d, s + row * d, out + at, half, backward);
      }
    }
  });
  call.out(y);
}

inline void rotary(Call& call) { turn(call, false); }
inline void rotary_backward(Call& call) { turn(call, true); }

inline const std::vector<NamedOperation> table{
    {"RarlSwiGlu", swi_glu}, {"RarlSwiGluBackward", swi_glu_backward}, {"RarlGelu", gelu},
    {"RarlGeluBackward", gelu_backward}, {"RarlQuickGelu", quick_gelu},
    {"RarlQuickGeluBackward", quick_gelu_backward}, {"RarlRotary", rotary}, {"RarlRotaryBackward", rotary_backward},
};

}  // namespace rarl::activations
