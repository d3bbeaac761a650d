# What `cmake --install` lays down: the library under its version with the two
# usual links, the headers, the CMake package and the pkg-config file.
include(CMakePackageConfigHelpers)

set(rv_stem "${rv_file}.${PROJECT_VERSION}")
if(APPLE)
  set(rv_stem "librv.${PROJECT_VERSION}.dylib")
endif()
install(PROGRAMS "${rv_dir}/${rv_file}" DESTINATION "${CMAKE_INSTALL_LIBDIR}" RENAME "${rv_stem}")
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/install")
foreach(link IN ITEMS "${rv_linked}" "${rv_file}")
  file(CREATE_LINK "${rv_stem}" "${PROJECT_BINARY_DIR}/install/${link}" SYMBOLIC)
  install(FILES "${PROJECT_BINARY_DIR}/install/${link}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endforeach()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" "${PROJECT_SOURCE_DIR}/bindings/cpp/include/"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

set(rv_package "${CMAKE_INSTALL_LIBDIR}/cmake/rv")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/rvConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/install/rvConfig.cmake"
  INSTALL_DESTINATION "${rv_package}"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
configure_file("${PROJECT_SOURCE_DIR}/cmake/rvConfigVersion.cmake.in"
  "${PROJECT_BINARY_DIR}/install/rvConfigVersion.cmake" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/install/rvConfig.cmake"
              "${PROJECT_BINARY_DIR}/install/rvConfigVersion.cmake"
        DESTINATION "${rv_package}")

# The prefix as seen from the .pc file, so that an installed tree can be moved;
# libdir may have more than one part (lib/x86_64-linux-gnu) or be absolute.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(rv_pc_prefix "${CMAKE_INSTALL_PREFIX}")
else()
  string(REGEX REPLACE "[^/]+" ".." rv_pc_up "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  set(rv_pc_prefix "\${pcfiledir}/${rv_pc_up}")
endif()
foreach(dir IN ITEMS LIBDIR INCLUDEDIR)
  set(rv_pc_${dir} "${CMAKE_INSTALL_${dir}}")
  if(NOT IS_ABSOLUTE "${rv_pc_${dir}}")
    set(rv_pc_${dir} "\${prefix}/${rv_pc_${dir}}")
  endif()
endforeach()
configure_file("${PROJECT_SOURCE_DIR}/cmake/rv.pc.in"
  "${PROJECT_BINARY_DIR}/install/rv.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/install/rv.pc"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
