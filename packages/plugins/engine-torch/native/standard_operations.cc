#include <ATen/Dispatch.h>

#include "ops/elementwise.h"
#include "ops/reductions.h"
#include "ops/shapes.h"

namespace rarl {

const std::vector<NamedOperation>& standard_operations() {
  static const std::vector<NamedOperation> all = [] {
    std::vector<NamedOperation> list;
    for (const auto* part : {&elementwise::table, &reductions::table, &shapes::table}) {
      list.insert(list.end(), part->begin(), part->end());
    }
    return list;
  }();
  return all;
}

}  // namespace rarl
