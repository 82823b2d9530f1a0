// Compression for the HTML report: browsers undo it with DecompressionStream. Private to the report room.
#pragma once
#include <string>
#include <string_view>

namespace sosia::report {

// A gzip member of `bytes`, without a time stamp: equal bytes give equal output.
std::string gzip(std::string_view bytes);

// Standard base64 with padding.
std::string base64(std::string_view bytes);

}  // namespace sosia::report
