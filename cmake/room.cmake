# weir_room(NAME [ROOMS room...] [LIBRARIES target...])
#
# One room: every .cc of this folder (but main.cc) becomes the static library weir_NAME, and every *_test.cc
# the program NAME_test, registered with ctest as unit.NAME. ROOMS are the rooms whose headers it may include
# (a tidy test holds the same table against the #include lines); LIBRARIES are outside libraries that only its
# .cc files see.
function(weir_room NAME)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")

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
    set_tests_properties(unit.${NAME} PROPERTIES LABELS unit)
  endif()
endfunction()

# weir_program(NAME [ROOMS room...] [LIBRARIES target...])
#
# The program build/PRESET/NAME, from main.cc of this folder.
function(weir_program NAME)
  cmake_parse_arguments(PROGRAM "" "" "ROOMS;LIBRARIES" ${ARGN})
  list(TRANSFORM PROGRAM_ROOMS PREPEND weir_)
  add_executable(${NAME} main.cc)
  target_precompile_headers(${NAME} REUSE_FROM weir_precompiled)
  target_link_libraries(${NAME} PRIVATE weir_precompiled ${PROGRAM_ROOMS} ${PROGRAM_LIBRARIES})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# weir_fuzz(NAME [ROOMS room...] [LIBRARIES target...])
#
# The libFuzzer program fuzz_NAME, from fuzz_NAME.cc. Its corpus is the folder corpus/NAME beside it.
function(weir_fuzz NAME)
  cmake_parse_arguments(FUZZ "" "" "ROOMS;LIBRARIES" ${ARGN})
  list(TRANSFORM FUZZ_ROOMS PREPEND weir_)
  add_executable(fuzz_${NAME} fuzz_${NAME}.cc)
  target_precompile_headers(fuzz_${NAME} REUSE_FROM weir_precompiled)
  target_link_libraries(fuzz_${NAME} PRIVATE weir_precompiled ${FUZZ_ROOMS} ${FUZZ_LIBRARIES})
  target_link_options(fuzz_${NAME} PRIVATE -fsanitize=fuzzer)
endfunction()

# weir_python_test(NAME SCRIPT [LABELS label...] [ARGUMENTS argument...])
#
# A suite that drives the program as its users do. It runs in this folder with the test packages of
# tests/python, and finds in WEIR_PROGRAM the program: the release one, or the sanitized one of this preset.
function(weir_python_test NAME SCRIPT)
  cmake_parse_arguments(SUITE "" "" "LABELS;ARGUMENTS" ${ARGN})
  set(program ${PROJECT_SOURCE_DIR}/build/release/weir)
  if(WEIR_SANITIZE)
    set(program ${PROJECT_BINARY_DIR}/weir)
  endif()
  add_test(NAME ${NAME} COMMAND ${PROJECT_SOURCE_DIR}/build/venv/bin/python ${SCRIPT} ${SUITE_ARGUMENTS}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${NAME} PROPERTIES
    ENVIRONMENT "WEIR_PROGRAM=${program};PYTHONDONTWRITEBYTECODE=1" LABELS "${SUITE_LABELS}")
endfunction()
