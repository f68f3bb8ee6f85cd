#include "datasets/text_spool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/labelled_texts.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class TextSpoolTest : public testing::Test {
 protected:
  const TestFolder folder_;
};

TEST_F(TextSpoolTest, GivesBackEveryTextInAnyOrder) {
  TextSpool spool(folder_.path());
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) {  // several writes' worth, and a rest that is not written yet
    texts.push_back(std::string(static_cast<size_t>(i * 7), static_cast<char>('a' + i % 26)));
    spool.add(texts.back());
  }
  ASSERT_EQ(spool.size(), 1000);
  for (int i = 999; i >= 0; i -= 3) EXPECT_EQ(spool.text(i), texts[i]) << i;
  EXPECT_EQ(spool.text(0), "");
}

TEST_F(TextSpoolTest, LeavesNothingInItsFolder) {
  TextSpool spool(folder_.path());
  spool.add("text");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(TextSpoolTest, FingerprintTellsTextsAndTheirBordersApart) {
  const auto fingerprint = [&](const std::vector<std::string>& texts) {
    TextSpool spool(folder_.path());
    for (const auto& text : texts) spool.add(text);
    return spool.fingerprint();
  };
  EXPECT_EQ(fingerprint({"ab", "c"}), fingerprint({"ab", "c"}));
  EXPECT_NE(fingerprint({"ab", "c"}), fingerprint({"a", "bc"}));
  EXPECT_NE(fingerprint({"ab", "c"}), fingerprint({"c", "ab"}));
}

TEST_F(TextSpoolTest, IsRefusedAFolderThatIsNotThere) {
  EXPECT_TRUE(contains(message_of([&] { TextSpool spool(folder_.path() / "none"); }),
                       "No such file or directory"));
}

TEST_F(TextSpoolTest, HoldsTheTextsOfALabelledFile) {
  const auto file = folder_.write("a.csv", "text,label\nx,pos\ny,neg\nx,pos\n");
  const auto data = read_labelled_texts(file, {}, folder_.path());
  ASSERT_EQ(data.texts->size(), 3);
  EXPECT_EQ(data.texts->text(1), "y");
  EXPECT_EQ(data.label_names, (std::vector<std::string>{"pos", "neg"}));
  EXPECT_EQ(data.labels, (std::vector<int32_t>{0, 1, 0}));
  EXPECT_EQ(data.text_hashes[0], data.text_hashes[2]);
  EXPECT_NE(data.text_hashes[0], data.text_hashes[1]);
  EXPECT_EQ(data.sha256, sha256_hex("text,label\nx,pos\ny,neg\nx,pos\n"));
}

}  // namespace
}  // namespace mnemo
