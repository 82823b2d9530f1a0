#include "cli/cluster_models.h"

#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>

#include "cli/models.h"
#include "domain/record_json.h"

namespace sosia::cli {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

// Runs one coroutine to its end.
template <class T>
T finished(asio::io_context& io, asio::awaitable<T> work) {
    std::optional<T> out;
    std::exception_ptr broken;
    asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& error, T value) {
        broken = error;
        out.emplace(std::move(value));
    });
    io.run();
    if (broken != nullptr) {
        std::rethrow_exception(broken);
    }
    return std::move(*out);
}

ErrorKind kind_of(llm::FailureKind kind) {
    switch (kind) {
        case llm::FailureKind::authentication:
        case llm::FailureKind::bad_request:
        case llm::FailureKind::not_cached:
            return ErrorKind::usage;
        case llm::FailureKind::malformed:
            return ErrorKind::malformed;
        case llm::FailureKind::timeout:
            return ErrorKind::timeout;
        case llm::FailureKind::cancelled:
            return ErrorKind::cancelled;
        default:
            return ErrorKind::unavailable;
    }
}

// The conversations of these ids, by id.
Result<std::map<std::string, Conversation>> conversations(storage::RunReader& reader, const std::string& run,
                                                          const std::set<std::string>& ids) {
    std::map<std::string, Conversation> out;
    const Result<void> read = reader.records(run, [&](std::string_view record) {
        Result<Conversation> c = conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        if (c && ids.contains(c->id)) {
            const std::string id = c->id;
            out[id] = std::move(*c);
        }
        return out.size() < ids.size();
    });
    return read ? Result<std::map<std::string, Conversation>>(std::move(out)) : std::unexpected(read.error());
}

judge::FailureGroup group_of(const analysis::Cluster& cluster, const std::map<std::string, Conversation>& known) {
    judge::FailureGroup out{.signal = cluster.signal,
                            .conversations = cluster.conversations.size(),
                            .words = cluster.words,
                            .detail = cluster.example,
                            .rule_cause = cluster.cause,
                            .examples = {}};
    for (const std::string& id : cluster.representatives) {
        if (const auto at = known.find(id); at != known.end()) {
            out.examples.push_back(at->second);
        }
    }
    return out;
}

// One after the other: a handful of questions, and what is unreachable for one is so for all.
asio::awaitable<Advice> ask_all(llm::ChatModel& model, const prompt::Book& book,
                                const std::vector<judge::FailureGroup>& groups) {
    Advice out;
    for (const judge::FailureGroup& group : groups) {
        judge::Advised advised = co_await judge::advise(model, book, group);
        out.use.calls += advised.use.calls;
        out.use.input_tokens += advised.use.input_tokens;
        out.use.output_tokens += advised.use.output_tokens;
        if (advised.use.cost_usd) {
            out.use.cost_usd = out.use.cost_usd.value_or(0) + *advised.use.cost_usd;
        }
        const bool unavailable = advised.unavailable;
        out.advised.push_back(std::move(advised));
        if (unavailable) {
            break;
        }
    }
    co_return out;
}

}  // namespace

Result<Embedded> embed_failures(const Context& context, const Suite& suite, const std::string& model,
                                const std::vector<analysis::Failure>& failures) {
    asio::io_context io(1);
    net::HttpClient http(io.get_executor());
    const Result<std::unique_ptr<llm::TextEmbedder>> embedder =
        make_embedder(context, suite, model, {io.get_executor(), http});
    if (!embedder) {
        return std::unexpected(embedder.error());
    }
    std::vector<std::string> texts;
    for (const analysis::Failure& failure : failures) {
        texts.push_back(failure.text);
    }
    auto found = finished(io, (*embedder)->embed(texts));
    if (!found) {
        return fail(kind_of(found.error().kind), "embeddings: " + found.error().message,
                    "without --embeddings texts are compared by their words");
    }
    Embedded out{.vectors = {},
                 .asked = found->asked,
                 .kept = found->kept,
                 .tokens = found->usage.input,
                 .cost_usd = found->cost_usd};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        out.vectors[texts[i]] = std::move(found->vectors[i]);
    }
    return out;
}

Result<Advice> advise_clusters(const Context& context, const Suite& suite, const std::string& model,
                               storage::RunReader& reader, const std::string& run,
                               std::span<const analysis::Cluster> clusters) {
    asio::io_context io(1);
    net::HttpClient http(io.get_executor());
    const auto made = make_model(context, suite, EngineSpec{.model = model}, "generator", {io.get_executor(), http});
    const Result<prompt::Book> book = made ? prompt::Book::create(suite.prompts) : std::unexpected(made.error());
    if (!book) {
        return std::unexpected(book.error());
    }
    std::set<std::string> ids;
    for (const analysis::Cluster& cluster : clusters) {
        ids.insert(cluster.representatives.begin(), cluster.representatives.end());
    }
    const auto known = conversations(reader, run, ids);
    if (!known) {
        return std::unexpected(known.error());
    }
    std::vector<judge::FailureGroup> groups;
    for (const analysis::Cluster& cluster : clusters) {
        groups.push_back(group_of(cluster, *known));
    }
    return finished(io, ask_all(**made, *book, groups));
}

}  // namespace sosia::cli
