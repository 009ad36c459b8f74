// Gives the precompiled header of all tests, support/catch.h, one target that builds it.
#include "support/catch.h"
