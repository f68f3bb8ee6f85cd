// Names of the enumerators of datasets and models, which know nothing of names.
#pragma once

#include "app/support/enum_names.h"
#include "datasets/encoded_texts.h"
#include "datasets/text_reader.h"
#include "datasets/tokenizer.h"
#include "models/norm.h"
#include "models/pooling.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

template <>
struct EnumNames<InputFormat> {
  static constexpr std::array table = {
      EnumName{InputFormat::automatic, "auto"},    EnumName{InputFormat::csv, "csv"},
      EnumName{InputFormat::tsv, "tsv"},           EnumName{InputFormat::jsonl, "jsonl"},
      EnumName{InputFormat::fasttext, "fasttext"}, EnumName{InputFormat::lines, "lines"}};
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
