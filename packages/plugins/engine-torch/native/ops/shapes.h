// Operations that move, repeat, choose and make elements.
#pragma once
#include "../call.h"

namespace rarl::shapes {

/** A view: the same bytes, so a product can take it by a flag. A weight stays as it is stored. */
inline void transpose(Call& call) {
  const auto axes = call.list();
  const auto [values, scale] = call.stored(0);
  call.out(values.permute(axes));
  if (scale.defined()) call.out_scale = scale.permute(axes);
}

inline void concat(Call& call) { call.out(at::cat(call.inputs, call.integer())); }
inline void pack(Call& call) { call.out(at::stack(call.inputs, call.integer())); }

/** Parts are copies: a view of one would keep the whole alive. */
inline void unpack(Call& call) {
  const auto axis = call.integer();
  for (size_t i = 0; i < call.specs.size(); i++) {
    call.out(call.in(0).select(axis, static_cast<int64_t>(i)).clone(at::MemoryFormat::Contiguous));
  }
}

inline void split(Call& call) {
  const auto axis = call.integer();
  int64_t from = 0;
  for (const auto size : call.list()) {
    call.out(call.in(0).narrow(axis, from, size).clone(at::MemoryFormat::Contiguous));
    from += size;
  }
}

inline void slice(Call& call) {
  at::Tensor part = call.in(0);
  const auto begin = call.list();
  const auto& size = call.shape();
  for (size_t axis = 0; axis < begin.size(); axis++) {
    part = part.narrow(static_cast<int64_t>(axis), begin[axis], size[axis]);
  }
  call.out(part.clone(at::MemoryFormat::Contiguous));
}

inline void strided_slice(Call& call) {
  at::Tensor part = call.in(0);
  const auto begin = call.list();
  const auto strides = call.list();
  const auto sizes = call.list();
  for (size_t i = 0; i < begin.size(); i++) {
    const auto axis = static_cast<int64_t>(i);
    const auto index = at::arange(sizes[i], at::TensorOptions().dtype(at::kLong).device(call.device));
    part = part.index_select(axis, index.mul(strides[i]).add(begin[i]));
  }
  call.out(part);
}

inline void pad(Call& call) {
  // Pairs come first axis first; libtorch takes the last axis first.
  const auto pairs = call.list();
  const double value = call.number();
  std::vector<int64_t> reversed;
  for (size_t i = pairs.size(); i > 0; i -= 2) {
    reversed.push_back(pairs[i - 2]);
    reversed.push_back(pairs[i - 1]);
  }
  call.out(at::constant_pad_nd(call.in(0), reversed, value));
}

inline void tile(Call& call) { call.out(call.in(0).repeat(call.list())); }
inline void reverse(Call& call) { call.out(call.in(0).flip(call.list())); }
inline void broadcast_to(Call& call) { call.out(call.in(0).expand(call.shape()).contiguous()); }
inline void fill(Call& call) { call.out(at::full(call.shape(), call.number(), call.options())); }

/** Small host values, carried in the command itself. */
inline void constant(Call& call) {
  const auto host = at::empty(call.shape(), at::TensorOptions().dtype(call.specs[0].dtype));
  AT_DISPATCH_ALL_TYPES_AND(at::kBool, host.scalar_type(), "constant", [&] {
    auto* values = host.data_ptr<scalar_t>();
    for (int64_t i = 0; i < host.numel(); i++) values[i] = static_cast<scalar_t>(call.number());
  });
  call.out(host.to(call.device));
}

inline void one_hot(Call& call) {
  const auto depth = call.integer();
  const double on = call.number();
  const double off = call.number();
  const auto classes = at::arange(depth, call.in(0).options());
  const auto hit = at::eq(call.in(0).unsqueeze(-1), classes);
  call.out(at::where(hit, at::full({}, on, call.options()), at::full({}, off, call.options())));
}

/** x as [batch, outer, axis, inner], indices as [batch, n]. */
inline void gather(Call& call) {
  const auto view = call.list();
  const auto x = call.in(0).reshape(view);
  const auto index = call.in(1).reshape({view[0], -1}).to(at::kLong);
  if (view[0] == 1) {
    call.out(x.squeeze(0).index_select(1, index.squeeze(0)));
  } else {
    const auto wide = index.view({view[0], 1, -1, 1}).expand({view[0], view[1], index.size(1), view[3]});
    call.out(x.gather(2, wide));
  }
}

/** Index tuples [n, depth] into the first axes of `shape` as places in those axes laid out flat. */
inline at::Tensor flat_places(const at::Tensor& indices, const std::vector<int64_t>& shape, int64_t depth) {
  if (depth == 1) return indices.reshape({-1});
  const auto tuples = indices.reshape({-1, depth}).to(at::kLong);
  auto places = at::zeros({tuples.size(0)}, tuples.options());
  for (int64_t i = 0; i < depth; i++) {
    const auto column = tuples.select(1, i);
    TORCH_CHECK_INDEX(column.numel() == 0 || (at::min(column).item<int64_t>() >= 0 && at::max(column).item<int64_t>() < shape[i]),
                      "an index is out of range in axis ", i, " of size ", shape[i]);
    places = places.mul(shape[i]).add(column);
  }
  return places;
}

inline int64_t product(const std::vector<int64_t>& sizes, size_t from, size_t to) {
  int64_t result = 1;
  for (size_t i = from; i < to; i++) result *= sizes[i];
  return result;
}

inline void gather_nd(Call& call) {
  const auto depth = call.integer();
  const auto shape = call.in(0).sizes().vec();
  const auto split_at = static_cast<size_t>(depth);
  const auto rows = call.in(0).reshape({product(shape, 0, split_at), product(shape, split_at, shape.size())});
  call.out(rows.index_select(0, flat_places(call.in(1), shape, depth)));
}

/** Rows of equal index add up. */
inline void scatter_nd(Call& call) {
  const auto depth = call.integer();
  const auto& shape = call.shape();
  const auto split_at = static_cast<size_t>(depth);
  const auto width = product(shape, split_at, shape.size());
  const auto places = flat_places(call.in(0), shape, depth);
  auto sums = at::zeros({product(shape, 0, split_at), width}, call.options());
  sums.index_add_(0, places, call.in(1).reshape({places.size(0), width}));
  call.out(sums);
}

/** Negative segments are dropped. */
inline void segment_sum(Call& call) {
  const auto rows = call.in(1).numel();
  const auto segments = call.shape()[0];
  const auto ids = call.in(1).reshape({-1}).to(at::kLong);
  const auto x = call.in(0).reshape({rows, -1});
  auto sums = at::zeros({segments + 1, x.size(1)}, call.options());
  sums.index_add_(0, at::where(at::lt(ids, 0), at::full({}, segments, ids.options()), ids), x);
  call.out(sums.narrow(0, 0, segments).clone());
}

inline const std::vector<NamedOperation> table{
    {"Transpose", transpose, true}, {"Concat", concat}, {"Pack", pack}, {"Unpack", unpack}, {"SplitV", split},
    {"Slice", slice}, {"StridedSlice", strided_slice}, {"PadV2", pad}, {"Tile", tile}, {"Reverse", reverse},
    {"BroadcastTo", broadcast_to}, {"Fill", fill}, {"Constant", constant}, {"OneHot", one_hot},
    {"GatherV2", gather}, {"GatherNd", gather_nd}, {"ScatterNd", scatter_nd}, {"UnsortedSegmentSum", segment_sum},
};

}  // namespace rarl::shapes
