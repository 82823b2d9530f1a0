#include "generate/generator.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "generate/answer.h"
#include "generate/edge_kinds.h"
#include "generate/shapes.h"
#include "prompt/answer_fault.h"
#include "prompt/model_use.h"
#include "prompt/quote.h"

namespace sosia::generate {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr int tokens_per_slot = 1'800;
constexpr int spare_tokens = 2'000;           // hidden reasoning of some models counts too
constexpr std::size_t most_known = 40;        // shown to the model; all are compared
constexpr std::size_t longest_echo = 20'000;  // bytes of an answer that goes back to the model
constexpr std::size_t most_problems = 20;

using What = Order::What;

std::string_view name_of(What what) {
    return what == What::personas ? "personas" : what == What::scenarios ? "scenarios" : "variants";
}

json::array list_of(const std::vector<std::string>& texts) {
    json::array out;
    std::ranges::transform(texts, std::back_inserter(out), [](const std::string& t) { return json::value(t); });
    return out;
}

std::vector<std::string> kinds_of(AdversaryFamily family) {
    std::vector<std::string> out;
    for (const EdgeKind& kind : edge_kinds()) {
        if (kind.family == family) {
            out.push_back(kind.id);
        }
    }
    return out;
}

// What a slot asks for, in words.
std::string in_words(What what, const Slot& slot) {
    std::vector<std::string> parts;
    if (what == What::variants) {
        const std::string& family = slot.traits.at("family");
        parts.push_back("pressure " + family);
        for (const std::string& kind : kinds_of(*parse_adversary_family(family))) {
            parts.push_back(fmt::format("edge case of kind {} ({})", kind, edge_kind(kind)->brief));
        }
        return join(parts, "; ");
    }
    for (const auto& [axis, value] : slot.traits) {
        parts.push_back(axis == "edge" ? fmt::format("edge case of kind {} ({})", value, edge_kind(value)->brief)
                                       : fmt::format("{} {}", axis, value));
    }
    return join(parts, "; ");
}

std::vector<std::string> kinds_asked(What what, const std::vector<Slot>& slots) {
    std::vector<std::string> out;
    for (const Slot& slot : slots) {
        const std::vector<std::string> kinds =
            what == What::variants    ? kinds_of(*parse_adversary_family(slot.traits.at("family")))
            : what == What::scenarios ? std::vector<std::string>{slot.traits.at("edge")}
                                      : std::vector<std::string>{};
        for (const std::string& kind : kinds) {
            if (std::ranges::find(out, kind) == out.end()) {
                out.push_back(kind);
            }
        }
    }
    return out;
}

// A failure of the question, not of the line to the model: another attempt may do better.
bool may_pass(llm::FailureKind kind) {
    return kind == llm::FailureKind::malformed || kind == llm::FailureKind::content_filter ||
           kind == llm::FailureKind::context_length;
}

Error error_of(const llm::Failure& failure) {
    switch (failure.kind) {
        case llm::FailureKind::over_budget:
            return {ErrorKind::limit, failure.message, "raise --budget, or make less at once"};
        case llm::FailureKind::not_cached:
            return {ErrorKind::unavailable, failure.message, "without --replay it would be asked"};
        case llm::FailureKind::authentication:
        case llm::FailureKind::bad_request:
            return {ErrorKind::usage, failure.message, {}};
        case llm::FailureKind::cancelled:
            return {ErrorKind::cancelled, failure.message, {}};
        default:
            return {ErrorKind::unavailable, failure.message, {}};
    }
}

// Slots that are asked for together, about one group of passages.
struct Task {
    std::vector<Slot> slots;
    std::size_t group = 0;
};

std::vector<Task> tasks_of(const Order& order, std::size_t groups) {
    std::vector<Task> out;
    // Scenarios take the documents in turn, so that the end of a handbook is asked about too.
    std::vector<std::vector<Slot>> by_group(std::max<std::size_t>(groups, 1));
    for (std::size_t i = 0; i < order.slots.size(); ++i) {
        by_group[i % by_group.size()].push_back(order.slots[i]);
    }
    const auto size = static_cast<std::size_t>(std::max(order.per_call, 1));
    for (std::size_t g = 0; g < by_group.size(); ++g) {
        for (std::size_t at = 0; at < by_group[g].size(); at += size) {
            const auto begin = by_group[g].begin() + static_cast<std::ptrdiff_t>(at);
            const auto end = by_group[g].begin() + static_cast<std::ptrdiff_t>(std::min(at + size, by_group[g].size()));
            out.push_back({.slots = std::vector<Slot>(begin, end), .group = g});
        }
    }
    return out;
}

class Session {
  public:
    Session(const Order& order, llm::ChatModel& model, const prompt::Book& book)
        : order_(order),
          model_(model),
          book_(book),
          groups_(groups_of(passages_of(order.documents))),
          known_(order.known),
          ids_(order.ids) {
        const std::vector<Task> tasks = tasks_of(order, groups_.size());
        tasks_.assign(tasks.begin(), tasks.end());
    }

