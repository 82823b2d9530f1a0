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

namespace {

// Repetitions, and all who play the user, stay together.
bool same_cell(const Cell& a, const Cell& b) {
    return a.persona == b.persona && a.scenario == b.scenario && a.edge_case == b.edge_case &&
           a.adversary == b.adversary;
}

}  // namespace

Result<void> keep_shard(const Shard& shard, spec::Plan& plan) {
    std::vector<spec::PlannedConversation> kept;
    std::uint64_t cell = 0;
    std::uint64_t cells = 0;
    Cell before;
    for (std::size_t i = 0; i < plan.conversations.size(); ++i) {
        spec::PlannedConversation& c = plan.conversations[i];
        const bool begins = i == 0 || !same_cell(before, c.cell);
        cell += i > 0 && begins ? 1U : 0U;
        before = c.cell;
        if (cell % shard.of == shard.index - 1) {
            cells += begins ? 1U : 0U;
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
