#include "report/html_blocks.h"

#include <algorithm>
#include <numeric>

#include "report/gzip.h"

namespace sosia::report {
namespace {

constexpr std::size_t block_bytes = 256 * 1024;  // before compression
constexpr std::size_t sample_bytes = 1 << 20;

struct Candidate {
    std::size_t row = 0;
    bool passed = false;
    std::uint64_t turn = 0;  // how many of the same group come before it
};

std::vector<Candidate> in_order_of_interest(const HtmlRows& rows) {
    std::unordered_map<std::uint64_t, std::uint64_t> seen[2];
    std::vector<Candidate> all;
    all.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const bool passed = rows.outcome(row) == Outcome::passed;
        all.push_back({row, passed, seen[passed ? 1 : 0][rows.group(row)]++});
    }
    std::ranges::sort(all, [](const Candidate& a, const Candidate& b) {
        return std::tuple(a.passed, a.turn, a.row) < std::tuple(b.passed, b.turn, b.row);
    });
    return all;
}

}  // namespace

void HtmlSample::add(std::size_t row, std::string_view record) {
    if (row % stride_ != 0) {
        return;
    }
    records_.emplace_back(row, record);
    bytes_ += record.size();
    while (bytes_ > sample_bytes && records_.size() > 1) {
        stride_ *= 2;
        std::erase_if(records_, [this](const auto& kept) { return kept.first % stride_ != 0; });
        bytes_ = 0;
        for (const auto& [kept, text] : records_) {
            bytes_ += text.size();
        }
    }
}

double HtmlSample::ratio() const {
    HtmlBlocks blocks;
    for (const auto& [row, record] : records_) {
        blocks.add(record);
    }
    blocks.close();
    return bytes_ == 0 ? 1 : static_cast<double>(blocks.bytes()) / static_cast<double>(bytes_);
}

HtmlBlocks::Place HtmlBlocks::add(std::string_view record) {
    const Place place{static_cast<std::int32_t>(blocks_.size()), lines_++};
    pending_ += record;
    pending_ += '\n';
    if (pending_.size() >= block_bytes) {
        close();
    }
    return place;
}

void HtmlBlocks::close() {
    if (pending_.empty()) {
        return;
    }
    blocks_.push_back(base64(gzip(pending_)));
    bytes_ += blocks_.back().size();
    pending_.clear();
    lines_ = 0;
}

std::vector<bool> choose_transcripts(const HtmlRows& rows, std::uint64_t budget) {
    std::vector<bool> chosen(rows.size());
    std::uint64_t taken = 0;
    for (const Candidate& candidate : in_order_of_interest(rows)) {
        const std::uint64_t bytes = rows.bytes(candidate.row);
        if (taken + bytes > budget) {
            continue;  // a shorter one may still fit
        }
        taken += bytes;
        chosen[candidate.row] = true;
    }
    return chosen;
}

}  // namespace sosia::report
