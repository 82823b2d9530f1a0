// Tokens and money by role, for reports, and the budget that stops a run. Numbers only: whoever calls models adds.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "llm/chat_model.h"
#include "llm/prices.h"

namespace sosia::llm {

// Whose question it was.
enum class MeterRole : std::uint8_t { user, agent, judge, other };

struct MeterRow {
    std::int64_t calls = 0;     // answered by a provider
    std::int64_t cached = 0;    // answered from the cache, at no cost
    std::int64_t failed = 0;    // ended in a Failure
    std::int64_t unpriced = 0;  // of `calls`, those whose price is not known: `usd` is then too low
    Usage usage;                // of `calls`
    double usd = 0;

    MeterRow& operator+=(const MeterRow& other);
};

class Meter {
  public:
    void add(MeterRole role, const ChatResult& result);
    const MeterRow& of(MeterRole role) const { return rows_.at(static_cast<std::size_t>(role)); }
    MeterRow total() const;
    // {"user": {"calls": ..., "input_tokens": ..., "cached_input_tokens": ..., "output_tokens": ..., "usd": ...}, ...,
    // "total": {...}}; roles without a call are left out, "usd" is null where nothing is priced.
    boost::json::object to_json() const;

  private:
    std::array<MeterRow, 4> rows_{};
};

std::string_view to_string(MeterRole role);

// Money that may be spent. A call that might not be payable is not started; those in flight are paid.
class Budget {
  public:
    explicit Budget(double usd) : usd_(usd) {}
    // Sets the most a call can cost aside. False when that is more than is left.
    bool reserve(double usd);
    // The call is over and cost this much.
    void settle(double reserved, double spent);
    double spent() const { return spent_; }
    double left() const { return usd_ - spent_ - reserved_; }

  private:
    double usd_;
    double spent_ = 0;
    double reserved_ = 0;
};

// The model, with every call counted in `meter` under `role` and paid from `budget` (null: no budget). A call of a
// model whose price is not known is free as far as the budget goes. Meter, budget and table outlive the model.
std::shared_ptr<ChatModel> metered(std::shared_ptr<ChatModel> model, MeterRole role, Meter& meter,
                                   Budget* budget = nullptr, const PriceTable& prices = PriceTable::built_in());

}  // namespace sosia::llm
