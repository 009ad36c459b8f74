#include "nps/rating.h"

#ifdef NPS_SHOULD_FAIL
constexpr auto kRating = nps::Rating::of<11>();
#else
constexpr auto kRating = nps::Rating::of<10>();
#endif