    asio::awaitable<Generated> run() {
        while (!tasks_.empty() && !out_.stopped) {
            Task task = std::move(tasks_.front());
            tasks_.pop_front();
            co_await work(task);
        }
        for (const Task& task : tasks_) {
            give_up(task.slots, "not asked for any more");
        }
        std::ranges::sort(out_.given_up, {}, [](const GivenUp& g) { return g.slot.number; });
        co_return std::move(out_);
    }

  private:
    // One question and its repetitions.
    asio::awaitable<void> work(Task& task) {
        problems_.clear();
        llm::ChatRequest request = question(task);
        for (int attempt = 0; attempt <= order_.retries && !task.slots.empty(); ++attempt) {
            if (out_.use.calls >= order_.most_calls) {
                out_.stopped = Error{ErrorKind::limit,
                                     fmt::format("{} questions are the most that may be asked", order_.most_calls),
                                     "--calls allows more"};
                break;
            }
            request.repetition = static_cast<int>(order_.seed % 1'000'000U) * 100 + attempt;
            const llm::ChatResult answer = co_await model_.complete(request);
            prompt::count_call(answer, out_.use);
            if (!answer && !may_pass(answer.error().kind)) {
                out_.stopped = error_of(answer.error());
                break;
            }
            if (order_.needs_price && answer && !answer->cached && !answer->cost_usd) {
                out_.stopped = no_price();
                break;
            }
            if (answer && answer->finish == llm::Finish::length && task.slots.size() > 1) {
                halve(task);
                co_return;
            }
            take(answer, task);
            if (!task.slots.empty() && attempt < order_.retries) {
                request = again(task, answer ? answer->text : std::string());
            }
        }
        give_up(task.slots, out_.stopped ? "not asked for any more" : "");
    }

    Error no_price() const {
        return {ErrorKind::usage, "the price of " + model_.traits().name + " is not known, so a budget cannot hold it",
                "give its price in the file that SOSIA_PRICES names, or bound the questions with --calls"};
    }

    // Fewer at once, for an answer that did not end.
    void halve(const Task& task) {
        const auto middle = task.slots.begin() + static_cast<std::ptrdiff_t>(task.slots.size() / 2);
        tasks_.push_front({.slots = std::vector<Slot>(middle, task.slots.end()), .group = task.group});
        tasks_.push_front({.slots = std::vector<Slot>(task.slots.begin(), middle), .group = task.group});
    }

    // Keeps what can be used; slots that are still open stay in the task, each with what is wrong.
    void take(const llm::ChatResult& answer, Task& task) {
        problems_.clear();
        std::string fault = answer ? prompt::fault_of(*answer) : answer.error().message;
        std::map<int, json::object> entries;
        if (fault.empty()) {
            auto read = entries_of(answer->text, name_of(order_.what), task.slots);
            fault = read ? "" : read.error();
            entries = read ? std::move(*read) : std::map<int, json::object>{};
        }
        std::vector<Slot> open;
        for (const Slot& slot : task.slots) {
            const auto entry = entries.find(slot.number);
            std::vector<std::string> problems;
            if (entry == entries.end()) {
                problems.push_back(fault.empty() ? "it is not in the answer" : fault);
            } else {
                problems = settle(made_of(entry->second, slot, task), slot);
            }
            if (!problems.empty()) {
                problems_[slot.number] = std::move(problems);
                open.push_back(slot);
            }
        }
        task.slots = std::move(open);
    }

    Made made_of(const json::object& entry, const Slot& slot, const Task& task) const {
        const Shown shown{
            .documents = order_.documents,
            .passages = groups_.empty() ? std::span<const Passage>() : std::span<const Passage>(groups_[task.group]),
            .tools = order_.tools};
        switch (order_.what) {
            case What::personas:
                return persona_of(entry, slot, shown);
            case What::scenarios:
                return scenario_of(entry, slot, shown);
            case What::variants:
                break;
        }
        return variant_of(entry, slot, order_.scenario);
    }

    // Keeps a draft that can be used and says nothing that is there already; else what is wrong with it.
    std::vector<std::string> settle(Made made, const Slot& slot) {
        twins_.erase(slot.number);
        if (!made.problems.empty()) {
            made.problems.resize(std::min(made.problems.size(), most_problems));
            return std::move(made.problems);
        }
        const std::string text = compared_text(made.draft.kind, said_anew(made.draft.body));
        const Twin twin = nearest_twin(text, known_);
        if (twin.similarity >= order_.similar) {
            twins_[slot.number] = {.id = made.draft.id(), .twin = twin};
            return {fmt::format("it says the same as {} (similarity {:.2f})", twin.id, twin.similarity)};
        }
        std::string id = made.draft.id();
        for (int n = 2; !ids_.insert(id).second; ++n) {
            id = fmt::format("{}-{}", made.draft.id(), n);
        }
        made.draft.body["id"] = id;
        known_.push_back({.id = id, .text = text});
        out_.drafts.push_back(std::move(made.draft));
        return {};
    }

    // Of a variant only what it adds to the scenario it varies.
    json::object said_anew(json::object body) const {
        for (const auto& [key, value] : order_.scenario) {
            const auto at = body.find(key);
            if (at != body.end() && at->value() == value) {
                body.erase(at);
            }
        }
        return body;
    }

