#include <CLI/CLI.hpp>

#include <fstream>

#include <fmt/format.h>

#include "cli/generation.h"
#include "spec/personas_generate.h"

namespace sosia::cli {
namespace {

struct GenerateOptions {
    std::string axes_file;
    std::string cover = "pairwise";
    std::optional<int> sample;
    std::uint64_t seed = 1;
    bool count = false;
    std::string out;
    std::optional<int> most;
    GenerationFlags model;  // used with a topic, an agent's prompt or documents
};

Result<void> apply_cover(const std::string& cover, spec::GenerateSpec& spec) {
    if (cover == "full") {
        spec.cover = MatrixSpec::Cover::full;
    } else if (cover == "pairwise") {
        spec.strength = 2;
    } else if (cover.size() == 5 && cover.ends_with("-way") && cover[0] >= '1' && cover[0] <= '6') {
        spec.strength = cover[0] - '0';
    } else {
        return fail(ErrorKind::usage, "--cover is \"" + cover + "\"; expected full, pairwise or N-way such as 3-way");
    }
    return {};
}

Result<void> write(const Context& context, const std::string& path, const std::string& text) {
    if (path.empty()) {
        context.out() << text;
        return {};
    }
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) {
        return fail(ErrorKind::unavailable, "cannot write " + path, "check that the folder exists and is writable");
    }
    context.out() << "wrote " << path << "\n";
    return {};
}

// What the options say of axes; problems are printed.
std::optional<spec::GenerateSpec> spec_from(const Context& context, const GenerateOptions& options) {
    spec::GenerateSpec spec;
    if (!options.axes_file.empty()) {
        spec::AxesResult axes = spec::load_axes(options.axes_file, context.process.environment);
        for (const spec::Diagnostic& d : axes.diagnostics) {
            context.err() << spec::render(d) << "\n";
        }
        if (!axes.spec) {
            return std::nullopt;
        }
        spec = std::move(*axes.spec);
    }
    spec.seed = options.seed;
    if (options.sample) {
        spec.sample = options.sample;
    }
    if (const Result<void> covered = apply_cover(options.cover, spec); !covered) {
        report_error(context, covered.error());
        return std::nullopt;
    }
    return spec;
}

// The covering array decides who there is, the model gives each of them a face.
int generate_by_model(const Context& context, const GenerateOptions& options, const spec::GenerateSpec& spec) {
    GenerationFlags flags = options.model;
    flags.seed = options.seed;
    flags.out = options.out;
    Result<std::vector<generate::Slot>> slots = generate::persona_slots(spec, options.most.value_or(0));
    if (!slots) {
        return report_error(context, slots.error());
    }
    if (options.count) {
        context.out() << slots->size() << "\n";
        return exit_passed;
    }
    const std::optional<Suite> suite = suite_to_join(context, flags.suite);
    if (!suite) {
        return exit_usage;
    }
    Result<generate::Order> order = order_from(context, flags, *suite, generate::Order::What::personas);
    if (!order) {
        return report_error(context, order.error());
    }
    order->slots = std::move(*slots);
    return generate_with_model(context, flags, *suite, *order, source_of(flags), spec.axes);
}

int generate(const Context& context, const GenerateOptions& options) {
    const std::optional<spec::GenerateSpec> read = spec_from(context, options);
    if (!read) {
        return exit_usage;
    }
    const spec::GenerateSpec& spec = *read;
    if (options.model.has_source()) {
        return generate_by_model(context, options, spec);
    }
    if (options.most || !options.model.model.empty()) {
        return report_error(context, Error{ErrorKind::usage, "--n and --model need something to make personas from",
                                           "add --topic TEXT, --agent-prompt FILE or --documents FILE..."});
    }
    const Result<spec::GeneratedPersonas> generated = spec::generate_personas(spec);
    if (!generated) {
        return report_error(context, generated.error());
    }
    if (options.count) {
        context.out() << generated->rows.size() << "\n";
        return exit_passed;
    }
    const Result<void> written = write(context, options.out, spec::personas_yaml(*generated, spec));
    return written ? exit_passed : report_error(context, written.error());
}

}  // namespace

void add_personas(CLI::App& app, Context& context, int& exit_code) {
    CLI::App* personas =
        app.add_subcommand("personas", "Make personas by the dozen, from axes such as style and emotion");
    personas->footer("Example:\n  sosia personas generate --cover pairwise --count");
    personas->require_subcommand(1);
    auto options = std::make_shared<GenerateOptions>();
    CLI::App* command = personas->add_subcommand(
        "generate",
        "From axes: a covering array over their values, every combination, or a sample; worded by a model if you like");
    command->footer(
        "Examples:\n  sosia personas generate --cover pairwise --count        only how many\n"
        "  sosia personas generate --out personas/generated.yaml\n  sosia personas generate --axes axes.yaml --cover "
        "3-way\n"
        "  sosia personas generate --axes callers.yaml --sample 200   with the shares stated in callers.yaml\n"
        "  sosia personas generate --topic \"refunds for a shoe shop\" --n 12 --model openai/gpt-4o-mini      drafts, "
        "by a model");
    command
        ->add_option("--axes", options->axes_file,
                     "YAML file with axes, rules and shares (default: style, emotion, knowledge, intent)")
        ->type_name("FILE");
    command->add_option("--cover", options->cover, "full, pairwise or N-way, such as 3-way")
        ->type_name("HOW")
        ->capture_default_str();
    command->add_option("--sample", options->sample, "draw so many instead of covering")
        ->check(CLI::Range(1, 1'000'000).description(""))
        ->type_name("N");
    command->add_option("--seed", options->seed, "seed of the draw")->type_name("N")->capture_default_str();
    command->add_flag("--count", options->count, "print only how many");
    command
        ->add_option("--out", options->out,
                     "file to write (default: the terminal); with a model the folder of the drafts (generated/)")
        ->type_name("PATH");
    add_source_options(*command, options->model);
    command->add_option("--n", options->most, "with a model: only the first so many of them")
        ->check(CLI::Range(1, generate::most_slots).description(""))
        ->type_name("N");
    add_model_options(*command, options->model);
    command->callback([options, &context, &exit_code] { exit_code = generate(context, *options); });
}

}  // namespace sosia::cli
