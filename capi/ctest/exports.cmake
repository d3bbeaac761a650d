# librv exports the functions of rv.h and nothing else, has its SONAME, and
# needs no window system.
#
#   cmake -D LIBRARY=... -D HEADER=... -D NM=... -D OBJDUMP=... -P exports.cmake
file(STRINGS "${HEADER}" lines REGEX "^RV_API ")
set(wanted "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "(rv_[a-z0-9_]+)\\(" unused "${line}")
  list(APPEND wanted "${CMAKE_MATCH_1}")
endforeach()
list(SORT wanted)
list(LENGTH wanted count)
if(count LESS 31)
  message(FATAL_ERROR "wanted at least 31 functions in ${HEADER}, found ${count}: ${wanted}")
endif()

execute_process(COMMAND "${NM}" -D --defined-only "${LIBRARY}"
  OUTPUT_VARIABLE text RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${NM} can't read ${LIBRARY}")
endif()
string(REGEX MATCHALL "[^\n]+" lines "${text}")
set(found "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^.* " "" name "${line}")
  list(APPEND found "${name}")
endforeach()
list(SORT found)
if(NOT found STREQUAL wanted)
  message(FATAL_ERROR "wanted exactly the functions of rv.h exported:\n  ${wanted}\nfound\n  ${found}")
endif()

execute_process(COMMAND "${OBJDUMP}" -p "${LIBRARY}" OUTPUT_VARIABLE text RESULT_VARIABLE code)
if(NOT code EQUAL 0 OR NOT text MATCHES "SONAME +librv\\.so\\.0\n")
  message(FATAL_ERROR "wanted the SONAME librv.so.0, found\n${text}")
endif()
if(text MATCHES "NEEDED +lib(GL|X11|EGL|glfw|xcb)[^\n]*")
  message(FATAL_ERROR "wanted a library without a window system, found ${CMAKE_MATCH_0}")
endif()
