// Rules that an option falls under, said where it is described, so that no list of names elsewhere
// forgets a new one. An option without a mark decides the numbers of a training, may be chosen by
// searches, and takes the time that it is seen to take.
#pragma once

#include <map>
#include <string>

namespace mnemo {

// What turning an option does to the time of a training.
enum class TimeTaken { learnt, none, proportional };

struct OptionMarks {
  bool is_for_files = false;          // says which files are read, or how
  bool may_change_on_resume = false;  // the training is no other one for it
  bool is_same_in_searches = false;   // figures of other rows, or of another run, do not compare
  bool is_same_in_tune = false;       // nor do losses of another kind or scale
  bool is_for_one_training = false;   // a search over many refuses it
  bool is_unseen_in_weights = false;  // weights fit whatever it is, and mean something else
  TimeTaken time = TimeTaken::learnt;
};

using MarksByOption = std::map<std::string, OptionMarks>;

// Of an option that is not there: none.
inline OptionMarks marks_at(const MarksByOption& marks, const std::string& option) {
  const auto found = marks.find(option);
  return found == marks.end() ? OptionMarks() : found->second;
}

}  // namespace mnemo
