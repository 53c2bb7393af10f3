// Vectors of GCC, which compile for any processor, and the choice among versions of a function at run time.
#pragma once
#include <cstdint>
#include <cstring>

#define RARL_INLINE static inline __attribute__((always_inline))

namespace rarl::vectors {

/** `lanes` values at a time: F float32, U uint32, I int32, H uint16, S int16, C int8. */
template <int lanes> struct Vector;
#define RARL_VECTOR(lanes)                                                         \
  template <> struct Vector<lanes> {                                               \
    typedef float F __attribute__((vector_size(lanes * 4), aligned(4)));           \
    typedef uint32_t U __attribute__((vector_size(lanes * 4)));                    \
    typedef int32_t I __attribute__((vector_size(lanes * 4)));                     \
    typedef int16_t S __attribute__((vector_size(lanes * 2)));                     \
    typedef uint16_t H __attribute__((vector_size(lanes * 2), aligned(2)));        \
    typedef int8_t C __attribute__((vector_size(lanes), aligned(1)));              \
  };
RARL_VECTOR(4)
RARL_VECTOR(8)
RARL_VECTOR(16)
#undef RARL_VECTOR

template <int lanes> RARL_INLINE typename Vector<lanes>::F load(const float* from) {
  return *reinterpret_cast<const typename Vector<lanes>::F*>(from);
}
template <int lanes> RARL_INLINE void store(float* to, typename Vector<lanes>::F v) {
  *reinterpret_cast<typename Vector<lanes>::F*>(to) = v;
}
/** bfloat16 is the upper half of a float32. */
template <int lanes> RARL_INLINE typename Vector<lanes>::F load(const uint16_t* from) {
  typedef typename Vector<lanes>::U U;
  return (typename Vector<lanes>::F)(__builtin_convertvector(*reinterpret_cast<const typename Vector<lanes>::H*>(from), U) << 16);
}
template <int lanes> RARL_INLINE typename Vector<lanes>::F load(const int8_t* from) {
  // Step by step, for which processors have instructions.
  const auto shorts = __builtin_convertvector(*reinterpret_cast<const typename Vector<lanes>::C*>(from), typename Vector<lanes>::S);
  return __builtin_convertvector(__builtin_convertvector(shorts, typename Vector<lanes>::I), typename Vector<lanes>::F);
}

RARL_INLINE float scalar(const float* from) { return *from; }
RARL_INLINE float scalar(const uint16_t* from) {
  const uint32_t bits = static_cast<uint32_t>(*from) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
RARL_INLINE float scalar(const int8_t* from) { return *from; }

template <int lanes> RARL_INLINE float sum(typename Vector<lanes>::F v) {
  if constexpr (lanes == 4) {
    return (v[0] + v[2]) + (v[1] + v[3]);
  } else if constexpr (lanes == 8) {
    return sum<4>(__builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7));
  } else {
    return sum<8>(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
  }
}

#if defined(__x86_64__) && defined(__GNUC__)
#define RARL_AVX2 __attribute__((target("avx2,fma")))
#define RARL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
inline bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
inline bool has_avx512() {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
#else
#define RARL_AVX2
#define RARL_AVX512
inline bool has_avx2() { return false; }
inline bool has_avx512() { return false; }
#endif

}  // namespace rarl::vectors
