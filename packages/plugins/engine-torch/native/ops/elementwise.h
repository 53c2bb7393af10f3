// Operations on one element at a time.
#pragma once
#include "../call.h"

namespace rarl::elementwise {

template <at::Tensor (*f)(const at::Tensor&)>
void unary(Call& call) { call.out(f(call.in(0))); }

template <at::Tensor (*f)(const at::Tensor&, const at::Tensor&)>
void binary(Call& call) { call.out(f(call.in(0), call.in(1))); }

inline at::Tensor softplus(const at::Tensor& x) { return at::softplus(x); }
inline at::Tensor elu(const at::Tensor& x) { return at::elu(x); }
inline at::Tensor relu6(const at::Tensor& x) { return at::clamp(x, 0, 6); }
inline at::Tensor round(const at::Tensor& x) { return at::round(x); }
inline at::Tensor floor_divide(const at::Tensor& a, const at::Tensor& b) { return at::div(a, b, "floor"); }
inline at::Tensor add(const at::Tensor& a, const at::Tensor& b) { return at::add(a, b); }
inline at::Tensor sub(const at::Tensor& a, const at::Tensor& b) { return at::sub(a, b); }
inline at::Tensor squared_difference(const at::Tensor& a, const at::Tensor& b) { return at::square(at::sub(a, b)); }
inline at::Tensor prelu(const at::Tensor& x, const at::Tensor& alpha) { return at::where(at::ge(x, 0), x, at::mul(x, alpha)); }

inline void step(Call& call) {
  const double alpha = call.number();
  const auto& x = call.in(0);
  const auto above = at::where(at::gt(x, 0), at::ones_like(x), at::full_like(x, alpha));
  call.out(at::where(at::isnan(x), x, above));
}

inline void leaky_relu(Call& call) { call.out(at::leaky_relu(call.in(0), call.number())); }

inline void clip(Call& call) {
  const double least = call.number();
  call.out(at::clamp(call.in(0), least, call.number()));
}

inline void cast(Call& call) { call.out(call.in(0).to(call.specs[0].dtype)); }

inline void select(Call& call) {
  auto condition = call.in(0).to(at::kBool);
  // A condition of one axis chooses along the first.
  while (condition.dim() < call.in(1).dim()) condition = condition.unsqueeze(-1);
  call.out(at::where(condition, call.in(1), call.in(2)));
}

inline void add_n(Call& call) {
  at::Tensor sum = call.in(0);
  for (size_t i = 1; i < call.inputs.size(); i++) sum = at::add(sum, call.in(i));
  call.out(sum);
}

inline const std::vector<NamedOperation> table{
    {"Abs", unary<at::abs>}, {"Neg", unary<at::neg>}, {"Exp", unary<at::exp>}, {"Expm1", unary<at::expm1>},
    {"Log", unary<at::log>}, {"Log1p", unary<at::log1p>}, {"Sqrt", unary<at::sqrt>}, {"Rsqrt", unary<at::rsqrt>},
    {"Square", unary<at::square>}, {"Sin", unary<at::sin>}, {"Cos", unary<at::cos>}, {"Tan", unary<at::tan>},
    {"Asin", unary<at::asin>}, {"Acos", unary<at::acos>}, {"Atan", unary<at::atan>}, {"Sinh", unary<at::sinh>},
    {"Cosh", unary<at::cosh>}, {"Tanh", unary<at::tanh>}, {"Asinh", unary<at::asinh>}, {"Acosh", unary<at::acosh>},
    {"Atanh", unary<at::atanh>}, {"Sigmoid", unary<at::sigmoid>}, {"Softplus", unary<softplus>},
    {"Relu", unary<at::relu>}, {"Relu6", unary<relu6>}, {"Elu", unary<elu>}, {"Selu", unary<at::selu>},
    {"Erf", unary<at::erf>}, {"Floor", unary<at::floor>}, {"Ceil", unary<at::ceil>}, {"Round", unary<round>},
    {"Sign", unary<at::sign>}, {"Reciprocal", unary<at::reciprocal>}, {"LogicalNot", unary<at::logical_not>},
    {"IsNan", unary<at::isnan>}, {"IsInf", unary<at::isinf>}, {"IsFinite", unary<at::isfinite>},
    {"Step", step}, {"LeakyRelu", leaky_relu}, {"ClipByValue", clip}, {"Cast", cast},
    {"Add", binary<add>}, {"Sub", binary<sub>}, {"Multiply", binary<at::mul>}, {"RealDiv", binary<at::div>},
    {"FloorDiv", binary<floor_divide>}, {"Mod", binary<at::remainder>}, {"Pow", binary<at::pow>},
    {"Maximum", binary<at::maximum>}, {"Minimum", binary<at::minimum>},
    {"SquaredDifference", binary<squared_difference>}, {"Atan2", binary<at::atan2>}, {"Prelu", binary<prelu>},
    {"Greater", binary<at::gt>}, {"GreaterEqual", binary<at::ge>}, {"Less", binary<at::lt>},
    {"LessEqual", binary<at::le>}, {"Equal", binary<at::eq>}, {"NotEqual", binary<at::ne>},
    {"LogicalAnd", binary<at::logical_and>}, {"LogicalOr", binary<at::logical_or>},
    {"LogicalXor", binary<at::logical_xor>},
    {"Select", select}, {"AddN", add_n},
};

}  // namespace rarl::elementwise
