#include "net/sse.h"

#include <utility>

namespace sosia::net {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

bool SseParser::feed(std::string_view bytes) {
    while (!bytes.empty() && !stopped_) {
        if (std::exchange(after_carriage_return_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = bytes.find_first_of("\r\n");
        const std::string_view piece = bytes.substr(0, end);
        if (line_.size() + event_.data.size() + piece.size() > max_event_bytes_) {
            too_long_ = true;
            stopped_ = true;
            break;
        }
        line_ += piece;
        if (end == std::string_view::npos) {
            break;
        }
        after_carriage_return_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        stopped_ = !take_line(std::exchange(line_, {}));
    }
    return !stopped_;
}

bool SseParser::take_line(std::string_view line) {
    if (std::exchange(at_start_, false) && line.starts_with(byte_order_mark)) {
        line.remove_prefix(byte_order_mark.size());
    }
    if (line.empty()) {
        return dispatch();
    }
    const std::size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    take_field(line.substr(0, colon), value);
    return true;
}

void SseParser::take_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (std::exchange(has_data_, true)) {
            event_.data += '\n';
        }
        event_.data += value;
    } else if (name == "event") {
        event_.type = value;
    } else if (name == "id" && value.find('\0') == std::string_view::npos) {
        event_.id = value;
    }
}

bool SseParser::dispatch() {
    const bool go_on = !std::exchange(has_data_, false) || on_event_(event_);
    event_.data.clear();
    event_.type = "message";
    return go_on;
}

}  // namespace sosia::net
