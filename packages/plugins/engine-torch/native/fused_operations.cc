#include "call.h"

namespace rarl {

const std::vector<NamedOperation>& fused_operations() {
  static const std::vector<NamedOperation> all{};
  return all;
}

}  // namespace rarl
