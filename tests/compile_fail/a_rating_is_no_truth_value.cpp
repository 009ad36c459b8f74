#include "nps/rating.h"

#ifdef NPS_SHOULD_FAIL
const auto rating = nps::Rating::from(true);
#else
const auto rating = nps::Rating::from(1);
#endif
