#include "common/sha256.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

TEST(Sha256, AgreesWithThePublishedTestVectors) {  // FIPS 180-2, appendix B, and the empty message
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfPiecesIsThatOfTheWhole) {
  Sha256 hash;
  hash.update("a");
  EXPECT_EQ(hash.hex(), sha256_hex("a"));
  hash.update("bc");
  EXPECT_EQ(hash.hex(), sha256_hex("abc")) << "asking in between changes nothing";
}

}  // namespace
}  // namespace mnemo
