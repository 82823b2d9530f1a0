// A provider that costs nothing and fails on request: OpenAI's chat completions and responses, Anthropic's messages,
// Google's generateContent, embeddings. For tests, and for trying a suite without a key.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "llm/make_model.h"
#include "llm/mock/mock_faults.h"
#include "llm/mock/mock_script.h"

namespace sosia::llm::mock {

struct MockOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one
    std::uint64_t seed = 1;
    std::chrono::milliseconds latency{0};      // before every answer
    std::chrono::milliseconds token_delay{0};  // before every piece of a stream
    std::string key;                           // what callers must send; empty: anything, or nothing
    double requests_per_minute = 0;            // more is answered with 429; 0: no limit
    std::vector<Fault> faults;
    MockScript script;
    std::function<void(const boost::json::value& body)> record = {};  // is told every question, as it came
};

class MockServer {
  public:
    // `wait` as in ModelParts. The clock outlives the server.
    MockServer(boost::asio::any_io_executor executor, const Clock& clock, MockOptions options, Wait wait = {});
    ~MockServer();
    MockServer(const MockServer&) = delete;
    MockServer& operator=(const MockServer&) = delete;

    Result<void> start();
    void stop();
    std::uint16_t port() const;
    std::string url() const;  // without a slash at the end
    std::uint64_t requests() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sosia::llm::mock
