# cmake -DBUILD=dir -DFIRST=dir -DTHEN=dir -P install_and_move.cmake
file(REMOVE_RECURSE "${FIRST}" "${THEN}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${FIRST}"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${FIRST}" "${THEN}")

# What is meant for other machines must not remember this one.
file(GLOB_RECURSE texts "${THEN}/*.cmake" "${THEN}/*.pc" "${THEN}/*.h")
foreach(text IN LISTS texts)
  file(READ "${text}" content)
  foreach(path "${BUILD}" "${FIRST}")
    string(FIND "${content}" "${path}" at)
    if(NOT at EQUAL -1)
      message(FATAL_ERROR "${text} remembers ${path}")
    endif()
  endforeach()
endforeach()
