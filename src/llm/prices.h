// What tokens cost. The table that ships has a date and its sources; a file of the user's adds to it and wins over it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "llm/chat_model.h"

namespace sosia::llm {

// US dollars per million tokens.
struct Price {
    double input = 0;
    double cached_input = 0;
    double output = 0;

    bool operator==(const Price&) const = default;
};

struct ModelPrice {
    Price price;
    std::int64_t long_from = 0;  // questions of more tokens than this pay `long_price`; 0: there is no such limit
    Price long_price = {};
};

class PriceTable {
  public:
    // The table that ships.
    static const PriceTable& built_in();
    // The same, with the models of `text` (JSON as in data/prices.json) added or replaced. `name` is for messages.
    Result<PriceTable> with(std::string_view text, const std::string& name) const;

    // By "provider/model", also when a date or "-latest" follows the model's name. openai-responses and azure are
    // openai.
    const ModelPrice* find(std::string_view name) const;
    // Cached tokens are priced as such. Nothing where no price is known.
    std::optional<double> cost(std::string_view name, const Usage& usage) const;

    const std::string& date() const { return date_; }
    const std::vector<std::string>& sources() const { return sources_; }
    std::size_t size() const { return models_.size(); }

  private:
    std::string date_;
    std::vector<std::string> sources_;
    std::map<std::string, ModelPrice, std::less<>> models_;
};

}  // namespace sosia::llm
