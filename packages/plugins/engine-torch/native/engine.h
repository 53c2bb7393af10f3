// The engine's own thread and its queue, free of both ATen and Node-API.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rarl {

/** Codes of TensorFlow.js's dtypes, shared with the TypeScript side. */
enum class Dtype : int { float32 = 0, int32 = 1, boolean = 2 };

/** An operation that threw; it takes the place of the operation's results. */
struct Failure {
  std::string operation;
  std::string reason;
  /** Shapes of the inputs. */
  std::vector<std::vector<int64_t>> shapes;
  bool out_of_memory = false;
  /** Bytes asked for when memory ran out; 0 if unknown. */
  double bytes = 0;
  /** Whether a read has told of it. */
  bool reported = false;
};

/** Values of a tensor on the host, alive as long as `owner`; or what went wrong. */
struct ReadResult {
  std::shared_ptr<Failure> failure;
  std::shared_ptr<void> owner;
  const void* data = nullptr;
  size_t bytes = 0;
};

/** A tensor in a file, and how it is to be held. */
struct FileTensor {
  std::string path;
  /** Of its first byte in the file. */
  size_t offset = 0;
  /** The format's name, such as BF16. */
  std::string dtype;
  /** Code of `Storage`. */
  int storage = 0;
  std::vector<int64_t> shape;
};

struct EngineOptions {
  std::string device = "cpu";
  /** 0 leaves libtorch's own choice. */
  int threads = 0;
};

/**
 * Runs commands one after another on a thread of its own. `submit`, `put` and `read` come from one thread, which waits
 * only when more than the bounds is outstanding.
 */
class Engine {
 public:
  explicit Engine(const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /** Enqueues an encoded command; see `command-writer.ts` for the layout. */
  void submit(const double* words, size_t count);
  /** Copies host values and enqueues their becoming the tensor of a slot. */
  void put(int slot, const void* data, size_t bytes, Dtype dtype, const std::vector<int64_t>& shape);
  /** Enqueues a file's values becoming the tensor of a slot, without a copy where they are stored as they lie. */
  void load(int slot, FileTensor source);
  /** Enqueues a read; `done` is called on the engine's thread. Slot -1 reads nothing but waits for its turn. */
  void read(int slot, std::function<void(ReadResult)> done);

  int threads() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/** Names of all operations; an operation's code is its place. */
const std::vector<std::string>& operation_names();
/** Whether fused operations use libtorch's own operations where this addon has faster ones. */
void use_portable_kernels(bool portable);
std::string libtorch_version();
int cuda_devices();

}  // namespace rarl
