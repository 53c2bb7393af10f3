#include "engine.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/api/include/torch/version.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "call.h"
#include "failure.h"
#include "mapped_file.h"
#include "stored.h"

namespace rarl {

namespace {

/** Commands that may wait; JavaScript writes one in about 3 µs. */
constexpr size_t max_commands = 8192;
/** Bytes of waiting uploads. Results of waiting operations take none yet. */
constexpr int64_t max_outstanding_bytes = int64_t{1} << 27;

struct Slot {
  at::Tensor tensor;
  std::shared_ptr<Failure> failure;
  /** Of an int8 weight. */
  at::Tensor scale;
};

struct Command {
  enum class Kind { operation, put, load, read } kind = Kind::operation;
  std::vector<double> words;
  int slot = -1;
  at::Tensor tensor;
  FileTensor source;
  std::function<void(ReadResult)> done;
  int64_t bytes = 0;
};

at::ScalarType scalar_type(Dtype dtype) {
  switch (dtype) {
    case Dtype::float32: return at::kFloat;
    case Dtype::int32: return at::kInt;
    default: return at::kBool;
  }
}

at::ScalarType file_dtype(const std::string& name) {
  if (name == "F32") return at::kFloat;
  if (name == "BF16") return at::kBFloat16;
  if (name == "F16") return at::kHalf;
  TORCH_CHECK(false, "weights of dtype ", name, " cannot be read from a file");
}

const std::vector<NamedOperation>& operations() {
  static const std::vector<NamedOperation> all = [] {
    // The first operation frees slots and is done by the engine itself.
    std::vector<NamedOperation> list{{"Free", nullptr}};
    for (const auto* part : {&standard_operations(), &fused_operations()}) list.insert(list.end(), part->begin(), part->end());
    return list;
  }();
  return all;
}

}  // namespace

struct Engine::State {
  at::Device device;
  int threads;
  std::mutex mutex;
  std::condition_variable work, room;
  std::deque<Command> queue;
  int64_t outstanding_bytes = 0;
  size_t outstanding_commands = 0;
  bool stopping = false;
  int started_threads = 0;
  // Of the engine's thread alone:
  std::vector<Slot> slots;
  std::deque<std::shared_ptr<Failure>> unreported;
  std::map<std::string, std::weak_ptr<MappedFile>> files;
  std::thread thread;

  explicit State(const EngineOptions& options) : device(options.device), threads(options.threads) {}

  void push(Command command) {
    std::unique_lock<std::mutex> lock(mutex);
    room.wait(lock, [&] {
      return stopping || outstanding_commands == 0 ||
             (outstanding_commands < max_commands && outstanding_bytes + command.bytes <= max_outstanding_bytes);
    });
    outstanding_bytes += command.bytes;
    outstanding_commands++;
    const bool was_empty = queue.empty();
    queue.push_back(std::move(command));
    lock.unlock();
    if (was_empty) work.notify_one();
  }

  void loop() {
    // The number of threads belongs to the thread that starts them.
    if (threads > 0) at::set_num_threads(threads);
    {
      std::lock_guard<std::mutex> lock(mutex);
      started_threads = at::get_num_threads();
    }
    room.notify_all();
    c10::InferenceMode inference;
    std::deque<Command> batch;
    for (;;) {
      {
        std::unique_lock<std::mutex> lock(mutex);
        work.wait(lock, [&] { return stopping || !queue.empty(); });
        if (stopping) return;
        batch.swap(queue);
      }
      while (!batch.empty()) {
        const int64_t bytes = batch.front().bytes;
        execute(batch.front());
        batch.pop_front();
        std::lock_guard<std::mutex> lock(mutex);
        const bool full = outstanding_commands >= max_commands || outstanding_bytes > max_outstanding_bytes / 2;
        outstanding_bytes -= bytes;
        outstanding_commands--;
        if (full || outstanding_commands == 0) room.notify_one();
        if (stopping) return;
      }
    }
  }

  Slot& slot_at(int index) {
    if (static_cast<size_t>(index) >= slots.size()) slots.resize(static_cast<size_t>(index) + 1024);
    return slots[static_cast<size_t>(index)];
  }

