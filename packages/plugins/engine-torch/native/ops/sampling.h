// Draws tokens from rows of logits, as `sampleToken` of `@rarl-sdk/nn` does.
#pragma once
#include <algorithm>
#include <numeric>
#include <vector>

#include "../call.h"
#include "rows.h"

namespace rarl::sampling {

struct Rule {
  /** 0 takes the likeliest token. */
  double temperature, top_p, min_p;
  int64_t top_k;
  std::vector<int64_t> banned;
  explicit Rule(Call& call) : temperature(call.number()), top_p(call.number()), min_p(call.number()), top_k(call.integer()), banned(call.list()) {}
};

/** Zeroes the weights of scores outside the k largest; ties with the last of them stay. */
inline void keep_top_k(const float* scores, float* weights, int64_t n, int64_t k) {
  std::vector<float> sorted(scores, scores + n);
  std::nth_element(sorted.begin(), sorted.begin() + (k - 1), sorted.end(), std::greater<float>());
  const float threshold = sorted[static_cast<size_t>(k - 1)];
  for (int64_t i = 0; i < n; i++)
    if (scores[i] < threshold) weights[i] = 0;
}

/** Keeps the likeliest tokens until their share reaches top_p; of equal ones the lower ids come first. */
inline void keep_top_p(float* weights, int64_t n, double top_p) {
  std::vector<int64_t> order;
  double total = 0;
  for (int64_t i = 0; i < n; i++) {
    total += weights[i];
    if (weights[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return weights[a] > weights[b]; });
  double kept = 0;
  for (const auto id : order) {
    if (kept >= top_p * total) weights[id] = 0;
    else kept += weights[id];
  }
}

inline void keep_min_p(float* weights, int64_t n, double min_p) {
  const float threshold = static_cast<float>(min_p) * rows::largest(weights, n);
  for (int64_t i = 0; i < n; i++)
    if (weights[i] < threshold) weights[i] = 0;
}

struct Drawn {
  int64_t id;
  float log_prob;
};

/** The id at share `uniform` of the cumulative weights. */
inline int64_t place_of(const float* weights, int64_t n, double uniform) {
  constexpr int64_t block = 256;
  std::vector<double> sums(static_cast<size_t>((n + block - 1) / block));
  for (size_t b = 0; b < sums.size(); b++) {
    double sum = 0;
    for (int64_t i = static_cast<int64_t>(b) * block; i < std::min<int64_t>(n, (static_cast<int64_t>(b) + 1) * block); i++) sum += weights[i];
    sums[b] = sum;
  }
  const double target = uniform * std::accumulate(sums.begin(), sums.end(), 0.0);
  double cumulative = 0;
  int64_t last = 0;
  for (size_t b = 0; b < sums.size(); b++) {
    // A block is looked into when the target may lie in it; sums in another order may differ in the last place.
    if (cumulative + sums[b] <= target && b + 1 < sums.size()) {
      cumulative += sums[b];
      continue;
    }
    for (int64_t i = static_cast<int64_t>(b) * block; i < std::min<int64_t>(n, (static_cast<int64_t>(b) + 1) * block); i++) {
      if (weights[i] == 0) continue;
      cumulative += weights[i];
      last = i;
      if (cumulative > target) return last;
    }
  }
  return last;
}

/** Draws from one row; `scores` and `weights` are room for n values. An id of -1 says that no distribution is there. */
inline Drawn draw(const float* logits, int64_t n, const Rule& rule, double uniform, float* scores, float* weights) {
  const float scale = rule.temperature > 0 ? static_cast<float>(1 / rule.temperature) : 1.0f;
  std::copy(logits, logits + n, scores);
  for (const auto id : rule.banned)
    if (id < n) scores[id] = -INFINITY;
  const float best = rows::largest(scores, n), largest = rows::largest(logits, n);
  if (!std::isfinite(best) || !std::isfinite(largest)) return {-1, NAN};
  // Banned ids stay in the distribution that log-probabilities are told of.
  double total = rows::exponentials(logits, scale, largest, weights, n);
  if (!(total > 0 && total < INFINITY)) return {-1, NAN};
  int64_t id;
  if (rule.temperature > 0) {
    if (!rule.banned.empty()) {
      rows::exponentials(scores, scale, best, weights, n);
      for (const auto banned : rule.banned)
        if (banned < n) weights[banned] = 0;
    }
    if (rule.top_k > 0 && rule.top_k < n) keep_top_k(scores, weights, n, rule.top_k);
    if (rule.top_p < 1) keep_top_p(weights, n, rule.top_p);
    if (rule.min_p > 0) keep_min_p(weights, n, rule.min_p);
    id = place_of(weights, n, uniform);
  } else {
    id = std::find(scores, scores + n, best) - scores;
  }
  return {id, static_cast<float>(scale * (logits[id] - largest) - std::log(total))};
}

/** Logits [rows, vocabulary] and 32 random bits a row [rows] int32; ids [rows] and their log-probabilities [rows]. */
inline void sample(Call& call) {
  const Rule rule(call);
  const auto logits = call.in(0).to(at::kCPU).contiguous(), bits = call.in(1).to(at::kCPU).contiguous();
  const int64_t count = logits.size(0), width = logits.size(1);
  auto ids = at::empty({count}, at::TensorOptions().dtype(at::kInt));
  auto log_probs = at::empty({count}, at::TensorOptions().dtype(at::kFloat));
  at::parallel_for(0, count, 1, [&](int64_t from, int64_t to) {
    std::vector<float> room(static_cast<size_t>(2 * width));
    for (int64_t row = from; row < to; row++) {
      const auto drawn = draw(logits.data_ptr<float>() + row * width, width, rule, static_cast<uint32_t>(bits.data_ptr<int32_t>()[row]) / 4294967296.0, room.data(), room.data() + width);
      ids.data_ptr<int32_t>()[row] = static_cast<int32_t>(drawn.id);
      log_probs.data_ptr<float>()[row] = drawn.log_prob;
    }
  });
  call.out(ids.to(call.device));
  call.out(log_probs.to(call.device));
}

inline const std::vector<NamedOperation> table{{"RarlSampleTokens", sample}};

}  // namespace rarl::sampling
