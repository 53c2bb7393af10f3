#include "ops/adamw.h"
#include "ops/decode_attention.h"
#include "ops/fused_activations.h"
#include "ops/fused_linear.h"
#include "ops/fused_log_probs.h"
#include "ops/fused_norms.h"
#include "ops/group_attention.h"
#include "ops/sampling.h"

namespace rarl {

void use_portable_kernels(bool portable) { portable_kernels = portable; }

const std::vector<NamedOperation>& fused_operations() {
  static const std::vector<NamedOperation> all = [] {
    std::vector<NamedOperation> list;
    for (const auto* part : {&norms::table, &activations::table, &linear::table, &log_probs::table, &attention::table,
                             &optimizer::table, &decoding::table, &sampling::table}) {
      list.insert(list.end(), part->begin(), part->end());
    }
    return list;
  }();
  return all;
}

}  // namespace rarl
