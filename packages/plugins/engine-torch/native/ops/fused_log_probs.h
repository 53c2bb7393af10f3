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
  bool entropies, backward_transposed;
  explicit Options(Call& call)
      : temperature(call.number()), chunk_rows(call.integer()), entropies(call.flag()),
        backward_transposed(call.flag()) {}
};

/** What is found of rows; entropies only where they are defined. */
struct Scores {
  at::Tensor log_probs, entropies;
  Scores narrow(int64_t from, int64_t size) const {
    return {log_probs.narrow(0, from, size), entropies.defined() ? entropies.narrow(0, from, size) : entropies};
  }
};

/** Scores of rows of logits [n, vocab] before the temperature; for slopes the logits become -p / temperature. */
inline void score_rows(at::Tensor& logits, const at::Tensor& targets, const Options& options, Scores scores, bool slopes) {
  const int64_t width = logits.size(1);
  if (!on_rows(logits)) {
    const auto scaled = options.temperature == 1 ? logits : at::div(logits, options.temperature);
    const auto log_sum = at::logsumexp(scaled, {-1});
    scores.log_probs.copy_(at::sub(scaled.gather(1, targets.unsqueeze(1)).squeeze(1), log_sum));
    if (!scores.entropies.defined() && !slopes) return;
    const auto p = at::softmax(scaled, -1);
    if (scores.entropies.defined()) scores.entropies.copy_(at::sub(log_sum, at::mul(p, scaled).sum(-1)));
    if (slopes) logits = at::div(p, -options.temperature);
    return;
  }
  const float scale = static_cast<float>(1 / options.temperature);
  float* values = logits.data_ptr<float>();
  const int64_t* target = targets.data_ptr<int64_t>();
  float* log_probs = scores.log_probs.data_ptr<float>();
  float* entropies = scores.entropies.defined() ? scores.entropies.data_ptr<float>() : nullptr;
  for_rows(logits.size(0), width, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      float* x = values + row * width;
      const float most = rows::largest(x, width), chosen = x[target[row]];
      const auto sums = slopes ? rows::entropy_exponentials(x, scale, most, width) : rows::entropy_sums(x, scale, most, width);
      const float log_sum = scale * most + std::log(sums.sum);
      log_probs[row] = scale * chosen - log_sum;
      if (entropies) entropies[row] = log_sum - scale * sums.weighted / sums.sum;
      if (slopes) rows::multiply(x, -scale / sums.sum, width);
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

/** Calls f(from, size) for chunks of rows. */
template <typename F>
void chunks(int64_t rows, const Options& options, const F& f) {
  for (int64_t from = 0; from < rows; from += options.chunk_rows) f(from, std::min(options.chunk_rows, rows - from));
}

inline Scores empty_scores(const Call& call, const Options& options, int64_t rows) {
  return {at::empty({rows}, call.options()), options.entropies ? at::empty({rows}, call.options()) : at::Tensor()};
}

/** hidden [n, h], weight [h, vocab], targets [n]. */
inline void forward(Call& call) {
  const Options options(call);
  const auto& hidden = call.in(0);
  const auto weight = call.stored(1);
  const auto targets = checked_targets(call.in(2), weight.values.size(1));
  const auto scores = empty_scores(call, options, hidden.size(0));
  chunks(hidden.size(0), options, [&](int64_t from, int64_t size) {
    auto logits = products::multiply(hidden.narrow(0, from, size), weight);
    score_rows(logits, targets.narrow(0, from, size), options, scores.narrow(from, size), false);
  });
  call.out(scores.log_probs);
  if (options.entropies) call.out(scores.entropies);
}

/** hidden, weight, targets, backwardWeight. The second result is [n, h]: the derivative of each row's log-probability. */
inline void with_slopes(Call& call) {
  const Options options(call);
  const auto& hidden = call.in(0);
  const auto weight = call.stored(1), back = call.stored(3);
  const auto targets = checked_targets(call.in(2), weight.values.size(1));
  const auto transposed = options.backward_transposed ? back : products::turned(weight);
  const auto scores = empty_scores(call, options, hidden.size(0));
  auto slopes = at::empty(hidden.sizes(), hidden.options());
  chunks(hidden.size(0), options, [&](int64_t from, int64_t size) {
    auto p = products::multiply(hidden.narrow(0, from, size), weight);
    const auto index = targets.narrow(0, from, size);
    score_rows(p, index, options, scores.narrow(from, size), true);
    // onehot - p, both over the temperature.
    const auto column = index.unsqueeze(1);
    p.scatter_add_(1, column, at::full(column.sizes(), 1 / options.temperature, p.options()));
    slopes.narrow(0, from, size).copy_(products::multiply(p, transposed));
  });
  call.out(scores.log_probs);
  call.out(slopes);
  if (options.entropies) call.out(scores.entropies);
}

/** hidden, weight, targets, dy: gradients of hidden and of the weight. */
inline void backward(Call& call) {
  const Options options(call);
  const auto& hidden = call.in(0);
  const auto& weight = call.in(1);
  const auto targets = checked_targets(call.in(2), weight.size(1));
  const auto dy = at::div(call.in(3), options.temperature).unsqueeze(1);
  auto d_hidden = at::empty(hidden.sizes(), hidden.options());
  auto d_weight = at::zeros(weight.sizes(), hidden.options());
  chunks(hidden.size(0), options, [&](int64_t from, int64_t size) {
    const auto rows = hidden.narrow(0, from, size), slope = dy.narrow(0, from, size);
    const auto logits = gemm::mm(rows, weight);
    auto gradient = at::softmax(options.temperature == 1 ? logits : at::div(logits, options.temperature), -1).mul_(slope).neg_();
    gradient.scatter_add_(1, targets.narrow(0, from, size).unsqueeze(1), slope);
    d_hidden.narrow(0, from, size).copy_(gemm::mm(gradient, weight.t()));
    gemm::add_mm(d_weight, rows.t(), gradient);
  });
  call.out(d_hidden);
  call.out(d_weight);
}

inline const std::vector<NamedOperation> table{
    {"RarlTokenLogProbs", forward, true}, {"RarlTokenLogProbsWithSlopes", with_slopes, true},
    {"RarlTrainableTokenLogProbs", forward}, {"RarlTokenLogProbsBackward", backward},
};

}  // namespace rarl::log_probs
