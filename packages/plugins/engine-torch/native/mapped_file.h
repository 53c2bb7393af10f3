// Files mapped into memory: their pages are read when touched and shared with the system's cache.
#pragma once
#include <ATen/ATen.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <string>

namespace rarl {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    TORCH_CHECK(file >= 0, "cannot open ", path, ": ", std::strerror(errno));
    struct stat status{};
    const bool known = fstat(file, &status) == 0;
    size_ = known ? static_cast<size_t>(status.st_size) : 0;
    if (size_ > 0) data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    const int error = errno;
    close(file);
    TORCH_CHECK(size_ > 0 && data_ != MAP_FAILED, "cannot map ", path, ": ", std::strerror(error));
  }
  ~MappedFile() { munmap(data_, size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /** Asks the system to read a range before it is touched. */
  void prefetch(size_t from, size_t bytes) const {
    const size_t page = from & ~static_cast<size_t>(4095);
    madvise(static_cast<char*>(data_) + page, bytes + (from - page), MADV_WILLNEED);
  }
  char* at(size_t from) const { return static_cast<char*>(data_) + from; }
  size_t size() const { return size_; }

 private:
  void* data_ = MAP_FAILED;
  size_t size_ = 0;
};

/** Values of a file, which stays mapped as long as the tensor lives; copied only where they lie unaligned. */
inline at::Tensor mapped_tensor(const std::shared_ptr<MappedFile>& file, size_t offset, const std::vector<int64_t>& shape, at::ScalarType dtype) {
  const auto options = at::TensorOptions().dtype(dtype);
  size_t bytes = c10::elementSize(dtype);
  for (const auto size : shape) bytes *= static_cast<size_t>(size);
  TORCH_CHECK(offset + bytes <= file->size(), "the file has ", file->size(), " bytes, ", offset + bytes, " are needed: it has been cut since it was opened");
  if (bytes == 0) return at::empty(shape, options);
  file->prefetch(offset, bytes);
  if (offset % c10::elementSize(dtype) == 0) {
    return at::from_blob(file->at(offset), shape, [file](void*) {}, options);
  }
  auto copy = at::empty(shape, options);
  std::memcpy(copy.data_ptr(), file->at(offset), bytes);
  return copy;
}

}  // namespace rarl
