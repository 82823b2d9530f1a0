#include "llm/prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "llm/json_read.h"
#include "sosia_llm_data_data.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

std::optional<Price> read_price(const json::object& from) {
    const auto input = number_in(from, "input");
    const auto output = number_in(from, "output");
    if (!input || !output || !(*input >= 0) || !(*output >= 0)) {
        return std::nullopt;
    }
    const double cached = number_in(from, "cached_input").value_or(*input);
    return Price{*input, cached, *output};
}

std::optional<ModelPrice> read_model(const json::value& value) {
    const json::object* from = value.if_object();
    const auto price = from == nullptr ? std::nullopt : read_price(*from);
    if (!price) {
        return std::nullopt;
    }
    ModelPrice out{.price = *price};
    if (const json::object* longer = object_in(*from, "long")) {
        const auto long_price = read_price(*longer);
        out.long_from = count_in(*longer, "from");
        if (!long_price || out.long_from == 0) {
            return std::nullopt;
        }
        out.long_price = *long_price;
    }
    return out;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Without "-2024-07-18", "-20251001" or "-latest" at the end.
std::string_view without_date(std::string_view name) {
    if (name.ends_with("-latest")) {
        return name.substr(0, name.size() - 7);
    }
    for (const std::string_view shape : {"-dddd-dd-dd", "-dddddddd", "-dddd"}) {
        if (name.size() <= shape.size()) {
            continue;
        }
        const std::string_view end = name.substr(name.size() - shape.size());
        const bool fits =
            std::ranges::equal(end, shape, [](char c, char s) { return s == 'd' ? is_digit(c) : c == s; });
        if (fits) {
            return name.substr(0, name.size() - shape.size());
        }
    }
    return name;
}

std::string priced_as(std::string_view name) {
    for (const std::string_view provider : {"openai-responses/", "azure/"}) {
        if (name.starts_with(provider)) {
            return "openai/" + std::string(name.substr(provider.size()));
        }
    }
    return std::string(name);
}

}  // namespace

const PriceTable& PriceTable::built_in() {
    static const PriceTable table = [] {
        for (const auto& file : sosia_llm_data::embedded_files()) {
            if (file.name == "data/prices.json") {
                auto read = PriceTable{}.with(file.text, std::string(file.name));
                return read ? std::move(*read) : throw std::logic_error(read.error().message);
            }
        }
        throw std::logic_error("the price table is missing");
    }();
    return table;
}

Result<PriceTable> PriceTable::with(std::string_view text, const std::string& name) const {
    const auto parsed = parse_json(text);
    const json::object* root = parsed ? parsed->if_object() : nullptr;
    const json::object* models = root == nullptr ? nullptr : object_in(*root, "models");
    if (models == nullptr) {
        return fail(ErrorKind::usage, fmt::format("{} is no price table{}", name, parsed ? "" : ": " + parsed.error()),
                    R"(write {"date": "2026-01-31", "models": {"openai/NAME": {"input": 1, "cached_input": 0.1, )"
                    R"("output": 4}}}, in dollars per million tokens)");
    }
    PriceTable out = *this;
    out.date_ = text_in(*root, "date");
    out.sources_.clear();
    if (const json::array* sources = array_in(*root, "sources")) {
        for (const json::value& source : *sources) {
            out.sources_.emplace_back(source.is_string() ? std::string_view(source.get_string()) : std::string_view{});
        }
    }
    for (const auto& [key, value] : *models) {
        const auto model = read_model(value);
        if (!model) {
            return fail(ErrorKind::usage,
                        fmt::format("{}: the price of {} is not readable", name, std::string_view(key)),
                        "input and output are needed, in dollars per million tokens, none below 0");
        }
        out.models_[std::string(key)] = *model;
    }
    return out;
}

const ModelPrice* PriceTable::find(std::string_view name) const {
    auto at = models_.find(name);
    if (at == models_.end()) {
        const std::string other = priced_as(name);
        at = models_.find(other);
        at = at == models_.end() ? models_.find(without_date(other)) : at;
    }
    return at == models_.end() ? nullptr : &at->second;
}

std::optional<double> PriceTable::cost(std::string_view name, const Usage& usage) const {
    constexpr double million = 1e6;
    const ModelPrice* model = find(name);
    if (model == nullptr) {
        return std::nullopt;
    }
    const bool is_long = model->long_from > 0 && usage.input > model->long_from;
    const Price& price = is_long ? model->long_price : model->price;
    const auto cached = static_cast<double>(std::min(usage.cached_input, usage.input));
    const double fresh = static_cast<double>(usage.input) - cached;
    return (fresh * price.input + cached * price.cached_input + static_cast<double>(usage.output) * price.output) /
           million;
}

}  // namespace sosia::llm
