// libFuzzer target: any bytes are read without a fault, and every range lies in the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "user/reader.h"

namespace {

using sosia::user::FactIndex;
using sosia::user::FactQuery;
using sosia::user::Reader;
using sosia::user::Reading;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const Reading& reading, std::string_view text) {
    for (const auto& act : reading.acts) {
        require(act.begin <= act.end && act.end <= text.size());
    }
    std::size_t last = 0;
    for (const auto& claim : reading.claims) {
        require(last <= claim.begin && claim.begin < claim.end && claim.end <= text.size());
        require(claim.sentence_end <= text.size());
        last = claim.end;
    }
    last = 0;
    for (const auto& entity : reading.entities) {
        require(last <= entity.begin && entity.begin < entity.end && entity.end <= text.size());
        require(entity.text == text.substr(entity.begin, entity.end - entity.begin));
        last = entity.end;
    }
}

const std::vector<FactQuery>& queries() {
    static const std::vector<FactQuery> facts = {
        {"order_id", {"order number"}}, {"email", {}}, {"when", {"when were you charged"}}};
    return facts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Reader reader = Reader::create().value();
    static const FactIndex facts{queries()};
    constexpr std::string_view languages[] = {"en", "es", "de"};
    const std::vector<char> bytes(data, data + size);
    if (bytes.empty()) {
        return 0;
    }
    const std::string_view language = languages[data[0] % 3U];
    const std::string_view text = std::string_view(bytes.data(), bytes.size()).substr(1);
    check(reader.read(text, facts, language), text);
    static_cast<void>(reader.claims(text, language));
    return 0;
}
