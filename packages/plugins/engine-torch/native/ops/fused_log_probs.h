// Log-probabilities of given tokens, some rows of logits at a time.
#pragma once
#include "../call.h"
#include "rows.h"
#include "stored_products.h"

namespace rarl::log_probs {

/** Attributes in the order of the TypeScript side. */
struct Options {
  double temperature;
  int64_t chunk_rows;
  bool entropies, trainable, backward_transposed;
  explicit Options(Call& call)
      : temperature(call.number()), chunk_rows(call.integer()), entropies(call.flag()), trainable(call.flag()),
        backward_transposed(call.flag()) {}
};

/** Log-probabilities and entropies of rows of logits [n, vocab] before the temperature. */
inline void score_rows(const at::Tensor& logits, const at::Tensor& targets, const Options& options, at::Tensor& log_prob, at::Tensor& entropy) {
  const int64_t width = logits.size(1);
  if (!on_rows(logits)) {
    const auto scaled = options.temperature == 1 ? logits : at::div(logits, options.temperature);
    const auto log_sum = at::logsumexp(scaled, {-1});
    log_prob.copy_(at::sub(scaled.gather(1, targets.unsqueeze(1)).squeeze(1), log_sum));
    if (options.entropies) entropy.copy_(at::sub(log_sum, at::mul(at::softmax(scaled, -1), scaled).sum(-1)));
    return;
  }
  const float scale = static_cast<float>(1 / options.temperature);
  const float* values = logits.data_ptr<float>();
  const int64_t* target = targets.data_ptr<int64_t>();
  float* log_probs = log_prob.data_ptr<float>();
  float* entropies = options.entropies ? entropy.data_ptr<float>() : nullptr;
  for_rows(logits.size(0), width, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      const float* x = values + row * width;
      const float most = rows::largest(x, width);
      const auto sums = rows::entropy_sums(x, scale, most, width);
      const float log_sum = scale * most + std::log(sums.sum);
      log_probs[row] = scale * x[target[row]] - log_sum;
      if (entropies) entropies[row] = log_sum - scale * sums.weighted / sums.sum;
    }
  });
}

/** Targets as indices, checked: a wrong one must not read elsewhere. */
inline at::Tensor checked_targets(const at::Tensor& targets, int64_t vocabulary) {
  const auto index = targets.to(at::kLong).contiguous();
  TORCH_CHECK_INDEX(index.numel() == 0 || (at::min(index).item<int64_t>() >= 0 && at::max(index).item<int64_t>() < vocabulary),
                    "a target is outside the vocabulary of ", vocabulary);
  return index;
}

/** hidden [n, h], weight [h, vocab], targets [n]. */
inline void forward(Call& call) {
  const Options options(call);
  const auto& hidden = call.in(0);
  const auto weight = call.stored(1);
  const auto targets = checked_targets(call.in(2), weight.values.size(1));
  const int64_t n = hidden.size(0);
  auto log_probs = at::empty({n}, call.options());
  auto entropies = at::empty({options.entropies ? n : 0}, call.options());
  for (int64_t from = 0; from < n; from += options.chunk_rows) {
    const int64_t size = std::min(options.chunk_rows, n - from);
    const auto logits = products::multiply(hidden.narrow(0, from, size), weight);
    auto log_prob = log_probs.narrow(0, from, size);
    auto entropy = options.entropies ? entropies.narrow(0, from, size) : entropies;
    score_rows(logits, targets.narrow(0, from, size), options, log_prob, entropy);
  }
  call.out(log_probs);
  if (options.entropies) call.out(entropies);
}

/** Logits become (onehot - p) dy / temperature. */
inline at::Tensor logit_gradient(at::Tensor logits, const at::Tensor& targets, const at::Tensor& dy, double temperature) {
  const int64_t width = logits.size(1);
  if (!on_rows(logits)) {
    auto gradient = at::softmax(temperature == 1 ? logits : at::div(logits, temperature), -1).neg_();
    const auto index = targets.unsqueeze(1);
    gradient.scatter_add_(1, index, at::ones_like(index, gradient.options()));
    return gradient.mul_(at::div(dy, temperature).unsqueeze(1));
  }
  const float scale = static_cast<float>(1 / temperature);
  float* values = logits.data_ptr<float>();
  const int64_t* target = targets.data_ptr<int64_t>();
  const float* slope = dy.data_ptr<float>();
  for_rows(logits.size(0), width, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      float* x = values + row * width;
      const float sum = rows::exponentials(x, scale, rows::largest(x, width), x, width);
      rows::multiply(x, -scale * slope[row] / sum, width);
      x[target[row]] += scale * slope[row];
    }
  });
  return logits;
}

/** hidden, weight, backwardWeight, targets, dy. */
inline void backward(Call& call) {
  const Options options(call);
  const auto& hidden = call.in(0);
  const auto weight = call.stored(1), back = call.stored(2);
  const auto targets = checked_targets(call.in(3), weight.values.size(1));
  const auto dy = call.in(4).contiguous();
  const auto transposed = options.backward_transposed ? back : products::turned(weight);
  auto d_hidden = at::empty(hidden.sizes(), hidden.options());
  auto d_weight = options.trainable ? at::zeros(weight.values.sizes(), hidden.options()) : at::Tensor();
  for (int64_t from = 0; from < hidden.size(0); from += options.chunk_rows) {
    const int64_t size = std::min(options.chunk_rows, hidden.size(0) - from);
    const auto rows = hidden.narrow(0, from, size);
    const auto gradient = logit_gradient(products::multiply(rows, weight), targets.narrow(0, from, size), dy.narrow(0, from, size), options.temperature);
    d_hidden.narrow(0, from, size).copy_(products::multiply(gradient, transposed));
    if (options.trainable) gemm::add_mm(d_weight, rows.t(), gradient);
  }
  call.out(d_hidden);
  if (options.trainable) call.out(d_weight);
}

inline const std::vector<NamedOperation> table{
    {"RarlTokenLogProbs", forward, true}, {"RarlTrainableTokenLogProbs", forward},
    {"RarlTokenLogProbsBackward", backward, true},
};

}  // namespace rarl::log_probs
