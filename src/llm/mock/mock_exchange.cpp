#include "llm/mock/mock_exchange.h"

#include <fmt/format.h>

#include "domain/json_text.h"
#include "llm/json_read.h"

namespace sosia::llm::mock {

namespace json = boost::json;

std::string content_text(const json::value* content) {
    if (content == nullptr) {
        return {};
    }
    if (const json::string* text = content->if_string()) {
        return std::string(*text);
    }
    std::string out;
    const json::array* parts = content->if_array();
    for (std::size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
        if (const json::object* part = (*parts)[i].if_object()) {
            out += text_in(*part, "text");
        }
    }
    return out;
}

std::vector<std::string> pieces_of(std::string_view text) {
    constexpr std::size_t usual = 12;
    std::vector<std::string> out;
    while (!text.empty()) {
        std::size_t end = std::min(usual, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            ++end;
        }
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

std::string sse(const json::value& data) {
    return fmt::format("data: {}\n\n", json_text(data));
}

std::string sse(std::string_view type, const json::value& data) {
    return fmt::format("event: {}\ndata: {}\n\n", type, json_text(data));
}

}  // namespace sosia::llm::mock
