# Installs libraries, headers and command, and the two ways to find them: CMake's find_package and
# pkg-config. Both find their own place at run time, so an installed tree may be moved.

include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/nps")
set(libraries)
foreach(target nps_nps nps_csv)
  if(TARGET ${target})
    list(APPEND libraries ${target})
  endif()
endforeach()

install(TARGETS nps_core EXPORT nps-core
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT nps-core NAMESPACE nps:: FILE nps-core-targets.cmake DESTINATION "${config_dir}")

install(TARGETS nps_format EXPORT nps-format
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT nps-format NAMESPACE nps:: FILE nps-format-targets.cmake
  DESTINATION "${config_dir}")

install(TARGETS nps_ndjson EXPORT nps-ndjson
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT nps-ndjson NAMESPACE nps:: FILE nps-ndjson-targets.cmake
  DESTINATION "${config_dir}")

install(TARGETS nps_sqlite EXPORT nps-sqlite
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT nps-sqlite NAMESPACE nps:: FILE nps-sqlite-targets.cmake
  DESTINATION "${config_dir}")
if(TARGET nps_sqlite_extension)
  install(TARGETS nps_sqlite_extension LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()

install(TARGETS ${libraries} EXPORT nps
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT nps NAMESPACE nps:: FILE nps-targets.cmake DESTINATION "${config_dir}")

if(TARGET nps_cli)
  file(RELATIVE_PATH lib_from_bin "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
  if(BUILD_SHARED_LIBS AND NOT APPLE)
    set_target_properties(nps_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${lib_from_bin}")
  elseif(BUILD_SHARED_LIBS)
    set_target_properties(nps_cli PROPERTIES INSTALL_RPATH "@loader_path/${lib_from_bin}")
  endif()
  install(TARGETS nps_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

# ---- find_package(nps CONFIG) -------------------------------------------------------------------
configure_package_config_file(cmake/nps-config.cmake.in nps-config.cmake
  INSTALL_DESTINATION "${config_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(nps-config-version.cmake
  COMPATIBILITY SameMinorVersion)  # 0.x: each minor may break
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/nps-config.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/nps-config-version.cmake"
  DESTINATION "${config_dir}")

# ---- pkg-config ---------------------------------------------------------------------------------
file(RELATIVE_PATH prefix_from_pc
  "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}"
  OUTPUT_VARIABLE pc_libdir)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}"
  OUTPUT_VARIABLE pc_includedir)
set(pc_private)
set(pc_private_ndjson)
set(pc_private_sqlite)
if(NOT BUILD_SHARED_LIBS)
  # What a static libnps.a leaves to be linked; `pkg-config --static` adds it.
  set(pc_private "absl_flat_hash_map, absl_flat_hash_set, absl_hash, absl_time, fmt")
  set(pc_private_ndjson "simdjson")
  set(pc_private_sqlite "sqlite3")
endif()
foreach(pc nps-core nps-format nps nps-csv nps-ndjson nps-sqlite)
  configure_file(cmake/${pc}.pc.in ${pc}.pc @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${pc}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
