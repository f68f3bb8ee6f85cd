#include "app/support/html_text.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

TEST(HtmlText, ShowsMarkupAsItIs) {
  EXPECT_EQ(escape_html("</script><b title=\"x\" id='y'>&amp;"),
            "&lt;/script&gt;&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(escape_html(std::string_view("a\0b\x1b\n", 5)), "a\uFFFDb\uFFFD\n");
  EXPECT_EQ(escape_html("很好 é"), "很好 é");
}

}  // namespace
}  // namespace mnemo
