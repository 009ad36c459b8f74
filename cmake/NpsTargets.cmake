# What every target of nps is built with. Everything here is PRIVATE to the target: a user of nps
# sees include folders, C++20 and libraries to link, never a flag of ours.

set(NPS_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlaps and overruns in std::string that are none, now and then, depending even on
  # the length of a path; the sanitizers see the true ones.
  list(APPEND NPS_WARNINGS -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
endif()

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
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_link_options(${target} PRIVATE LINKER:--as-needed)  # Abseil names many libraries
  endif()
  if(NPS_CCACHE AND PROJECT_IS_TOP_LEVEL)
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${NPS_CCACHE}")
  endif()
endfunction()

# A compiled library with its public headers:
#   nps_add_library(target OUTPUT_NAME name EXPORT_NAME name
#                   HEADERS file... SOURCES file... PUBLIC lib... PRIVATE lib...)
function(nps_add_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT_NAME;EXPORT_NAME" "HEADERS;SOURCES;PUBLIC;PRIVATE")
  add_library(${target} ${arg_SOURCES})
  add_library(nps::${arg_EXPORT_NAME} ALIAS ${target})
  nps_set_up(${target})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${arg_OUTPUT_NAME}
    EXPORT_NAME ${arg_EXPORT_NAME}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}  # 0.x: each minor may break
    POSITION_INDEPENDENT_CODE ON  # so that a host can put the static library in a plugin
    VERIFY_INTERFACE_HEADER_SETS ON
  )
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${arg_HEADERS})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})

  get_target_property(type ${target} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    target_compile_definitions(${target} PRIVATE NPS_BUILD_STATIC)
  else()
    target_compile_definitions(${target} PRIVATE NPS_BUILD_SHARED)
    if(WIN32)
      target_compile_definitions(${target} INTERFACE NPS_USE_SHARED)
    elseif(NOT APPLE AND NOT NPS_SANITIZE)
      set(map "${PROJECT_SOURCE_DIR}/cmake/nps.map")
      target_link_options(${target} PRIVATE
        "LINKER:--version-script=${map}" LINKER:-z,defs LINKER:--as-needed)
      set_target_properties(${target} PROPERTIES LINK_DEPENDS "${map}" INSTALL_RPATH "$ORIGIN")
    endif()
  endif()
endfunction()
