#include "nps/stream/watch.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stream/events.h"
#include "stream/watched.h"
#include "support/catch.h"
TEST_CASE("watch: x", "[watch]") { CHECK(true); }
