#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/generation.h"
#include "cli/outcomes.h"
#include "generate/edge_kinds.h"
#include "generate/vary.h"

namespace sosia::cli {
namespace {

struct VaryFlags {
    GenerationFlags shared;
    std::string scenario;
    std::vector<std::string> families;
};

int generate_scenarios(const Context& context, const GenerationFlags& flags, int count) {
    if (!flags.has_source()) {
        return report_error(context, Error{ErrorKind::usage, "there is nothing to make scenarios from",
                                           "add --topic TEXT, --agent-prompt FILE or --documents FILE..."});
    }
    const std::optional<Suite> suite = suite_to_join(context, flags.suite);
    if (!suite) {
        return exit_usage;
    }
    Result<generate::Order> order = order_from(context, flags, *suite, generate::Order::What::scenarios);
    Result<std::vector<generate::Slot>> slots = generate::scenario_slots(count, flags.seed);
    if (!order || !slots) {
        return report_error(context, order ? slots.error() : order.error());
    }
    order->slots = std::move(*slots);
    return generate_with_model(context, flags, *suite, *order, source_of(flags), {});
}

// The scenario as it is written: a file's, or one of the suite's by its id.
Result<boost::json::object> scenario_body(const Context& context, const Suite& suite, const std::string& name) {
    const Scenario* known = suite.scenario(name);
    const std::string path = known == nullptr ? name : (std::filesystem::path(suite.directory) / known->file).string();
    const Result<std::string> text = read_text_file(path);
    if (!text) {
        return fail(ErrorKind::usage, fmt::format("there is no scenario and no file \"{}\"", name),
                    "name a scenario of the suite, or its file");
    }
    const spec::PartFile part = spec::read_part(generate::PartKind::scenario, path, *text, context.process.environment);
    if (!part.usable) {
        return fail(ErrorKind::usage, fmt::format("{} holds no scenario that can be used", path),
                    part.diagnostics.empty() ? "" : spec::render(part.diagnostics.front()));
    }
    const auto at =
        known == nullptr ? part.scenarios.begin() : std::ranges::find(part.scenarios, known->id, &Scenario::id);
    if (at == part.scenarios.end() || (known == nullptr && part.scenarios.size() != 1)) {
        return fail(ErrorKind::usage, fmt::format("{} holds {} scenarios", path, part.scenarios.size()),
                    "name the one you mean by its id");
    }
    boost::json::object body = part.bodies[static_cast<std::size_t>(at - part.scenarios.begin())];
    body["id"] = at->id;
    return body;
}

Result<std::vector<AdversaryFamily>> families_of(const std::vector<std::string>& names) {
    if (names.empty()) {
        return generate::pressing_families();
    }
    std::vector<AdversaryFamily> out;
    for (const std::string& name : names) {
        const std::optional<AdversaryFamily> family = parse_adversary_family(name);
        if (!family || *family == AdversaryFamily::cooperative) {
            std::vector<std::string> all;
            std::ranges::transform(generate::pressing_families(), std::back_inserter(all),
                                   [](AdversaryFamily f) { return std::string(to_string(f)); });
            return fail(ErrorKind::usage, fmt::format("\"{}\" is no family that pushes back", name),
                        "there are: " + join(all, ", "));
        }
        out.push_back(*family);
    }
    return out;
}

// Families whose adversaries the suite does not have: their variants would never run.
void say_which_are_missing(const Context& context, const Suite& suite, const std::vector<AdversaryFamily>& families) {
    std::vector<std::string> missing;
    for (const AdversaryFamily family : families) {
        if (std::ranges::find(suite.adversaries, family, &Adversary::family) == suite.adversaries.end()) {
            missing.emplace_back(to_string(family));
        }
    }
    if (!missing.empty()) {
        context.out() << fmt::format("for these to run, the suite's `adversaries` must also name: {}\n",
                                     join(missing, ", "));
    }
}

int vary(const Context& context, const VaryFlags& flags) {
    const std::optional<Suite> suite = suite_to_join(context, flags.shared.suite);
    if (!suite) {
        return exit_usage;
    }
    const Result<boost::json::object> scenario = scenario_body(context, *suite, flags.scenario);
    const Result<std::vector<AdversaryFamily>> families = families_of(flags.families);
    if (!scenario || !families) {
        return report_error(context, scenario ? families.error() : scenario.error());
    }
    const std::string from = fmt::format("scenario: {}", std::string(scenario->at("id").as_string()));
    int code = exit_passed;
    if (flags.shared.model.empty()) {
        GenerationFlags shared = flags.shared;
        shared.similar = 2;  // the ready edge cases of two scenarios are alike by nature
        code = keep_drafts(context, shared, *suite, generate::variants_from_data(*scenario, *families),
                           {.model = {}, .prompts = {}, .from = from, .date = date(*context.process.clock)}, {});
    } else {
        Result<generate::Order> order = order_from(context, flags.shared, *suite, generate::Order::What::variants);
        if (!order) {
            return report_error(context, order.error());
        }
        order->scenario = *scenario;
        for (const AdversaryFamily family : *families) {
            order->slots.push_back({.number = static_cast<int>(order->slots.size()) + 1,
                                    .traits = {{"family", std::string(to_string(family))}}});
        }
        code = generate_with_model(context, flags.shared, *suite, *order, from, {});
    }
    say_which_are_missing(context, *suite, *families);
    return code;
}

void add_generate(CLI::App& scenarios, Context& context, int& exit_code) {
    auto flags = std::make_shared<GenerationFlags>();
    auto count = std::make_shared<int>(6);
    CLI::App* command =
        scenarios.add_subcommand("generate", "Drafts by a model, from a topic, an agent's prompt or documents");
    command->footer(
        "Examples:\n  sosia scenarios generate --topic \"refunds for a shoe shop\" --model openai/gpt-4o-mini\n"
        "  sosia scenarios generate --documents returns.md shipping.md --n 12 --budget 0.50 --model ollama/qwen3\n"
        "Drafts count for nothing until somebody accepts them: sosia drafts.");
    add_source_options(*command, *flags);
    command->add_option("--n", *count, "how many")
        ->check(CLI::Range(1, generate::most_slots).description(""))
        ->type_name("N")
        ->capture_default_str();
    add_model_options(*command, *flags);
    command->add_option("--seed", flags->seed, "of what is dealt out, and for the model")
        ->type_name("N")
        ->capture_default_str();
    command->add_option("--out", flags->out, "folder of the drafts (default: generated/ beside the suite)")
        ->type_name("DIR");
    command->callback(
        [flags, count, &context, &exit_code] { exit_code = generate_scenarios(context, *flags, *count); });
}

void add_vary(CLI::App& scenarios, Context& context, int& exit_code) {
    auto flags = std::make_shared<VaryFlags>();
    CLI::App* command =
        scenarios.add_subcommand("vary", "Adversarial variants of a scenario, one for each family of adversaries");
    command->footer(
        "Examples:\n  sosia scenarios vary duplicate-charge\n"
        "  sosia scenarios vary scenarios/late-return.yaml --family prompt-injection social-engineering\n"
        "  sosia scenarios vary duplicate-charge --model openai/gpt-4o-mini      worded for this very scenario");
    command->add_option("scenario", flags->scenario, "a scenario of the suite, or a file")->required();
    command->add_option("--family", flags->families, "only these families (default: all that push back)")
        ->type_name("NAME");
    command->add_option("--language", flags->shared.language, "language the customers write in")
        ->type_name("CODE")
        ->capture_default_str();
    add_model_options(*command, flags->shared);
    command->add_option("--seed", flags->shared.seed, "for the model")->type_name("N")->capture_default_str();
    command->add_option("--out", flags->shared.out, "folder of the drafts (default: generated/ beside the suite)")
        ->type_name("DIR");
    command->callback([flags, &context, &exit_code] { exit_code = vary(context, *flags); });
}

}  // namespace

void add_scenarios(CLI::App& app, Context& context, int& exit_code) {
    CLI::App* scenarios =
        app.add_subcommand("scenarios", "Drafts of scenarios: from a topic or documents, or harder variants of one");
    scenarios->footer(
        "Examples:\n  sosia scenarios vary duplicate-charge\n"
        "  sosia scenarios generate --topic \"refunds for a shoe shop\" --model openai/gpt-4o-mini");
    scenarios->require_subcommand(1);
    add_generate(*scenarios, context, exit_code);
    add_vary(*scenarios, context, exit_code);
}

}  // namespace sosia::cli
