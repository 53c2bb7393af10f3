// Turns the exception in flight into a Failure.
#pragma once
#include <ATen/ATen.h>

#include <exception>
#include <memory>
#include <new>
#include <regex>
#include <string>
#include <vector>

#include "engine.h"

namespace rarl {

/** First line of libtorch's message, which goes on with a C++ stack. */
inline std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/** Bytes that an allocator's message says it could not get; 0 when it tells none. */
inline double bytes_asked(const std::string& message) {
  std::smatch match;
  static const std::regex plain("allocate ([0-9]+) bytes");
  static const std::regex scaled("allocate ([0-9.]+) (KiB|MiB|GiB)");
  if (std::regex_search(message, match, plain)) return std::stod(match[1]);
  if (!std::regex_search(message, match, scaled)) return 0;
  const double unit = match[2] == "GiB" ? 1073741824.0 : match[2] == "MiB" ? 1048576.0 : 1024.0;
  return std::stod(match[1]) * unit;
}

/** Call it in a catch block. */
inline std::shared_ptr<Failure> describe_failure(const std::string& operation, const std::vector<at::Tensor>& inputs) {
  auto failure = std::make_shared<Failure>();
  failure->operation = operation;
  for (const auto& input : inputs) {
    if (input.defined()) failure->shapes.push_back(input.sizes().vec());
  }
  try {
    throw;
  } catch (const std::bad_alloc&) {
    failure->out_of_memory = true;
    failure->reason = "the machine's memory is exhausted";
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    failure->reason = first_line(message);
    failure->out_of_memory = message.find("allocate memory") != std::string::npos ||
                             message.find("out of memory") != std::string::npos;
    if (failure->out_of_memory) failure->bytes = bytes_asked(message);
  } catch (const std::exception& error) {
    failure->reason = first_line(error.what());
  } catch (...) {
    failure->reason = "an unknown exception";
  }
  return failure;
}

}  // namespace rarl
