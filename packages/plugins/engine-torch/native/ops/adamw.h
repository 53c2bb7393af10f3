// One AdamW update.
#pragma once
#include "../call.h"
#include "rows.h"

namespace rarl::optimizer {

/** weight, gradient, first and second moment; the new weight and moments. */
inline void adamw(Call& call) {
  const double learning_rate = call.number(), beta1 = call.number(), beta2 = call.number(), epsilon = call.number();
  const double weight_decay = call.number(), correction1 = call.number(), correction2 = call.number();
  const double decay = 1 - learning_rate * weight_decay, step_size = learning_rate / correction1;
  const auto w = call.in(0).contiguous(), g = call.in(1).contiguous();
  const auto m = call.in(2).contiguous(), v = call.in(3).contiguous();
  if (!on_rows(w)) {
    const auto m2 = at::mul(m, beta1).add_(g, 1 - beta1);
    const auto v2 = at::mul(v, beta2).addcmul_(g, g, 1 - beta2);
    const auto denominator = at::sqrt(v2).div_(std::sqrt(correction2)).add_(epsilon);
    call.out(at::mul(w, decay).addcdiv_(m2, denominator, -step_size));
    call.out(m2);
    return call.out(v2);
  }
  const rows::AdamW step{static_cast<float>(beta1), static_cast<float>(beta2), static_cast<float>(epsilon),
                         static_cast<float>(decay), static_cast<float>(step_size), static_cast<float>(std::sqrt(correction2))};
  auto w2 = at::empty_like(w), m2 = at::empty_like(m), v2 = at::empty_like(v);
  const float *ws = w.data_ptr<float>(), *gs = g.data_ptr<float>(), *ms = m.data_ptr<float>(), *vs = v.data_ptr<float>();
  float *wo = w2.data_ptr<float>(), *mo = m2.data_ptr<float>(), *vo = v2.data_ptr<float>();
  for_rows(w.numel(), 1, [&](int64_t from, int64_t to) {
    rows::adamw(ws + from, gs + from, ms + from, vs + from, wo + from, mo + from, vo + from, to - from, step);
  });
  call.out(w2);
  call.out(m2);
  call.out(v2);
}

inline const std::vector<NamedOperation> table{{"RarlAdamW", adamw}};

}  // namespace rarl::optimizer
