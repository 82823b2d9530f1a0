# Debian packages that more than one room uses; found here so that every room sees the targets.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)

# Conversations are made of many small strings: mimalloc takes a fifth off a run's CPU. The sanitizers bring their own.
add_library(sosia_allocator INTERFACE)
if(NOT SOSIA_SANITIZE)
  find_package(mimalloc REQUIRED)
  target_link_libraries(sosia_allocator INTERFACE mimalloc)
endif()
