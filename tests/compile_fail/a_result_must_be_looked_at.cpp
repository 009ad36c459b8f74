// An error that nobody asks for is an error that nobody sees.
#include "nps/result.h"

nps::Result<int> parse() { return 1; }

bool use() {
#ifdef NPS_SHOULD_FAIL
  parse();
  return true;
#else
  return parse().has_value();
#endif
}
