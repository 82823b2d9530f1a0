// Tools without a world, for tests of agents whose tool loop Sosia runs.
#pragma once
#include <boost/json/parse.hpp>
#include <string>
#include <utility>
#include <vector>

#include "agent/tool_host.h"
#include "domain/json_text.h"

namespace sosia::agent {

// Knows `get_order` and `refund`; answers with what it was asked, and keeps it.
class FakeTools final : public ToolHost {
  public:
    const std::vector<ToolOffer>& offers() const override { return offers_; }
    boost::asio::awaitable<std::string> call(std::string name, boost::json::value arguments) override {
        calls.emplace_back(name, json_text(arguments));
        co_return name + " got " + json_text(arguments);
    }
    std::string answer_of(const ToolCall& call) const override { return call.result ? json_text(*call.result) : ""; }

    std::vector<std::pair<std::string, std::string>> calls;  // name, arguments

  private:
    boost::json::object parameters_ =
        boost::json::parse(R"({"type":"object","properties":{"order_id":{"type":"string"}}})").as_object();
    std::vector<ToolOffer> offers_ = {{"get_order", "An order by its number.", &parameters_},
                                      {"refund", "Pays money back.", &parameters_}};
};

}  // namespace sosia::agent
