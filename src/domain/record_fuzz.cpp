// libFuzzer target: any bytes as a stored conversation. What can be read is written again, and that reads the same.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "domain/record_json.h"

namespace sosia {
namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void read(std::string_view text) {
    boost::json::error_code error;
    const boost::json::value json = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
    if (error) {
        return;
    }
    static_cast<void>(turn_from_json(json));
    const Result<Conversation> first = conversation_from_json(json);
    if (!first) {
        require(!first.error().message.empty());
        return;
    }
    const std::string written = json_text(*first);
    const Result<Conversation> second = conversation_from_json(boost::json::parse(written));
    require(second.has_value());
    require(json_text(*second) == written);
}

}  // namespace
}  // namespace sosia

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    sosia::read(text);
    return 0;
}
