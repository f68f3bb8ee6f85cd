#include "datasets/times/time_forms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/characters.h"
#include "common/white_space.h"

namespace mnemo {
namespace {

class DateForms {
 public:
  std::vector<DateForm> take() {
    add_numbers('-', DateFamily::dashes);
    add_numbers('/', DateFamily::slashes);
    add_numbers('.', DateFamily::dots);
    add_names();
    add_parts_of_years();
    add_columns();
    add("%Y%m%d");
    for (const char* text : {"%Y%m", "%Y", "", "%3s", "%6s", "%9s"}) add_without_day(text);
    return std::move(forms_);
  }

 private:
  void add(const std::string& text, DateFamily family = DateFamily::none) {
    forms_.push_back({.text = text, .pattern = TimePattern({text, ""}), .family = family});
  }

  void add_without_day(const std::string& text) {
    forms_.push_back({.text = text, .pattern = TimePattern({text, ""}), .has_day = false});
  }

  // In each order with and without zeros in front.
  void add_numbers(char between, DateFamily family) {
    const std::string c(1, between);
    const auto add_order = [&](const char* first, const char* second, const char* third) {
      const std::array parts = {first, second, third};
      for (int zeros = 0; zeros < 4; ++zeros) {
        std::string text;
        int places = 0;
        for (const std::string part : parts) {
          if (!text.empty()) text += c;
          const bool is_year = part == "Y" || part == "y";
          const bool bare = !is_year && ((zeros >> places++) & 1) != 0;
          text += (bare ? "%-" : "%") + part;
        }
        add(text, family);
      }
    };
    add_order("Y", "m", "d");
    if (between == '/') add_order("m", "d", "Y");
    add_order("d", "m", "Y");
    if (between != '/') add_order("m", "d", "Y");
    if (between == '-') add_order("y", "m", "d");
    if (between == '/') add_order("m", "d", "y");
    add_order("d", "m", "y");
    if (between != '/') add_order("m", "d", "y");
    if (between != '-') add_order("y", "m", "d");
  }

  void add_names() {
    for (const std::string style : {"", "^", "_"}) {
      for (const std::string kind : {"b", "B"}) {
        const std::string month = "%" + style + kind;
        for (const std::string day : {"%d", "%-d"}) {
          for (const char* between : {"-", " ", "/", ".", ""}) {
            add(day + between + month + between + "%Y");
            add(day + between + month + between + "%y", DateFamily::names);
            add("%Y" + (between + month) + between + day);
            if (*between != 0) add("%y" + (between + month) + between + day, DateFamily::names);
          }
          for (const std::string& weekday :
               {std::string(), "%" + style + "a ", "%" + style + "a, "}) {
            add(weekday + month + " " + day + ", %Y");
            add(weekday + month + " " + day + " %Y");
            add(weekday + day + " " + month + " %Y");
          }
          add(month + "-" + day + "-%Y");
          add(day + ". " + month + " %Y");
        }
        for (const char* between : {"-", " ", "/", "", ", "}) {
          add_without_day(month + between + "%Y");
          add_without_day("%Y" + (between + month));
          if (*between == 0 || *between == ',') continue;
          add_without_day(month + between + "%y");
          add_without_day("%y" + (between + month));
        }
        add_without_day("%" + style + "a " + month + " %d %H:%M:%S %Y");
        add_without_day("%" + style + "a " + month + " %-d %H:%M:%S %Y");
      }
    }
  }

  void add_columns() {
    for (const std::string month : {"%m", "%-m", "%b", "%B"}) {
      for (const std::string day : {"%d", "%-d"}) {
        add("%Y\n" + month + "\n" + day);
        add(day + "\n" + month + "\n%Y");
        add(month + "\n" + day + "\n%Y");
      }
      add_without_day("%Y\n" + month);
      add_without_day(month + "\n%Y");
    }
  }

  void add_parts_of_years() {
    for (const char* text :
         {"%Y-%m",  "%Y/%m",  "%m/%Y",  "%-m/%Y",   "%m-%Y",     "%m.%Y",   "%Y.%m",    "%YM%m",
          "%YM%-m", "%Y-M%m", "%YQ%q",  "%Y-Q%q",   "%Y Q%q",    "%Y/Q%q",  "%Y:Q%q",   "%Y.Q%q",
          "%Yq%q",  "%Y-q%q", "%Y q%q", "Q%q %Y",   "Q%q-%Y",    "Q%q/%Y",  "Q%q.%Y",   "Q%q%Y",
          "q%q %Y", "%qQ%Y",  "%qQ %Y", "%q. Q %Y", "%yQ%q",     "Q%q %y",  "Q%q-%y",   "%qQ%y",
          "%Y-S%e", "%YS%e",  "%YH%e",  "%Y-H%e",   "%Y H%e",    "H%e %Y",  "H%e-%Y",   "S%e %Y",
          "%G-W%V", "%GW%V",  "%G W%V", "%G-w%V",   "%Gw%V",     "%G-W%-V", "%GW%-V",   "%G W%-V",
          "W%V %G", "W%V-%G", "W%V/%G", "%G/W%V",   "%G-W%V-%u", "%GW%V%u", "%GW%V-%u", "%Y-%j"}) {
      add_without_day(text);
    }
  }

