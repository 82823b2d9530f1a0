#include "cli/shard.h"

#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace sosia::cli {

Result<Shard> parse_shard(const std::string& text) {
    Shard out;
    const char* const end = text.data() + text.size();
    const auto [slash, error] = std::from_chars(text.data(), end, out.index);
    const bool more = error == std::errc{} && slash != end && *slash == '/';
    const auto [stopped, second] = more ? std::from_chars(slash + 1, end, out.of)
                                        : std::from_chars_result{text.data(), std::errc::invalid_argument};
    if (!more || second != std::errc{} || stopped != end || out.index < 1 || out.index > out.of) {
        return fail(ErrorKind::usage, "--shard is \"" + text + "\"; expected I/N such as 2/5");
    }
    return out;
}

Result<void> keep_shard(const Shard& shard, spec::Plan& plan) {
    std::vector<spec::PlannedConversation> kept;
    std::uint64_t cell = 0;
    std::uint64_t cells = 0;
    for (std::size_t i = 0; i < plan.conversations.size(); ++i) {
        spec::PlannedConversation& c = plan.conversations[i];
        cell += i > 0 && c.cell.repetition == 0 ? 1U : 0U;
        if (cell % shard.of == shard.index - 1) {
            cells += c.cell.repetition == 0 ? 1U : 0U;
            kept.push_back(std::move(c));
        }
    }
    if (kept.empty()) {
        return fail(ErrorKind::usage,
                    fmt::format("shard {}/{} holds none of the {} cells", shard.index, shard.of, plan.cells),
                    "use fewer shards");
    }
    plan.conversations = std::move(kept);
    plan.cells = cells;
    return {};
}

}  // namespace sosia::cli
