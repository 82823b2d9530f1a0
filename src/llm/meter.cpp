#include "llm/meter.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <utility>

#include "llm/make_model.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

json::object row_json(const MeterRow& row) {
    json::object out{{"calls", row.calls},
                     {"cached", row.cached},
                     {"failed", row.failed},
                     {"input_tokens", row.usage.input},
                     {"cached_input_tokens", row.usage.cached_input},
                     {"output_tokens", row.usage.output},
                     {"unpriced", row.unpriced}};
    if (row.calls > 0 && row.unpriced == row.calls) {
        out["usd"] = nullptr;
    } else {
        out["usd"] = row.usd;
    }
    return out;
}

// What is set aside for a call goes back however the call ends.
class Reservation {
  public:
    Reservation(Budget* budget, double usd) : budget_(budget), usd_(usd) {}
    ~Reservation() {
        if (budget_ != nullptr) {
            budget_->settle(usd_, spent_);
        }
    }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;
    void spend(double usd) { spent_ = usd; }

  private:
    Budget* budget_;
    double usd_;
    double spent_ = 0;
};

class MeteredModel final : public ChatModel {
  public:
    MeteredModel(std::shared_ptr<ChatModel> model, MeterRole role, Meter& meter, Budget* budget,
                 const PriceTable& prices)
        : model_(std::move(model)), role_(role), meter_(meter), budget_(budget), prices_(prices) {}

    const Traits& traits() const override { return model_->traits(); }

    boost::asio::awaitable<ChatResult> complete(ChatRequest request) override {
        const double most = most_it_can_cost(request);
        if (budget_ != nullptr && !budget_->reserve(most)) {
            ChatResult refused = std::unexpected(Failure{
                .kind = FailureKind::over_budget,
                .message =
                    fmt::format("the budget has ${:.4f} left and this call may cost ${:.4f}", budget_->left(), most)});
            meter_.add(role_, refused);
            co_return refused;
        }
        Reservation reservation(budget_, most);
        ChatResult result = co_await model_->complete(std::move(request));
        meter_.add(role_, result);
        reservation.spend(result ? result->cost_usd.value_or(0) : 0);
        co_return result;
    }

  private:
    double most_it_can_cost(const ChatRequest& request) const {
        const Usage usage{.input = estimated_input_tokens(request), .output = request.sampling.max_tokens};
        return prices_.cost(traits().name, usage).value_or(0);
    }

    std::shared_ptr<ChatModel> model_;
    MeterRole role_;
    Meter& meter_;
    Budget* budget_;
    const PriceTable& prices_;
};

}  // namespace

MeterRow& MeterRow::operator+=(const MeterRow& other) {
    calls += other.calls;
    cached += other.cached;
    failed += other.failed;
    unpriced += other.unpriced;
    usage.input += other.usage.input;
    usage.cached_input += other.usage.cached_input;
    usage.output += other.usage.output;
    usd += other.usd;
    return *this;
}

void Meter::add(MeterRole role, const ChatResult& result) {
    MeterRow row;
    if (!result) {
        row.failed = 1;
    } else if (result->cached) {
        row.cached = 1;
    } else {
        row.calls = 1;
        row.usage = result->usage;
        row.usd = result->cost_usd.value_or(0);
        row.unpriced = result->cost_usd ? 0 : 1;
    }
    rows_.at(static_cast<std::size_t>(role)) += row;
}

MeterRow Meter::total() const {
    MeterRow sum;
    for (const MeterRow& row : rows_) {
        sum += row;
    }
    return sum;
}

json::object Meter::to_json() const {
    json::object out;
    for (const MeterRole role : {MeterRole::user, MeterRole::agent, MeterRole::judge, MeterRole::other}) {
        const MeterRow& row = of(role);
        if (row.calls + row.cached + row.failed > 0) {
            out[to_string(role)] = row_json(row);
        }
    }
    out["total"] = row_json(total());
    return out;
}

std::string_view to_string(MeterRole role) {
    switch (role) {
        case MeterRole::user:
            return "user";
        case MeterRole::agent:
            return "agent";
        case MeterRole::judge:
            return "judge";
        case MeterRole::other:
            return "other";
    }
    return "other";
}

bool Budget::reserve(double usd) {
    if (usd > left()) {
        return false;
    }
    reserved_ += usd;
    return true;
}

void Budget::settle(double reserved, double spent) {
    reserved_ -= reserved;
    spent_ += spent;
}

std::shared_ptr<ChatModel> metered(std::shared_ptr<ChatModel> model, MeterRole role, Meter& meter, Budget* budget,
                                   const PriceTable& prices) {
    return std::make_shared<MeteredModel>(std::move(model), role, meter, budget, prices);
}

}  // namespace sosia::llm
