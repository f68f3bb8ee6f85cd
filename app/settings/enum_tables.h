// Names of the enumerators of datasets and models, which know nothing of names.
#pragma once

#include "app/support/enum_names.h"
#include "datasets/csv_dialect.h"
#include "datasets/encoded_texts.h"
#include "datasets/text_reader.h"
#include "datasets/tokenizer.h"
#include "models/norm.h"
#include "models/pooling.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/text_classifier.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// "auto", and behind it the names of a registry's rows.
template <typename Enum, const auto& rows>
inline constexpr auto kNamesOfFormats = [] {
  std::array<EnumName<Enum>, rows.size() + 1> names{};
  names.front() = {Enum::automatic, "auto"};
  for (size_t i = 0; i < rows.size(); ++i) names[i + 1] = {rows[i].format, rows[i].name};
  return names;
}();

template <>
struct EnumNames<InputFormat> {
  static constexpr auto table = kNamesOfFormats<InputFormat, kTextFormats>;
};
template <>
struct EnumNames<HeaderRow> {
  static constexpr std::array table = {EnumName{HeaderRow::automatic, "auto"},
                                       EnumName{HeaderRow::yes, "true"},
                                       EnumName{HeaderRow::no, "false"}};
};
template <>
struct EnumNames<Delimiter> {
  static constexpr std::array table = {
      EnumName{Delimiter::automatic, "auto"},      EnumName{Delimiter::comma, "comma"},
      EnumName{Delimiter::semicolon, "semicolon"}, EnumName{Delimiter::tab, "tab"},
      EnumName{Delimiter::pipe, "pipe"},           EnumName{Delimiter::caret, "caret"},
      EnumName{Delimiter::tilde, "tilde"},         EnumName{Delimiter::blanks, "blanks"}};
};
template <>
struct EnumNames<Quoting> {
  static constexpr std::array table = {
      EnumName{Quoting::automatic, "auto"}, EnumName{Quoting::standard, "standard"},
      EnumName{Quoting::backslash, "backslash"}, EnumName{Quoting::none, "none"}};
};
template <>
struct EnumNames<InvalidUtf8> {
  static constexpr std::array table = {EnumName{InvalidUtf8::replace, "replace"},
                                       EnumName{InvalidUtf8::fail, "fail"}};
};
template <>
struct EnumNames<TokenizerType> {
  static constexpr std::array table = {
      EnumName{TokenizerType::unigram, "unigram"}, EnumName{TokenizerType::bpe, "bpe"},
      EnumName{TokenizerType::character, "char"}, EnumName{TokenizerType::word, "word"}};
};
template <>
struct EnumNames<Truncate> {
  static constexpr std::array table = {EnumName{Truncate::head, "head"},
                                       EnumName{Truncate::tail, "tail"},
                                       EnumName{Truncate::both, "both"}};
};
template <>
struct EnumNames<Cell> {
  static constexpr auto table = [] {
    std::array<EnumName<Cell>, kCells.size() + 1> names{};
    for (size_t i = 0; i < kCells.size(); ++i) names[i] = {kCells[i].cell, kCells[i].name};
    names.back() = {Cell::transformer, "transformer"};
    return names;
  }();
};
template <>
struct EnumNames<Positions> {
  static constexpr std::array table = {EnumName{Positions::sinusoidal, "sinusoidal"},
                                       EnumName{Positions::learned, "learned"}};
};
template <>
struct EnumNames<Activation> {
  static constexpr std::array table = {EnumName{Activation::tanh, "tanh"},
                                       EnumName{Activation::relu, "relu"}};
};
template <>
struct EnumNames<TextAnswer> {
  static constexpr std::array table = {EnumName{TextAnswer::classes, "classes"},
                                       EnumName{TextAnswer::labels, "labels"},
                                       EnumName{TextAnswer::numbers, "numbers"}};
};
template <>
struct EnumNames<Norm> {
  static constexpr std::array table = {EnumName{Norm::none, "none"}, EnumName{Norm::batch, "batch"},
                                       EnumName{Norm::layer, "layer"}};
};
template <>
struct EnumNames<Pooling> {
  static constexpr std::array table = {
      EnumName{Pooling::attention, "attention"}, EnumName{Pooling::last, "last"},
      EnumName{Pooling::mean, "mean"}, EnumName{Pooling::max, "max"}};
};

}  // namespace mnemo
