// How packed rows form groups: a prefix, then branches that all see it.
#pragma once
#include "../call.h"

namespace rarl::attention {

struct Group {
  int64_t prefix;
  std::vector<int64_t> branches;
};

/** Attributes in the order of the TypeScript side. */
struct Options {
  bool causal;
  float scale;
  std::vector<Group> groups;
  explicit Options(Call& call) : causal(call.flag()), scale(static_cast<float>(call.number())) {
    for (auto count = call.integer(); count > 0; count--) {
      const auto prefix = call.integer();
      groups.push_back({prefix, call.list()});
    }
  }
};

}  // namespace rarl::attention
