#include "common/zip_archive.h"

#include <gtest/gtest.h>

#include <string>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"
#include "tests/common/zip_writer.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

const ZippedFiles kFiles = {
    {"words", "one two"}, {"nothing", ""}, {"rows", std::string(100'000, 'r')}};

TEST(ZipArchive, ReadsWhatIsStoredAndDeflated) {
  for (const bool is_packed : {false, true}) {
    for (const bool in_64_bits : {false, true}) {
      const auto bytes = zip(kFiles, {.is_packed = is_packed, .in_64_bits = in_64_bits});
      const ZipArchive archive(bytes, "x.zip");
      ASSERT_EQ(archive.files(), (Strings{"words", "nothing", "rows"}));
      for (size_t i = 0; i < kFiles.size(); ++i) EXPECT_EQ(archive.read(i), kFiles[i].second);
    }
  }
}

TEST(ZipArchive, TellsWhatIsNone) {
  const auto bytes = zip(kFiles);
  const auto message = [](const std::string& given) {
    return message_of([&] { ZipArchive(given, "x.zip"); });
  };
  EXPECT_TRUE(contains(message(""), "x.zip: it cannot be read as a zip archive: it has no dir"));
  EXPECT_TRUE(contains(message(bytes.substr(0, bytes.size() - 30)), "it has no directory"));
  EXPECT_TRUE(contains(message(bytes.substr(0, bytes.size() - 4)), "it is cut short"));
  EXPECT_TRUE(contains(message(bytes.substr(9)), "its directory is damaged"));
}

// Every byte counts: what is read of a changed archive is what was packed, or an Error.
TEST(ZipArchive, NeverReadsOtherThanWhatWasPacked) {
  for (const bool is_packed : {false, true}) {
    const ZippedFiles files = {{"words", "one two one two one two"}};
    const auto whole = zip(files, {.is_packed = is_packed, .in_64_bits = true});
    for (size_t place = 0; place < whole.size(); ++place) {
      auto changed = whole;
      changed[place] = static_cast<char>(changed[place] ^ 0x11);
      try {
        const ZipArchive archive(changed, "x.zip");
        for (size_t i = 0; i < archive.files().size(); ++i) {
          EXPECT_EQ(archive.read(i), files[0].second) << "byte " << place;
        }
      } catch (const Error&) {  // that is right, too
      }
    }
  }
}

TEST(ZipArchive, RefusesWhatIsEncryptedOrPackedOtherwise) {
  const auto encrypted = zip(kFiles, {.flags = 1});
  EXPECT_TRUE(contains(message_of([&] { ZipArchive(encrypted, "x.zip").read(0); }),
                       "x.zip: \"words\" in the zip archive is encrypted or packed by method 0"));
}

}  // namespace
}  // namespace mnemo
