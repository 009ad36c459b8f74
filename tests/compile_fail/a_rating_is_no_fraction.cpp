// 9.5 must not become 9 on the way in.
#include "nps/rating.h"

#ifdef NPS_SHOULD_FAIL
const auto rating = nps::Rating::from(9.5);
#else
const auto rating = nps::Rating::from(9);
#endif
