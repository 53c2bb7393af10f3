// What an operation sees of a command, and the table of operations.
#pragma once
#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "engine.h"
#include "stored.h"

namespace rarl {

struct OutputSpec {
  int slot;
  at::ScalarType dtype;
  std::vector<int64_t> shape;
};

/** One operation's inputs, attributes in their order, and results. */
struct Call {
  std::vector<at::Tensor> inputs;
  std::vector<OutputSpec> specs;
  std::vector<at::Tensor> outputs;
  /** Scales of int8 inputs, by input; empty when no input has one. */
  std::vector<at::Tensor> scales;
  /** Scale of the first result when it is an int8 weight. */
  at::Tensor out_scale;
  const double* attributes = nullptr;
  at::Device device = at::kCPU;

  const at::Tensor& in(size_t i) const { return inputs.at(i); }
  /** Whether the optional input is there. */
  bool has(size_t i) const { return i < inputs.size() && inputs[i].defined(); }
  /** An input as it is stored; only for operations that take stored weights. */
  Stored stored(size_t i) const { return {inputs.at(i), i < scales.size() ? scales[i] : at::Tensor()}; }
  double number() { return *attributes++; }
  int64_t integer() { return static_cast<int64_t>(*attributes++); }
  bool flag() { return *attributes++ != 0; }
  std::vector<int64_t> list() {
    std::vector<int64_t> values(static_cast<size_t>(integer()));
    for (auto& value : values) value = integer();
    return values;
  }
  const std::vector<int64_t>& shape(size_t output = 0) const { return specs.at(output).shape; }
  at::TensorOptions options(size_t output = 0) const {
    return at::TensorOptions().dtype(specs.at(output).dtype).device(device);
  }
  void out(at::Tensor tensor) { outputs.push_back(std::move(tensor)); }
};

using Operation = void (*)(Call&);

struct NamedOperation {
  const char* name;
  Operation run;
  /** Takes weights as they are stored (see `stored.h`); other operations get float32. */
  bool takes_stored = false;
};

/** TensorFlow.js's own kernels. */
const std::vector<NamedOperation>& standard_operations();
/** The fused kernels of `@rarl-sdk/nn`. */
const std::vector<NamedOperation>& fused_operations();

}  // namespace rarl
