// A table of numbers in time order, read from CSV: one time series of several columns, or many of
// them in one file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/csv_dialect.h"
#include "datasets/csv_layout.h"
#include "datasets/number_parser.h"
#include "datasets/times/time_stamps.h"

namespace mnemo {

enum class MissingValues {
  fail,         // an empty cell, NA, N/A, NaN, null or ? is an error that names the rows
  interpolate,  // on the straight line between the values before and after; at the ends the nearest
  forward,      // the value before; at the beginning the first one
};

// The first record names the columns, or does not; automatic: it does unless it holds times and
// numbers like the records below it.
enum class TableHeaderRow { automatic, present, absent };

inline constexpr std::string_view kAutomaticTimeColumn = "auto";
inline constexpr std::string_view kNoTimeColumn = "none";

struct Rows;
struct TableColumns;

// The words that columns hold, by the columns' names; a word's number is its place.
using WordLists = std::map<std::string, std::vector<std::string>>;

// Rows at the end of a series that only say what is known of them, and when they are.
struct FutureOptions {
  bool expected = false;  // or they are rows whose values are missing
  // In these they have no value. Empty: in all columns.
  std::vector<std::string> targets = {};
  std::vector<std::string> known = {};  // in these they must have one
};

struct NumberTableOptions {
  // Columns to read, by name. Empty: every column of numbers (the first cell that is not missing is
  // one), but for the time and series columns.
  std::vector<std::string> columns = {};
  // A name, or several joined by commas of columns that make a time together; "auto": the first
  // column that holds no numbers and whose cells are all times, else what find_table_times() finds;
  // "none".
  std::string time_column = std::string(kAutomaticTimeColumn);
  // Tried before find_time_format(): how a file of the same kind wrote its times. No pattern and no
  // suffix: none is known.
  TimeFormat time_format = {};
  // Names the series that a row belongs to; several columns may, joined by commas (common/
  // name_list.h); empty: there is only one series.
  std::string series_column = {};
  MissingValues missing = MissingValues::fail;
  // Cells without a value, beside those of is_missing_number().
  std::vector<std::string> missing_markers = {};
  DecimalMark decimal = DecimalMark::automatic;
  DecimalMark found_decimal = DecimalMark::point;  // of a file of the same kind, if nothing tells
  Delimiter delimiter = Delimiter::automatic;      // see find_csv_layout()
  Quoting quoting = Quoting::automatic;
  TableHeaderRow header = TableHeaderRow::automatic;
  int64_t skip_lines = kAutomaticSkip;  // above the header
  // Some of `columns` that may hold words: their values are the words' numbers. A word that `words`
  // has not, and a missing one, is numbered behind its last. Of columns that `words` has not all
  // cells may be numbers, which are values then, or else their words are found, in order.
  std::vector<std::string> word_columns = {};
  WordLists words = {};
  FutureOptions future = {};
};

// The rows of one series, which stand together in the table.
struct TableSeries {
  std::string name;  // empty without a series column
  int64_t begin = 0, end = 0;
  std::vector<std::string> keys = {};  // what stands in each of the columns that name it

  int64_t rows() const { return end - begin; }
};

// Knowledge of the rows behind the last one of a series.
struct FutureRows {
  std::vector<double> values;  // (rows, columns) NaN where nothing is known
  std::vector<int64_t> times;  // (rows); empty without a time column

  int64_t rows(int64_t columns) const { return static_cast<int64_t>(values.size()) / columns; }
};

struct NumberTable {
  // Names, in the order asked for, or else of the file. One without a name is "column 3".
  std::vector<std::string> columns;
  std::vector<double> values;           // (rows, columns), all finite
  std::vector<TableSeries> series;      // in the order of their first rows
  std::vector<FutureRows> future = {};  // of each series; empty: of none
  WordLists words = {};                 // of the columns that hold words
  std::string series_column = {};  // by which the file itself names its series; empty: it does not
  std::string time_column;         // as in NumberTableOptions; empty: there is none
  std::vector<std::string> time_columns = {};  // its names
  std::vector<int64_t> times;                  // (rows); empty without a time column
  TimeFormat time_format;
  // The step between most rows; both parts are 0 without a time column, or when no series has two
  // rows.
  TimeStep step;
  std::vector<std::string> warnings;  // gaps in time, values filled in, columns left out
  std::string sha256;                 // of the file
  bool has_decimal_comma = false;

  int64_t rows() const { return series.empty() ? 0 : series.back().end; }
  int64_t width() const { return static_cast<int64_t>(columns.size()); }
  // (columns) values of a row.
  const double* row(int64_t index) const { return values.data() + index * width(); }
  // The series whose first row is `begin`; there must be one.
  const TableSeries& series_at(int64_t begin) const;
};

// Reads the whole file, CSV or the Monash archive's .tsf. Rows of different series may be mixed;
// within a series they are sorted by time (with a warning where they are not in order). Throws
// Error, naming file, line and column, for a cell that is no number (with the cell), an infinite
// number, a missing one (with MissingValues::fail; the first rows are named and all are counted), a
// row with too few or too many fields, a column that is not in the header (with the nearest name),
// a repeated column name, a time that cannot be read or comes twice, no rows, no column of numbers,
// and a column or (where values are to be filled in) a series without any value. A gap in time, or
// a step that is shorter or longer than the common one, is a warning that names the first such
// rows; a column left out without being asked is another.
NumberTable read_number_table(const std::filesystem::path& path, const NumberTableOptions& options);

// The same of rows in memory: `options` says which of their columns are read, how their times are
// written, and what becomes of missing values. In messages `name` is their file, and lines are rows
// from 1 on.
NumberTable make_number_table(const Rows& rows, const NumberTableOptions& options,
                              const std::string& name);

// The table that columns make; `name`: of their file.
NumberTable arrange_columns(TableColumns columns, MissingValues missing, const std::string& name);

}  // namespace mnemo
