#include "net/detail/process_log.h"

#include <algorithm>

#include "base/text.h"

namespace sosia::net::detail {
namespace {

constexpr std::size_t tail_bytes = 1000;

}  // namespace

ProcessLog::ProcessLog(const std::string& file, std::uint64_t max_bytes) : left_(max_bytes) {
    if (!file.empty()) {
        file_.open(file, std::ios::binary | std::ios::app);
    }
}

void ProcessLog::append(std::string_view bytes) {
    tail_ += bytes;
    if (tail_.size() > 4 * tail_bytes) {
        tail_.erase(0, tail_.size() - tail_bytes);
    }
    if (!file_.is_open() || left_ == 0) {
        return;
    }
    const std::string_view kept =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
    left_ -= kept.size();
    file_ << kept;
    if (left_ == 0) {
        file_ << "\n[the rest of the output was not kept]\n";
    }
    file_.flush();
}

std::string ProcessLog::tail() const {
    std::string_view text = tail_;
    if (text.size() > tail_bytes) {
        text.remove_prefix(text.size() - tail_bytes);
        text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
    }
    return to_valid_utf8(trim(text));
}

}  // namespace sosia::net::detail
