#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "cli/context.h"

namespace sosia::cli {
namespace {

struct Starter {
    const char* path;
    const char* text;
};

constexpr Starter starters[] = {
    {"sosia.yaml",
     R"(# yaml-language-server: $schema=https://raw.githubusercontent.com/sosia/sosia/main/schemas/suite.schema.json
name: my-agent
agent: { url: http://127.0.0.1:8080/chat }   # where your agent listens; add `start: python3 agent.py` to have it started
personas: personas/
scenarios: scenarios/
adversaries: [cooperative, objection-ladder]
)"},
    {"personas/sandra.yaml",
     R"(# yaml-language-server: $schema=https://raw.githubusercontent.com/sosia/sosia/main/schemas/persona.schema.json
id: sandra
name: Sandra Kowalski
style: terse
emotion: frustrated
knowledge: novice
intent: cooperative
profile: Got an unexpected bill; called once already and felt brushed off.
goal: { primary: get the duplicate charge refunded, side: [ask how long it takes] }
facts:
  email:    { value: sandra.k@example.com, when: asked, asked_by: [email, e-mail address] }
  order_id: { value: A-10023, when: second-ask, asked_by: [order number, order id] }
)"},
    {"scenarios/duplicate-charge.yaml",
     R"(# yaml-language-server: $schema=https://raw.githubusercontent.com/sosia/sosia/main/schemas/scenario.schema.json
id: duplicate-charge
category: billing
intent: refund a duplicate charge
context: { customer: { email: sandra.k@example.com, orders: [ { id: A-10023, charges: [49.00, 49.00] } ] } }
truth: { refund_time: 3-5 business days }
expect: { resolved: true, turns: 10 }
tags: [smoke]
)"},
};

int init_command(const Context& context, const std::string& directory) {
    namespace fs = std::filesystem;
    for (const Starter& starter : starters) {
        if (fs::exists(fs::path(directory) / starter.path)) {
            return report_error(context, Error{ErrorKind::usage,
                                               fmt::format("{} exists already; nothing was written",
                                                           (fs::path(directory) / starter.path).string()),
                                               "choose an empty folder: sosia init my-suite"});
        }
    }
    for (const Starter& starter : starters) {
        const fs::path path = fs::path(directory) / starter.path;
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        std::ofstream file(path, std::ios::binary);
        file << starter.text;
        file.close();
        if (!file) {
            return report_error(context, Error{ErrorKind::unavailable, "cannot write " + path.string(),
                                               "check that the folder is writable"});
        }
        context.out() << "wrote " << path.string() << "\n";
    }
    const std::string where = directory == "." ? "" : " " + directory;
    context.out() << fmt::format(
        "\nNext:\n"
        "  1. put your agent's address into sosia.yaml; it answers POST {{\"messages\": [...]}} with {{\"message\": "
        "\"...\"}},\n"
        "     and docs/agents.md says how to connect any other\n"
        "  2. make personas/ and scenarios/ yours: what users want, know and hide, and what must happen\n"
        "  3. sosia plan{0}, then sosia run{0}\n",
        where);
    return exit_passed;
}

}  // namespace

void add_init(CLI::App& app, Context& context, int& exit_code) {
    auto directory = std::make_shared<std::string>(".");
    CLI::App* command = app.add_subcommand("init", "Write a small suite to start from; asks nothing");
    command->footer(
        "Examples:\n  sosia init\n  sosia init my-suite      then edit my-suite/sosia.yaml and: sosia run my-suite\n\n"
        "Nothing that exists is overwritten.");
    command->add_option("directory", *directory, "folder to write it to")->type_name("DIR")->capture_default_str();
    command->callback([directory, &context, &exit_code] { exit_code = init_command(context, *directory); });
}

}  // namespace sosia::cli
