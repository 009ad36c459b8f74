// '9' is 57. A character that slipped through a parser must not be taken for a number.
#include "nps/rating.h"

#ifdef NPS_SHOULD_FAIL
const auto rating = nps::Rating::from('9');
#else
const auto rating = nps::Rating::from(9);
#endif