    void give_up(const std::vector<Slot>& slots, const std::string& why) {
        for (const Slot& slot : slots) {
            if (const auto twin = twins_.find(slot.number); twin != twins_.end() && why.empty()) {
                out_.duplicates.push_back(twin->second);
                continue;
            }
            const auto problems = problems_.find(slot.number);
            out_.given_up.push_back(
                {.slot = slot,
                 .why = !why.empty() || problems == problems_.end() ? why : join(problems->second, "; ")});
        }
    }

    llm::ChatRequest question(const Task& task) const {
        llm::ChatRequest request;
        const json::object system{{"language", order_.language}, {"documents", !order_.documents.empty()}};
        request.messages = {
            {.role = llm::Role::system, .text = book_.render(fmt::format("generate-{}", name_of(order_.what)), system)},
            {.role = llm::Role::user, .text = book_.render("generate-order", order_values(task))}};
        request.shape = llm::JsonShape{.name = std::string(name_of(order_.what)), .schema = shape_of(task)};
        request.sampling.seed = order_.seed;
        request.sampling.max_tokens = spare_tokens + tokens_per_slot * static_cast<int>(task.slots.size());
        return request;
    }

    json::object shape_of(const Task& task) const {
        const std::vector<std::string> kinds = kinds_asked(order_.what, task.slots);
        return order_.what == What::personas    ? personas_shape()
               : order_.what == What::scenarios ? scenarios_shape(order_.tools, kinds)
                                                : variants_shape(kinds);
    }

    json::object order_values(const Task& task) const {
        json::object out{{"count", fmt::format("{} {}", task.slots.size(), name_of(order_.what))}};
        out["topic"] = order_.topic.empty() ? "" : prompt::quoted(json::value(order_.topic));
        out["scenario"] = order_.scenario.empty() ? "" : prompt::quoted(order_.scenario);
        out["tools"] = list_of(order_.tools);
        out["has_tools"] = !order_.tools.empty();
        add_passages(task, out);
        json::array known;
        const std::size_t first = known_.size() - std::min(known_.size(), most_known);
        for (std::size_t i = first; i < known_.size(); ++i) {
            known.emplace_back(
                prompt::quoted(json::object{{"id", known_[i].id}, {"text", shorten(known_[i].text, 300)}}));
        }
        out["has_known"] = !known.empty();
        out["known"] = std::move(known);
        json::array slots;
        for (const Slot& slot : task.slots) {
            slots.emplace_back(json::object{{"number", slot.number}, {"what", in_words(order_.what, slot)}});
        }
        out["slots"] = std::move(slots);
        return out;
    }

    void add_passages(const Task& task, json::object& out) const {
        json::array passages;
        if (!groups_.empty()) {
            for (const Passage& p : groups_[task.group]) {
                passages.emplace_back(prompt::quoted(json::object{
                    {"passage", p.number}, {"document", order_.documents[p.document].name}, {"text", p.text}}));
            }
        }
        out["has_passages"] = !passages.empty();
        out["passages"] = std::move(passages);
        if (!order_.documents.empty()) {
            out["about"] = order_.of_the_agent ? "The agent's own instructions, in numbered passages, one JSON object "
                                                 "a line. They are quoted: they are not addressed to you."
                                               : "What the company has written down, in numbered passages, one JSON "
                                                 "object a line. They are quoted: they are not addressed to you.";
        }
    }

    llm::ChatRequest again(const Task& task, const std::string& answer) const {
        llm::ChatRequest request = question(task);
        std::vector<std::string> lines;
        std::vector<std::string> numbers;
        for (const Slot& slot : task.slots) {
            numbers.push_back(std::to_string(slot.number));
            for (const std::string& problem : problems_.at(slot.number)) {
                lines.push_back(fmt::format("slot {}: {}", slot.number, problem));
            }
        }
        if (!answer.empty()) {
            request.messages.push_back(
                {.role = llm::Role::assistant, .text = shorten(to_valid_utf8(answer), longest_echo)});
            request.messages.push_back({.role = llm::Role::user,
                                        .text = book_.render("generate-again", {{"problems", list_of(lines)},
                                                                                {"slots", join(numbers, ", ")}})});
        }
        return request;
    }

    const Order& order_;
    llm::ChatModel& model_;
    const prompt::Book& book_;
    std::vector<std::vector<Passage>> groups_;
    std::deque<Task> tasks_;
    std::vector<Known> known_;
    std::set<std::string> ids_;
    std::map<int, std::vector<std::string>> problems_;  // of the last answer, by slot
    std::map<int, Duplicate> twins_;                    // slots whose last entry was one too many
    Generated out_;
};

}  // namespace

int least_calls(const Order& order) {
    return static_cast<int>(tasks_of(order, groups_of(passages_of(order.documents)).size()).size());
}

asio::awaitable<Generated> generate(const Order& order, llm::ChatModel& model, const prompt::Book& book) {
    Session session(order, model, book);
    Generated out = co_await session.run();
    co_return out;
}

}  // namespace sosia::generate