  void fail(const std::shared_ptr<Failure>& failure, const std::vector<OutputSpec>& specs) {
    for (const auto& spec : specs) slot_at(spec.slot) = {at::Tensor(), failure};
  }

  void execute(Command& command) {
    switch (command.kind) {
      case Command::Kind::operation: return run(command.words);
      case Command::Kind::put: return keep(command);
      case Command::Kind::load: return load(command);
      case Command::Kind::read: return command.done(values_of(command.slot));
    }
  }

  void keep(Command& command) {
    try {
      slot_at(command.slot) = {device.is_cpu() ? command.tensor : command.tensor.to(device), nullptr};
    } catch (...) {
      auto failure = describe_failure("write", {command.tensor});
      unreported.push_back(failure);
      slot_at(command.slot) = {at::Tensor(), failure};
    }
  }

  std::shared_ptr<MappedFile> mapped(const std::string& path) {
    auto file = files[path].lock();
    if (!file) files[path] = file = std::make_shared<MappedFile>(path);
    return file;
  }

  void load(Command& command) {
    const FileTensor& source = command.source;
    try {
      const auto values = mapped_tensor(mapped(source.path), source.offset, source.shape, file_dtype(source.dtype));
      const auto stored = stored_as(values, static_cast<Storage>(source.storage));
      const auto placed = [&](const at::Tensor& x) { return !x.defined() || device.is_cpu() ? x : x.to(device); };
      slot_at(command.slot) = {placed(stored.values), nullptr, placed(stored.scale)};
    } catch (...) {
      auto failure = describe_failure("load", {});
      failure->shapes.push_back(source.shape);
      unreported.push_back(failure);
      slot_at(command.slot) = {at::Tensor(), failure};
    }
  }

  /** What an operation gets of a slot: seen in `sizes`, in float32 unless it takes weights as they are stored. */
  void add_input(Call& call, Slot& source, const std::vector<int64_t>& sizes, bool takes_stored) {
    at::Tensor x = source.tensor;
    const bool same_shape = x.sizes() == at::IntArrayRef(sizes);
    if (is_reduced(x)) {
      if (takes_stored && same_shape) {
        if (source.scale.defined()) {
          call.scales.resize(call.inputs.size() + 1);
          call.scales.back() = source.scale;
        }
        call.inputs.push_back(x);
        return;
      }
      x = expanded(x, source.scale);
    } else if (!same_shape && !x.is_contiguous()) {
      // A reshape keeps the data; a tensor that lies scattered is put in order once.
      x = source.tensor = x.contiguous();
    }
    call.inputs.push_back(same_shape ? x : x.reshape(sizes));
  }

  /** Layout: operation, inputs, outputs, then attributes; an input is slot, rank, sizes; an output slot, dtype, rank, sizes. */
  void run(const std::vector<double>& words) {
    const double* at_word = words.data();
    const auto next = [&] { return static_cast<int64_t>(*at_word++); };
    const auto code = static_cast<size_t>(next());
    if (code == 0) {
      for (auto count = next(); count > 0; count--) slot_at(static_cast<int>(next())) = {};
      return;
    }
    const NamedOperation& operation = operations().at(code);
    Call call;
    call.device = device;
    const auto input_count = next();
    const auto output_count = next();
    std::shared_ptr<Failure> upstream;
    call.inputs.reserve(static_cast<size_t>(input_count));
    std::vector<int64_t> sizes;
    for (int64_t i = 0; i < input_count; i++) {
      const auto slot = static_cast<int>(next());
      sizes.resize(static_cast<size_t>(next()));
      for (auto& size : sizes) size = next();
      if (slot < 0) {
        call.inputs.emplace_back();
        continue;
      }
      Slot& source = slot_at(slot);
      if (source.failure) upstream = source.failure;
      if (!source.tensor.defined()) {
        call.inputs.emplace_back();
      } else {
        add_input(call, source, sizes, operation.takes_stored);
      }
    }
    for (int64_t i = 0; i < output_count; i++) {
      OutputSpec spec;
      spec.slot = static_cast<int>(next());
      spec.dtype = scalar_type(static_cast<Dtype>(next()));
      spec.shape.resize(static_cast<size_t>(next()));
      for (auto& size : spec.shape) size = next();
      call.specs.push_back(std::move(spec));
    }
    call.attributes = at_word;
    if (upstream) return fail(upstream, call.specs);
    try {
      operation.run(call);
      TORCH_CHECK(call.outputs.size() == call.specs.size(), "made ", call.outputs.size(), " results, ", call.specs.size(), " are expected");
      for (size_t i = 0; i < call.specs.size(); i++) {
        const auto& spec = call.specs[i];
        at::Tensor& made = call.outputs[i];
        const bool keeps_storage = operation.takes_stored && is_reduced(made);
        if (made.scalar_type() != spec.dtype && !keeps_storage) made = made.to(spec.dtype);
        if (made.sizes() != at::IntArrayRef(spec.shape)) made = made.reshape(spec.shape);
        slot_at(spec.slot) = {std::move(made), nullptr, i == 0 ? call.out_scale : at::Tensor()};
      }
    } catch (...) {
      auto failure = describe_failure(operation.name, call.inputs);
      unreported.push_back(failure);
      fail(failure, call.specs);
    }
  }

