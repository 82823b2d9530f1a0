#include "world/where.h"

#include <algorithm>

namespace sosia::world {
namespace json = boost::json;

Result<Where> Where::make(const json::object& written) {
    Where out;
    for (const auto& [key, value] : written) {
        Result<Comparison> comparison = Comparison::make(value);
        if (!comparison) {
            return std::unexpected(comparison.error());
        }
        out.tests_.emplace_back(std::string(key), std::move(*comparison));
    }
    return out;
}

bool Where::holds(const json::value& document) const {
    return std::ranges::all_of(
        tests_, [&document](const auto& test) { return test.second.holds(value_at(document, test.first)); });
}

std::vector<Found> select(const Documents& documents, std::string_view collection, const Where& where,
                          std::size_t most) {
    std::vector<Found> out;
    documents.each(collection, [&](std::string_view id, const json::value& document) {
        if (out.size() < most && where.holds(document)) {
            out.push_back({std::string(id), &document});
        }
        return out.size() < most;
    });
    return out;
}

}  // namespace sosia::world
