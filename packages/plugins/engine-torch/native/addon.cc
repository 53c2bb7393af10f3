// Node-API side: JavaScript calls in, promises out. Knows nothing of ATen.
#include <napi.h>

#include <condition_variable>
#include <cstring>
#include <mutex>

#include "engine.h"

namespace {

using rarl::Engine;
using rarl::ReadResult;

/** Of one JavaScript environment. */
struct Instance {
  std::unique_ptr<Engine> engine;
  /** Where JavaScript writes commands. */
  Napi::Reference<Napi::Float64Array> words;
  double* scratch = nullptr;
  /** Brings finished reads back to JavaScript's thread. */
  Napi::ThreadSafeFunction finished;
  int reads_under_way = 0;
};

struct PendingRead {
  Napi::Promise::Deferred deferred;
  ReadResult result;
  Instance* instance;
};

Instance& instance_of(const Napi::CallbackInfo& info) {
  auto* instance = info.Env().GetInstanceData<Instance>();
  if (!instance->engine) throw Napi::Error::New(info.Env(), "the engine is not started");
  return *instance;
}

Napi::Error failure_of(Napi::Env env, const rarl::Failure& failure) {
  auto error = Napi::Error::New(env, failure.reason);
  auto shapes = Napi::Array::New(env, failure.shapes.size());
  for (uint32_t i = 0; i < failure.shapes.size(); i++) {
    auto shape = Napi::Array::New(env, failure.shapes[i].size());
    for (uint32_t j = 0; j < failure.shapes[i].size(); j++) shape.Set(j, static_cast<double>(failure.shapes[i][j]));
    shapes.Set(i, shape);
  }
  error.Set("operation", Napi::String::New(env, failure.operation));
  error.Set("shapes", shapes);
  error.Set("outOfMemory", Napi::Boolean::New(env, failure.out_of_memory));
  error.Set("bytes", Napi::Number::New(env, failure.bytes));
  return error;
}

Napi::ArrayBuffer copy_of(Napi::Env env, const ReadResult& result) {
  auto buffer = Napi::ArrayBuffer::New(env, result.bytes);
  if (result.bytes > 0) std::memcpy(buffer.Data(), result.data, result.bytes);
  return buffer;
}

Napi::Value start(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto* instance = env.GetInstanceData<Instance>();
  if (instance->engine) throw Napi::Error::New(env, "the engine is started already");
  rarl::EngineOptions options;
  options.device = info[0].As<Napi::String>().Utf8Value();
  options.threads = info[1].As<Napi::Number>().Int32Value();
  auto words = info[2].As<Napi::Float64Array>();
  try {
    instance->engine = std::make_unique<Engine>(options);
  } catch (const std::exception& error) {
    throw Napi::Error::New(env, error.what());
  }
  instance->words = Napi::Reference<Napi::Float64Array>::New(words, 1);
  instance->scratch = words.Data();
  instance->finished = Napi::ThreadSafeFunction::New(env, Napi::Function::New(env, [](const Napi::CallbackInfo&) {}), "rarl read", 0, 1);
  instance->finished.Unref(env);
  return Napi::Number::New(env, instance->engine->threads());
}

void submit(const Napi::CallbackInfo& info) {
  Instance& instance = instance_of(info);
  instance.engine->submit(instance.scratch, info[0].As<Napi::Number>().Uint32Value());
}

std::vector<int64_t> sizes_of(const Napi::Value& value) {
  auto sizes = value.As<Napi::Array>();
  std::vector<int64_t> shape(sizes.Length());
  for (uint32_t i = 0; i < shape.size(); i++) shape[i] = sizes.Get(i).As<Napi::Number>().Int64Value();
  return shape;
}

void put(const Napi::CallbackInfo& info) {
  Instance& instance = instance_of(info);
  const int slot = info[0].As<Napi::Number>().Int32Value();
  auto values = info[1].As<Napi::TypedArray>();
  const auto dtype = static_cast<rarl::Dtype>(info[2].As<Napi::Number>().Int32Value());
  const auto shape = sizes_of(info[3]);
  const auto* bytes = static_cast<const uint8_t*>(values.ArrayBuffer().Data()) + values.ByteOffset();
  try {
    instance.engine->put(slot, bytes, values.ByteLength(), dtype, shape);
  } catch (const std::exception& error) {
    throw Napi::Error::New(info.Env(), error.what());
  }
}

void load(const Napi::CallbackInfo& info) {
  Instance& instance = instance_of(info);
  rarl::FileTensor source;
  source.path = info[1].As<Napi::String>().Utf8Value();
  source.offset = static_cast<size_t>(info[2].As<Napi::Number>().Int64Value());
  source.dtype = info[3].As<Napi::String>().Utf8Value();
  source.storage = info[4].As<Napi::Number>().Int32Value();
  source.shape = sizes_of(info[5]);
  instance.engine->load(info[0].As<Napi::Number>().Int32Value(), std::move(source));
}

void finish(Napi::Env env, Napi::Function, PendingRead* raw) {
  std::unique_ptr<PendingRead> read(raw);
  // Null while the environment is being torn down.
  if (static_cast<napi_env>(env) == nullptr) return;
  if (--read->instance->reads_under_way == 0) read->instance->finished.Unref(env);
  if (read->result.failure) {
    read->deferred.Reject(failure_of(env, *read->result.failure).Value());
  } else {
    read->deferred.Resolve(copy_of(env, read->result));
  }
}

Napi::Value read(const Napi::CallbackInfo& info) {
  Instance& instance = instance_of(info);
  auto deferred = Napi::Promise::Deferred::New(info.Env());
  auto* pending = new PendingRead{deferred, {}, &instance};
  // A process that waits for a read must not end.
  if (instance.reads_under_way++ == 0) instance.finished.Ref(info.Env());
  instance.engine->read(info[0].As<Napi::Number>().Int32Value(), [pending](ReadResult result) {
    pending->result = std::move(result);
    pending->instance->finished.NonBlockingCall(pending, finish);
  });
  return deferred.Promise();
}

Napi::Value read_sync(const Napi::CallbackInfo& info) {
  Instance& instance = instance_of(info);
  std::mutex mutex;
  std::condition_variable arrived;
  bool done = false;
  ReadResult result;
  instance.engine->read(info[0].As<Napi::Number>().Int32Value(), [&](ReadResult read) {
    std::lock_guard<std::mutex> lock(mutex);
    result = std::move(read);
    done = true;
    arrived.notify_one();
  });
  std::unique_lock<std::mutex> lock(mutex);
  arrived.wait(lock, [&] { return done; });
  if (result.failure) throw failure_of(info.Env(), *result.failure);
  return copy_of(info.Env(), result);
}

void stop(const Napi::CallbackInfo& info) {
  auto* instance = info.Env().GetInstanceData<Instance>();
  if (!instance->engine) return;
  instance->engine.reset();
  instance->finished.Release();
  instance->words.Reset();
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance();
  env.SetInstanceData(instance);
  // The thread must have ended before the environment goes.
  env.AddCleanupHook([instance] { instance->engine.reset(); });
  auto names = Napi::Array::New(env);
  for (const auto& name : rarl::operation_names()) names.Set(names.Length(), Napi::String::New(env, name));
  exports.Set("operations", names);
  exports.Set("version", rarl::libtorch_version());
  exports.Set("cudaDevices", Napi::Number::New(env, rarl::cuda_devices()));
  exports.Set("start", Napi::Function::New(env, start));
  exports.Set("submit", Napi::Function::New(env, submit));
  exports.Set("put", Napi::Function::New(env, put));
  exports.Set("load", Napi::Function::New(env, load));
  exports.Set("read", Napi::Function::New(env, read));
  exports.Set("readSync", Napi::Function::New(env, read_sync));
  exports.Set("usePortableKernels", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    rarl::use_portable_kernels(info[0].As<Napi::Boolean>().Value());
  }));
  exports.Set("stop", Napi::Function::New(env, stop));
  return exports;
}

}  // namespace

NODE_API_MODULE(rarl_torch, initialise)