  /** An earlier failure that no read has told of comes first: the operations after it may not depend on it. */
  ReadResult values_of(int index) {
    ReadResult result;
    const auto tell = [&](const std::shared_ptr<Failure>& failure) {
      failure->reported = true;
      result.failure = failure;
      return result;
    };
    if (index >= 0 && slot_at(index).failure) return tell(slot_at(index).failure);
    while (!unreported.empty()) {
      auto failure = unreported.front();
      unreported.pop_front();
      if (!failure->reported) return tell(failure);
    }
    if (index < 0) return result;
    try {
      const Slot& slot = slot_at(index);
      auto host = std::make_shared<at::Tensor>(expanded(slot.tensor, slot.scale).to(at::kCPU).contiguous());
      result.data = host->data_ptr();
      result.bytes = static_cast<size_t>(host->nbytes());
      result.owner = host;
    } catch (...) {
      result.failure = describe_failure("read", {slot_at(index).tensor});
    }
    return result;
  }
};

Engine::Engine(const EngineOptions& options) : state_(std::make_unique<State>(options)) {
  State& state = *state_;
  state.thread = std::thread([&state] { state.loop(); });
  std::unique_lock<std::mutex> lock(state.mutex);
  state.room.wait(lock, [&] { return state.started_threads > 0; });
}

Engine::~Engine() {
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    state_->stopping = true;
  }
  state_->work.notify_all();
  state_->room.notify_all();
  state_->thread.join();
}

int Engine::threads() const { return state_->started_threads; }

void Engine::submit(const double* words, size_t count) {
  Command command;
  command.words.assign(words, words + count);
  state_->push(std::move(command));
}

void Engine::put(int slot, const void* data, size_t bytes, Dtype dtype, const std::vector<int64_t>& shape) {
  Command command;
  command.kind = Command::Kind::put;
  command.slot = slot;
  command.bytes = static_cast<int64_t>(bytes);
  command.tensor = at::empty(shape, at::TensorOptions().dtype(scalar_type(dtype)));
  if (bytes > 0) std::memcpy(command.tensor.data_ptr(), data, bytes);
  state_->push(std::move(command));
}

void Engine::load(int slot, FileTensor source) {
  Command command;
  command.kind = Command::Kind::load;
  command.slot = slot;
  command.source = std::move(source);
  state_->push(std::move(command));
}

void Engine::read(int slot, std::function<void(ReadResult)> done) {
  Command command;
  command.kind = Command::Kind::read;
  command.slot = slot;
  command.done = std::move(done);
  state_->push(std::move(command));
}

const std::vector<std::string>& operation_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& operation : operations()) list.emplace_back(operation.name);
    return list;
  }();
  return names;
}

std::string libtorch_version() { return TORCH_VERSION; }

int cuda_devices() { return at::hasCUDA() ? static_cast<int>(at::getNumGPUs()) : 0; }

}  // namespace rarl
