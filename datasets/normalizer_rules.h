// The rules by which a tokenizer's normaliser rewrites a text before it is cut into pieces,
// compiled into the form that a SentencePiece model carries. Owns the lists of HTML tags and
// entities.
//
// A rule replaces one string by another. The longest rule that fits at a place of the text is
// taken, and what it writes is not looked at again: "&amp;lt;" becomes "&lt;", not "<".
#pragma once

#include <string>
#include <string_view>

namespace mnemo {

struct NormalizerOptions {
  bool lowercase = true;
  bool strip_html = true;
};

// Unicode NFKC, every kind of white space made a plain space and control characters a space or
// nothing (SentencePiece's `nmt_nfkc`, and more), with case folding if `lowercase`. If
// `strip_html`, a tag without attributes, in lower or upper case, becomes a space, or nothing when
// it may stand inside a word ("<b>"); a character entity becomes what its character would become.
std::string compile_normalizer_rules(const NormalizerOptions& options);

// True when `compiled`, from a file, can be used at all. SentencePiece follows the references
// inside unchecked, and damaged ones lead it out of its memory. No rules (an empty string) are
// sound.
bool rules_are_sound(std::string_view compiled);

}  // namespace mnemo
