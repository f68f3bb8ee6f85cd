// How models are loaded and files are read.
//
// A message of an Error or UsageError names settings as the command line does: `time-column` is
// DataOptions::time_column.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

// Options say where and how precisely a loaded model computes. LibTorch's own numbers of threads,
// of the process and of the thread that calls, are after a call what they were before it.
struct LoadOptions {
  // One call computes with so many; 0: one a core. Programs that call from many threads at once
  // take 1. Answers may differ in their last bit from those of another number of threads.
  int threads = 0;
  std::string device = "cpu";      // or "cuda", where LibTorch is a CUDA build that sees a GPU
  std::string precision = "fp32";  // "bf16"; "auto": bf16 where the machine multiplies it natively
};

// How a file, or data in memory, is read. What is not set is as in the file that the model was
// trained on, unless the file's name tells another format; `mnemo formats` lists all. Setting what
// is not for the model's task throws UsageError.
struct DataOptions {
  // Texts.
  std::optional<std::string> input_format = {};  // "csv", "tsv", "jsonl", "json", ...
  std::optional<std::string> text_column = {};   // its name, or its number from 1; or several
  std::optional<bool> header = {};               // whether csv and tsv begin with column names
  std::optional<std::string> invalid_utf8 = {};  // "replace" by U+FFFD, or "fail"
  // Texts and series: the column of the right answers, where they are needed; of series that have
  // several numbers, the columns. Empty: as above.
  std::vector<std::string> label_columns = {};
  // Series.
  std::optional<std::string> series_format = {};  // "ts", "csv", "wide", "npy", ...
  std::optional<std::string> id_column = {};      // csv: says which rows are one series
  std::optional<std::string> step_column = {};    // csv: by which the rows of one are sorted
  std::optional<std::string> labels = {};  // npy: the file of the right answers; npz: their array
  // Tables of all: "auto", "comma", "semicolon", "tab", "pipe", "caret", "tilde", "blanks".
  std::optional<std::string> delimiter = {};
  std::optional<std::string> quoting = {};  // "auto", "standard", "backslash", "none"
  // Series and rows: "fail" or "interpolate"; of rows also "forward", the value before.
  std::optional<std::string> missing = {};
  // Rows of forecasters.
  // Its name, or several joined by commas ("Date,Time"); "auto": found; "none".
  std::optional<std::string> time_column = {};
  std::optional<std::string> time_format = {};  // as in "%d/%m/%Y %H:%M"
  // Names the series that a row belongs to; or several do.
  std::optional<std::string> series_column = {};
  std::optional<std::string> decimal = {};        // "auto", "point" or "comma"
  std::optional<int64_t> skip_lines = {};         // above the header; -1: found
  std::vector<std::string> missing_markers = {};  // what else stands for a missing value

  // Hears of what was read otherwise than it stands: filled values, gaps in time, repaired UTF-8.
  // One sentence a call, in the thread that calls; what it throws is thrown as an Error. Empty:
  // nobody does.
  std::function<void(const std::string& warning)> warn = {};
};

}  // namespace mnemo
