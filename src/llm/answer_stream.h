// Puts a streamed answer together, from bytes in any pieces. Copes with a server that answers in one piece although
// asked to stream. Never gives half an answer: it is whole or a Failure.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "llm/wire.h"
#include "net/sse.h"

namespace sosia::llm {

class AnswerStream {
  public:
    AnswerStream(const Wire& wire, std::size_t max_bytes);

    // False when nothing more is needed: complete, or beyond repair.
    bool feed(std::string_view bytes);
    // The first piece of the answer itself has come.
    bool begun() const { return reader_->draft().begun(); }
    // The provider's own end of the stream was seen.
    bool complete() const { return complete_; }
    // `ended_well`: the connection delivered everything it promised.
    ChatResult finish(bool ended_well);

  private:
    bool take(const net::SseEvent& event);
    bool decide(std::string_view bytes);

    const Wire& wire_;
    std::unique_ptr<EventReader> reader_;
    net::SseParser events_;
    std::string whole_;
    bool decided_ = false;
    bool streamed_ = false;
    bool complete_ = false;
    std::optional<Failure> failure_;
};

}  // namespace sosia::llm
