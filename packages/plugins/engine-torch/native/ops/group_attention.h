// Attention of packed groups that share a prefix, block by block: scores exist for some rows of one group at a time.
// On CPUs host_attention.h serves; here it is composed of libtorch's operations, for any device.
#pragma once
#include "../call.h"
#include "group_layout.h"
#include "group_softmax.h"
#include "host_attention.h"

namespace rarl::attention {

/** Scores of a block, about what stays in a core's cache; more on devices with many cores. */
inline int64_t block_scores(const at::Tensor& x) { return x.is_cpu() ? 1 << 20 : 1 << 26; }

/** Rows of [rows, kv · copies, d] as [kv, n · copies, d]. */
inline at::Tensor queries(const at::Tensor& q, int64_t from, int64_t n, int64_t kv) {
  const int64_t copies = q.size(1) / kv, d = q.size(2);
  return q.narrow(0, from, n).view({n, kv, copies, d}).permute({1, 0, 2, 3}).reshape({kv, n * copies, d});
}

/** The way back of `queries`. */
inline void put_queries(at::Tensor& q, int64_t from, int64_t n, const at::Tensor& block) {
  const int64_t kv = block.size(0), copies = q.size(1) / kv, d = q.size(2);
  q.narrow(0, from, n).view({n, kv, copies, d}).permute({1, 0, 2, 3}).copy_(block.view({kv, n, copies, d}));
}

/** Rows of [rows, kv, d] as [kv, n, d], a view. */
inline at::Tensor keys(const at::Tensor& k, int64_t from, int64_t n) { return k.narrow(0, from, n).transpose(0, 1); }

/** Packed rows of a block whose scores against `width` keys fit. */
inline int64_t block_rows(const at::Tensor& q, int64_t width) {
  return std::max<int64_t>(16, block_scores(q) / std::max<int64_t>(1, q.size(1) * width));
}

/** Calls f(from, rows, keys) for blocks of a prefix; under a causal mask later keys are left out. */
template <typename F>
void prefix_blocks(const at::Tensor& q, int64_t prefix, bool causal, const F& f) {
  const int64_t step = block_rows(q, prefix);
  for (int64_t from = 0; from < prefix; from += step) {
    const int64_t n = std::min(step, prefix - from);
    f(from, n, causal ? from + n : prefix);
  }
}

/** Calls f(first branch, branches, first row, rows) for neighbouring branches of a group that fit a block. */
template <typename F>
void branch_blocks(const at::Tensor& q, const Group& group, const F& f) {
  const int64_t step = block_rows(q, group.prefix);
  int64_t row = 0;
  for (size_t first = 0; first < group.branches.size();) {
    size_t last = first;
    int64_t n = 0;
    do n += group.branches[last++];
    while (last < group.branches.size() && n + group.branches[last] <= step);
    f(first, last - first, row, n);
    row += n;
    first = last;
  }
}

inline Visible visible_in(bool causal, int64_t copies, int64_t from, int64_t keys) {
  return causal ? Visible{copies, from + 1, 1} : Visible{copies, keys, 0};
}

inline void forward(Call& call) {
  const Options options(call);
  const auto q = call.in(0).contiguous(), k = call.in(1).contiguous(), v = call.in(2).contiguous();
  if (on_rows(q)) return call.out(host::forward(options, q, k, v));
  const int64_t kv = k.size(1), copies = q.size(1) / kv;
  auto out = at::empty_like(q);
  int64_t start = 0;
  for (const auto& group : options.groups) {
    const auto prefix_k = keys(k, start, group.prefix), prefix_v = keys(v, start, group.prefix);
    prefix_blocks(q, group.prefix, options.causal, [&](int64_t from, int64_t n, int64_t width) {
      auto scores = at::bmm(queries(q, start + from, n, kv), prefix_k.narrow(1, 0, width).transpose(1, 2));
      softmax_rows(scores, visible_in(options.causal, copies, from, width), options.scale);
      put_queries(out, start + from, n, at::bmm(scores, prefix_v.narrow(1, 0, width)));
    });
    const int64_t branches = start + group.prefix;
    int64_t own_rows = 0;
    branch_blocks(q, group, [&](size_t first, size_t count, int64_t row, int64_t n) {
      const auto block = queries(q, branches + row, n, kv);
      auto shared = at::bmm(block, prefix_k.transpose(1, 2));
      std::vector<at::Tensor> own(count);
      for (size_t i = 0, at = 0; i < count; at += group.branches[first + i++]) {
        const int64_t length = group.branches[first + i];
        const int64_t from = static_cast<int64_t>(at);
        own[i] = at::bmm(block.narrow(1, from * copies, length * copies), keys(k, branches + row + from, length).transpose(1, 2));
        auto part = shared.narrow(1, from * copies, length * copies);
        softmax_two(part, own[i], visible_in(options.causal, copies, 0, length), options.scale);
      }
      auto result = at::bmm(shared, prefix_v);
      for (size_t i = 0, at = 0; i < count; at += group.branches[first + i++]) {
        const int64_t length = group.branches[first + i], from = static_cast<int64_t>(at);
        result.narrow(1, from * copies, length * copies).baddbmm_(own[i], keys(v, branches + row + from, length));
      }
      put_queries(out, branches + row, n, result);
      own_rows += n;
    });
    start = branches + own_rows;
  }
  call.out(out);
}

/** Gradients of q, k and v; the probabilities are computed again. */
inline void backward(Call& call) {
  const Options options(call);
  const auto q = call.in(0).contiguous(), k = call.in(1).contiguous(), v = call.in(2).contiguous();
  const auto dy = call.in(3).contiguous();
  if (on_rows(q)) {
    const auto gradients = host::backward(options, q, k, v, dy);
    call.out(gradients.dq);
    call.out(gradients.dk);
    return call.out(gradients.dv);
  }
  const int64_t kv = k.size(1), copies = q.size(1) / kv;
  auto dq = at::empty_like(q), dk = at::empty_like(k), dv = at::empty_like(v);
  int64_t start = 0;
  for (const auto& group : options.groups) {
    const auto prefix_k = keys(k, start, group.prefix), prefix_v = keys(v, start, group.prefix);
    auto sum_k = at::zeros({kv, group.prefix, k.size(2)}, k.options()), sum_v = at::zeros_like(sum_k);
    prefix_blocks(q, group.prefix, options.causal, [&](int64_t from, int64_t n, int64_t width) {
      const auto block = queries(q, start + from, n, kv), d_block = queries(dy, start + from, n, kv);
      const auto ks = prefix_k.narrow(1, 0, width), vs = prefix_v.narrow(1, 0, width);
      auto p = at::bmm(block, ks.transpose(1, 2));
      softmax_rows(p, visible_in(options.causal, copies, from, width), options.scale);
      auto ds = at::bmm(d_block, vs.transpose(1, 2));
      softmax_backward(p, ds, options.scale);
      put_queries(dq, start + from, n, at::bmm(ds, ks));
      sum_k.narrow(1, 0, width).add_(at::bmm(ds.transpose(1, 2), block));
      sum_v.narrow(1, 0, width).add_(at::bmm(p.transpose(1, 2), d_block));
    });
    const int64_t branches = start + group.prefix;
    int64_t own_rows = 0;
    branch_blocks(q, group, [&](size_t first, size_t count, int64_t row, int64_t n) {
      const auto block = queries(q, branches + row, n, kv), d_block = queries(dy, branches + row, n, kv);
      auto shared = at::bmm(block, prefix_k.transpose(1, 2)), d_shared = at::bmm(d_block, prefix_v.transpose(1, 2));
      std::vector<at::Tensor> d_own(count);
      for (size_t i = 0, at = 0; i < count; at += group.branches[first + i++]) {
        const int64_t length = group.branches[first + i], from = static_cast<int64_t>(at);
        const auto part = [&](const at::Tensor& x) { return x.narrow(1, from * copies, length * copies); };
        const int64_t packed = branches + row + from;
        auto own = at::bmm(part(block), keys(k, packed, length).transpose(1, 2));
        auto shared_part = part(shared), d_shared_part = part(d_shared);
        softmax_two(shared_part, own, visible_in(options.causal, copies, 0, length), options.scale);
        d_own[i] = at::bmm(part(d_block), keys(v, packed, length).transpose(1, 2));
        softmax_two_backward(shared_part, own, d_shared_part, d_own[i], options.scale);
        keys(dk, packed, length).copy_(at::bmm(d_own[i].transpose(1, 2), part(block)));
        keys(dv, packed, length).copy_(at::bmm(own.transpose(1, 2), part(d_block)));
      }
      auto d_queries = at::bmm(d_shared, prefix_k);
      for (size_t i = 0, at = 0; i < count; at += group.branches[first + i++]) {
        const int64_t length = group.branches[first + i], from = static_cast<int64_t>(at);
        d_queries.narrow(1, from * copies, length * copies).baddbmm_(d_own[i], keys(k, branches + row + from, length));
      }
      put_queries(dq, branches + row, n, d_queries);
      sum_k.baddbmm_(d_shared.transpose(1, 2), block);
      sum_v.baddbmm_(shared.transpose(1, 2), d_block);
      own_rows += n;
    });
    keys(dk, start, group.prefix).copy_(sum_k);
    keys(dv, start, group.prefix).copy_(sum_v);
    start = branches + own_rows;
  }
  call.out(dq);
  call.out(dk);
  call.out(dv);
}

inline const std::vector<NamedOperation> table{
    {"RarlGroupAttention", forward}, {"RarlGroupAttentionBackward", backward},
};

}  // namespace rarl::attention
