// Server-sent events, parsed as the bytes come in. Bounded: an event or line that grows too long ends the parsing.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sosia::net {

struct SseEvent {
    std::string type = "message";
    std::string data;  // lines joined by "\n"
    std::string id;    // of the last event that had one
};

class SseParser {
  public:
    // Called once per event that has data. Returning false stops the parsing.
    using OnEvent = std::move_only_function<bool(const SseEvent&)>;

    explicit SseParser(OnEvent on_event, std::size_t max_event_bytes = 1 << 20)
        : on_event_(std::move(on_event)), max_event_bytes_(max_event_bytes) {}

    // False when stopped by the receiver or because an event is too long; later bytes are ignored.
    bool feed(std::string_view bytes);
    // An event that the end of the stream cut off is lost, as the standard wants.
    bool too_long() const { return too_long_; }

  private:
    bool take_line(std::string_view line);
    bool dispatch();
    void take_field(std::string_view name, std::string_view value);

    OnEvent on_event_;
    std::size_t max_event_bytes_;
    std::string line_;
    SseEvent event_;
    bool has_data_ = false;
    bool after_carriage_return_ = false;
    bool at_start_ = true;
    bool stopped_ = false;
    bool too_long_ = false;
};

}  // namespace sosia::net
