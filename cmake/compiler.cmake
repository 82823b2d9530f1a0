# Compiler choice, language level and warnings, in one INTERFACE target that our own targets link.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} silently miscompiles coroutines (wrong values out of valid co_await expressions). "
    "Use clang 19 (Debian: apt-get install clang-19 lld-19; then -DCMAKE_CXX_COMPILER=clang++-19) or GCC 14 or newer.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(LLD_PROGRAM NAMES ld.lld-19 ld.lld)
if(LLD_PROGRAM AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(-fuse-ld=${LLD_PROGRAM})
endif()

add_library(sosia_options INTERFACE)
target_compile_options(sosia_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough -Wmissing-declarations -Werror
  # Designated initialisers name what matters; the rest keeps its documented default.
  -Wno-missing-designated-field-initializers)
target_include_directories(sosia_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(sosia_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_DISABLE_BOOST_DATE_TIME)

if(SOSIA_SANITIZE)
  add_compile_options(-fsanitize=${SOSIA_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${SOSIA_SANITIZE})
  if(SOSIA_SANITIZE MATCHES "address")
    # Asio recycles coroutine frames, which hides use-after-free from ASan.
    add_compile_definitions(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
  endif()
  if(SOSIA_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(SOSIA_SANITIZE MATCHES "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(SOSIA_FUZZ)
  # Coverage of the rooms themselves is what guides the fuzzers.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
