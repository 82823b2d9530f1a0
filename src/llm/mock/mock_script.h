// What the mock says: rules of the user's, a line `SAY: ...` in the prompt, or something harmless. Never by chance: the
// same question has the same answer.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "llm/mock/mock_exchange.h"

namespace re2 {
class RE2;
}

namespace sosia::llm::mock {

struct MockRule {
    std::shared_ptr<const re2::RE2> when;  // null: always
    enum class Where { last, system, any, model } in = Where::last;
    std::string say;  // \0 to \9 are what the pattern captured
    std::string call;
    boost::json::object arguments;
    std::optional<boost::json::value>
        json;  // what a question for JSON is answered with, captures filled into its texts
    std::string fault;
};

// {"rules": [{"when": "refund (\\w+)", "in": "last", "say": "Refunded \\1.", "call": "refund", "arguments": {...},
// "json": {...}, "fault": "overloaded"}], "otherwise": "..."}; the first rule whose pattern is found counts; one that
// has nothing but a fault leaves the words to those after it.
class MockScript {
  public:
    MockScript() = default;
    static Result<MockScript> parse(std::string_view text, const std::string& name);
    // What no rule answers and asks for a user's line or for ratings is answered as mock_faithful.h says.
    void play_faithfully() { faithful_ = true; }

    struct Line {
        MockReply reply;
        std::string fault;  // asked for by a rule or by a line `FAULT: ...` of the last message
    };
    Line answer(const MockQuestion& question, std::uint64_t seed) const;

  private:
    struct Words;
    std::optional<Words> by_rule(const MockQuestion& question, std::string& fault) const;
    Words words_for(const MockQuestion& question) const;

    std::vector<MockRule> rules_;
    std::string otherwise_;
    bool faithful_ = false;
};

}  // namespace sosia::llm::mock
