# What every target of nps is built with. Everything here is PRIVATE to the target: a user of nps
# sees include folders, C++20 and libraries to link, never a flag of ours.

set(NPS_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow)

# ccache, where it is installed, makes a second clean build a matter of seconds.
find_program(NPS_CCACHE ccache)
mark_as_advanced(NPS_CCACHE)

function(nps_set_up target)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
  )
  target_compile_features(${target} PRIVATE cxx_std_20)
  if(NPS_DEVELOPER AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(${target} PRIVATE ${NPS_WARNINGS} $<$<BOOL:${NPS_WERROR}>:-Werror>)
  endif()
  if(NPS_SANITIZE)
    set(flags -fsanitize=${NPS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(${target} PRIVATE ${flags})
    target_link_options(${target} PRIVATE ${flags})
  endif()
  if(NPS_FUZZ)
    # Coverage counters in all of our code, for the fuzzers that link it.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(NPS_CCACHE AND PROJECT_IS_TOP_LEVEL)
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${NPS_CCACHE}")
  endif()
endfunction()