  std::vector<DateForm> forms_;
};

std::vector<ClockForm> make_clock_forms() {
  std::vector<ClockForm> forms;
  const auto add = [&](const std::string& text) {
    forms.push_back({.text = text, .pattern = TimePattern({text, ""})});
  };
  for (const std::string rest : {":%M:%S", ":%M"}) {
    for (const std::string hour : {"%H", "%-H", "%h", "%-h"}) add(hour + rest);
  }
  for (const std::string hour : {"%I", "%-I"}) {
    for (const std::string rest : {":%M:%S", ":%M", "", ":%M:%S.%3f", ":%M:%S.%6f"}) {
      for (const std::string half : {" %p", " %P", "%p", "%P"}) add(hour + rest + half);
    }
  }
  for (const std::string rest : {".%M.%S", ".%M", "h%M", "h"}) {
    for (const std::string hour : {"%H", "%-H", "%h", "%-h"}) add(hour + rest);
  }
  for (const std::string hour : {"%H", "%-H", "%h", "%-h"}) add(hour);
  for (const std::string text : {"%H%M%S", "%H%M", "%h%M"}) {
    forms.push_back({.text = text, .pattern = TimePattern({text, ""}), .is_compact = true});
  }
  return forms;
}

// Collects the candidates of one cell.
class Candidates {
 public:
  std::vector<TimeCandidate> take(std::string_view cell) {
    for (const DateForm& date : date_forms()) {
      const size_t bytes = date.pattern.read_start(cell);
      if (bytes == 0 || (date.text == "%Y" && !is_likely_year(cell))) continue;
      family_ = date.family;
      const std::string_view rest = cell.substr(bytes);
      const bool is_count = date.text.empty() || date.text == "%3s";
      add_with_tail(date.text, rest, is_count, /*has_clock=*/is_count || has_clock(date.text));
      if (date.has_day && !rest.empty()) add_with_clock(date, rest);
    }
    return std::move(found_);
  }

 private:
  // Counts of rows are of four digits as well.
  static bool is_likely_year(std::string_view cell) {
    return cell.size() == 4 && cell >= "1500" && cell <= "2200";
  }

  static bool has_clock(const std::string& pattern) {
    return pattern.find("%H") != std::string::npos;
  }

  void add(std::string pattern, std::string_view suffix) {
    found_.push_back({{std::move(pattern), std::string(suffix)}, family_});
  }

  void add_with_clock(const DateForm& date, std::string_view rest) {
    static constexpr std::array<std::string_view, 9> kBetween{" ",   "T", "\n", ", ", "_",
                                                              " - ", ":", "-",  ""};
    for (const std::string_view between : kBetween) {
      if (!rest.starts_with(between)) continue;
      const std::string_view clock = rest.substr(between.size());
      for (const ClockForm& form : clock_forms()) {
        // Digits behind digits are a time only if all of them have their places.
        const bool may_touch = form.is_compact || form.text == "%H";
        if (between.empty() && (!may_touch || date.text != "%Y%m%d")) continue;
        const size_t bytes = form.pattern.read_start(clock);
        if (bytes == 0) continue;
        const bool has_seconds = form.text.ends_with("%S");
        std::string pattern = date.text + std::string(between) + form.text;
        add_with_tail(pattern, clock.substr(bytes), has_seconds, /*has_clock=*/true);
      }
    }
  }

  // `rest` may be a fraction of a second and an offset from UTC.
  void add_with_tail(const std::string& pattern, std::string_view rest, bool has_seconds,
                     bool has_clock) {
    if (rest.empty()) {
      add(pattern, "");
      for (const char* fraction : {"%3F", "%6F", "%f"}) {
        if (has_seconds && !pattern.empty()) add(pattern + fraction, "");
      }
      if (pattern.empty()) add("%0s%f", "");
      return;
    }
    if (has_clock) add_with_zone(pattern, rest);
    if (!has_seconds || (rest[0] != '.' && rest[0] != ',')) return;
    size_t digits = 0;
    while (digits + 1 < rest.size() && is_digit(rest[digits + 1])) ++digits;
    if (digits == 0 || digits > 9) return;
    const std::string_view behind = rest.substr(digits + 1);
    const std::string_view fraction = rest.substr(1, digits);
    if (fraction.find_first_not_of('0') == std::string_view::npos) {
      if (behind.empty() || (has_clock && is_zone(behind))) add(pattern, rest);
    }
    const std::string whole = pattern.empty() ? "%0s" : pattern;
    const std::string point(1, rest[0]);
    const std::string count = std::to_string(digits);
    for (const std::string& form :
         {point + "%" + count + "f", "%" + count + "F", std::string("%f")}) {
      if (form[0] == '%' && rest[0] != '.') continue;
      if (behind.empty()) add(whole + form, "");
      if (has_clock && !behind.empty()) add_with_zone(whole + form, behind);
    }
  }

  static bool is_zone(std::string_view text) {
    if (text.starts_with(' ')) text.remove_prefix(1);
    return zone_seconds(text).has_value();
  }

  void add_with_zone(const std::string& pattern, std::string_view rest) {
    if (!is_zone(rest)) return;
    add(pattern, rest);
    const std::string blank = rest.starts_with(' ') ? " " : "";
    add(pattern + blank + "%z", "");
    add(pattern + blank + "%Z", "");
  }

  std::vector<TimeCandidate> found_;
  DateFamily family_ = DateFamily::none;
};

}  // namespace

const std::vector<DateForm>& date_forms() {
  static const std::vector<DateForm> forms = DateForms().take();
  return forms;
}

const std::vector<ClockForm>& clock_forms() {
  static const std::vector<ClockForm> forms = make_clock_forms();
  return forms;
}

std::vector<TimeCandidate> time_candidates(std::string_view cell) {
  constexpr size_t kMostBytes = 64;  // of a time
  cell = trimmed(cell);
  if (cell.empty() || cell.size() > kMostBytes) return {};
  return Candidates().take(cell);
}

}  // namespace mnemo
