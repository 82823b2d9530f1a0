#include "llm/mock/mock_embeddings.h"

#include <algorithm>
#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/mock/mock_exchange.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

std::vector<float> vector_of(std::string_view text, std::size_t size) {
    std::vector<float> out(size, 0.0F);
    for (const std::string_view word : split(text, ' ')) {
        const std::uint64_t hash = hash64(lower(trim(word)));
        out[hash % size] += (hash >> 60U) % 2 == 0 ? 1.0F : -1.0F;
    }
    float square = 0;
    for (const float x : out) {
        square += x * x;
    }
    const float length = square > 0 ? std::sqrt(square) : 1.0F;
    std::ranges::transform(out, out.begin(), [length](float x) { return x / length; });
    return out;
}

// Little-endian floats in base64, which OpenAI's own client asks for.
std::string base64(const std::vector<float>& values) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::vector<unsigned char> bytes;
    for (const float value : values) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<unsigned char>((bits >> shift) & 0xFFU));
        }
    }
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        const unsigned three = (static_cast<unsigned>(bytes[i]) << 16U) |
                               (left > 1 ? static_cast<unsigned>(bytes[i + 1]) << 8U : 0U) |
                               (left > 2 ? static_cast<unsigned>(bytes[i + 2]) : 0U);
        out += digits[(three >> 18U) & 63U];
        out += digits[(three >> 12U) & 63U];
        out += left > 1 ? digits[(three >> 6U) & 63U] : '=';
        out += left > 2 ? digits[three & 63U] : '=';
    }
    return out;
}

}  // namespace

std::string embeddings_answer(std::string_view body) {
    constexpr std::int64_t usual_size = 64;
    constexpr std::int64_t most = 4096;
    const auto parsed = parse_json(body);
    const json::object* root = parsed ? parsed->if_object() : nullptr;
    json::array data;
    std::int64_t tokens = 0;
    const json::array* many = root == nullptr ? nullptr : array_in(*root, "input");
    const std::size_t count = root == nullptr ? 0 : many == nullptr ? 1 : std::min<std::size_t>(many->size(), 2048);
    for (std::size_t i = 0; i < count; ++i) {
        const json::value* item = many == nullptr ? member(*root, "input") : &(*many)[i];
        const std::string text = item != nullptr && item->is_string() ? std::string(item->get_string()) : "";
        const auto size = std::clamp(integer_in(*root, "dimensions").value_or(usual_size), std::int64_t{1}, most);
        const std::vector<float> vector = vector_of(text, static_cast<std::size_t>(size));
        json::value embedding = text_in(*root, "encoding_format") == "base64"
                                    ? json::value(base64(vector))
                                    : json::value(json::array(vector.begin(), vector.end()));
        data.emplace_back(json::object{{"object", "embedding"}, {"index", i}, {"embedding", std::move(embedding)}});
        tokens += static_cast<std::int64_t>(text.size() / 4 + 1);
    }
    return json_text(json::object{{"object", "list"},
                                  {"data", std::move(data)},
                                  {"model", root == nullptr ? "" : text_in(*root, "model")},
                                  {"usage", json::object{{"prompt_tokens", tokens}, {"total_tokens", tokens}}}});
}

std::string google_embeddings_answer(std::string_view body) {
    constexpr std::size_t size = 64;
    const auto parsed = parse_json(body);
    const json::object* root = parsed ? parsed->if_object() : nullptr;
    const json::array* requests = root == nullptr ? nullptr : array_in(*root, "requests");
    json::array out;
    for (std::size_t i = 0; requests != nullptr && i < std::min<std::size_t>(requests->size(), 2048); ++i) {
        const json::object* request = (*requests)[i].if_object();
        const json::object* content = request == nullptr ? nullptr : object_in(*request, "content");
        const std::vector<float> vector =
            vector_of(content == nullptr ? std::string{} : content_text(member(*content, "parts")), size);
        out.emplace_back(json::object{{"values", json::array(vector.begin(), vector.end())}});
    }
    return json_text(json::object{{"embeddings", std::move(out)}});
}

}  // namespace sosia::llm::mock
