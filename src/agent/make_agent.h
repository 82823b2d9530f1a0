// One function per way to reach an agent; app/ keeps the table from the type's name to its function.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/agent.h"
#include "base/clock.h"
#include "base/error.h"
#include "domain/suite.h"
#include "net/http_client.h"

namespace sosia::agent {

// What an agent is made of. Everything it points to outlives the agent.
struct Setup {
    const AgentSpec* spec = nullptr;
    const Limits* limits = nullptr;
    std::string directory;   // of the suite: where `start` and `run` run; "" here
    std::string log_file;    // output of started processes; "" keeps only the last lines
    std::uint64_t seed = 0;  // of the jitter between retries
    boost::asio::any_io_executor executor;
    net::HttpClient* http = nullptr;
    const Clock* clock = nullptr;
};

// `url`: JSON over HTTP (http_agent.cpp). A mistake in the args is a usage error.
Result<std::unique_ptr<Agent>> make_http_agent(const Setup& setup);
// `openai`: OpenAI-compatible chat completions, plain or streamed (openai_agent.cpp).
Result<std::unique_ptr<Agent>> make_openai_agent(const Setup& setup);
// `websocket`: JSON messages over a WebSocket (websocket_agent.cpp).
Result<std::unique_ptr<Agent>> make_websocket_agent(const Setup& setup);
// `a2a`: an Agent2Agent server over JSON-RPC (a2a_agent.cpp).
Result<std::unique_ptr<Agent>> make_a2a_agent(const Setup& setup);
// `langgraph`: a LangGraph server's threads and runs (langgraph_agent.cpp).
Result<std::unique_ptr<Agent>> make_langgraph_agent(const Setup& setup);
// `command`: a local program, one JSON line in, one out (command_agent.cpp).
Result<std::unique_ptr<Agent>> make_command_agent(const Setup& setup);

}  // namespace sosia::agent
