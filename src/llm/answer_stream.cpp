#include "llm/answer_stream.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "llm/json_read.h"
#include "llm/provider_error.h"

namespace sosia::llm {

AnswerStream::AnswerStream(const Wire& wire, std::size_t max_bytes)
    : wire_(wire),
      reader_(wire.events()),
      events_([this](const net::SseEvent& event) { return take(event); }, max_bytes) {}

bool AnswerStream::feed(std::string_view bytes) {
    if (complete_ || failure_) {
        return false;
    }
    if (!decided_) {
        return decide(bytes);
    }
    if (!streamed_) {
        whole_ += bytes;
        return true;
    }
    events_.feed(bytes);
    if (events_.too_long() && !failure_) {
        failure_ = malformed("an event of the stream is too long");
    }
    return !complete_ && !failure_;
}

// The first byte that is no white space tells a stream from an answer in one piece.
bool AnswerStream::decide(std::string_view bytes) {
    whole_ += bytes;
    const std::string_view seen = trim(whole_);
    if (seen.empty()) {
        return true;
    }
    decided_ = true;
    streamed_ = seen.front() != '{' && seen.front() != '[' && seen.front() != '<';
    if (!streamed_) {
        return true;
    }
    const std::string all = std::exchange(whole_, std::string{});
    return feed(all);
}

bool AnswerStream::take(const net::SseEvent& event) {
    const std::string_view data = trim(event.data);
    if (data == "[DONE]") {
        complete_ = true;
        return false;
    }
    const auto parsed = parse_json(data);
    if (!parsed || !parsed->is_object()) {
        failure_ = malformed(
            fmt::format("an event of the stream is {}: {}", parsed ? "no object" : parsed.error(), excerpt(data)));
        return false;
    }
    const auto done = reader_->take(event.type, parsed->get_object());
    if (!done) {
        failure_ = done.error();
    } else {
        complete_ = *done;
    }
    return !complete_ && !failure_;
}

ChatResult AnswerStream::finish(bool ended_well) {
    if (failure_) {
        return std::unexpected(std::move(*failure_));
    }
    if (decided_ && !streamed_ && ended_well) {
        const auto body = parse_json(whole_);
        if (!body) {
            return std::unexpected(malformed(fmt::format("{}: {}", body.error(), excerpt(whole_))));
        }
        return wire_.read(*body);
    }
    const bool whole = complete_ || (ended_well && reader_->draft().finished);
    if (!whole) {
        return std::unexpected(malformed(begun() ? "the stream broke off in the middle" : "the stream is empty"));
    }
    return reader_->take_draft().answer();
}

}  // namespace sosia::llm
