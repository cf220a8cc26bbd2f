# cmake --install build/release --prefix P [--component weir] [--strip]
#
#   P/bin/weir                                  the program
#   P/lib/systemd/system/weir.service           deploy/systemd, with the program's place in P
#   P/share/man/man1/weir.1, completions        what the program says about itself
#   P/share/doc/weir/                           licences, and examples/ to start a configuration from
#
# Nothing is written outside P: a configuration in /etc/weir and its secrets are the operator's.
include(GNUInstallDirs)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME weir)

install(TARGETS weir RUNTIME)
install(FILES LICENSE NOTICE THIRD_PARTY.md CHANGELOG.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(CODE "set(WEIR_PROGRAM \"$<TARGET_FILE:weir>\")
  set(WEIR_UNIT \"${PROJECT_SOURCE_DIR}/deploy/systemd/weir.service\")
  set(WEIR_MADE \"${PROJECT_BINARY_DIR}/installed\")")
install(SCRIPT cmake/install_made.cmake)
