// No answer is not an answer of zero, so a rating has to be given one.
#include "nps/rating.h"

#ifdef NPS_SHOULD_FAIL
nps::Rating rating;
#else
nps::Rating rating = nps::Rating::of<0>();
#endif
