// Offsets from UTC as tables write them.
#include <algorithm>
#include <array>
#include <string_view>

#include "common/characters.h"
#include "datasets/times/time_conversions.h"

namespace mnemo {
namespace {

struct NamedZone {
  std::string_view name;
  int64_t minutes;  // ahead of UTC
};

// The names that are most often meant by these letters.
constexpr std::array kNamedZones = {
    NamedZone{"Z", 0},       NamedZone{"UTC", 0},    NamedZone{"GMT", 0},
    NamedZone{"UT", 0},      NamedZone{"WET", 0},    NamedZone{"WEST", 60},
    NamedZone{"BST", 60},    NamedZone{"CET", 60},   NamedZone{"CEST", 120},
    NamedZone{"MEZ", 60},    NamedZone{"MESZ", 120}, NamedZone{"EET", 120},
    NamedZone{"EEST", 180},  NamedZone{"MSK", 180},  NamedZone{"IST", 330},
    NamedZone{"HKT", 480},   NamedZone{"SGT", 480},  NamedZone{"AWST", 480},
    NamedZone{"JST", 540},   NamedZone{"KST", 540},  NamedZone{"ACST", 570},
    NamedZone{"ACDT", 630},  NamedZone{"AEST", 600}, NamedZone{"AEDT", 660},
    NamedZone{"NZST", 720},  NamedZone{"NZDT", 780}, NamedZone{"BRT", -180},
    NamedZone{"EST", -300},  NamedZone{"EDT", -240}, NamedZone{"CST", -360},
    NamedZone{"CDT", -300},  NamedZone{"MST", -420}, NamedZone{"MDT", -360},
    NamedZone{"PST", -480},  NamedZone{"PDT", -420}, NamedZone{"AKST", -540},
    NamedZone{"AKDT", -480}, NamedZone{"HST", -600},
};

int64_t two_digits(std::string_view text) { return (text[0] - '0') * 10 + (text[1] - '0'); }

}  // namespace

std::optional<int64_t> zone_seconds(std::string_view text) {
  const auto named = std::ranges::find(kNamedZones, text, &NamedZone::name);
  if (named != kNamedZones.end()) return named->minutes * 60;
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int64_t sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  const bool colon = text.size() == 5 && text[2] == ':';
  const auto digits = std::ranges::count_if(text, is_digit);
  if (text.size() != static_cast<size_t>(digits) + (colon ? 1 : 0)) return std::nullopt;
  if (digits != 2 && digits != 4) return std::nullopt;
  const int64_t minutes = digits == 4 ? two_digits(text.substr(text.size() - 2)) : 0;
  return sign * (two_digits(text) * 3600 + minutes * 60);
}

}  // namespace mnemo
