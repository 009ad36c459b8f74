// Catch2, version 3 or 2.13: whichever the system has. Every test includes this and nothing else of
// Catch2, and it is the precompiled header of the tests, because Catch2 2 is one very long file.
#ifndef NPS_TESTS_SUPPORT_CATCH_H_
#define NPS_TESTS_SUPPORT_CATCH_H_

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#endif  // NPS_TESTS_SUPPORT_CATCH_H_
