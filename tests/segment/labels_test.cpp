#include "nps/segment/labels.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using nps::Code;
using nps::Labels;

TEST_CASE("labels: numbers count from 0 in the order of coming, once a text", "[labels]") {
  Labels labels;
  CHECK(labels.size() == 0);
  CHECK(labels.intern("web") == 0);
  CHECK(labels.intern("") == 1);
  CHECK(labels.intern("app") == 2);
  CHECK(labels.intern("web") == 0);
  CHECK(labels.intern("") == 1);
  CHECK(labels.size() == 3);
  CHECK(labels.text(0) == "web");
  CHECK(labels.text(1).empty());
  CHECK(labels.text(2) == "app");
}

TEST_CASE("labels: what was never interned is not found", "[labels]") {
  Labels labels;
  CHECK_FALSE(labels.find(""));
  labels.intern("web");
  CHECK(labels.find("web") == Code{0});
  CHECK_FALSE(labels.find(""));
  CHECK_FALSE(labels.find("Web"));
  CHECK_FALSE(labels.find("web "));
  CHECK(labels.size() == 1);
}

TEST_CASE("labels: texts are bytes, whatever they are", "[labels]") {
  const std::vector<std::string> texts{"\xff",
                                       "\xc3\x28",
                                       std::string("a\0b", 3),
                                       std::string("a\0c", 3),
                                       "a",
                                       std::string(1 << 16, 'x')};
  Labels labels;
  for (const auto& text : texts) labels.intern(text);
  REQUIRE(labels.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CHECK(labels.text(static_cast<Code>(i)) == texts[i]);
    CHECK(labels.find(texts[i]) == static_cast<Code>(i));
  }
}

TEST_CASE("labels: a text stays where it is, and is a copy", "[labels]") {
  Labels labels;
  std::string short_text = "s";
  labels.intern(short_text);
  const std::string_view first = labels.text(0);
  short_text[0] = 'z';
  for (int i = 0; i < 10'000; ++i) labels.intern(std::to_string(i));
  CHECK(first == "s");
  CHECK(labels.text(0).data() == first.data());
  CHECK(labels.find("s") == Code{0});
  CHECK(labels.size() == 10'001);
}

TEST_CASE("labels: copies keep the numbers and go their own way", "[labels]") {
  Labels labels;
  labels.intern("b");
  labels.intern("a");
  Labels copy = labels;
  CHECK(copy.text(0) == "b");
  CHECK(copy.text(0).data() != labels.text(0).data());
  CHECK(copy.intern("c") == 2);
  CHECK(labels.size() == 2);
  labels = copy;
  CHECK(labels.find("c") == Code{2});
  const Labels moved = std::move(copy);
  CHECK(moved.find("a") == Code{1});
  CHECK(moved.size() == 3);
}
