#include "cli/generation.h"

#include <CLI/CLI.hpp>

#include <set>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/text.h"
#include "cli/models.h"
#include "cli/outcomes.h"
#include "llm/meter.h"
#include "llm/prices.h"
#include "spec/yaml_write.h"

namespace sosia::cli {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using generate::Draft;
using generate::Generated;
using generate::PartKind;
namespace {

std::string base_name(const std::string& path) {
    return fs::path(path).filename().string();
}

Result<generate::Document> read_document(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (!error && size > generate::most_document_bytes) {
        return fail(ErrorKind::limit,
                    fmt::format("{} has {} bytes; at most {} are read", path, size, generate::most_document_bytes),
                    "give the part that matters");
    }
    Result<std::string> text = read_text_file(path);
    return text ? generate::document_of(base_name(path), std::move(*text)) : std::unexpected(text.error());
}

Result<std::vector<generate::Document>> read_documents(const GenerationFlags& flags) {
    std::vector<std::string> paths = flags.documents;
    if (!flags.agent_prompt.empty()) {
        paths.push_back(flags.agent_prompt);
    }
    std::vector<generate::Document> out;
    std::size_t bytes = 0;
    for (const std::string& path : paths) {
        Result<generate::Document> document = read_document(path);
        if (!document) {
            return std::unexpected(document.error());
        }
        bytes += document->text.size();
        out.push_back(std::move(*document));
    }
    if (bytes > generate::most_bytes_together) {
        return fail(ErrorKind::limit,
                    fmt::format("the documents have {} bytes together; at most {} are read", bytes,
                                generate::most_bytes_together),
                    "give the parts that matter");
    }
    return out;
}

// Tools that are known by name: those of worlds, and those the suite's scenarios speak of.
std::vector<std::string> tools_of(const Suite& suite) {
    std::set<std::string> out;
    for (const WorldSpec& world : suite.worlds) {
        for (const auto& tool : world.tools) {
            out.insert(tool.name);
        }
    }
    for (const Scenario& s : suite.scenarios) {
        for (const ExpectedTool& tool : s.happy.expect.tools) {
            out.insert(tool.name);
        }
        out.insert(s.happy.expect.forbidden.begin(), s.happy.expect.forbidden.end());
    }
    return {out.begin(), out.end()};
}

// The draft is there already, letter for letter but for where it comes from.
bool is_there(const Context& context, const std::string& path, const Draft& draft) {
    const Result<DraftFile> there = read_draft(context, path);
    if (!there || there->part.bodies.size() != 1) {
        return false;
    }
    boost::json::object body = there->part.bodies.front();
    for (const char* key : {"draft", "made_by", "sources"}) {
        if (const auto at = body.find(key); at != body.end()) {
            body.stable_erase(at);
        }
    }
    return spec::yaml_text(body, {}) == spec::yaml_text(draft.body, {});
}

// The path it is kept at; another number behind its id where somebody else is. Nothing when it is there already.
std::optional<std::string> free_path(const Context& context, const std::string& folder, Draft& draft) {
    const std::string id = draft.id();
    std::error_code ignored;
    for (int n = 2;; ++n) {
        const std::string path = folder + "/" + generate::file_of(draft);
        if (!fs::exists(path, ignored)) {
            return path;
        }
        if (is_there(context, path, draft)) {
            return std::nullopt;
        }
        draft.body["id"] = fmt::format("{}-{}", id, n);
    }
}

std::string text_in(const Draft& draft, std::string_view key) {
    const boost::json::value* value = draft.body.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// The traits of a persona, what is special in a scenario.
std::string about(const Draft& draft) {
    if (draft.kind == PartKind::scenario) {
        const std::string description = text_in(draft, "description");
        return description.empty() ? text_in(draft, "intent") : description;
    }
    std::vector<std::string> out;
    for (const spec::Axis& axis : spec::builtin_axes()) {
        out.push_back(text_in(draft, axis.name));
    }
    std::erase(out, std::string());
    return join(out, ", ");
}

struct Written {
    std::vector<std::string> lines;  // paths, with what is in them
    std::size_t unchanged = 0;
    std::vector<generate::Duplicate> duplicates;
};

Result<Written> write_drafts(const Context& context, const GenerationFlags& flags, const std::string& folder,
                             std::vector<Draft>& drafts, const generate::Provenance& provenance) {
    std::vector<generate::Known> waiting;
    for (const DraftFile& file : drafts_below(context, folder)) {
        const bool same_kind = !drafts.empty() && file.kind == drafts.front().kind;
        for (std::size_t i = 0; same_kind && i < file.part.bodies.size(); ++i) {
            waiting.push_back({.id = file.path, .text = generate::compared_text(file.kind, file.part.bodies[i])});
        }
    }
    Written out;
    for (Draft& draft : drafts) {
        const std::optional<std::string> path = free_path(context, folder, draft);
        if (!path) {
            ++out.unchanged;
            continue;
        }
        const generate::Twin twin = generate::nearest_twin(generate::compared_text(draft.kind, draft.body), waiting);
        if (twin.similarity >= flags.similar) {
            out.duplicates.push_back({.id = draft.id(), .twin = twin});
            continue;
        }
        if (const Result<void> written = write_text_file(*path, generate::draft_text(draft, provenance)); !written) {
            return std::unexpected(written.error());
        }
        out.lines.push_back(fmt::format("  {}  {}", *path, shorten(about(draft), 80)));
    }
    return out;
}

void print_left_out(const Context& context, const std::vector<generate::Duplicate>& duplicates) {
    for (const generate::Duplicate& d : duplicates) {
        context.out() << fmt::format("left out: {} says the same as {} (similarity {:.2f})\n", d.id, d.twin.id,
                                     d.twin.similarity);
    }
}

void print_given_up(const Context& context, const std::vector<generate::GivenUp>& all) {
    for (const generate::GivenUp& g : all) {
        std::vector<std::string> traits;
        for (const auto& [axis, value] : g.slot.traits) {
            traits.push_back(axis + " " + value);
        }
        context.out() << fmt::format("not made: {} ({}): {}\n", g.slot.number, join(traits, ", "), shorten(g.why, 400));
    }
}

std::string cost_line(const std::string& model, const ModelUse& use) {
    const bool unpaid = use.input_tokens == 0 && use.output_tokens == 0;  // nothing was answered by a provider
    const std::string cost =
        use.cost_usd || unpaid ? fmt::format("${:.4f}", use.cost_usd.value_or(0)) : std::string("price not known");
    return fmt::format("{} call{} of {}, {} tokens in, {} out, {}\n", use.calls, use.calls == 1 ? "" : "s", model,
                       use.input_tokens, use.output_tokens, cost);
}

// What a call may cost before it is made.
Result<llm::PriceTable> prices_for(const Context& context, const Suite& suite) {
    const std::string own = suite.prices.empty() ? "" : (fs::path(suite.directory) / suite.prices).string();
    const std::string path = own.empty() ? context.process.environment("SOSIA_PRICES").value_or("") : own;
    if (path.empty()) {
        return llm::PriceTable::built_in();
    }
    const Result<std::string> text = read_text_file(path);
    return text ? llm::PriceTable::built_in().with(*text, path) : std::unexpected(text.error());
}

struct Asked {
    Generated generated;
    std::string prompts;
};

Result<Asked> ask(const Context& context, const GenerationFlags& flags, const Suite& suite,
                  const generate::Order& order) {
    Result<prompt::Book> book = prompt::Book::create(suite.prompts);
    if (!book) {
        return std::unexpected(book.error());
    }
    asio::io_context io(1);
    net::HttpClient http(io.get_executor());
    EngineSpec engine;
    engine.model = flags.model;
    const ModelLine line{.executor = io.get_executor(), .http = http, .replay = flags.replay};
    Result<std::shared_ptr<llm::ChatModel>> model = make_model(context, suite, engine, "generator", line);
    Result<llm::PriceTable> prices = prices_for(context, suite);
    if (!model || !prices) {
        return std::unexpected(model ? prices.error() : model.error());
    }
    llm::Meter meter;
    llm::Budget budget(flags.budget.value_or(0));
    if (flags.budget) {
        *model = llm::metered(std::move(*model), llm::MeterRole::other, meter, &budget, *prices);
    }
    Asked out{.generated = {}, .prompts = book->hash("generate")};
    std::exception_ptr broken;
    asio::co_spawn(io, generate::generate(order, **model, *book), [&](const std::exception_ptr& error, Generated made) {
        broken = error;
        out.generated = std::move(made);
    });
    io.run();
    if (broken != nullptr) {
        std::rethrow_exception(broken);
    }
    return out;
}

}  // namespace

void add_source_options(CLI::App& command, GenerationFlags& flags) {
    command.add_option("--topic", flags.topic, "what the desk is about, in a sentence")->type_name("TEXT");
    command.add_option("--agent-prompt", flags.agent_prompt, "the agent's system prompt or a description of it")
        ->type_name("FILE");
    command.add_option("--documents", flags.documents, "texts (plain or Markdown) to quote from")->type_name("FILE");
    command.add_option("--language", flags.language, "language the customers write in")
        ->type_name("CODE")
        ->capture_default_str();
}

void add_model_options(CLI::App& command, GenerationFlags& flags) {
    command.add_option("--model", flags.model, "who words it, such as openai/gpt-4o-mini (default: the suite's user)")
        ->type_name("NAME");
    command.add_option("--suite", flags.suite, "the suite it is for")->type_name("DIR")->capture_default_str();
    command.add_option("--budget", flags.budget, "most US dollars for the model")
        ->check(CLI::PositiveNumber.description(""))
        ->type_name("USD");
    command.add_option("--calls", flags.calls, "most questions to the model")
        ->check(CLI::Range(1, 10'000).description(""))
        ->type_name("N")
        ->capture_default_str();
    command.add_option("--per-call", flags.per_call, "how many are asked for at once")
        ->check(CLI::Range(1, 20).description(""))
        ->type_name("N")
        ->capture_default_str();
    command.add_option("--similar", flags.similar, "from this similarity on (0 to 1) it says the same as another")
        ->check(CLI::Range(0.05, 1.0).description(""))
        ->type_name("X")
        ->capture_default_str();
    command.add_flag("--replay", flags.replay, "ask no model: what was not asked before fails");
}

std::string source_of(const GenerationFlags& flags) {
    std::vector<std::string> out;
    if (!flags.topic.empty()) {
        out.push_back("topic: " + flags.topic);
    }
    if (!flags.agent_prompt.empty()) {
        out.push_back("agent prompt: " + base_name(flags.agent_prompt));
    }
    if (!flags.documents.empty()) {
        std::vector<std::string> names;
        std::ranges::transform(flags.documents, std::back_inserter(names), base_name);
        out.push_back("documents: " + join(names, ", "));
    }
    return join(out, "; ");
}

std::string draft_folder(const GenerationFlags& flags, const Suite& suite) {
    return flags.out.empty() ? (fs::path(suite.directory) / "generated").lexically_normal().generic_string()
                             : flags.out;
}

Result<generate::Order> order_from(const Context& context, const GenerationFlags& flags, const Suite& suite,
                                   generate::Order::What what) {
    using What = generate::Order::What;
    constexpr std::size_t longest_topic = 4000;
    if (flags.topic.size() > longest_topic) {
        return fail(ErrorKind::usage,
                    fmt::format("--topic has {} bytes; at most {} are taken", flags.topic.size(), longest_topic),
                    "put long texts into a file and name it with --documents");
    }
    Result<std::vector<generate::Document>> documents = read_documents(flags);
    if (!documents) {
        return std::unexpected(documents.error());
    }
    generate::Order order{.what = what, .topic = to_valid_utf8(flags.topic), .documents = std::move(*documents)};
    order.of_the_agent = !flags.agent_prompt.empty() && flags.documents.empty();
    order.tools = tools_of(suite);
    order.language = flags.language;
    order.known = known_parts(context, suite, what == What::personas ? PartKind::persona : PartKind::scenario);
    for (const generate::Known& known : order.known) {
        order.ids.insert(known.id);
    }
    order.similar = flags.similar;
    order.per_call = flags.per_call;
    order.most_calls = flags.calls;
    order.needs_price = flags.budget.has_value();
    order.seed = flags.seed;
    return order;
}

int keep_drafts(const Context& context, const GenerationFlags& flags, const Suite& suite, std::vector<Draft> drafts,
                const generate::Provenance& provenance, const std::vector<spec::Axis>& axes) {
    const std::string folder = draft_folder(flags, suite);
    const Result<Written> written = write_drafts(context, flags, folder, drafts, provenance);
    if (!written) {
        return report_error(context, written.error());
    }
    context.out() << fmt::format("{} draft{} written{}\n", written->lines.size(), written->lines.size() == 1 ? "" : "s",
                                 written->unchanged > 0 ? fmt::format(", {} there already", written->unchanged) : "");
    for (const std::string& line : written->lines) {
        context.out() << line << "\n";
    }
    print_left_out(context, written->duplicates);
    context.out() << "\n" << axes_table(suite, drafts_below(context, folder), axes) << "\n";
    if (!written->lines.empty()) {
        context.out() << fmt::format(
            "nothing of this counts yet. Read the files (what to check stands at the top), then: sosia drafts accept "
            "{}{}\n",
            folder, flags.suite == "." ? "" : " --suite " + flags.suite);
    }
    return exit_passed;
}

int generate_with_model(const Context& context, const GenerationFlags& given, const Suite& suite,
                        const generate::Order& order, const std::string& from, const std::vector<spec::Axis>& axes) {
    GenerationFlags flags = given;
    flags.model = flags.model.empty() ? suite.user.model : flags.model;
    if (flags.model.empty()) {
        return report_error(context, Error{ErrorKind::usage, "no model is named",
                                           "add --model, such as --model openai/gpt-4o-mini (docs/models.md)"});
    }
    const Result<Asked> asked = ask(context, flags, suite, order);
    if (!asked) {
        return report_error(context, asked.error());
    }
    const Generated& made = asked->generated;
    if (order.what == generate::Order::What::variants) {
        flags.similar = 2;  // variants of one scenario share its matter; what they add has been compared already
    }
    const generate::Provenance provenance{.model = flags.model,
                                          .prompts = asked->prompts.substr(0, 12),
                                          .from = from,
                                          .date = date(*context.process.clock)};
    int code = keep_drafts(context, flags, suite, made.drafts, provenance, axes);
    print_left_out(context, made.duplicates);
    print_given_up(context, made.given_up);
    context.out() << cost_line(flags.model, made.use);
    if (made.stopped) {
        return report_error(context, *made.stopped);
    }
    return made.drafts.empty() && !made.given_up.empty() ? exit_not_valid : code;
}

}  // namespace sosia::cli
