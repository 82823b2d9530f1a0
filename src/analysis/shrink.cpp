#include "analysis/shrink.h"

#include <algorithm>
#include <numeric>

namespace sosia::analysis {
namespace {

// `all` without its part-th of `parts` about equal pieces.
std::vector<std::size_t> without(const std::vector<std::size_t>& all, std::size_t part, std::size_t parts) {
    const std::size_t from = all.size() * part / parts;
    const std::size_t to = all.size() * (part + 1) / parts;
    std::vector<std::size_t> out(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(from));
    out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(to), all.end());
    return out;
}

}  // namespace

std::vector<std::size_t> smallest_failing(std::size_t n,
                                          const std::function<bool(const std::vector<std::size_t>&)>& fails,
                                          std::size_t most_asked) {
    std::vector<std::size_t> kept(n);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    std::size_t parts = 2;
    std::size_t asked = 0;
    while (!kept.empty()) {
        parts = std::min(std::max<std::size_t>(parts, 1), kept.size());
        bool smaller = false;
        for (std::size_t part = 0; part < parts && !smaller; ++part) {
            if (asked++ == most_asked) {
                return kept;
            }
            // The end first: what comes after the failure is what can mostly go.
            std::vector<std::size_t> rest = without(kept, parts - 1 - part, parts);
            if (fails(rest)) {
                kept = std::move(rest);
                smaller = true;
            }
        }
        if (smaller) {
            parts = parts > 2 ? parts - 1 : 2;
        } else if (parts == kept.size()) {
            break;
        } else {
            parts *= 2;
        }
    }
    return kept;
}

}  // namespace sosia::analysis
