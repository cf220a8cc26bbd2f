# How everything is compiled: warnings are errors, lld links, one precompiled header serves all rooms.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wunused
  -Wno-gnu-statement-expression-from-macro-expansion -Wno-gnu-statement-expression -Werror)
add_link_options(-fuse-ld=lld)
add_compile_options(-fcolor-diagnostics)
# Without its time inside, ccache knows a precompiled header by its content.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
  add_compile_options(-fno-omit-frame-pointer -ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
endif()

if(WEIR_SANITIZE)
  add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  string(REPLACE ",fuzzer-no-link" "" weir_link_sanitize "${WEIR_SANITIZE}")
  add_link_options(-fsanitize=${weir_link_sanitize})
endif()
