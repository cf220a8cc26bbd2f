# weir_room(NAME [ROOMS room...] [LIBRARIES target...])
#
# One room: every .cc of this folder becomes the static library weir_NAME, and every *_test.cc the program
# NAME_test, registered with ctest. ROOMS are the rooms whose headers it may include (a tidy test holds
# the same table against the #include lines); LIBRARIES are outside libraries that only its .cc files see.
function(weir_room NAME)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")

  list(TRANSFORM ROOM_ROOMS PREPEND weir_)
  if(sources)
    add_library(weir_${NAME} STATIC ${sources})
    target_precompile_headers(weir_${NAME} REUSE_FROM weir_precompiled)
    target_link_libraries(weir_${NAME} PUBLIC weir_precompiled ${ROOM_ROOMS} PRIVATE ${ROOM_LIBRARIES})
  else()
    add_library(weir_${NAME} INTERFACE)
    target_link_libraries(weir_${NAME} INTERFACE weir_precompiled ${ROOM_ROOMS} ${ROOM_LIBRARIES})
  endif()

  if(WEIR_TESTS AND tests)
    add_executable(${NAME}_test ${tests})
    target_precompile_headers(${NAME}_test REUSE_FROM weir_precompiled)
    target_link_libraries(${NAME}_test PRIVATE weir_${NAME} ${ROOM_LIBRARIES} GTest::gtest GTest::gtest_main)
    add_test(NAME unit.${NAME} COMMAND ${NAME}_test --gtest_brief=1 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(unit.${NAME} PROPERTIES TIMEOUT 300 LABELS unit)
  endif()
endfunction()
